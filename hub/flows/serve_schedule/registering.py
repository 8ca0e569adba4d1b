"""The operator registers a system, by the command line alone: who it is, for which schools, and by what it proves itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from hub.store.outputs import fgis
from hub.store.outputs.fgis import Client
from hub.store.school import schools


class BadRegistration(ValueError):
    """What the operator gave cannot be; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    id: str
    secret: str


def add_system(*, name: str, ogrns: Sequence[str], certificate_pem: bytes | None, now: datetime) -> Registered:
    """In the caller's unit. The secret is told this once."""
    known = " ".join(name.split())
    if len(known) < 3:
        raise BadRegistration("--name: what the families read in their log: the system and who runs it")
    unknown = sorted(ogrn for ogrn in {*ogrns} if schools.school(ogrn) is None)
    if not ogrns or unknown:
        raise BadRegistration(f"--school: not a school of this hub: {', '.join(unknown)}" if unknown else "--school: at least one OGRN")
    fingerprint = _fingerprint(certificate_pem) if certificate_pem is not None else None
    if fingerprint is not None and fgis.by_certificate(fingerprint) is not None:
        raise BadRegistration("--certificate: another system has it")
    id_, secret = fgis.add(known, ogrns, certificate=fingerprint, now=now)
    return Registered(id=id_, secret=secret)


def _fingerprint(pem: bytes) -> str:
    try:
        return x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256()).hex()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadRegistration("--certificate: not a certificate in PEM") from error


def list_systems() -> Sequence[Client]:
    return fgis.every()


def end_system(id_: str, *, now: datetime) -> bool:
    return fgis.end(id_, now=now)
