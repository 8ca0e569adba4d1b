"""PINs on their way to a phone: for an acceptance, or for a forgotten one; kept the same where the phone is nobody's."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids, from_micros, rows, to_micros
from identity.sealing import Keys

MOST_TRIES = 3
LIFE = timedelta(minutes=15)
KEPT = timedelta(days=2)
"""Longer than the limits of a day look back."""


class Purpose(StrEnum):
    ACCEPT = "accept"
    PIN = "pin"


class KioskCode(peewee.Model):
    """`person` is whose phone it is; none where the phone is nobody's who may pay: then there is no code that could fit."""

    id = peewee.TextField(primary_key=True)
    purpose = peewee.TextField()
    contract = peewee.TextField(index=True)
    device = peewee.TextField()
    person = peewee.TextField(null=True, index=True)
    phone = peewee.TextField(null=True)
    offer = peewee.TextField(default="")
    consent = peewee.TextField(default="")
    code_hash = peewee.TextField(null=True)
    tries = peewee.IntegerField(default=0)
    created_at = InstantField()
    expires_at = InstantField()
    used_at = InstantField(null=True)

    class Meta:
        table_name = "kiosk_code"


SEALED: tuple[SealedColumn, ...] = (SealedColumn(KioskCode, "phone"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCard:
    """A code that may still be used."""

    id: str
    contract: str
    device: str
    person: str
    phone: str = field(repr=False)
    offer: str
    consent: str


def begin(
    keys: Keys,
    purpose: Purpose,
    *,
    contract: str,
    device: str,
    texts: tuple[str, str] = ("", ""),
    found: tuple[str, str, str] | None,
    now: datetime,
) -> tuple[str, datetime]:
    """Its id and end. `texts` are the versions of the offer and of the consent; `found` is whose phone, the phone and the PIN.
    Without `found` everything looks the same, and nothing fits.

    A new one ends the former ones of the same purpose for this contract.
    """
    ended = (KioskCode.contract == contract) & (KioskCode.purpose == purpose.value) & KioskCode.used_at.is_null()
    KioskCode.update(expires_at=now).where(ended, KioskCode.expires_at > now).execute()
    id_ = secrets.token_urlsafe(18)
    person, phone, pin = found or (None, None, None)
    KioskCode.insert(
        id=id_,
        purpose=purpose.value,
        contract=contract,
        device=device,
        person=person,
        phone=keys.seal("kiosk_code", "phone", id_, phone) if phone else None,
        offer=texts[0],
        consent=texts[1],
        code_hash=keys.code_hash(_named(id_, pin)) if pin else None,
        created_at=now,
        expires_at=now + LIFE,
    ).execute()
    return id_, now + LIFE


def take(keys: Keys, id_: str, pin: str, *, device: str, now: datetime) -> CodeCard | None:
    """The code's record, used up now; None for whatever is wrong, counted alike."""
    counted = KioskCode.update(tries=KioskCode.tries + 1).where(
        KioskCode.id == id_, KioskCode.tries < MOST_TRIES, KioskCode.used_at.is_null(), KioskCode.expires_at > now
    )
    if not counted.execute():
        return None
    card = _fitting(keys, id_, pin)
    if card is None or card.device != device:
        return None
    KioskCode.update(used_at=now).where(KioskCode.id == id_).execute()
    return card


def take_pin(keys: Keys, contract: str, pin: str, *, now: datetime) -> CodeCard | None:
    """A PIN that was sent in place of a forgotten one, from any kiosk of the school; the caller counts wrong ones."""
    sql = "SELECT id FROM kiosk_code WHERE contract = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?"
    for (id_,) in rows(KioskCode, sql, (contract, Purpose.PIN.value, to_micros(now))):
        card = _fitting(keys, id_, pin)
        if card is not None and KioskCode.update(used_at=now).where(KioskCode.id == id_, KioskCode.used_at.is_null()).execute():
            return card
    return None


def made_since(contract: str, since: datetime) -> list[datetime]:
    """When codes for this contract were begun, sent or not, the latest first: a limit must not tell which."""
    sql = "SELECT created_at FROM kiosk_code WHERE contract = ? AND created_at > ? ORDER BY created_at DESC"
    return [from_micros(at) for (at,) in rows(KioskCode, sql, (contract, to_micros(since)))]


def _fitting(keys: Keys, id_: str, pin: str) -> CodeCard | None:
    found = rows(KioskCode, "SELECT contract, device, person, phone, offer, consent, code_hash FROM kiosk_code WHERE id = ?", (id_,))
    if not found:
        return None
    contract, device, person, phone, offer, consent, code_hash = found[0]
    known = code_hash or "-"
    fits = any(hmac.compare_digest(known, one) for one in keys.code_hashes(_named(id_, pin)))
    if not fits or person is None:
        return None
    return CodeCard(
        id=id_,
        contract=contract,
        device=device,
        person=person,
        phone=keys.open("kiosk_code", "phone", id_, phone) if phone else "",
        offer=offer,
        consent=consent,
    )


def _named(id_: str, pin: str) -> str:
    return f"kiosk pin {id_} {pin}"


def rebind(*, former: str, to: str) -> None:
    KioskCode.update(person=to).where(KioskCode.person == former).execute()


def forget(person: str) -> None:
    delete(KioskCode, KioskCode.person == person)


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(KioskCode, "SELECT id FROM kiosk_code WHERE created_at < ? LIMIT ?", (to_micros(now - KEPT), limit))
