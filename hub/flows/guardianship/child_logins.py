"""The child's own login: a guardian makes it before 14, sees its password once, resets and removes it (RULES A6)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping

from hub.deps import Deps
from hub.flows.guardianship.ages import age_note
from hub.flows.guardianship.telling import first_name, guardians_of
from hub.flows.link_account.settle import require_fresh
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import refusal
from hub.flows.views.people.guardianship import LoginMade, LoginView
from hub.store import notices
from hub.store.sessions import Visitor
from hub.store.sessions.limits import end_by
from identity.errors import NotAllowed
from identity.family.child_login import CHILD_LOGIN, LoginFault, guardian_may, password_record, readable_login
from identity.model import ActorKind, EdgeRight, Person, PersonId
from identity.store import act_right, child_login, person, put_child_login, record_access, remove_child_login, view_right

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the ones that look alike."""
GROUPS, GROUP = 3, 4
_LATIN = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфхыэ", "abvgdeeziyklmnoprstufhye", strict=True))
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
)
_FAULTS: Mapping[str, tuple[Reason, str | None]] = {
    LoginFault.PUPIL_DECIDES: (Reason.PUPIL_DECIDES, None),
    LoginFault.AGE_UNKNOWN: (Reason.FORBIDDEN, "Дата рождения ребёнка неизвестна: логин делают только до 14 лет. Обратитесь в школу."),
    LoginFault.LOGIN_MALFORMED: (
        Reason.MALFORMED,
        "Логин: от 3 до 32 знаков, латинские буквы и цифры, внутри можно точку, дефис и подчёркивание.",
    ),
    LoginFault.LOGIN_TAKEN: (Reason.LOGIN_TAKEN, None),
}


async def read_login(deps: Deps, visitor: Visitor, child: str) -> LoginView:
    """For a guardian; a foreign child, a lent view and a diary's own child know no login."""
    now, who, whom = deps.now(), PersonId(visitor.person), PersonId(child)

    def unit() -> LoginView:
        right = view_right(deps.keys, who, whom, now=now)
        pupil = person(deps.keys, whom)
        if not right.allowed or pupil is None or (right.edge is None and not right.is_self):
            raise refusal(right) if not right.allowed else Refused(Reason.NOT_FOUND)
        found = child_login(deps.keys, whom)
        rule = guardian_may(pupil.birth_date, now, pupil.zone)
        acts = not right.is_self and act_right(deps.keys, who, whom, EdgeRight.ACT, now=now).allowed
        if who != whom:
            record_access(deps.keys, actor=who, actor_kind=ActorKind.GUARDIAN, subject=whom, page="child_login", now=now)
        return LoginView(
            exists=found is not None,
            login=found.login if found else None,
            must_change=found.must_change if found else False,
            changed_at=found.changed_at if found else None,
            may_make=acts and rule.may_make,
            may_reset=acts and rule.may_reset and found is not None,
            child_name=first_name(pupil),
            age=age_note(pupil, deps),
        )

    return await deps.db.write(unit)


async def make_login(deps: Deps, visitor: Visitor, child: str, *, login: str | None = None) -> LoginMade:
    """Makes the login, or sets a new password and keeps the login where none is named; the child's open sessions end."""
    require_fresh(deps, visitor.auth_time)
    who, whom = PersonId(visitor.person), PersonId(child)
    wanted = await deps.db.read(lambda: _wanted(deps, who, whom, login))
    if not readable_login(wanted):
        raise _refused(NotAllowed(LoginFault.LOGIN_MALFORMED))
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    record = await hashed(deps, password)
    now = deps.now()

    def unit() -> str:
        _guarded(deps, who, whom)
        try:
            made = put_child_login(deps.keys, who, whom, login=wanted, record=record, now=now)
        except NotAllowed as fault:
            raise _refused(fault) from fault
        end_by(whom, CHILD_LOGIN, now=now)
        name = first_name(person(deps.keys, who))
        text = f"{name}: для ребёнка ({first_name(person(deps.keys, whom))}) задан логин или новый пароль."
        told = [one for one in guardians_of(whom) if one != who]
        for one in told:
            notices.tell(deps.keys, person=one, kind="child_login", text=text, href=f"/children/{child}/login", now=now)
        if made.tell_pupil:
            mine = f"{name}: вам задан новый пароль. Прежние входы по логину завершены; вы можете удалить этот логин."
            notices.tell(deps.keys, person=whom, kind="child_login", text=mine, href="/pupil/password", now=now)
        return made.login

    made = await deps.db.write(unit)
    forget(deps, person=child)
    return LoginMade(login=made, password=password)


async def remove_login(deps: Deps, visitor: Visitor, child: str) -> None:
    """A guardian while the reset is allowed, or the pupil; the child's open sessions end. Twice is harmless."""
    require_fresh(deps, visitor.auth_time)
    now, who, whom = deps.now(), PersonId(visitor.person), PersonId(child)

    def unit() -> None:
        if who != whom:
            _guarded(deps, who, whom)
        try:
            gone = remove_child_login(deps.keys, who, whom, now=now)
        except NotAllowed as fault:
            raise _refused(fault) from fault
        end_by(whom, CHILD_LOGIN, now=now)
        if gone:
            text = f"{first_name(person(deps.keys, who))}: логин ребёнка удалён ({first_name(person(deps.keys, whom))})."
            for one in guardians_of(whom):
                if one != who:
                    notices.tell(deps.keys, person=one, kind="child_login", text=text, href=f"/children/{child}/login", now=now)

    await deps.db.write(unit)
    forget(deps, person=child)


async def hashed(deps: Deps, password: str) -> str:
    """Outside any unit, in a thread, a few at once."""
    async with deps.memory.hashing:
        return await asyncio.to_thread(password_record, password)


def _wanted(deps: Deps, who: PersonId, whom: PersonId, login: str | None) -> str:
    pupil = _guarded(deps, who, whom)
    found = child_login(deps.keys, whom)
    if login:
        return login
    return found.login if found else suggested(pupil.first_name)


def suggested(first: str) -> str:
    """`petr-4821`: the first name in Latin letters and four digits."""
    latin = "".join(sign for sign in first.lower().translate(_LATIN) if sign.isascii() and sign.isalnum())[:20]
    return f"{latin or 'uchenik'}-{secrets.randbelow(9000) + 1000}"


def _guarded(deps: Deps, who: PersonId, whom: PersonId) -> Person:
    """A login is an act for the child: a proven guardian with a confirmed account (RULES A4, A5)."""
    right = act_right(deps.keys, who, whom, EdgeRight.ACT, now=deps.now())
    pupil = person(deps.keys, whom)
    if not right.allowed or pupil is None:
        raise refusal(right)
    return pupil


def _refused(fault: NotAllowed) -> Refused:
    reason, detail = _FAULTS.get(fault.reason, (Reason.FORBIDDEN, None))
    return Refused(reason, detail, more={"reason": fault.reason})
