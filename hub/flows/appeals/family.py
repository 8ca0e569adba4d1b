"""The family's side: write, read the journal, answer back, close, withdraw before the school has answered."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from hub.deps import Deps
from hub.flows.appeals.opening import name_of, put_appeal, school_for, tell_desk, why_not
from hub.flows.appeals.rules import KINDS, checked_form, checked_text, due
from hub.flows.appeals.shape import REPLY_TO, family_view, head_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.written.appeal import AppealForm, AppealList, AppealView
from hub.regions.help_desks import help_desks
from hub.store.school import schools
from hub.store.sessions import Visitor
from hub.store.written import appeals
from hub.store.written.appeals import OPEN, About, AppealState, Found, Side
from identity.model import ActorKind, PersonId
from identity.store import record_change, view_right

ANSWERED = "Школа уже ответила: обращение можно закрыть, если ответа достаточно."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAppeal:
    """As the family typed it. `form` names the form: the same one once more is the same appeal."""

    child: str
    kind: str
    form: str
    text: str = field(repr=False)
    about: About = field(default_factory=About, repr=False)


async def appeal_form(deps: Deps, visitor: Visitor, child: str) -> AppealForm:
    """What a new one needs; `why_not` says why this person cannot write one."""

    def unit() -> AppealForm:
        refused, ogrn = why_not(deps, visitor, child), school_for(child)
        card = schools.school(ogrn) if ogrn else None
        return AppealForm(
            child=child,
            first_name=name_of(deps, child),
            form=secrets.token_urlsafe(16),
            kinds={word: kind.title for word, kind in KINDS.items()},
            days={word: kind.days for word, kind in KINDS.items()},
            school=card.short_name if card and not refused else "",
            why_not=refused,
        )

    return await deps.db.read(unit)


async def open_appeal(deps: Deps, visitor: Visitor, new: NewAppeal) -> tuple[AppealView, bool]:
    def unit() -> tuple[AppealView, bool]:
        id_, made = put_appeal(deps, visitor, new.child, kind=new.kind, text=new.text, form=new.form, about=new.about)
        return family_view(deps, _own(deps, visitor, id_)), made

    return await deps.db.write(unit)


async def list_mine(deps: Deps, visitor: Visitor, *, child: str | None = None, state: str | None = None) -> AppealList:
    """The journal: what moved last stands first; of children whom this person still may see."""

    def unit() -> AppealList:
        found = [
            one
            for one in appeals.of_author(deps.keys, visitor.person)
            if child in (None, one.child) and state in (None, one.state.value) and _sees(deps, visitor, one.child)
        ]
        return AppealList(items=tuple(head_of(deps, one) for one in found))

    return await deps.db.read(unit)


async def show_mine(deps: Deps, visitor: Visitor, appeal: str) -> AppealView:
    return await deps.db.read(lambda: family_view(deps, _own(deps, visitor, appeal)))


async def reply(deps: Deps, visitor: Visitor, appeal: str, text: str, *, form: str) -> AppealView:
    """After an answer it waits for the school again, with a new term; before one it is written on."""
    said, named = checked_text(text), checked_form(form)

    def unit() -> AppealView:
        mine, now = _own(deps, visitor, appeal), deps.now()
        if mine.state not in REPLY_TO:
            raise Refused(Reason.ALREADY_DECIDED, "Обращение закрыто. Напишите новое: это останется в журнале.")
        if appeals.say(deps.keys, mine.id, side=Side.FAMILY, by=visitor.person, text=said, form=named, now=now):
            if mine.state is AppealState.ANSWERED:
                card = schools.school(mine.school)
                until = due(now, card.zone if card else "Europe/Moscow", KINDS[mine.kind].days, help_desks().holiday)
                appeals.turn(mine.id, before=(AppealState.ANSWERED,), after=AppealState.SENT, now=now, due_at=until, warned_at=None)
            href = f"/office/appeals/{mine.id}"
            tell_desk(deps, mine.school, mine.child, but=visitor.person, kind="appeal_replied", text="Семья дописала обращение.", href=href)
            _note(deps, visitor, mine, "appeal.replied")
        return family_view(deps, _own(deps, visitor, appeal))

    return await deps.db.write(unit)


async def close(deps: Deps, visitor: Visitor, appeal: str) -> AppealView:
    """Twice is harmless; only what the school has answered is closed."""
    return await _end(deps, visitor, appeal, before=(AppealState.ANSWERED,), after=AppealState.CLOSED, why="Школа ещё не ответила.")


async def withdraw(deps: Deps, visitor: Visitor, appeal: str) -> AppealView:
    """Before the school has said anything; twice is harmless."""
    return await _end(deps, visitor, appeal, before=tuple(OPEN), after=AppealState.WITHDRAWN, why=ANSWERED)


async def _end(deps: Deps, visitor: Visitor, appeal: str, *, before: tuple[AppealState, ...], after: AppealState, why: str) -> AppealView:
    def unit() -> AppealView:
        mine = _own(deps, visitor, appeal)
        if mine.state is after:
            return family_view(deps, mine)
        shown = family_view(deps, mine)
        if not (shown.may_withdraw if after is AppealState.WITHDRAWN else shown.may_close):
            raise Refused(Reason.ALREADY_DECIDED, why)
        appeals.turn(mine.id, before=before, after=after, now=deps.now())
        _note(deps, visitor, mine, f"appeal.{after.value}")
        return family_view(deps, _own(deps, visitor, appeal))

    return await deps.db.write(unit)


def _own(deps: Deps, visitor: Visitor, id_: str) -> Found:
    """Inside the caller's unit; a foreign one, one of a child no longer seen, and none at all look the same."""
    found = appeals.find(deps.keys, id_)
    if found is None or found.author != visitor.person or not _sees(deps, visitor, found.child):
        raise Refused(Reason.NOT_FOUND)
    return found


def _sees(deps: Deps, visitor: Visitor, child: str) -> bool:
    right = view_right(deps.keys, PersonId(visitor.person), PersonId(child), now=deps.now())
    return right.allowed and not right.delegated and not right.diary_only


def _note(deps: Deps, visitor: Visitor, one: Found, action: str) -> None:
    record_change(actor=PersonId(visitor.person), actor_kind=ActorKind.GUARDIAN, subject=PersonId(one.child), action=action, now=deps.now())
