"""Edges that need the school: a stopped guardian, one whom Gosuslugi names no more, a parent below 18 (RULES A2, A5, B5)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.follow_edges import follow_edges
from hub.flows.office.deciding.word import Outcome, Word, guardians_of, tell
from hub.flows.office.officers import Officer
from hub.flows.refusals import Reason, Refused
from hub.flows.words import names_of
from identity.guardianship import Change
from identity.model import ActorKind, EdgeId, PersonId
from identity.store import edges, person, record_change, school_of, settle_frozen
from identity.store.edges import EdgeChange, told_of
from identity.store.school.cards import NOTICE_FOR
from identity.store.school.deciding import may_approve
from identity.store.school.desk import EdgeCase, EdgeReason, edge_case
from identity.store.school.reviews import ReviewKind, open_review, own_family, sign_first


def school_of_edge(_deps: Deps, id_: str) -> str | None:
    found = edges.edge(EdgeId(id_))
    return school_of(found.child) if found else None


def sign_edge(deps: Deps, officer: Officer, id_: str, word: Word) -> Outcome:
    """A frozen one lives again; the others get the first of two signatures, with a document, and those concerned are told."""
    found = _asked(deps, officer, id_)
    if found.reason is EdgeReason.FROZEN:
        return _keep(deps, officer, found, word)
    edge, now = found.edge, deps.now()
    against = may_approve(deps.keys, edge.guardian, edge.child, now=now)
    if against is not None:
        raise Refused(Reason.FORBIDDEN, more={"reason": against})
    others = guardians_of(edge.child, but=edge.guardian)
    works_from = now + NOTICE_FOR if others else now
    review = open_review(
        deps.keys,
        kind=ReviewKind.GUARDIAN,
        person=edge.guardian,
        child=edge.child,
        reason=found.reason,
        evidence={"edge": edge.evidence.kind.value},
        about=edge.id,
        school=officer.school,
        now=now,
    )
    sign_first(deps.keys, review, officer.person, note=word.proof(deps, officer), works_from=works_from, now=now)
    names, child = names_of(person(deps.keys, edge.guardian)), person(deps.keys, edge.child)
    text = f"Школа подтверждает представителя: {names}, ребёнок — {child.first_name if child else ''}. Не раньше чем через сутки"
    tell(deps, others, "guardian_announced", f"{text} он увидит записи. Ошибка? Скажите школе.")
    return Outcome(state="second_officer", works_from=works_from)


def refuse_edge(deps: Deps, officer: Officer, id_: str, word: Word) -> Outcome:
    """The school does not confirm: the edges between the two end."""
    word.why()
    found = _asked(deps, officer, id_)
    edge, now = found.edge, deps.now()
    tellable = _told(deps, found)
    if found.reason is EdgeReason.FROZEN:
        settle_frozen(deps.keys, officer.person, edge.guardian, edge.child, keep=False, now=now)
    else:
        edges.end((one.id for one in found.every), now=now)
        record_change(
            actor=officer.person,
            actor_kind=ActorKind.STAFF,
            subject=edge.child,
            action="guardianship.ended",
            object=edge.guardian,
            now=now,
        )
    follow_edges(deps, (EdgeChange(edge=one, change=Change.ENDED) for one in found.every))
    child, guardian = person(deps.keys, edge.child), person(deps.keys, edge.guardian)
    name = child.first_name if child else "ребёнок"
    tell(deps, (edge.guardian,), "guardian_refused", f"Школа не подтвердила, что вы представитель ({name}). Подойдите туда с документом.")
    tell(deps, tellable, "guardian_ended", f"Школа решила: {names_of(guardian)} больше не видит записи ({name}).")
    return Outcome(state="refused")


def _keep(deps: Deps, officer: Officer, found: EdgeCase, word: Word) -> Outcome:
    word.why()
    edge = found.edge
    settle_frozen(deps.keys, officer.person, edge.guardian, edge.child, keep=True, now=deps.now())
    child, guardian = person(deps.keys, edge.child), person(deps.keys, edge.guardian)
    name = child.first_name if child else "ребёнок"
    tell(deps, (edge.guardian,), "guardian_kept", f"Школа проверила: записи ({name}) снова открыты для вас.")
    tell(deps, _told(deps, found), "guardian_kept", f"Школа проверила документы: {names_of(guardian)} снова видит записи ({name}).")
    return Outcome(state="done")


def _told(deps: Deps, found: EdgeCase) -> tuple[PersonId, ...]:
    """The other active guardians and the pupil of 14 or older."""
    child = person(deps.keys, found.edge.child)
    return told_of(found.edge, child, now=deps.now()) if child else ()


def _asked(deps: Deps, officer: Officer, id_: str) -> EdgeCase:
    found = edge_case(deps.keys, id_, now=deps.now())
    if found is None:
        raise Refused(Reason.ALREADY_DECIDED if edges.edge(EdgeId(id_)) else Reason.NOT_FOUND)
    if own_family(officer.person, found.edge.guardian, found.edge.child):
        raise Refused(Reason.OWN_FAMILY)
    return found
