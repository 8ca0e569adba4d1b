"""Standard Webhooks 1.0.0: an HMAC over the message's id, its time and its body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime

from sandbox.devices.wire.report import Speaker


def signed(who: Speaker, path: str, body: bytes, now: datetime) -> Mapping[str, str]:  # noqa: ARG001 - the shape of every signature
    id_, at = f"msg_{secrets.token_hex(12)}", str(int(now.timestamp()))
    made = base64.b64encode(hmac.digest(who.device.seed, f"{id_}.{at}.".encode() + body, hashlib.sha256)).decode()
    return {"webhook-id": id_, "webhook-timestamp": at, "webhook-signature": f"v1,{made}"}
