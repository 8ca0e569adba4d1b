"""What a till did against a family's word, without a card or without money: recorded once and told; never reversed by itself (E8, E9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.store import Kept
from hub.deps import Deps
from hub.flows.debits.words import OUTCOMES, RULES, tell_parents
from hub.flows.meals.forbids import May
from hub.flows.serve_at_till.verdicts import bans_of, judge, known_dishes
from hub.ledger.debits.decide import OVERDRAFT, Outcome
from hub.ledger.debits.meals import Debited
from hub.ledger.money import shown
from hub.store.school import schools
from hub.store.school.meals import till_records
from hub.store.school.meals.till_records import Record, RecordKind
from hub.store.school.meals.words import Bans
from identity.model import MOSCOW, PersonId
from identity.store import person

KINDS = {
    RecordKind.FORBIDDEN: "meal_forbidden",
    RecordKind.OVERDRAFT: "meal_overdraft",
    RecordKind.UNPAID: "meal_not_debited",
    RecordKind.BY_NAME: "meal_by_name",
}
UNPAID = frozenset({Outcome.LIMIT, Outcome.NO_FUNDS, Outcome.NO_ACCOUNT})
NO_NAME = "кассир себя не назвал"


def note_sale(deps: Deps, row: Kept, child: str, said: Debited, title: str) -> None:
    """In the caller's unit, after the debit was decided. The event is stored whatever stands here."""
    now = deps.now()
    known = person(deps.keys, PersonId(child))
    name = known.first_name if known else "Ребёнок"
    for kind, text in _found(deps, row, child, said, title, now=now):
        record = Record(
            school=row.school,
            child=child,
            device=row.device,
            event=row.id,
            kind=kind,
            title=title,
            amount_kop=said.amount_kop,
            offline=bool(row.data.get("offline")),
            at=row.at,
        )
        if till_records.note(record, now=now):
            href = f"/money/{said.account}" if said.account else f"/children/{child}/meal-rules"
            tell_parents(deps, child, but="", kind=KINDS[kind], text=f"{name}: {text}", href=href)


def _found(deps: Deps, row: Kept, child: str, said: Debited, title: str, *, now: datetime) -> Iterator[tuple[RecordKind, str]]:
    """What of this sale is to be recorded, each with what the family reads."""
    what, kop = title[:1].lower() + title[1:], shown(said.amount_kop)
    offline = " У кассы не было связи." if row.data.get("offline") else ""
    if sold := _forbidden(deps, row, child, now=now):
        yield RecordKind.FORBIDDEN, f"касса продала то, что вы запретили: {sold}.{offline} Не согласны — нажмите «Это не мы» в выписке."
    if said.outcome is Outcome.DEBITED and said.rule == OVERDRAFT:
        yield RecordKind.OVERDRAFT, f"{what}, {kop}. У кассы не было связи, денег или предела уже не хватало: на счёте остался долг."
    if said.outcome in UNPAID:
        why = RULES.get(said.rule, OUTCOMES.get(said.outcome.value, "")).rstrip(".")
        yield RecordKind.UNPAID, f"{what}, {kop}: накормили, но деньги не списаны. {why}.{offline}"
    if row.carrier == MANUAL:
        who = str(row.data.get("operator") or "").strip() or NO_NAME
        yield (
            RecordKind.BY_NAME,
            f"{what}, {kop}. Без карты, по имени; обслужил: {who}. Ребёнок этого не ел — нажмите «Это не мы» в выписке.",
        )


def _forbidden(deps: Deps, row: Kept, child: str, *, now: datetime) -> str:
    """The names of what was sold against the family's word."""
    bans = bans_of(deps, child, now=now)
    items = row.data.get("items", ())
    if bans == Bans() or not items:
        return ""
    day = row.at.astimezone(ZoneInfo(schools.zone_of(row.school) or MOSCOW)).date()
    cards, titles = known_dishes(row.school, day)
    return ", ".join(
        str(one["title"])
        for one in items
        if judge(bans, cards, titles, sku=str(one.get("sku") or ""), title=str(one["title"]), allergens=tuple(one.get("allergens") or ()))
        is May.FORBIDDEN
    )[:200]
