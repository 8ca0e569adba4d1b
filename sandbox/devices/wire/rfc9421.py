"""An Ed25519 signature by RFC 9421 over a digest by RFC 9530, written from the standards."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from sandbox.devices.wire.report import Speaker

COVERED = ("@method", "@authority", "@path", "content-digest")


def signed(who: Speaker, path: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """A new nonce each time: a message sent again must be signed anew."""
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    values = {"@method": "POST", "@authority": urlsplit(who.hub).netloc.lower(), "@path": path, "content-digest": digest}
    names = " ".join(f'"{name}"' for name in COVERED)
    created, nonce = int(now.timestamp()), secrets.token_hex(16)
    parameters = f'({names});created={created};nonce="{nonce}";keyid="{who.known.key_id}";alg="ed25519"'
    base = "\n".join([*(f'"{name}": {values[name]}' for name in COVERED), f'"@signature-params": {parameters}'])
    signature = base64.b64encode(who.device.key.sign(base.encode())).decode()
    return {"Content-Digest": digest, "Signature-Input": f"device={parameters}", "Signature": f"device=:{signature}:"}
