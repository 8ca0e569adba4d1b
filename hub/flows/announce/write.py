"""The office announces, corrects and withdraws; a class teacher to the own class alone (RULES B6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.office.officers import Officer, officer_of
from hub.flows.office.rights import Act, Reach
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.cells import one_spelling
from hub.flows.roster.listing import in_order
from hub.flows.views.school.announce import OfficeAnnouncement, OfficeAnnouncements
from hub.flows.words import names_of
from hub.store.school import announcements, roster, schools
from hub.store.school.announcements import Announced
from hub.store.sessions import Visitor
from identity.model import Person, PersonId
from identity.store import classes_in, persons_by_id

LONGEST_TITLE, LONGEST_TEXT = 120, 4000
LONGEST_TIME = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnnouncement:
    """As typed; `class_name` is empty for the whole school, `until` the last day on which it is shown."""

    title: str = field(repr=False)
    text: str = field(repr=False)
    until: date
    class_name: str = ""


async def list_of_school(deps: Deps, visitor: Visitor) -> OfficeAnnouncements:
    """Those that are shown first; a class teacher gets the own class's and the whole school's."""

    def unit() -> OfficeAnnouncements:
        officer = officer_of(deps, visitor, act=Act.ANNOUNCEMENTS)
        card, today = schools.school(officer.school), _today(deps, officer)
        found = [one for one in announcements.of_school(deps.keys, officer.school) if not one.class_name or officer.covers(one.class_name)]
        authors = persons_by_id(deps.keys, {PersonId(one.author) for one in found})
        items = [_view(one, officer, today, authors) for one in found]
        names = {one.name for one in classes_in(officer.school, now=deps.now()) if officer.covers(one.name)}
        return OfficeAnnouncements(
            school_ogrn=officer.school,
            school=card.short_name if card else "",
            zone=officer.zone,
            today=today,
            items=tuple(sorted(items, key=lambda one: one.state != "shown")),
            classes=tuple(sorted(names, key=in_order)),
            whole_school=officer.reach is Reach.SCHOOL,
        )

    return await deps.db.read(unit)


async def announce(deps: Deps, visitor: Visitor, asked: NewAnnouncement, *, run: str = "") -> OfficeAnnouncement:
    """`run` names the form that was sent: the same one once more announces nothing."""
    klass = one_spelling(asked.class_name)

    def unit() -> OfficeAnnouncement:
        officer = officer_of(deps, visitor, act=Act.ANNOUNCEMENTS)
        title, text = _checked(asked, today=_today(deps, officer))
        if not officer.covers(klass) or (klass and not any(one.name == klass for one in classes_in(officer.school, now=deps.now()))):
            raise Refused(Reason.NOT_FOUND, "Такого класса у вас нет.")
        if run and not roster.begin_form(officer.person, run, now=deps.now()):
            raise Refused(Reason.MALFORMED, "Это объявление уже опубликовано: оно ниже.")
        made = announcements.put(
            deps.keys,
            school=officer.school,
            class_name=klass,
            author=officer.person,
            title=title,
            text=text,
            until=asked.until,
            now=deps.now(),
        )
        return _one(deps, officer, made)

    return await deps.db.write(unit)


async def change(deps: Deps, visitor: Visitor, id_: str, asked: NewAnnouncement) -> OfficeAnnouncement:
    """Title, text and last day; to whom it is said stays."""

    def unit() -> OfficeAnnouncement:
        officer = _own(deps, visitor, id_)
        title, text = _checked(asked, today=_today(deps, officer))
        if not announcements.change(deps.keys, id_, title=title, text=text, until=asked.until, now=deps.now()):
            raise Refused(Reason.ALREADY_DECIDED, "Объявление уже снято: опубликуйте новое.")
        return _one(deps, officer, id_)

    return await deps.db.write(unit)


async def withdraw(deps: Deps, visitor: Visitor, id_: str) -> OfficeAnnouncement:
    """Nobody reads it any more; twice is harmless."""

    def unit() -> OfficeAnnouncement:
        officer = _own(deps, visitor, id_)
        announcements.withdraw(id_, now=deps.now())
        return _one(deps, officer, id_)

    return await deps.db.write(unit)


def _own(deps: Deps, visitor: Visitor, id_: str) -> Officer:
    """Of the own school, and what a class teacher wrote to the own class; a foreign one and none at all look the same."""
    found = announcements.find(deps.keys, id_)
    officer = officer_of(deps, visitor, school=found.school if found else "none", act=Act.ANNOUNCEMENTS)
    if found is None or not officer.covers(found.class_name):
        raise Refused(Reason.NOT_FOUND)
    return officer


def _checked(asked: NewAnnouncement, *, today: date) -> tuple[str, str]:
    title = " ".join(asked.title.split())
    text = "\n".join(line.rstrip() for line in asked.text.replace("\r", "").split("\n")).strip()
    if not title or not text:
        raise Refused(Reason.MALFORMED, "Напишите заголовок и текст.")
    if len(title) > LONGEST_TITLE or len(text) > LONGEST_TEXT:
        raise Refused(Reason.MALFORMED, f"Заголовок не длиннее {LONGEST_TITLE} знаков, текст — {LONGEST_TEXT}.")
    if not today <= asked.until <= today + LONGEST_TIME:
        raise Refused(Reason.MALFORMED, "Последний день показа — от сегодня и не дальше года.")
    return title, text


def _one(deps: Deps, officer: Officer, id_: str) -> OfficeAnnouncement:
    found = announcements.find(deps.keys, id_)
    if found is None:
        raise Refused(Reason.NOT_FOUND)
    return _view(found, officer, _today(deps, officer), persons_by_id(deps.keys, {PersonId(found.author)}))


def _view(one: Announced, officer: Officer, today: date, authors: dict[PersonId, Person]) -> OfficeAnnouncement:
    state = "withdrawn" if one.withdrawn_at else "over" if one.until < today else "shown"
    return OfficeAnnouncement(
        id=one.id,
        class_name=one.class_name,
        title=one.title,
        text=one.text,
        until=one.until,
        state=state,
        author=names_of(authors.get(PersonId(one.author))),
        created_at=one.created_at,
        changed_at=one.changed_at,
        may_change=state != "withdrawn" and officer.covers(one.class_name),
    )


def _today(deps: Deps, officer: Officer) -> date:
    return deps.now().astimezone(ZoneInfo(officer.zone)).date()
