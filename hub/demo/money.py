"""The town's contracts and accounts, with a week of dinners, so that the demo's pages have something to show."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.demo.control import Town, TownPerson
from hub.ledger.model import Cause, Kind, Posting, Purpose
from hub.ledger.posting import Act, Own, imported
from hub.ledger.rules import Policy
from hub.ledger.store import contracts
from hub.ledger.store.contracts import NewContract
from hub.ledger.store.terms import TermsCard, put_terms
from hub.ledger.store.writing import post_all
from identity.sealing import Keys

SINCE = date(2014, 9, 1)
TERMS = TermsCard(
    holder_name="ООО «Школьный платёж» (демонстрация)",
    holder_inn="7700000016",
    supplier_name="ООО «Школьная столовая» (демонстрация)",
    supplier_inn="7700000023",
    agent_name="ООО «Школьный платёж» (демонстрация)",
    agent_inn="7700000016",
    legal_basis="агентский договор, образец для демонстрации",
    policy=Policy.FEED,
)
PAID_KOP, DINNER_KOP, DINNERS = 50_000, 8_500, 4


def load_money(keys: Keys, town: Town, *, now: datetime) -> None:
    """Inside the caller's unit; what is there already stays as it is."""
    zones = {one.ogrn: one.tz for one in town.schools}
    ogrn = {one.id: one.ogrn for one in town.schools}
    for school in zones:
        for purpose in Purpose:
            put_terms(school, purpose, SINCE, TERMS)
    for pupil in town.people:
        if pupil.role == "pupil" and pupil.snils and pupil.school in ogrn:
            _open(keys, pupil, ogrn[pupil.school], zones, now=now)


def number_of(person: str) -> str:
    """Ten digits that begin with 0 and stay the same for a person of the town."""
    return f"0{int.from_bytes(hashlib.sha256(person.encode()).digest()[:6], 'big') % 10**9:09}"


def _open(keys: Keys, pupil: TownPerson, school: str, zones: Mapping[str, str], *, now: datetime) -> None:
    number = number_of(pupil.id)
    if contracts.numbered(number) is not None:
        return
    names = (pupil.last_name, pupil.first_name, pupil.middle_name or "")
    digits = "".join(letter for letter in pupil.snils or "" if letter.isdigit())
    new = NewContract(number=number, school=school, class_name=pupil.class_name or "", purposes=tuple(Purpose), pupil=names, snils=digits)
    contracts.open_contract(keys, new, now=now)
    card = contracts.numbered(number)
    meal = next(one for one in card.accounts if one.purpose is Purpose.MEAL) if card else None
    if meal is not None:
        post_all(_week(number, Own(id=meal.id, purpose=meal.purpose), zones[school], now=now), now=now)


def _week(number: str, of: Own, zone: str, *, now: datetime) -> list[Posting]:
    """A payment, and a dinner on each of the last school days before today."""
    today = now.astimezone(ZoneInfo(zone)).replace(hour=11, minute=40, second=0, microsecond=0)
    days = [day for back in range(1, 10) if (day := today - timedelta(days=back)).weekday() < 5][:DINNERS]
    first = days[-1] - timedelta(hours=16)
    paid = Act(scope="demo", key=f"{number}-0", at=first, actor="demo", cause=Cause(provider="osmp"))
    made = [imported(paid, Kind.TOP_UP, of, amount_kop=PAID_KOP, provider="osmp")]
    for place, day in enumerate(reversed(days), start=1):
        act = Act(scope="demo", key=f"{number}-{place}", at=day, actor="demo", cause=Cause(item="обед", place="столовая"))
        made.append(imported(act, Kind.MEAL, of, amount_kop=-DINNER_KOP))
    return made
