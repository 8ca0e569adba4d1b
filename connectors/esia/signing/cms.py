"""A detached CMS SignedData with signed attributes and a GOST R 34.10-2012 signature (RFC 5652, RFC 9215 names)."""

from __future__ import annotations

from cryptography import x509

from connectors.esia.signing import der
from connectors.esia.signing.files import GOST_2012_256
from connectors.esia.signing.gost_math import GostKey, sign, streebog_256

SIGNED_DATA = "1.2.840.113549.1.7.2"
DATA = "1.2.840.113549.1.7.1"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
STREEBOG_256 = "1.2.643.7.1.1.2.2"


def detached(message: bytes, key: GostKey, certificate: bytes) -> bytes:
    """The CMS in DER; the message is not inside."""
    parsed = x509.load_der_x509_certificate(certificate)
    digest_algorithm = der.sequence(der.oid(STREEBOG_256))
    attributes = der.set_of(
        der.sequence(der.oid(CONTENT_TYPE), der.set_of(der.oid(DATA))),
        der.sequence(der.oid(MESSAGE_DIGEST), der.set_of(der.octets(streebog_256(message)))),
    )
    signer = der.sequence(
        der.integer(1),
        der.sequence(parsed.issuer.public_bytes(), der.integer(parsed.serial_number)),
        digest_algorithm,
        # What is signed is the SET itself; what is written carries the implicit tag 0 in its place (RFC 5652 5.4).
        der.tagged(0, der.contents(attributes)),
        der.sequence(der.oid(GOST_2012_256)),
        der.octets(sign(key, attributes)),
    )
    signed = der.sequence(
        der.integer(1),
        der.set_of(digest_algorithm),
        der.sequence(der.oid(DATA)),
        der.tagged(0, certificate),
        der.set_of(signer),
    )
    return der.sequence(der.oid(SIGNED_DATA), der.tagged(0, signed))
