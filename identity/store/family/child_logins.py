"""The child's own login: made and reset by a guardian before 14, with notice to the pupil until 90 days after (RULES A6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from peewee import IntegrityError

from identity.errors import NotAllowed, NotFound
from identity.family.child_login import LoginFault, guardian_may, readable_login
from identity.model import ActorKind, EdgeRight, EdgeState, Person, PersonId, PersonState
from identity.sealing import Keys
from identity.store import edges, persons
from identity.store.family.standing import standing
from identity.store.family.tables import LOGIN_LABEL, ChildLoginRow
from identity.store.rights import view_right
from identity.store.rows import delete, fetch, instant_of, marks, seal, unseal
from identity.store.trail import access


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLogin:
    """`tell_pupil`: the reset is announced to the pupil; all sessions of the child end with it."""

    person: PersonId
    login: str
    must_change: bool
    changed_at: datetime
    tell_pupil: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRecord:
    """What the password is compared with, outside the unit of work."""

    person: PersonId
    record: str = field(repr=False)
    must_change: bool = False


def put_child_login(keys: Keys, guardian: PersonId, child: PersonId, *, login: str, record: str, now: datetime) -> ChildLogin:
    """Makes or resets the login; `record` is `password_record(…)`, made before this unit. The caller asked for freshness (RULES A16)."""
    pupil = _ward(keys, guardian, child, now=now)
    rule = guardian_may(pupil.birth_date, now, pupil.zone)
    before = child_login(keys, child)
    if before is None and not rule.may_make:
        raise NotAllowed(LoginFault.PUPIL_DECIDES if pupil.birth_date else LoginFault.AGE_UNKNOWN)
    if before is not None and not rule.may_reset:
        raise NotAllowed(LoginFault.PUPIL_DECIDES)
    _store(keys, child, login, record, by=guardian, must_change=True, now=now)
    action = "child_login.reset" if before else "child_login.made"
    access.record_change(actor=guardian, actor_kind=ActorKind.GUARDIAN, subject=child, action=action, now=now)
    stored = child_login(keys, child)
    assert stored is not None, "the row was written in this very unit"
    return ChildLogin(
        person=child, login=stored.login, must_change=stored.must_change, changed_at=stored.changed_at, tell_pupil=rule.tell_pupil
    )


def change_own_password(keys: Keys, child: PersonId, *, record: str, now: datetime) -> bool:
    """The pupil's own new password, at any age."""
    sealed = seal(keys, ChildLoginRow, "password", child, record)
    done = ChildLoginRow.update(password=sealed, must_change=0, changed_at=now).where(ChildLoginRow.person == child).execute()
    if done:
        access.record_change(actor=child, actor_kind=ActorKind.PUPIL, subject=child, action="child_login.changed", now=now)
    return bool(done)


def remove_child_login(keys: Keys, by: PersonId, child: PersonId, *, now: datetime) -> bool:
    if by != child:
        pupil = _ward(keys, by, child, now=now)
        if not guardian_may(pupil.birth_date, now, pupil.zone).may_reset:
            raise NotAllowed(LoginFault.PUPIL_DECIDES)
    gone = delete(ChildLoginRow).where(ChildLoginRow.person == child).execute()
    if gone:
        kind = ActorKind.PUPIL if by == child else ActorKind.GUARDIAN
        access.record_change(actor=by, actor_kind=kind, subject=child, action="child_login.removed", now=now)
    return bool(gone)


def child_login(keys: Keys, child: PersonId) -> ChildLogin | None:
    sql = "SELECT login, must_change, changed_at FROM child_login WHERE person = ?"
    for login, must_change, changed_at in fetch(ChildLoginRow, sql, (child,)):
        return ChildLogin(
            person=child,
            login=unseal(keys, ChildLoginRow, "login", child, login),
            must_change=bool(must_change),
            changed_at=instant_of(changed_at),
        )
    return None


