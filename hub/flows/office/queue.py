"""The office's queue: everything that waits for a decision or a second signature, evidence at a glance, oldest first (RULES B4, B5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from hub.deps import Deps
from hub.flows.office.deciding.cards import is_own
from hub.flows.office.officers import Officer, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.office.seen import pupil_cards
from hub.flows.views.school.desk import Difference, Proof, ReviewList, ReviewView
from hub.flows.words import names_of, system_title
from hub.store.sessions import Visitor
from identity.linking import ReviewReason
from identity.model import Guardianship, Person, PersonId
from identity.snils import Snils
from identity.store import persons_by_id
from identity.store.family.restrictions import restrictions_to_sign
from identity.store.school.deciding import CORRECTABLE, may_approve
from identity.store.school.desk import (
    CardCase,
    EdgeReason,
    cards_to_sign,
    cards_unmatched,
    document_of,
    edge_cases,
    proposals_of_school,
    recoveries_to_sign,
)
from identity.store.school.reviews import Review, ReviewKind, ReviewState, live_reviews, own_family

MOST = 100
BOTH, ONLY_NO = ("sign", "refuse"), ("refuse",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item before names are put in: `child` and `person` are ids, `named` stands for a person whom the hub may not know."""

    id: str
    kind: str
    reason: str
    needs: str
    since: datetime
    child: PersonId | None = None
    person: PersonId | None = None
    named: str = field(default="", repr=False)
    evidence: tuple[Proof, ...] = ()
    differences: tuple[Difference, ...] = ()
    document: str = field(default="", repr=False)
    first_by: PersonId | None = None
    works_from: datetime | None = None
    may: tuple[str, ...] = BOTH
    blocked: str | None = None


async def list_reviews(deps: Deps, visitor: Visitor, *, school: str | None = None, item: str | None = None) -> ReviewList:
    """Whole, or one item of it; each pupil shown is note_reading in the pupil's access log."""

    def unit() -> tuple[Officer, ReviewList, set[PersonId]]:
        officer = officer_of(deps, visitor, school=school, act=Act.REVIEWS)
        lines = [line for line in _lines(deps, officer) if item is None or line.id == item]
        first = sorted(lines, key=lambda line: (line.needs == "time", line.since, line.id))[:MOST]
        view = ReviewList(school=officer.school, zone=officer.zone, items=tuple(_view(deps, one) for one in first), total=len(lines))
        return officer, view, {line.child for line in first if line.child}

    officer, view, children = await deps.db.read(unit)
    # On disk before it is shown, and the long reading holds no writer up.
    await deps.db.write(lambda: note_reading(deps, officer, children, page="office.reviews", now=deps.now()))
    return view


def count_lines(deps: Deps, officer: Officer) -> int:
    """Inside the caller's unit: how many wait, those that only wait for their time included."""
    return len(_lines(deps, officer))


def _lines(deps: Deps, officer: Officer) -> list[Line]:
    now = deps.now()
    return [
        *(_card(deps, officer, one, "card") for one in cards_to_sign(deps.keys, officer.school)),
        *(_card(deps, officer, one, "unmatched") for one in cards_unmatched(deps.keys, officer.school, now=now)),
        *_reviews(deps, officer),
        *_edges(deps, officer),
        *_restrictions(deps, officer),
        *_recoveries(deps, officer),
        *_proposals(deps, officer),
    ]


def _card(deps: Deps, officer: Officer, one: CardCase, kind: str) -> Line:
    waits = kind == "card"
    mine, first = is_own(deps, officer.person, one), officer.person == one.entered_by
    return Line(
        id=f"{kind}.{one.id}",
        kind="card_guardian" if waits else "card_unmatched",
        reason="snils_in_school_card",
        needs="second_officer" if waits else "decision",
        since=one.created_at,
        child=one.child,
        named=f"{one.first_name} {one.last_name}",
        differences=(Difference(field="snils", known="", told=one.snils.masked),),
        first_by=one.entered_by,
        works_from=one.valid_from if waits else None,
        may=() if mine else ONLY_NO if first or not waits else BOTH,
        blocked="own_family" if mine else "same_officer" if first and waits else None,
    )


def _reviews(deps: Deps, officer: Officer) -> Iterable[Line]:
    for one in live_reviews(deps.keys, officer.school):
        blocked = _blocked(officer, one.first_by, (one.person, one.child))
        fixable = one.kind is not ReviewKind.SIGN_IN or one.reason in CORRECTABLE
        announced = one.state is ReviewState.ANNOUNCED
        yield Line(
            id=f"case.{one.id}",
            kind=one.kind.value,
            reason=one.reason,
            needs="time" if announced else "second_officer" if one.state is ReviewState.SECOND_OFFICER else "decision",
            since=one.opened_at,
            child=one.child,
            person=one.person,
            evidence=tuple(Proof(kind=one.evidence[name], at=one.opened_at) for name in ("edge",) if name in one.evidence),
            differences=_differences(deps, one),
            document=one.note,
            first_by=one.first_by,
            works_from=one.works_from,
            may=() if blocked == "own_family" else ONLY_NO if blocked or announced or not fixable else BOTH,
            blocked=blocked or (None if fixable else "not_correctable"),
        )


