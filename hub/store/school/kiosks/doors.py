"""Calls of a kiosk that were heard, so that none is heard twice, and its open cabinets, each for minutes only (RULES E6)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import peewee

from hub.store.fields import InstantField, delete, delete_ids, from_micros, rows, to_micros
from identity.sealing import Keys

CALLS_KEPT = timedelta(minutes=15)
"""Longer than a signed time may be off, in either direction."""
IDLE = timedelta(minutes=2)
WHOLE = timedelta(minutes=10)


class KioskCall(peewee.Model):
    """`id` is a keyed hash of the device and its message's id."""

    id = peewee.TextField(primary_key=True)
    at = InstantField(index=True)

    class Meta:
        table_name = "kiosk_call"


class KioskSession(peewee.Model):
    """`id` is a keyed hash of what the kiosk holds."""

    id = peewee.TextField(primary_key=True)
    contract = peewee.TextField()
    device = peewee.TextField()
    created_at = InstantField()
    used_at = InstantField()

    class Meta:
        table_name = "kiosk_session"


def heard_first(keys: Keys, device: str, message: str, *, now: datetime) -> bool:
    made = KioskCall.insert(id=keys.code_hash(f"kiosk call {device} {message}"), at=now).on_conflict_ignore()
    return bool(made.as_rowcount().execute())


def open_session(keys: Keys, *, contract: str, device: str, now: datetime) -> tuple[str, datetime]:
    """The token and when it ends without a call. One cabinet at a kiosk: what was open there before is closed."""
    delete(KioskSession, KioskSession.device == device)
    token = secrets.token_urlsafe(24)
    KioskSession.insert(id=keys.code_hash(token), contract=contract, device=device, created_at=now, used_at=now).execute()
    return token, now + IDLE


def used(keys: Keys, token: str, *, device: str, now: datetime) -> str | None:
    """The contract of a living session of this kiosk, which lives on from now."""
    ids = keys.code_hashes(token)
    for id_ in ids:
        for contract, of, created_at, used_at in rows(
            KioskSession, "SELECT contract, device, created_at, used_at FROM kiosk_session WHERE id = ?", (id_,)
        ):
            if of != device or now - from_micros(used_at) > IDLE or now - from_micros(created_at) > WHOLE:
                return None
            KioskSession.update(used_at=now).where(KioskSession.id == id_).execute()
            return str(contract)
    return None


def close(keys: Keys, token: str, *, device: str) -> None:
    delete(KioskSession, KioskSession.id.in_(keys.code_hashes(token)), KioskSession.device == device)


def close_contract(contract: str) -> None:
    """Its PIN changed, or somebody else accepted it."""
    delete(KioskSession, KioskSession.contract == contract)


def remove_calls(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(KioskCall, "SELECT id FROM kiosk_call WHERE at < ? LIMIT ?", (to_micros(now - CALLS_KEPT), limit))


def remove_sessions(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(KioskSession, "SELECT id FROM kiosk_session WHERE created_at < ? LIMIT ?", (to_micros(now - WHOLE), limit))
