"""The school's side: the journal of appeals, taken and answered within the term; a class teacher the own class, nobody his own (B5, B6)."""

from __future__ import annotations

from collections.abc import Sequence

from hub.deps import Deps
from hub.flows.appeals.opening import name_of
from hub.flows.appeals.rules import KINDS, checked_form
from hub.flows.appeals.shape import desk_head, desk_view
from hub.flows.office.officers import Officer, note_change, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.office.seen import pupil_cards
from hub.flows.refusals import Reason, Refused
from hub.flows.views.written.appeal import OfficeAppeal, OfficeAppealHead, OfficeAppeals
from hub.store import notices
from hub.store.sessions import Visitor
from hub.store.written import appeals
from hub.store.written.appeals import OPEN, AppealState, Found, Side
from identity.model import PersonId
from identity.store import persons_by_id
from identity.store.school.cards import classes_of
from identity.store.school.reviews import own_family

SHOWN = (AppealState.SENT, AppealState.TAKEN, AppealState.ANSWERED)
LONGEST_ANSWER = 4000


async def list_at_desk(
    deps: Deps, visitor: Visitor, *, school: str | None = None, state: str | None = None, kind: str | None = None, klass: str | None = None
) -> OfficeAppeals:
    """What is due first stands first; every family sees that the school looked (RULES A13)."""
    states = [one for one in AppealState if one.value == state] if state else list(SHOWN)
    kinds = [kind] if kind else None

    def unit() -> tuple[Officer, OfficeAppeals]:
        officer = officer_of(deps, visitor, school=school, act=Act.APPEALS)
        found = in_reach(officer, appeals.of_school(deps.keys, officer.school, states=states, kinds=kinds))
        items = [one for one in _heads(deps, officer, found) if klass in (None, "", one.class_name)]
        items.sort(key=lambda one: (one.state not in OPEN, one.due_at, one.id))
        narrow = officer.class_name if officer.role == "class_teacher" else ""
        titles = {word: one.title for word, one in KINDS.items()}
        return officer, OfficeAppeals(items=tuple(items), school=officer.school, zone=officer.zone, class_name=narrow, kinds=titles)

    officer, view = await deps.db.read(unit)
    looked = {PersonId(one.child) for one in view.items}
    await deps.db.write(lambda: note_reading(deps, officer, looked, page="office.appeals", now=deps.now()))
    return view


async def show_at_desk(deps: Deps, visitor: Visitor, appeal: str) -> OfficeAppeal:
    def unit() -> tuple[Officer, OfficeAppeal]:
        officer, found = _there(deps, visitor, appeal)
        return officer, _view(deps, officer, found)

    officer, view = await deps.db.read(unit)
    await deps.db.write(lambda: note_reading(deps, officer, (PersonId(view.child),), page="office.appeals", now=deps.now()))
    return view


async def take(deps: Deps, visitor: Visitor, appeal: str) -> OfficeAppeal:
    """Somebody looks into it: the family is told; of two officers at once one has it."""

    def unit() -> OfficeAppeal:
        officer, found = _mine(deps, visitor, appeal)
        now = deps.now()
        if not appeals.turn(found.id, before=(AppealState.SENT,), after=AppealState.TAKEN, now=now, taken_by=officer.person):
            raise Refused(Reason.ALREADY_DECIDED)
        _tell(deps, found, "appeal_taken", f"Школа взяла обращение в работу: {name_of(deps, found.child)}.")
        note_change(deps, officer, PersonId(found.child), action="appeal.taken", now=now)
        return _view(deps, officer, _there(deps, visitor, appeal)[1])

    return await deps.db.write(unit)


async def answer(deps: Deps, visitor: Visitor, appeal: str, text: str, *, form: str) -> OfficeAppeal:
    """The same form twice is said once; a withdrawn or closed one takes no answer."""
    said, named = text.strip(), checked_form(form)
    if not 0 < len(said) <= LONGEST_ANSWER:
        raise Refused(Reason.MALFORMED, f"Напишите ответ: до {LONGEST_ANSWER} знаков.")

    def unit() -> OfficeAppeal:
        officer, found = _mine(deps, visitor, appeal)
        if found.state not in SHOWN:
            raise Refused(Reason.ALREADY_DECIDED, "Обращение закрыто или отозвано семьёй: отвечать больше не нужно.")
        now = deps.now()
        if appeals.say(deps.keys, found.id, side=Side.SCHOOL, by=officer.person, text=said, form=named, now=now):
            appeals.turn(found.id, before=SHOWN, after=AppealState.ANSWERED, now=now)
            _tell(deps, found, "appeal_answered", f"Школа ответила на обращение: {name_of(deps, found.child)}.")
            note_change(deps, officer, PersonId(found.child), action="appeal.answered", now=now)
        return _view(deps, officer, _there(deps, visitor, appeal)[1])

    return await deps.db.write(unit)


def in_reach(officer: Officer, found: Sequence[Found]) -> list[Found]:
    """Inside the caller's unit: what this post covers; of a pupil who left the class its teacher sees nothing more."""
    classes = classes_of(tuple({PersonId(one.child) for one in found}))
    return [one for one in found if officer.covers(_class_here(officer, classes.get(PersonId(one.child))))]


def _class_here(officer: Officer, place: tuple[str, str] | None) -> str:
    """The pupil's class at this very school."""
    return place[1] if place is not None and place[0] == officer.school else ""


def _there(deps: Deps, visitor: Visitor, id_: str) -> tuple[Officer, Found]:
    """Another school's, another class's and none at all look the same."""
    found = appeals.find(deps.keys, id_)
    officer = officer_of(deps, visitor, school=(found.school if found else None) or "none", act=Act.APPEALS)
    if found is None or not in_reach(officer, [found]):
        raise Refused(Reason.NOT_FOUND)
    return officer, found


def _mine(deps: Deps, visitor: Visitor, id_: str) -> tuple[Officer, Found]:
    officer, found = _there(deps, visitor, id_)
    if _own(officer, found):
        raise Refused(Reason.OWN_FAMILY)
    return officer, found


def _own(officer: Officer, one: Found) -> bool:
    return own_family(officer.person, PersonId(one.child), PersonId(one.author))


def _heads(deps: Deps, officer: Officer, found: Sequence[Found]) -> list[OfficeAppealHead]:
    cards = pupil_cards(deps, {PersonId(one.child) for one in found})
    authors = persons_by_id(deps.keys, {PersonId(one.author) for one in found})
    return [desk_head(deps, one, cards.get(PersonId(one.child)), authors, own=_own(officer, one)) for one in found]


def _view(deps: Deps, officer: Officer, found: Found) -> OfficeAppeal:
    return desk_view(deps, _heads(deps, officer, [found])[0], found, zone=officer.zone)


def _tell(deps: Deps, found: Found, kind: str, text: str) -> None:
    notices.tell(deps.keys, person=found.author, kind=kind, text=text, href=f"/appeals/{found.id}", now=deps.now())
