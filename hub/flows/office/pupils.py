"""The office enters a pupil and the guardians whose SNILS the card names; who they are is told to nobody (RULES A8, B5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.office.officers import Officer, officer_of
from hub.flows.refusals import Reason, Refused
from hub.store import notices
from hub.store.school import roster
from hub.store.sessions import Visitor
from identity.model import PersonId, same_name
from identity.snils import InvalidSnils, Snils
from identity.store import CardEntry, PupilCard, children_of, person, put_card_guardian, put_pupil

OLDEST_YEARS = 25
LONGEST_NAME, LONGEST_CLASS = 100, 40
MOST_GUARDIANS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardian:
    """As the office typed it."""

    snils: str = field(repr=False)
    last_name: str = field(repr=False)
    first_name: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPupil:
    """As the office typed it; the class is free text."""

    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    middle_name: str = field(default="", repr=False)
    birth_date: date = field(repr=False)
    class_name: str = ""
    guardians: Sequence[Guardian] = ()


async def enter_pupil(deps: Deps, visitor: Visitor, asked: NewPupil, *, school: str | None = None, run: str = "") -> str:
    """The pupil's id. All or nothing: one guardian that cannot be entered leaves the card unwritten.

    `run` names the form that was sent: the same one once more enters nobody.
    """
    guardians = [(_snils(one.snils), one) for one in asked.guardians]
    now = deps.now()

    def unit() -> str:
        officer = officer_of(deps, visitor, school=school)
        _check(asked, today=now.astimezone(ZoneInfo(officer.zone)).date())
        _not_own_child(deps, officer, asked)
        if run and not roster.begin_form(officer.person, run, now=now):
            raise Refused(Reason.MALFORMED, "Этот ученик уже записан: найдите его в списке.")
        card = PupilCard(
            last_name=asked.last_name,
            first_name=asked.first_name,
            middle_name=asked.middle_name,
            birth_date=asked.birth_date,
            klass=asked.class_name.strip(),
        )
        child, _ = put_pupil(deps.keys, school=officer.school, card=card, officer=officer.person, zone=officer.zone, now=now)
        for snils, typed in guardians:
            entry = put_card_guardian(
                deps.keys,
                school=officer.school,
                child=child,
                snils=snils,
                last_name=typed.last_name,
                first_name=typed.first_name,
                officer=officer.person,
                now=now,
            )
            _tell(deps, entry)
        return child

    return await deps.db.write(unit)


def _check(asked: NewPupil, *, today: date) -> None:
    names = [asked.last_name, asked.first_name, *(name for one in asked.guardians for name in (one.last_name, one.first_name))]
    if not all(name.strip() and len(name) <= LONGEST_NAME for name in names) or len(asked.middle_name) > LONGEST_NAME:
        raise Refused(Reason.MALFORMED, "Заполните фамилию и имя ученика и каждого представителя.")
    if not all(text.isprintable() for text in (*names, asked.middle_name, asked.class_name.strip())):
        raise Refused(Reason.MALFORMED, "В имени или классе невидимые знаки. Наберите их заново.")
    if not asked.class_name.strip() or len(asked.class_name) > LONGEST_CLASS:
        raise Refused(Reason.MALFORMED, f"Назовите класс, не длиннее {LONGEST_CLASS} знаков.")
    if len(asked.guardians) > MOST_GUARDIANS:
        raise Refused(Reason.MALFORMED, f"В карточке не больше {MOST_GUARDIANS} представителей.")
    if not today.year - OLDEST_YEARS <= asked.birth_date.year or asked.birth_date > today:
        raise Refused(Reason.MALFORMED, "Дата рождения ученика записана неверно.")


def _snils(text: str) -> Snils:
    try:
        return Snils(text)
    except InvalidSnils as error:
        raise Refused(Reason.MALFORMED, "СНИЛС представителя записан с ошибкой: проверьте цифры.") from error


def _not_own_child(deps: Deps, officer: Officer, asked: NewPupil) -> None:
    """Nobody enters an own child, under whatever record (RULES B5)."""
    for view in children_of(deps.keys, officer.person, now=deps.now()):
        known = view.person
        if known.birth_date == asked.birth_date and same_name(known.last_name, known.first_name, asked.last_name, asked.first_name):
            raise Refused(Reason.OWN_FAMILY)


def _tell(deps: Deps, entry: CardEntry) -> None:
    """The guardians that the child has hear of a further one a day before it works."""
    child = person(deps.keys, entry.child)
    for told in entry.tell:
        name = child.first_name if child else "ребёнок"
        text = f"Школа вписала в карточку ({name}) ещё одного представителя. Записи он увидит через сутки. Ошибка? Скажите школе."
        notices.tell(deps.keys, person=PersonId(told), kind="guardian_announced", text=text, href="/help#school", now=deps.now())
