"""Personal parts of audit events, sealed under a key of the person they are about; destroying it leaves the chain intact."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from datetime import datetime

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from identity.errors import Unsealable
from identity.model import AuditEvent, EventId, PersonId
from identity.sealing import Keys
from identity.store.rows import delete, fetch, seal, unseal
from identity.store.tables import AuditKeyRow

NONCE = 12


def _key(keys: Keys, person: PersonId) -> AESGCM | None:
    for (wrapped,) in fetch(AuditKeyRow, "SELECT wrapped FROM audit_key WHERE person = ?", (person,)):
        return AESGCM(base64.b64decode(unseal(keys, AuditKeyRow, "wrapped", person, wrapped)))
    return None


def _key_or_new(keys: Keys, person: PersonId, now: datetime) -> AESGCM:
    known = _key(keys, person)
    if known is not None:
        return known
    wrapped = seal(keys, AuditKeyRow, "wrapped", person, base64.b64encode(os.urandom(32)).decode())
    AuditKeyRow.insert(person=person, wrapped=wrapped, created_at=now).on_conflict_ignore().execute()
    stored = _key(keys, person)
    assert stored is not None, "the row was written in this very unit, or by a parallel one"
    return stored


def seal_parts(keys: Keys, subject: PersonId, event: EventId, text: str, *, now: datetime) -> str:
    nonce = os.urandom(NONCE)
    sealed = _key_or_new(keys, subject, now).encrypt(nonce, text.encode(), event.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def open_parts(keys: Keys, event: AuditEvent) -> Mapping[str, str]:
    """The personal parts of the event; empty once the person's key is destroyed."""
    key = _key(keys, event.subject) if event.sealed_parts else None
    if key is None:
        return {}
    try:
        raw = base64.urlsafe_b64decode(event.sealed_parts)
        return msgspec.json.decode(key.decrypt(raw[:NONCE], raw[NONCE:], event.id.encode()), type=dict[str, str])
    except (InvalidTag, binascii.Error) as damaged:
        raise Unsealable(f"audit event {event.id}: its personal parts are damaged") from damaged


def destroy_audit_key(person: PersonId) -> bool:
    """Part of an erasure: the personal parts of all events about this person can never be read again."""
    return bool(delete(AuditKeyRow).where(AuditKeyRow.person == person).execute())
