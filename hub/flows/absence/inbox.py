"""The school's own inbox of absences: an administrator sees the school, a class teacher the own class (RULES B6)."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.office.officers import Officer, note_reading, officer_of
from hub.flows.office.rights import Act, Reach
from hub.flows.office.seen import pupil_cards
from hub.flows.views.school.desk import PupilCardView
from hub.flows.views.written.absence import OfficeAbsence, OfficeAbsences
from hub.flows.words import names_of
from hub.store.sessions import Visitor
from hub.store.written import absences
from hub.store.written.absences import Notice, NoticeState
from identity.model import Person, PersonId
from identity.store import persons_by_id
from identity.store.school.cards import classes_of
from identity.store.school.reviews import own_family

SHOWN = (NoticeState.SENT, NoticeState.ACCEPTED, NoticeState.REJECTED)


async def list_of_school(deps: Deps, visitor: Visitor, *, school: str | None = None, state: str | None = None) -> OfficeAbsences:
    """Those that wait first, then what is decided, until the absence is over; every family sees that the school looked (RULES A13)."""
    now = deps.now()
    states = [one for one in SHOWN if state in (None, one.value)]

    def unit() -> tuple[Officer, OfficeAbsences]:
        officer = officer_of(deps, visitor, school=school, act=Act.ABSENCES)
        today = now.astimezone(ZoneInfo(officer.zone)).date()
        found = in_reach(officer, absences.of_school(deps.keys, officer.school, states=states, since=today))
        children = [PersonId(one.child) for one in found]
        cards, authors = pupil_cards(deps, children), persons_by_id(deps.keys, [PersonId(one.author) for one in found])
        items = [_line(officer, one, cards.get(PersonId(one.child)), authors) for one in found]
        items.sort(key=lambda one: (one.state != NoticeState.SENT.value, one.first_day, one.last_name, one.first_name, one.id))
        return officer, OfficeAbsences(
            items=tuple(items),
            school=officer.school,
            zone=officer.zone,
            today=today,
            class_name=officer.class_name,
            own_class=officer.reach is not Reach.SCHOOL,
        )

    officer, view = await deps.db.read(unit)
    await deps.db.write(lambda: note_reading(deps, officer, {PersonId(one.child) for one in view.items}, page="office.absences", now=now))
    return view


def in_reach(officer: Officer, found: Sequence[Notice]) -> list[Notice]:
    """Inside the caller's unit: what this post covers."""
    if officer.reach is Reach.SCHOOL:
        return list(found)
    classes = classes_of(tuple({PersonId(one.child) for one in found}))
    where = {child: klass for child, (school, klass) in classes.items() if school == officer.school}
    return [one for one in found if officer.covers(where.get(PersonId(one.child), ""))]


def _line(officer: Officer, one: Notice, card: PupilCardView | None, authors: dict[PersonId, Person]) -> OfficeAbsence:
    own = own_family(officer.person, PersonId(one.child))
    waits = one.state is NoticeState.SENT
    return OfficeAbsence(
        id=one.id,
        child=one.child,
        last_name=card.last_name if card else "",
        first_name=card.first_name if card else "",
        class_name=card.class_name if card else "",
        first_day=one.first_day,
        last_day=one.last_day,
        lessons=one.told.lessons,
        kind=one.told.kind,
        reason=one.told.reason,
        author=names_of(authors.get(PersonId(one.author))),
        state=one.state.value,
        sent_at=one.sent_at,
        answer=one.answer,
        may=("accept", "reject") if waits and not own else (),
        blocked="own_family" if waits and own else None,
    )
