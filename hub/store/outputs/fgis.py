"""The systems that the operator registered for the federal Schedule, and for which schools each may ask (RULES C7)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import peewee

from hub.store.fields import InstantField, SealedColumn, from_micros, rows

_COLUMNS = "id, name, secret_hash, certificate, schools, added_at, ended_at"
_NOBODY = "0" * 64


class FgisClient(peewee.Model):
    """`secret_hash` is a plain SHA-256: the secret has 256 random bits, and a hash without our keys outlives their rotation.

    `certificate` is the SHA-256 of the client certificate's DER; `schools` are OGRNs parted by blanks.
    """

    id = peewee.TextField(primary_key=True)
    name = peewee.TextField()
    secret_hash = peewee.TextField()
    certificate = peewee.TextField(null=True, unique=True)
    schools = peewee.TextField()
    added_at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        table_name = "fgis_client"


TABLES = (FgisClient,)
SEALED: tuple[SealedColumn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    id: str
    name: str
    schools: frozenset[str]
    certificate: str | None
    added_at: datetime
    ended_at: datetime | None


def add(name: str, schools: Iterable[str], *, certificate: str | None = None, now: datetime) -> tuple[str, str]:
    """The new system's id and its secret, which is told this once."""
    id_, secret = f"fgis-{secrets.token_hex(8)}", secrets.token_urlsafe(32)
    FgisClient.insert(
        id=id_, name=name, secret_hash=_hash(secret), certificate=certificate, schools=" ".join(sorted({*schools})), added_at=now
    ).execute()
    return id_, secret


def end(id_: str, *, now: datetime) -> bool:
    """The system may ask no more; the tokens that it holds open nothing from this moment."""
    running = (FgisClient.id == id_) & FgisClient.ended_at.is_null()
    return bool(FgisClient.update(ended_at=now).where(running).execute())


def every() -> Sequence[Client]:
    sql = f"SELECT {_COLUMNS} FROM fgis_client ORDER BY added_at, id"  # noqa: S608 - columns are written here
    return [_client(row) for row in rows(FgisClient, sql, ())]


def find(id_: str) -> Client | None:
    """Whoever has this id, ended or not."""
    sql = f"SELECT {_COLUMNS} FROM fgis_client WHERE id = ?"  # noqa: S608 - columns are written here
    return next((_client(row) for row in rows(FgisClient, sql, (id_,))), None)


def by_certificate(fingerprint: str) -> Client | None:
    """The working system that shows this certificate."""
    sql = f"SELECT {_COLUMNS} FROM fgis_client WHERE certificate = ? AND ended_at IS NULL"  # noqa: S608 - columns are written here
    return next((_client(row) for row in rows(FgisClient, sql, (fingerprint,))), None)


def with_secret(id_: str, secret: str) -> Client | None:
    """The working system with this secret; an unknown id takes as long as a wrong secret."""
    sql = f"SELECT {_COLUMNS} FROM fgis_client WHERE id = ?"  # noqa: S608 - columns are written here
    found = rows(FgisClient, sql, (id_,))
    kept = str(found[0][2]) if found else _NOBODY
    right = hmac.compare_digest(_hash(secret), kept)
    client = _client(found[0]) if found else None
    return client if right and client is not None and client.ended_at is None else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _client(row: Sequence[Any]) -> Client:
    id_, name, _, certificate, schools, added_at, ended_at = row
    return Client(
        id=str(id_),
        name=str(name),
        schools=frozenset(str(schools).split()),
        certificate=None if certificate is None else str(certificate),
        added_at=from_micros(added_at),
        ended_at=None if ended_at is None else from_micros(ended_at),
    )
