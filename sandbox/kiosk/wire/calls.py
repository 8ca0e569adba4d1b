"""One signed call, and its answer as a kiosk reads it (docs/wire/kiosk.md)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.kiosk.state.devices import WEBHOOKS, Device
from sandbox.outbound import Answered

REQUESTS: Final = (
    "hello", "find", "consent", "offer", "accept", "confirm", "pin", "sign_in", "balance", "statement", "services", "order", "sign_out",
)  # fmt: skip
TAMPERS: Final = ("signature", "body", "clock", "replay", "unsigned", "name")
LATE: Final = timedelta(minutes=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`status` None: no answer came. `code` is the refusal's, empty where it is none."""

    status: int | None
    body: Any
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300 and isinstance(self.body, dict)

    @property
    def code(self) -> str:
        return "" if self.ok or not isinstance(self.body, dict) else str(self.body.get("code", ""))

    @property
    def why(self) -> str:
        """For the screen."""
        if isinstance(self.body, dict) and self.body.get("detail"):
            return str(self.body["detail"])
        return "Киоск не может связаться со школой. Попробуйте позже" if self.status is None else f"Отказано ({self.status})"

    def shown(self) -> dict[str, Any]:
        return {"status": self.status, "code": self.code, "body": self.body, "seconds": self.seconds}


def content(request: str, fields: Mapping[str, Any], tamper: str | None = None) -> bytes:
    """Every body names its own call, for a signature covers the body and not the address."""
    named = "hello" if tamper == "name" and request != "hello" else "find" if tamper == "name" else request
    return json.dumps({"request": named, **fields}, ensure_ascii=False).encode()


def headers(device: Device, body: bytes, id_: str, now: datetime, tamper: str | None = None) -> dict[str, str]:
    """`tamper`: a signature over other bytes, a time that is off, none at all."""
    made = {"Content-Type": "application/json"}
    if tamper == "unsigned":
        return made
    if device.sign != WEBHOOKS:
        pair = f"{device.id}:{device.secret[::-1] if tamper == 'signature' else device.secret}".encode()
        return made | {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    at = str(int((now - LATE if tamper == "clock" else now).timestamp()))
    signed = body + b" " if tamper == "body" else body
    digest = hmac.new(device.key, f"{id_}.{at}.".encode() + signed, hashlib.sha256).digest()
    sign = base64.b64encode(digest[::-1] if tamper == "signature" else digest).decode()
    return made | {"webhook-id": id_, "webhook-timestamp": at, "webhook-signature": f"v1,{sign}"}


def read(found: Answered, seconds: float) -> Told:
    return Told(status=found.status, body=found.json(), seconds=round(seconds, 3))
