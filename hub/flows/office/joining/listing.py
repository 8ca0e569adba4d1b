"""The requests of the own school: filtered and in pages, or one with everything behind it; every family sees the look (RULES A13, B4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hub.deps import Deps
from hub.flows.cursors import NOT_OURS, from_cursor, number_in, to_cursor
from hub.flows.join_school.show import known_there, steps_of
from hub.flows.join_school.terms import against
from hub.flows.office.joining.rows import around, row_of
from hub.flows.office.officers import Officer, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.desk import Proof
from hub.flows.views.school.joining import JoinCase, JoinCounts, JoinRow, JoinRows
from hub.store.joining import bundles, queue
from hub.store.joining.queue import Asked
from hub.store.joining.records import Bundle
from hub.store.sessions import Visitor
from identity.joining import RequestKind, RequestState, Role
from identity.model import PersonId
from identity.store.school.enrolment import applicants_edges

MOST = 100
LONGEST_PAGE = 200
PAGE, CASE = "office.joins", "office.join"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    officer: Officer
    view: JoinRows
    children: frozenset[PersonId]


def asked_of(state: str | None = None, kind: str | None = None, class_name: str | None = None, until: datetime | None = None) -> Asked:
    """From words of a query; a word that is none is refused."""
    try:
        states = (RequestState(state),) if state else ()
        wanted = RequestKind(kind) if kind else None
    except ValueError as error:
        words = ", ".join(one.value for one in RequestState)
        raise Refused(Reason.MALFORMED, f"Состояние заявления может быть: {words}.") from error
    return Asked(states=states, kind=wanted, class_name=class_name or None, until=until)


async def list_joins(
    deps: Deps, visitor: Visitor, asked: Asked, *, school: str | None = None, cursor: str | None = None, limit: int = MOST
) -> JoinRows:
    """Oldest first."""
    after = _place(cursor) if cursor else None
    most = max(1, min(limit, LONGEST_PAGE))

    def unit() -> _Found:
        officer = officer_of(deps, visitor, school=school, act=Act.JOINS)
        lines = queue.page(officer.school, asked, after=after, limit=most + 1)
        shown = lines[:most]
        found = bundles.many(deps.keys, {one.bundle for one in shown})
        near = around(deps, officer, found.values())
        items: list[JoinRow] = []
        for line in shown:
            request = found[line.bundle].numbered(line.id)
            if request is not None:
                items.append(row_of(officer, near, found[line.bundle], request))
        following = to_cursor(f"{(shown[-1].submitted_at - _EPOCH) // _MICROSECOND} {shown[-1].id}") if len(lines) > most else None
        view = JoinRows(school=officer.school, zone=officer.zone, items=tuple(items), next=following)
        return _Found(officer=officer, view=view, children=frozenset(PersonId(one.child) for one in found.values()))

    key = ("office.joins", visitor.session, school, cursor, most, asked)
    answer = await deps.memory.people.of(deps.db, key, unit)
    await _note(deps, answer.officer, answer.children, PAGE)
    return answer.view


async def count_joins(deps: Deps, visitor: Visitor, *, school: str | None = None) -> JoinCounts:
    """For the office's head page; opens no pupil."""

    def unit() -> JoinCounts:
        officer = officer_of(deps, visitor, school=school, act=Act.JOINS)
        waiting = Asked(states=(RequestState.SUBMITTED,))
        return JoinCounts(
            waiting=queue.count(officer.school, waiting),
            classes=tuple(queue.classes(officer.school, waiting)),
            four_eyes=queue.four_eyes(officer.school),
        )

    return await deps.memory.people.of(deps.db, ("office.joins.count", visitor.session, school), unit)


async def read_join(deps: Deps, visitor: Visitor, request: str) -> JoinCase:
    """With what holds now, what happened, and what «Моя школа» knows of it."""

    def unit() -> tuple[Officer, JoinCase, PersonId]:
        officer, bundle = own_request(deps, visitor, request)
        return officer, _case(deps, officer, bundle, request), PersonId(bundle.child)

    officer, view, child = await deps.db.read(unit)
    await _note(deps, officer, (child,), CASE)
    return view


async def choose_four_eyes(deps: Deps, visitor: Visitor, wanted: bool, *, school: str | None = None) -> None:
    """The head of the school decides whether every approval needs two officers."""
    now = deps.now()

    def unit() -> None:
        officer = officer_of(deps, visitor, school=school, act=Act.SETTINGS)
        queue.choose_four_eyes(officer.school, wanted, by=officer.person, now=now)

    await deps.db.write(unit)


def own_request(deps: Deps, visitor: Visitor, request: str) -> tuple[Officer, Bundle]:
    """In the caller's unit: whoever has no office hears so; a foreign school's request and none at all look the same."""
    bundle = bundles.of_request(deps.keys, request)
    officer = officer_of(deps, visitor, school=bundle.school if bundle else "none", act=Act.JOINS)
    if bundle is None:
        raise Refused(Reason.NOT_FOUND)
    return officer, bundle


def _case(deps: Deps, officer: Officer, bundle: Bundle, id_: str) -> JoinCase:
    request = bundle.numbered(id_)
    assert request is not None, "the bundle was found by this request"
    row = row_of(officer, around(deps, officer, (bundle,)), bundle, request, against=against(deps, bundle, request.kind))
    told, refused = known_there(bundle)
    return JoinCase(
        **{name: getattr(row, name) for name in row.__struct_fields__},
        zone=officer.zone,
        evidence_now=evidence_now(deps, bundle),
        history=steps_of(bundle, bundles.history(bundle.id)),
        previous=bundle.previous,
        legal_name=bundle.legal_name,
        outside=told,
        outside_reason=refused,
    )


def evidence_now(deps: Deps, bundle: Bundle) -> tuple[Proof, ...]:
    """What ties the applicant to the child at this moment; a pupil's own account does not end."""
    if bundle.role is Role.PUPIL:
        return tuple(Proof(kind=kind.value, at=at) for kind, at in bundle.evidence.items())
    found = applicants_edges(PersonId(bundle.applicant), PersonId(bundle.child), now=deps.now())
    return tuple(Proof(kind=one.evidence.kind.value, at=one.evidence.at) for one in found)


async def _note(deps: Deps, officer: Officer, children: Iterable[PersonId], page: str) -> None:
    """The first look is on disk before the answer; repeats within seconds are gathered (RULES A13)."""
    due = [child for child in children if deps.memory.joins_read.due((officer.person, child, page))]
    if due:
        now = deps.now()
        await deps.db.write(lambda: note_reading(deps, officer, due, page=page, now=now))


def _place(cursor: str) -> tuple[datetime, str]:
    micros, _, id_ = from_cursor(cursor).partition(" ")
    if not id_:
        raise Refused(Reason.MALFORMED, NOT_OURS)
    return _EPOCH + number_in(micros) * _MICROSECOND, id_
