"""Encryption of a push for one browser (RFC 8291) by the webpush package, and our signature for its service (VAPID, RFC 8292)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import AnyHttpUrl
from webpush import WebPush
from webpush.types import WebPushKeys, WebPushSubscription

LIFE = timedelta(hours=12)
NOBODY = "nobody@example.org"


class Sealing:
    """Raises `ValueError` for a key that is not P-256. Signatures are kept by service for half their life."""

    def __init__(self, pem: bytes, *, subject: str) -> None:
        key = load_pem_private_key(pem, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError("not a P-256 key")  # noqa: TRY004 - a file's content is no argument's type
        public = key.public_key()
        self.public = urlsafe_b64encode(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).rstrip(b"=").decode()
        self._key = ECKey.import_key(pem)
        self._subject = subject
        self._signed: dict[str, tuple[datetime, str]] = {}
        self._package = WebPush(private_key=pem, public_key=public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    def sealed(self, message: bytes, *, p256dh: str, auth: str) -> bytes:
        """The package signs too, but names the service without its port and asks the machine for the time: its signature is not used."""
        to = WebPushSubscription(endpoint=AnyHttpUrl("https://example.org/"), keys=WebPushKeys(p256dh=p256dh, auth=auth))
        made: bytes = self._package.get(message, to, subscriber=NOBODY).encrypted
        return made

    def authorization(self, origin: str, *, now: datetime) -> str:
        at, known = self._signed.get(origin, (now, ""))
        if known and at <= now < at + LIFE / 2:
            return known
        claims = {"aud": origin, "exp": int((now + LIFE).timestamp()), "sub": self._subject}
        token = jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, self._key, algorithms=["ES256"])
        self._signed[origin] = (now, f"vapid t={token}, k={self.public}")
        return self._signed[origin][1]
