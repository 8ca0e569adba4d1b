"""Invitation codes: issued by the office, shown once, redeemed once, one equal answer for every failure (RULES A7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from peewee import IntegrityError

from identity.errors import NotAllowed, NotFound
from identity.guardianship import Change, activation
from identity.invitations import CodeState, Slip, bound_name, expires_at, new_code, printed, read_code, shown_name
from identity.model import ActorKind, EdgeState, Evidence, EvidenceKind, GuardianKind, Guardianship, Person, PersonId, PersonState
from identity.sealing import Keys
from identity.store import edges, persons
from identity.store.edges import EdgeChange
from identity.store.family.standing import standing
from identity.store.rows import fetch, instant, instant_of, marks, micros, new_id
from identity.store.school.tables import CardRow, CodeRow
from identity.store.school.tries import count_try, give_back
from identity.store.trail import access

NAME_LABEL = "invitation_code.name"
KEPT_FOR = timedelta(days=365)


class Redeemed(StrEnum):
    """`REFUSED` is the one answer for a wrong code, a wrong name, a used, killed, expired or foreign code and a restricted person."""

    DONE = "done"
    REFUSED = "refused"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """The caller holds every answer back by `delay_s`, and answers 429 with `retry_after_s` when limited."""

    result: Redeemed
    delay_s: float = 0.0
    retry_after_s: int = 0
    child: PersonId | None = None
    edge: EdgeChange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCode:
    """A code as the office sees it later: never the code itself."""

    id: str
    child: PersonId
    state: CodeState
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


def issue_code(keys: Keys, *, school: str, child: PersonId, officer: PersonId, now: datetime, code: str = "") -> Slip:
    """A new code; the earlier live one of this child dies with the reprint. Nobody prints for an own child (RULES B5).

    `code` is given only where a repeated request has to be able to make the same one again.
    """
    known = persons.person(keys, child)
    if known is None or known.state is not PersonState.ACTIVE or not _on_card(school, child):
        raise NotFound("no such pupil")
    if officer == child or edges.ever_between(officer, child):
        raise NotAllowed("own_family")
    has_guardian = any(edge.state is EdgeState.ACTIVE for edge in edges.of_child(child))
    code, until = code or new_code(), expires_at(now, has_guardian=has_guardian)
    try:
        with CodeRow._meta.database.atomic():
            _issue(keys, school, known, officer, code, until, now=now)
    except IntegrityError:
        # A parallel print was faster; this one is the later, and kills it.
        _issue(keys, school, known, officer, code, until, now=now)
    access.record_change(actor=officer, actor_kind=ActorKind.STAFF, subject=child, action="invitation.issued", object=school, now=now)
    return Slip(child=child, shown_name=shown_name(known.last_name, known.first_name), code=printed(code), expires_at=until)


def issue_codes(keys: Keys, *, school: str, children: Iterable[PersonId], officer: PersonId, now: datetime) -> tuple[Slip, ...]:
    """The slips of a class, in the order given."""
    return tuple(issue_code(keys, school=school, child=child, officer=officer, now=now) for child in children)


def _issue(keys: Keys, school: str, child: Person, officer: PersonId, code: str, until: datetime, *, now: datetime) -> None:
    CodeRow.update(state=CodeState.KILLED.value).where(CodeRow.child == child.id, CodeRow.state == CodeState.ACTIVE.value).execute()
    CodeRow.create(
        id=new_id(),
        child=child.id,
        school=school,
        code_hash=keys.code_hash(code),
        name_index=keys.index(NAME_LABEL, bound_name(child.last_name, child.first_name)),
        state=CodeState.ACTIVE.value,
        issued_by=officer,
        created_at=now,
        expires_at=until,
    )


def redeem_code(keys: Keys, person: PersonId, *, last_name: str, first_name: str, code: str, address: str, now: datetime) -> Redemption:
    """Makes the person a guardian by a code; nothing is raised for a wrong one, so that the count of tries is kept.

    `address` is the caller's as the configured proxies vouch for it; a forged header moves nothing (RULES A7).
    """
    name = bound_name(last_name, first_name)
    tried = count_try(keys, person, address, name, now=now)
    found = _live(keys, read_code(code), name, now=now)
    who = persons.person(keys, person)
    if tried.limited:
        return Redemption(result=Redeemed.LIMITED, delay_s=tried.delay_s, retry_after_s=tried.retry_after_s)
    if found is None or who is None or not _welcome(keys, who, found[1], now=now):
        return Redemption(result=Redeemed.REFUSED, delay_s=tried.delay_s)
    id_, child = found
    spent = (
        CodeRow.update(state=CodeState.USED.value, used_by=person, used_at=now)
        .where(CodeRow.id == id_, CodeRow.state == CodeState.ACTIVE.value)
        .execute()
    )
    if not spent:
        return Redemption(result=Redeemed.REFUSED, delay_s=tried.delay_s)
    give_back(tried)
    return Redemption(result=Redeemed.DONE, delay_s=tried.delay_s, child=child, edge=_guard(keys, who, child, id_, now=now))


def _live(keys: Keys, code: str, name: str, *, now: datetime) -> tuple[str, PersonId] | None:
    """The live code of this very name; a text that can be no code is looked up like any other, for equal timing."""
    hashes, names = keys.code_hashes(code or "none"), keys.indexes(NAME_LABEL, name)
    sql = (
        f"SELECT id, child FROM invitation_code WHERE code_hash IN ({marks(hashes)}) AND name_index IN ({marks(names)})"  # noqa: S608 - ? marks
        " AND state = 'active' AND expires_at > ?"
    )
    for id_, child in fetch(CodeRow, sql, (*hashes, *names, micros(now))):
        return str(id_), PersonId(child)
    return None


def _welcome(keys: Keys, who: Person, child: PersonId, *, now: datetime) -> bool:
    """Neither the child itself, nor a closed record, nor a restricted or frozen person: no code restores what was taken away."""
    if who.id == child or who.state is not PersonState.ACTIVE or child in standing(keys, who, now=now).restricted:
        return False
    between = edges.ever_between(who.id, child)
    return not any(edge.guardian == child or edge.state is EdgeState.FROZEN for edge in between)


def _guard(keys: Keys, who: Person, child: PersonId, code: str, *, now: datetime) -> EdgeChange:
    state, missing = activation(who, who.level, now)
    before = _own(who.id, child)
    if before is not None:
        return EdgeChange(edge=before, change=Change.RENEWED)
    evidence = Evidence(kind=EvidenceKind.INVITATION_CODE, at=now, by=who.id, source=code)
    edge = edges.add(who.id, child, evidence, state=state, missing=missing, kind=GuardianKind.PARENT, now=now)
    access.record_edge(edge, Change.NEW, now=now)
    known = persons.person(keys, child)
    tell = edges.told_of(edge, known, now=now) if known and edge.state is EdgeState.ACTIVE else ()
    return EdgeChange(edge=edge, change=Change.NEW, tell=tell)


def _own(guardian: PersonId, child: PersonId) -> Guardianship | None:
    return next((edge for edge in edges.between(guardian, child) if edge.evidence.kind is EvidenceKind.INVITATION_CODE), None)


def kill_code(child: PersonId, officer: PersonId, *, now: datetime) -> bool:
    """A slip was lost: its code opens nothing any more."""
    killed = CodeRow.update(state=CodeState.KILLED.value).where(CodeRow.child == child, CodeRow.state == CodeState.ACTIVE.value).execute()
    if killed:
        access.record_change(actor=officer, actor_kind=ActorKind.STAFF, subject=child, action="invitation.killed", now=now)
    return bool(killed)


def codes_of(child: PersonId, *, now: datetime) -> tuple[IssuedCode, ...]:
    """For the office: which slips there were, newest first, without codes."""
    sql = "SELECT id, child, state, created_at, expires_at, used_at FROM invitation_code WHERE child = ? ORDER BY created_at DESC, id"
    found = []
    for id_, whose, state, created, until, used in fetch(CodeRow, sql, (child,)):
        over = state == CodeState.ACTIVE and instant_of(until) <= now
        found.append(
            IssuedCode(
                id=id_,
                child=PersonId(whose),
                state=CodeState.EXPIRED if over else CodeState(state),
                created_at=instant_of(created),
                expires_at=instant_of(until),
                used_at=instant(used),
            )
        )
    return tuple(found)


def _on_card(school: str, child: PersonId) -> bool:
    return bool(fetch(CardRow, "SELECT 1 FROM school_card WHERE child = ? AND school = ? AND state = 'active'", (child, school)))
