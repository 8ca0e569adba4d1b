"""Offers in the database: an operator's own by day, and every text that somebody accepted, as it was then (RULES D9)."""

from __future__ import annotations

from datetime import date

from hub.ledger.agreements.offers import Offer, usual, usual_on
from hub.ledger.store.agreements.tables import FirstPayment
from hub.ledger.store.agreements.tables import Offer as Row
from hub.ledger.store.raw import marks
from hub.ledger.store.tables import Entry
from hub.store.fields import rows


def offer_on(day: date) -> Offer:
    """The one in force; what an operator put there stands above the usual one, and of two the later."""
    found = rows(
        Row, "SELECT version, since, title, text FROM contract_offer WHERE since <= ? ORDER BY since DESC LIMIT 1", (day.isoformat(),)
    )
    known = _offer(*found[0]) if found else None
    ours = usual_on(day)
    return known if known is not None and known.since >= ours.since else ours


def offer(version: str) -> Offer | None:
    """As it was accepted, whatever has become of it since."""
    found = rows(Row, "SELECT version, since, title, text FROM contract_offer WHERE version = ?", (version,))
    return _offer(*found[0]) if found else next((one for one in usual() if one.version == version), None)


def put_offer(one: Offer) -> None:
    """A version that is there already stays as it is."""
    Row.insert(version=one.version, since=one.since.isoformat(), title=one.title, text=one.text).on_conflict_ignore().execute()


def _offer(version: str, since: str, title: str, text: str) -> Offer:
    return Offer(version=version, since=date.fromisoformat(since), title=title, text=text)


def least_first_kop(school: str, accounts: tuple[str, ...], day: date) -> int:
    """What the first payment of a contract must be at least: 0 where the school wants nothing, or where something was paid in already."""
    found = rows(
        FirstPayment,
        "SELECT least_kop FROM first_payment WHERE school = ? AND since <= ? ORDER BY since DESC LIMIT 1",
        (school, day.isoformat()),
    )
    least = int(found[0][0]) if found else 0
    if least == 0 or not accounts:
        return least
    paid = f"SELECT 1 FROM ledger_entry WHERE account IN ({marks(accounts)}) AND kind = 'top_up' LIMIT 1"  # noqa: S608 - question marks
    return 0 if rows(Entry, paid, accounts) else least


def put_first_payment(school: str, since: date, least_kop: int) -> None:
    """From that day on; a second word for one day stands in place of the first."""
    id_ = f"{school}-{since}"
    if not FirstPayment.update(least_kop=least_kop).where(FirstPayment.id == id_).execute():
        FirstPayment.insert(id=id_, school=school, since=since.isoformat(), least_kop=least_kop).execute()
