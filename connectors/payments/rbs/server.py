"""Reads the gateway's callbacks: GET or POST, with an HMAC or RSA checksum or none; pure (facts/payments-and-ledger.md 1b)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from connectors.kit.config import BadSetting, ConnectorConfig
from connectors.kit.payment import Hint, NotAsked, NoticeReader, Notification, Signature

UNSIGNED = frozenset({"checksum", "sign_alias"})
MOST_FIELDS = 50


class Callbacks:
    """`mdOrder` and `orderNumber` say which order; no amount of a callback is ever believed."""

    answer = b"OK"

    def __init__(self, options: Mapping[str, str], key: rsa.RSAPublicKey | None) -> None:
        self._options = options
        self._key = key

    def read(self, notification: Notification) -> Hint:
        fields = dict(notification.query)
        if notification.body:
            try:
                fields |= dict(parse_qsl(notification.body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
            except ValueError as error:
                raise NotAsked("not a form") from error
        md_order, number = fields.get("mdOrder", ""), fields.get("orderNumber", "")
        if not (md_order or number) or len(fields) > MOST_FIELDS:
            raise NotAsked("no order")
        return Hint(
            provider_id=md_order[:64],
            order=number[:64],
            word=f"{fields.get('operation', '')}:{fields.get('status', '')}"[:64],
            signature=self._judged(fields),
        )

    def _judged(self, fields: Mapping[str, str]) -> Signature:
        token = self._options.get("CALLBACK_TOKEN", "")
        if not token and self._key is None:
            return Signature.NONE
        given = fields.get("checksum", "")
        text = signed_text(fields)
        if self._key is not None:
            return _verified(self._key, given, text)
        made = hmac.new(token.encode(), text, hashlib.sha256).hexdigest()
        return Signature.GOOD if hmac.compare_digest(made.encode(), given.lower().encode()) else Signature.BAD


def signed_text(fields: Mapping[str, str]) -> bytes:
    """`name;value;` by name, without the checksum itself."""
    return "".join(f"{name};{fields[name]};" for name in sorted(fields) if name not in UNSIGNED).encode()


def _verified(key: rsa.RSAPublicKey, given: str, text: bytes) -> Signature:
    try:
        key.verify(bytes.fromhex(given), text, padding.PKCS1v15(), hashes.SHA512())
    except (InvalidSignature, ValueError):
        return Signature.BAD
    return Signature.GOOD


@cache
def _public_key(file: str) -> rsa.RSAPublicKey:
    try:
        key = x509.load_pem_x509_certificate(Path(file).read_bytes()).public_key()
    except (OSError, ValueError) as error:
        raise BadSetting("CALLBACK_CERT", "must name a readable PEM certificate") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadSetting("CALLBACK_CERT", "must name a certificate with an RSA key")
    return key


def reader(config: ConnectorConfig) -> NoticeReader:
    file = config.options.get("CALLBACK_CERT", "")
    return Callbacks(config.options, _public_key(file) if file else None)
