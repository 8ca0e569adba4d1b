"""The school sees what its doors, tills and accounts say differently, and explains it to the families (RULES B6, A13)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.contradictions.words import title_of
from hub.flows.debits.words import tell_parents
from hub.flows.office.officers import Officer, note_change, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.office.words import reason_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.joint import OfficeContradiction, OfficeContradictions
from hub.store.school import schools
from hub.store.sessions import Visitor
from hub.store.written import contradictions
from hub.store.written.contradictions import Odd, OddState
from identity.model import PersonId
from identity.store import persons_by_id
from identity.store.school.cards import classes_of
from identity.store.school.reviews import own_family

PAGE = "office.contradictions"
STATES = (OddState.OPEN, OddState.ASKED, OddState.ANSWERED, OddState.DISMISSED)


async def list_at_desk(deps: Deps, visitor: Visitor, *, state: str | None = None) -> OfficeContradictions:
    """The newest day first; every family sees that the school looked."""
    now = deps.now()
    asked = OddState(state) if state in set(STATES) else OddState.OPEN

    def unit() -> tuple[Officer, OfficeContradictions]:
        officer = officer_of(deps, visitor, act=Act.DISPUTES)
        card = schools.school(officer.school)
        found = contradictions.of_school(deps.keys, officer.school, state=asked)
        classes = classes_of({PersonId(one.child) for one in found})
        shown = [one for one in found if officer.covers(classes.get(PersonId(one.child), ("", ""))[1])]
        people = persons_by_id(deps.keys, tuple({PersonId(one.child) for one in shown}))
        items = tuple(
            OfficeContradiction(
                id=one.id,
                child=one.child,
                last_name=people[PersonId(one.child)].last_name if PersonId(one.child) in people else "",
                first_name=people[PersonId(one.child)].first_name if PersonId(one.child) in people else "",
                class_name=classes.get(PersonId(one.child), ("", ""))[1],
                rule=one.rule,
                day=one.day,
                title=title_of(one.rule),
                text=one.said.text.replace("вы сообщали", "семья сообщала").replace("Вы сообщали", "Семья сообщала"),
                state=one.state.value,
                answer=one.said.answer,
                appeal=one.appeal,
                dispute=one.dispute,
                raised_at=one.raised_at,
            )
            for one in shown
        )
        return officer, OfficeContradictions(school=card.short_name if card else "", zone=officer.zone, state=asked.value, items=items)

    officer, view = await deps.db.read(unit)
    looked = {PersonId(one.child) for one in view.items}
    if looked:
        await deps.db.write(lambda: note_reading(deps, officer, looked, page=PAGE, now=now))
    return view


async def answer(deps: Deps, visitor: Visitor, odd: str, *, reason: str | None) -> None:
    """Why it is so, in words that the family reads; twice is refused."""
    said, now = reason_of(reason), deps.now()

    def unit() -> None:
        officer = officer_of(deps, visitor, act=Act.DISPUTES)
        found = contradictions.find(deps.keys, odd)
        if found is None or not _covers(officer, found):
            raise Refused(Reason.NOT_FOUND)
        if own_family(officer.person, PersonId(found.child)):
            raise Refused(Reason.OWN_FAMILY)
        if not contradictions.turn(odd, before=(OddState.OPEN, OddState.ASKED), after=OddState.ANSWERED, by=officer.person, now=now):
            raise Refused(Reason.ALREADY_DECIDED)
        contradictions.note_answer(deps.keys, found, said)
        note_change(deps, officer, PersonId(found.child), action="contradiction.answered", now=now)
        text = f"Школа объяснила расхождение «{title_of(found.rule).lower()}»: {said}"
        href = f"/children/{found.child}/contradictions/{odd}"
        tell_parents(deps, found.child, but=officer.person, kind="contradiction_answered", text=text, href=href)

    await deps.db.write(unit)


def _covers(officer: Officer, found: Odd) -> bool:
    klass = classes_of((PersonId(found.child),)).get(PersonId(found.child), ("", ""))[1]
    return found.school == officer.school and found.person is None and officer.covers(klass)
