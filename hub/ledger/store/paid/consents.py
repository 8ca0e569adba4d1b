"""Words to a price: said once, kept for as long as the money's rows; the end of one stands beside it (RULES A14, D6)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.ledger.store.paid.tables import PaidConsent
from hub.ledger.tariffs import Priced
from hub.store.fields import from_micros, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the person saw and agreed to."""

    service: str
    price: Priced
    text_version: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentCard:
    id: str
    contract: str | None
    child: str | None
    person: str
    service: str
    price: Priced
    text_version: str
    text: str
    at: datetime
    ended_at: datetime | None


_COLUMNS = "id, contract, child, person, service, price_kop, price_version, text_version, text, at, ended_at"


def agree(said: Said, *, person: str, contract: str | None, child: str | None, now: datetime) -> str:
    id_ = uuid.uuid4().hex
    PaidConsent.insert(
        id=id_,
        contract=contract,
        child=child,
        person=person,
        service=said.service,
        price_kop=said.price.kop,
        price_version=said.price.version,
        text_version=said.text_version,
        text=said.text,
        at=now,
    ).execute()
    return id_


def end(ids: Collection[str], *, now: datetime) -> None:
    """From now on nothing is taken by these words."""
    if ids:
        PaidConsent.update(ended_at=now).where(PaidConsent.id.in_([*ids]), PaidConsent.ended_at.is_null()).execute()


def consent(id_: str) -> ConsentCard | None:
    return next(iter(_cards("id = ?", id_)), None)


def by_person(person: str) -> Sequence[ConsentCard]:
    return _cards("person = ?", person)


def _cards(where: str, value: str) -> list[ConsentCard]:
    found = rows(PaidConsent, f"SELECT {_COLUMNS} FROM paid_consent WHERE {where} ORDER BY at, id", (value,))  # noqa: S608 - own words
    return [
        ConsentCard(
            id=id_,
            contract=contract,
            child=child,
            person=person,
            service=service,
            price=Priced(kop=int(kop), version=version),
            text_version=text_version,
            text=text,
            at=from_micros(at),
            ended_at=None if ended_at is None else from_micros(ended_at),
        )
        for id_, contract, child, person, service, kop, version, text_version, text, at, ended_at in found
    ]
