"""A provider's register as bytes, and short ways to take it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from hub.flows.reconcile import BadRegister, Form, Reconciled, read_register, take
from hub.ledger import posting
from hub.ledger.model import Posting, Purpose
from hub.ledger.money import roubles
from hub.ledger.posting import Own
from hub.ledger.registers import DAYS_OF
from hub.ledger.rules import Policy
from hub.ledger.store import terms
from hub.ledger.store.registers import kept
from hub.ledger.store.registers.kept import KeptItem
from hub.ledger.store.terms import TermsCard
from hub.store.database import Database
from tests.unit.ledger.kit import NOW, act, own

__all__ = ["DAY", "NUMBER", "BadRegister", "Form", "at", "items", "opened_with_terms", "paid", "register", "row", "run"]

DAY = date(2026, 11, 17)
NUMBER = "0000000001"
SCHOOL = "1023800000017"
HELD = TermsCard(holder_name="ООО «Агент»", holder_inn="7700000016", legal_basis="договор", policy=Policy.FEED)


def at(hour: int = 12, day: date = DAY, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=DAYS_OF)


def row(key: str, kop: int, *, account: str = NUMBER, when: datetime | None = None, fee: int = 0) -> tuple[str, int, int]:
    """A line's text with what it adds to the totals."""
    text = f"{key};{(when or at()):%d.%m.%Y %H:%M:%S};{account};{roubles(kop)};{roubles(fee)};Терминал 0017, Барнаул"
    return text, kop, fee


def register(rows: Sequence[tuple[str, int, int]], *, totals: str | None = None, encoding: str = "cp1251") -> bytes:
    said = f"=;{len(rows)};{roubles(sum(kop for _, kop, _ in rows))};{roubles(sum(fee for *_, fee in rows))}"
    return "\r\n".join([*(text for text, *_ in rows), totals or said, ""]).encode(encoding)


def run(database: Database, data: bytes, *, day: date = DAY, provider: str = "osmp", form: Form | None = None) -> Reconciled:
    found = read_register(data, provider, form=form)
    return database.write_sync(lambda: take(found, data, provider, day=day, actor="command:test", now=NOW + timedelta(hours=1)))


def opened_with_terms(number: str = NUMBER) -> dict[Purpose, Own]:
    """In the caller's unit."""
    for purpose in Purpose:
        terms.put_terms(SCHOOL, purpose, date(2014, 1, 1), HELD)
    return own(number)


def paid(to: Own, key: str, kop: int, when: datetime | None = None) -> Posting:
    """As the terminal's call has it."""
    made = act(key, happened_at=when or at())
    return posting.top_up(made, to, provider="osmp", amount_kop=kop)


def items(database: Database, **asked: Any) -> list[KeptItem]:
    return database.read_sync(lambda: kept.items(**asked))
