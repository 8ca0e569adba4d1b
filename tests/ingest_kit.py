"""A device in a test: it signs in each of the four ways and speaks CloudEvents."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519

BATCH, ONE, LINES = "application/cloudevents-batch+json", "application/cloudevents+json", "application/x-ndjson"
PATH = "/ingest/v1/events"
_KEY = Ed25519PrivateKey.generate()
_numbers = itertools.count(1)


def public_pem(key: Ed25519PrivateKey = _KEY) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class _Own(HTTPSignatureKeyResolver):
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return self._key


@dataclass
class Played:
    """`now` is the device's own clock."""

    id: str
    source: str
    key_id: str
    secret: str = ""
    sign: str = "standard_webhooks"
    authority: str = "http://localhost:8000"
    key: Ed25519PrivateKey = field(default_factory=lambda: _KEY)

    def passed(self, at: datetime, *, number: str = "0001", direction: str = "in", id_: str | None = None, **more: Any) -> dict[str, Any]:
        data = {"direction": direction, "door": "main", "credential": {"kind": "card", "number": number}}
        return self.event("pass", at, data | more, id_=id_)

    def event(self, kind: str, at: datetime | str, data: Any, *, id_: str | None = None, **more: Any) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": id_ or f"e-{next(_numbers)}",
            "source": self.source,
            "type": f"ru.schoolhub.{kind}.v1",
            "time": at if isinstance(at, str) else at.isoformat(),
            "datacontenttype": "application/json",
            "data": data,
        } | more

    def message(
        self, body: bytes, now: datetime, *, media: str = BATCH, sign: str | None = None, nonce: str | None = None
    ) -> tuple[str, dict[str, str]]:
        """The path with its query, and the headers."""
        headers = {"Content-Type": media, "Host": "localhost:8000"}
        way = sign or self.sign
        if way == "standard_webhooks":
            headers |= self.webhook(body, now)
        elif way == "basic":
            headers["Authorization"] = "Basic " + base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()
        elif way == "rfc9421":
            request = SimpleNamespace(method="POST", url=f"{self.authority}{PATH}?device={self.id}", headers=headers)
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            headers["Content-Digest"] = f"sha-256=:{digest}:"
            HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_Own(self.key)).sign(
                request,
                key_id=self.key_id,
                created=now,
                nonce=nonce or secrets.token_hex(8),
                covered_component_ids=("@method", "@authority", "@path", "content-digest"),
                use_existing_digest=True,
            )
        return f"{PATH}?device={self.id}", headers

    def webhook(self, body: bytes, now: datetime, *, id_: str | None = None, secret: str | None = None) -> dict[str, str]:
        id_, stamp = id_ or f"msg_{secrets.token_hex(8)}", str(int(now.timestamp()))
        key = base64.b64decode((secret or self.secret).removeprefix("whsec_"))
        signature = base64.b64encode(hmac.new(key, f"{id_}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
        return {"webhook-id": id_, "webhook-timestamp": stamp, "webhook-signature": f"v1,{signature}"}


def batch(*events: object) -> bytes:
    return json.dumps(events, ensure_ascii=False).encode()


def ago(now: datetime, **span: float) -> datetime:
    return now - timedelta(**span)


def signed(
    one: Played, body: bytes, now: datetime, *, method: str, path: str, sign: str | None = None, nonce: str | None = None
) -> dict[str, str]:
    """The headers of any other request that the device signs in its way."""
    headers = {"Content-Type": "application/json", "Host": "localhost:8000"}
    way = sign or one.sign
    if way == "standard_webhooks":
        return headers | one.webhook(body, now)
    if way == "basic":
        return headers | {"Authorization": "Basic " + base64.b64encode(f"{one.id}:{one.secret}".encode()).decode()}
    if way == "rfc9421":
        request = SimpleNamespace(method=method, url=f"{one.authority}{path}?device={one.id}", headers=headers)
        headers["Content-Digest"] = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
        HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_Own(one.key)).sign(
            request,
            key_id=one.key_id,
            created=now,
            nonce=nonce or secrets.token_hex(8),
            covered_component_ids=("@method", "@authority", "@path", "content-digest"),
            use_existing_digest=True,
        )
    return headers
