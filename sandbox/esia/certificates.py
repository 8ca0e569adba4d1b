"""The certificates that information systems register: parsed once, known by the Streebog-256 hash of their DER."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from asn1crypto import pem, x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.esia import gost

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """`hash` is what `client_certificate_hash` must be; the two others only serve to tell a client what it hashed instead."""

    der: bytes = field(repr=False)
    key: rsa.RSAPublicKey | gost.PublicKey = field(repr=False)
    hash: str
    pem_hashes: frozenset[str] = field(repr=False)
    other_hashes: frozenset[str] = field(repr=False)
    not_before: datetime
    not_after: datetime


def read_certificates(text: str) -> tuple[Certificate, ...]:
    """Every certificate of a PEM text; ValueError says what is wrong with it."""
    bodies = _PEM.findall(text)
    if not bodies:
        raise ValueError("certificate_pem holds no PEM certificate")
    try:
        ders = [base64.b64decode("".join(body.split()), validate=True) for body in bodies]
    except ValueError as wrong:
        raise ValueError("the certificate is no base64") from wrong
    return tuple(_read(der) for der in ders)


@lru_cache(maxsize=256)
def _read(der: bytes) -> Certificate:
    try:
        certificate = x509.Certificate.load(der, strict=True)
        body = certificate["tbs_certificate"]
        spki: bytes = body["subject_public_key_info"].dump()
        not_before, not_after = body["validity"]["not_before"].native, body["validity"]["not_after"].native
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise ValueError("the certificate cannot be read") from wrong
    armored: bytes = pem.armor("CERTIFICATE", der)
    return Certificate(
        der=der,
        key=_read_key(spki),
        hash=gost.streebog(der).hex(),
        pem_hashes=frozenset(gost.streebog(text).hex() for text in (armored, armored.rstrip())),
        other_hashes=frozenset({hashlib.sha256(der).hexdigest(), hashlib.sha1(der, usedforsecurity=False).hexdigest()}),
        not_before=not_before,
        not_after=not_after,
    )


def _read_key(spki: bytes) -> rsa.RSAPublicKey | gost.PublicKey:
    if _is_gost(spki):
        return gost.parse_public_key(spki)
    try:
        key = serialization.load_der_public_key(spki)
    except UnsupportedAlgorithm as wrong:
        raise ValueError("ESIA knows RSA and GOST R 34.10-2012 keys only") from wrong
    if isinstance(key, rsa.RSAPublicKey):
        return key
    raise ValueError("ESIA knows RSA and GOST R 34.10-2012 keys only")


def _is_gost(spki: bytes) -> bool:
    return gost.read_algorithm(spki).startswith("1.2.643.")