def _edges(deps: Deps, officer: Officer) -> Iterable[Line]:
    signed = {one.about for one in live_reviews(deps.keys, officer.school) if one.kind is ReviewKind.GUARDIAN}
    for case in edge_cases(deps.keys, officer.school, now=deps.now()):
        edge = case.edge
        if any(one.id in signed for one in case.every):
            continue
        blocked = _blocked(officer, None, (edge.guardian, edge.child))
        if blocked is None and case.reason is not EdgeReason.FROZEN:
            blocked = may_approve(deps.keys, edge.guardian, edge.child, now=deps.now())
        yield Line(
            id=f"edge.{edge.id}",
            kind=case.reason.value,
            reason=edge.kind.value,
            needs="decision",
            since=edge.created_at or edge.evidence.at,
            child=edge.child,
            person=edge.guardian,
            evidence=proofs(case.every),
            works_from=edge.valid_until,
            may=() if blocked == "own_family" else ONLY_NO if blocked else BOTH,
            blocked=blocked,
        )


def _restrictions(deps: Deps, officer: Officer) -> Iterable[Line]:
    for one in restrictions_to_sign(officer.school):
        lifting = one.lift_by is not None
        first = one.lift_by or one.set_by
        blocked = _blocked(officer, first, (one.child, one.guardian))
        yield Line(
            id=f"{'lift' if lifting else 'restriction'}.{one.id}",
            kind="restriction_lift" if lifting else "restriction",
            reason="until" if one.until else "for_good",
            needs="second_officer",
            since=one.created_at,
            child=one.child,
            person=one.guardian,
            named="" if one.guardian else "Назван по СНИЛС",
            document=document_of(deps.keys, "restriction", one.id),
            first_by=first,
            works_from=one.until,
            may=() if blocked == "own_family" else ONLY_NO if blocked else BOTH,
            blocked=blocked,
        )


def _recoveries(deps: Deps, officer: Officer) -> Iterable[Line]:
    for one in recoveries_to_sign(officer.school):
        blocked = _blocked(officer, one.opened_by, (one.person,))
        yield Line(
            id=f"recovery.{one.id}",
            kind="recovery",
            reason="in_person",
            needs="second_officer",
            since=one.created_at,
            person=one.person,
            document=document_of(deps.keys, "recovery", one.id),
            first_by=one.opened_by,
            may=() if blocked == "own_family" else ONLY_NO if blocked else BOTH,
            blocked=blocked,
        )


def _proposals(deps: Deps, officer: Officer) -> Iterable[Line]:
    for one in proposals_of_school(officer.school, now=deps.now()):
        blocked = _blocked(officer, None, (one.child, one.by))
        yield Line(
            id=f"proposal.{one.id}",
            kind="proposal",
            reason=f"{one.act.value}_objected" if one.objected else one.act.value,
            needs="decision",
            since=one.asked_at,
            child=one.child,
            person=one.by,
            works_from=one.answer.until,
            may=() if blocked else BOTH,
            blocked=blocked,
        )


def _blocked(officer: Officer, first: PersonId | None, people: Sequence[PersonId | None]) -> str | None:
    if own_family(officer.person, *people):
        return "own_family"
    return "same_officer" if first == officer.person else None


def _differences(deps: Deps, one: Review) -> tuple[Difference, ...]:
    """Of a stopped sign-in, what it said otherwise than the record."""
    known = persons_by_id(deps.keys, (one.person,)).get(one.person)
    if one.kind is ReviewKind.IDENTITY and known is not None:
        pairs = ((name, getattr(known, name), one.evidence[name]) for name in ("last_name", "first_name", "middle_name"))
        stay = persons_by_id(deps.keys, [PersonId(id_) for id_ in one.evidence["keep"].split()]).values()
        kept = Difference(field="kept", known="", told=", ".join(names_of(person) for person in stay))
        return (*(Difference(field=name, known=was, told=now) for name, was, now in pairs if was != now), kept)
    if one.kind is ReviewKind.PROFILE:
        return (Difference(field="system", known="", told=system_title(deps, one.evidence["system"])),)
    if one.kind is not ReviewKind.SIGN_IN or known is None:
        return ()
    if one.reason in (ReviewReason.SNILS_CHANGED, ReviewReason.SNILS_OF_OTHER_PERSON):
        told = Snils(one.evidence["snils"]).masked if one.evidence.get("snils") else ""
        return (Difference(field="snils", known=known.snils.masked if known.snils else "", told=told),)
    if one.reason == ReviewReason.BIRTH_DATE_DIFFERS:
        return (Difference(field="birth_date", known=_day(known.birth_date), told=_day(_date(one.evidence.get("birth_date", "")))),)
    pairs = ((name, getattr(known, name), one.evidence.get(name, "")) for name in ("last_name", "first_name"))
    return tuple(Difference(field=name, known=was, told=now) for name, was, now in pairs if was != now)


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _day(value: date | None) -> str:
    return f"{value:%d.%m.%Y}" if value else ""


def proofs(every: Iterable[Guardianship]) -> tuple[Proof, ...]:
    return tuple(Proof(kind=one.evidence.kind.value, at=one.evidence.at) for one in every)


def _view(deps: Deps, line: Line) -> ReviewView:
    known = persons_by_id(deps.keys, [one for one in (line.person, line.first_by) if one])
    cards = pupil_cards(deps, {line.child} if line.child else set())
    return ReviewView(
        id=line.id,
        kind=line.kind,
        reason=line.reason,
        needs=line.needs,
        since=line.since,
        pupil=cards.get(line.child) if line.child else None,
        person=line.named or _full(known.get(line.person) if line.person else None),
        evidence=line.evidence,
        differences=line.differences,
        document=line.document,
        first_by=_full(known.get(line.first_by)) if line.first_by else "",
        works_from=line.works_from,
        may=line.may,
        blocked=line.blocked,
    )


def _full(one: Person | None) -> str:
    return names_of(one) if one else ""
