"""The pupil's own door: login and password that a guardian made; equal answer and timing for whatever does not fit (RULES A6)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from hub.deps import Deps
from hub.flows.guardianship.ages import age_note
from hub.flows.guardianship.child_logins import hashed
from hub.flows.guardianship.telling import first_name, tell_family
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.guardianship import LoginView
from hub.store import sessions
from hub.store.sessions import Visitor
from hub.store.sessions.devices import know_device
from hub.store.sessions.limits import end_by, end_no_later
from identity.claims import Level
from identity.family.child_login import CHILD_LOGIN, password_fault, password_matches, readable_login
from identity.model import PersonId
from identity.store import LoginRecord, change_own_password, child_login, give_back, login_record, person, view_right
from identity.store.family.child_logins import is_tied
from identity.store.school.tries import count_login_try

LONGEST = 300
_WEAK = "Пароль слишком простой: от 8 знаков, не одинаковые, не как логин и не из самых частых."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """`token` goes into the session cookie; `must_change`: the password is still the one that the guardian was told."""

    token: str = field(repr=False)
    must_change: bool


async def enter(
    deps: Deps, login: str, password: str, *, address: str, label: str, before: Visitor | None = None, device: str | None = None
) -> Entered:
    """Opens a session that views and ends with the right behind it.

    `before` is who was signed in in this browser, `device` the cookie by which it is known again.
    """
    name = readable_login(login[:LONGEST]) or "-"
    known = await _checked(deps, name, password, address=address)
    now = deps.now()

    def unit() -> Entered | Refused:
        right = view_right(deps.keys, known.person, known.person, now=now, level=Level.UNKNOWN)
        again = login_record(deps.keys, name)
        if again is None or again.record != known.record or not is_tied(deps.keys, known.person, now=now):
            return Refused(Reason.WRONG_LOGIN)
        if not right.allowed:
            return Refused(Reason.USE_GOSUSLUGI)
        session, token = sessions.start(
            deps.keys,
            person=known.person,
            system=CHILD_LOGIN,
            label=label,
            auth_time=None,  # a password that an adult was told is no fresh proof (RULES A16)
            now=now,
            replaces=before.session if before else None,
            device=device,
        )
        _note_device(deps, known.person, device, label)
        if right.until is not None:
            end_no_later(session, right.until)
        return Entered(token=token, must_change=known.must_change)

    done = await deps.db.write(unit)
    if isinstance(done, Refused):
        raise done
    if before is not None:
        forget(deps, session=before.session)
    return done


def _note_device(deps: Deps, pupil: PersonId, device: str | None, label: str) -> None:
    """A pupil's page ends no sessions, so the guardians hear of a new browser, with the way: another password."""
    if device and know_device(deps.keys, person=pupil, cookie=device, label=label, now=deps.now()):
        name = first_name(person(deps.keys, pupil))
        text = f"{name}: вход с нового устройства, {label}. Если это чужой, смените пароль ребёнка."
        tell_family(deps, pupil, but=(pupil,), kind="pupil_new_device", text=text, href=f"/children/{pupil}/login")


async def change_password(deps: Deps, visitor: Visitor, old: str, new: str, *, address: str) -> str:
    """The pupil's own new password; every other session of this login ends. Returns this session's new token."""
    who = PersonId(visitor.person)
    mine = await deps.db.read(lambda: child_login(deps.keys, who))
    if mine is None:
        raise Refused(Reason.NOT_FOUND)
    if password_fault(new, mine.login) is not None or new == old:
        raise Refused(Reason.MALFORMED, _WEAK if new != old else "Новый пароль такой же, как прежний.")
    await _checked(deps, mine.login, old, address=address)
    record, now = await hashed(deps, new), deps.now()

    def unit() -> str | None:
        if not change_own_password(deps.keys, who, record=record, now=now):
            return None
        end_by(who, CHILD_LOGIN, now=now, keep=visitor.session)
        return sessions.rotate(deps.keys, visitor.session, now=now)

    token = await deps.db.write(unit)
    forget(deps, person=visitor.person)
    if token is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    return token


async def own_login(deps: Deps, visitor: Visitor) -> LoginView:
    """What the pupil's own pages say of the login and the birthdays."""
    who = PersonId(visitor.person)

    def unit() -> LoginView:
        me, found = person(deps.keys, who), child_login(deps.keys, who)
        if me is None:
            raise Refused(Reason.NOT_SIGNED_IN)
        return LoginView(
            exists=found is not None,
            login=found.login if found else None,
            must_change=found.must_change if found else False,
            changed_at=found.changed_at if found else None,
            child_name=me.first_name,
            age=age_note(me, deps),
        )

    return await deps.db.read(unit)


async def _checked(deps: Deps, name: str, password: str, *, address: str) -> LoginRecord:
    """Counts the try first, then does the same work whether the login is known or not; a right password gives the try back."""
    now = deps.now()
    tried = await deps.db.write(lambda: count_login_try(deps.keys, name, address, now=now))
    if tried.limited:
        raise Refused(Reason.TOO_MANY, after_s=tried.retry_after_s)
    known = await deps.db.read(lambda: login_record(deps.keys, name))
    async with deps.memory.hashing:
        fits = await asyncio.to_thread(password_matches, known.record if known else None, password[:LONGEST])
    if known is None or not fits:
        raise Refused(Reason.WRONG_LOGIN)
    await deps.db.write(lambda: give_back(tried))
    return known