def login_record(keys: Keys, login: str) -> LoginRecord | None:
    """The record to compare with; None for an unknown login, a closed child, and nothing else. Compare either way, for equal timing."""
    indexes = keys.indexes(LOGIN_LABEL, readable_login(login) or "-")
    sql = f"SELECT person, password, must_change FROM child_login WHERE login_index IN ({marks(indexes)})"  # noqa: S608 - ? marks
    for person, record, must_change in fetch(ChildLoginRow, sql, indexes):
        known = persons.person(keys, PersonId(person))
        if known is not None and known.state is PersonState.ACTIVE:
            opened = unseal(keys, ChildLoginRow, "password", person, record)
            return LoginRecord(person=known.id, record=opened, must_change=bool(must_change))
    return None


def drop_login_of(maker: PersonId, child: PersonId, *, now: datetime) -> bool:
    """The maker may not see the child any more and knows, or once chose, the password: the login goes (RULES A5a, A15)."""
    gone = delete(ChildLoginRow).where(ChildLoginRow.person == child, ChildLoginRow.made_by == maker).execute()
    if gone:
        access.record_change(actor="hub", actor_kind=ActorKind.COMMAND, subject=child, action="child_login.removed", now=now)
    return bool(gone)


def is_tied(keys: Keys, child: PersonId, *, now: datetime) -> bool:
    """Whether the maker of the child's login still has a bond to the child, whatever it allows now; a stopped one has none."""
    for (made_by,) in fetch(ChildLoginRow, "SELECT made_by FROM child_login WHERE person = ?", (child,)):
        maker = persons.person(keys, PersonId(made_by))
        live = [edge for edge in edges.between(PersonId(made_by), child) if edge.state is not EdgeState.FROZEN]
        return maker is not None and bool(live) and child not in standing(keys, maker, now=now).restricted
    return False


def lender_of(keys: Keys, child: PersonId, *, now: datetime) -> PersonId | None:
    """The guardian who made the child's login, while that guardian still sees the child: the child sees what this guardian opened."""
    for (made_by,) in fetch(ChildLoginRow, "SELECT made_by FROM child_login WHERE person = ?", (child,)):
        right = view_right(keys, PersonId(made_by), child, now=now)
        return PersonId(made_by) if right.allowed and right.edge is not None else None
    return None


def _ward(keys: Keys, guardian: PersonId, child: PersonId, *, now: datetime) -> Person:
    right = view_right(keys, guardian, child, now=now)
    edge = next((one for one in edges.between(guardian, child) if one.id == right.edge), None)
    pupil = persons.person(keys, child)
    if not right.allowed or edge is None or pupil is None or EdgeRight.VIEW not in right.rights:
        raise NotFound("no such child")
    return pupil


def _store(keys: Keys, child: PersonId, login: str, record: str, *, by: PersonId, must_change: bool, now: datetime) -> None:
    name = readable_login(login)
    if not name:
        raise NotAllowed(LoginFault.LOGIN_MALFORMED)
    row = {
        "login": seal(keys, ChildLoginRow, "login", child, name),
        "login_index": keys.index(LOGIN_LABEL, name),
        "password": seal(keys, ChildLoginRow, "password", child, record),
        "made_by": by,
        "must_change": int(must_change),
        "changed_at": now,
    }
    taken = fetch(
        ChildLoginRow,
        f"SELECT person FROM child_login WHERE login_index IN ({marks(keys.indexes(LOGIN_LABEL, name))}) AND person <> ?",  # noqa: S608 - ? marks
        (*keys.indexes(LOGIN_LABEL, name), child),
    )
    try:
        with ChildLoginRow._meta.database.atomic():
            if taken:
                raise NotAllowed(LoginFault.LOGIN_TAKEN)
            if not ChildLoginRow.update(**row).where(ChildLoginRow.person == child).execute():
                ChildLoginRow.create(person=child, **row)
    except IntegrityError as overtaken:
        raise NotAllowed(LoginFault.LOGIN_TAKEN) from overtaken
