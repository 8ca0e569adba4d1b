"""Makes a GOST key with a self-signed certificate in pure Python, for a demo or a test on a machine without the GOST engine."""

from __future__ import annotations

import secrets
from base64 import encodebytes
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from asn1crypto.core import GeneralizedTime

from connectors.esia.signing import der
from connectors.esia.signing.cms import STREEBOG_256
from connectors.esia.signing.files import GOST_2012_256
from connectors.esia.signing.gost_math import CRYPTOPRO_A, SIZE, GostKey, public_key, sign

SIGNATURE = "1.2.643.7.1.1.3.2"
COMMON_NAME = "2.5.4.3"


@dataclass(frozen=True, slots=True, kw_only=True)
class GostPair:
    """PEM texts: a PKCS#8 private key and its certificate."""

    key_pem: str = field(repr=False)
    certificate_pem: str


def new_gost_pair(name: str, *, now: datetime, days: int = 3650) -> GostPair:
    """A new key on the CryptoPro-A curve and a certificate for `name`, valid from a day before `now`."""
    key = GostKey(number=(secrets.randbelow(2**255 - 1) + 1).to_bytes(SIZE, "big"), curve=CRYPTOPRO_A)
    algorithm = der.sequence(der.oid(GOST_2012_256), der.sequence(der.oid(key.curve), der.oid(STREEBOG_256)))
    point = public_key(key)
    subject = der.sequence(der.set_of(der.sequence(der.oid(COMMON_NAME), der.text(name))))
    signature_algorithm = der.sequence(der.oid(SIGNATURE))
    body = der.sequence(
        der.tagged(0, der.integer(2)),
        der.integer(secrets.randbits(120) | 1 << 120),
        signature_algorithm,
        subject,
        der.sequence(_time(now - timedelta(days=1)), _time(now + timedelta(days=days))),
        subject,
        der.sequence(algorithm, der.bits(der.octets(point[SIZE - 1 :: -1] + point[: SIZE - 1 : -1]))),
    )
    certificate = der.sequence(body, signature_algorithm, der.bits(sign(key, body)))
    private = der.sequence(der.integer(0), algorithm, der.octets(key.number[::-1]))
    return GostPair(key_pem=_armoured("PRIVATE KEY", private), certificate_pem=_armoured("CERTIFICATE", certificate))


def _time(moment: datetime) -> bytes:
    return bytes(GeneralizedTime(moment.astimezone(UTC).replace(microsecond=0)).dump())


def _armoured(label: str, body: bytes) -> str:
    return f"-----BEGIN {label}-----\n{encodebytes(body).decode()}-----END {label}-----\n"
