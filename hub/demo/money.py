"""The town's contracts and accounts, with a week of dinners, so that the demo's pages have something to show."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.demo.control import Town, TownPerson
from hub.ledger.model import Cause, Kind, Posting, Purpose
from hub.ledger.posting import Act, Own, imported
from hub.ledger.rules import Policy
from hub.ledger.store import contracts
from hub.ledger.store.contracts import NewContract
from hub.ledger.store.terms import TermsCard, put_terms, terms_of
from hub.ledger.store.writing import post_all
from hub.store.school import canteen
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
MENU = (("dinner", "Обед", 8_500), ("breakfast", "Завтрак", 6_000), ("bun", "Булочка", 2_500))
PAID_KOP, DINNER_KOP, DINNERS = 50_000, 8_500, 4


def load_money(keys: Keys, town: Town, *, now: datetime) -> None:
    """Inside the caller's unit; what is there already stays as it is."""
    zones = {one.ogrn: one.tz for one in town.schools}
    ogrn = {one.id: one.ogrn for one in town.schools}
    for school in zones:
        for purpose in Purpose:
            if not terms_of(school, purpose, SINCE).may_take:
                put_terms(school, purpose, SINCE, TERMS)
        for item, title, kop in MENU:
            if canteen.price_of(school, item, SINCE) is None:
                canteen.put_price(school, item, title, SINCE, kop, by="demo", now=now)
    pupils = {number_of(one.id): one for one in town.people if one.role == "pupil" and one.snils and one.school in ogrn}
    known = contracts.known_numbers(pupils)
    made: list[Posting] = []
    for number, pupil in pupils.items():
        if number not in known:
            school = ogrn[pupil.school or ""]
            made += _week(number, _open(keys, number, pupil, school, now=now), zones[school], now=now)
    post_all(made, now=now)


def number_of(person: str) -> str:
    """Ten digits that begin with 0 and stay the same for a person of the town."""
    return f"0{int.from_bytes(hashlib.sha256(person.encode()).digest()[:6], 'big') % 10**9:09}"


def _open(keys: Keys, number: str, pupil: TownPerson, school: str, *, now: datetime) -> Own:
    """The account for food."""
    names = (pupil.last_name, pupil.first_name, pupil.middle_name or "")
    digits = "".join(letter for letter in pupil.snils or "" if letter.isdigit())
    new = NewContract(number=number, school=school, class_name=pupil.class_name or "", purposes=tuple(Purpose), pupil=names, snils=digits)
    card = contracts.open_contract(keys, new, now=now)
    return next(Own(id=one.id, purpose=one.purpose) for one in card.accounts if one.purpose is Purpose.MEAL)


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
