"""A teacher takes the pay for a held lesson from those who were there and whose families agreed (RULES A14, D8; F095)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.debits.agreed import agreed_children, price_on
from hub.flows.debits.class_list import LONGEST_FORM, results
from hub.flows.debits.desk import Pupil, find_contracts, teaches, today_of
from hub.flows.debits.words import odd, tell_parents
from hub.flows.office.officers import Officer, note_change, note_reading, officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.debits import DebitResults, GroupRow, GroupView, ServiceList, ServiceView
from hub.ledger.debits.decide import Outcome
from hub.ledger.debits.lessons import Lesson, debit_lesson
from hub.ledger.model import Kind
from hub.ledger.money import shown
from hub.store.school import schools, services
from hub.store.school.services import OPEN, ServiceCard
from hub.store.sessions import Visitor
from identity.model import Person, PersonId, normalised
from identity.store.school.cards import classes_of
from identity.store.school.reviews import own_family

PAGE = "office.lessons"
BACK = timedelta(days=7)
"""So long after a lesson its pay may be taken."""
MAKERS = ("head", "school_admin")
TEACHING = ("teacher", "class_teacher", "tutor")


async def list_services(deps: Deps, visitor: Visitor) -> ServiceList:
    """The school's paid services; a teacher sees the own ones."""
    now = deps.now()

    def unit() -> ServiceList:
        officer = officer_of(deps, visitor, act=Act.LESSONS)
        card, makes = schools.school(officer.school), officer.role in MAKERS
        found = [one for one in services.of_school(officer.school) if makes or teaches(deps, officer, one)]
        staff = [one for one in schools.staff_of(deps.keys, officer.school) if one.role in TEACHING] if makes else []
        return ServiceList(
            school=card.short_name if card else "",
            today=_today(officer, now),
            may_make=makes,
            items=tuple(service_view(deps, officer, one, now=now) for one in found),
            teachers=tuple((one.id, " ".join(part for part in one.names if part)) for one in staff),
        )

    return await deps.db.read(unit)


def service_view(deps: Deps, officer: Officer, one: ServiceCard, *, now: datetime) -> ServiceView:
    price = price_on(one, _today(officer, now))
    names = next((post.names for post in schools.staff_of(deps.keys, one.school) if post.id == one.teacher), ())
    return ServiceView(
        id=one.id,
        title=one.title,
        group=one.group,
        classes=one.classes,
        teacher=one.teacher,
        teacher_name=" ".join(part for part in names if part),
        price_kop=price.kop if price else None,
        price_list=price.version if price else "",
        state=one.state,
        mine=teaches(deps, officer, one),
        agreed=len(agreed_children(deps, one, price, now=now)) if price else 0,
    )


async def show_group(deps: Deps, visitor: Visitor, service: str) -> GroupView:
    """Those whose families agreed; nobody is ticked. Every family sees that the teacher looked."""
    now = deps.now()

    def unit() -> tuple[Officer, GroupView]:
        officer, card = own_service(deps, visitor, service)
        view = service_view(deps, officer, card, now=now)
        price = price_on(card, _today(officer, now))
        group = sorted(agreed_children(deps, card, price, now=now), key=_by_name) if price else []
        ids = [one.id for one in group]
        where, today = classes_of(tuple(ids)), today_of(officer, ids, Kind.LESSON, now=now)
        return officer, GroupView(
            service=view,
            day=_today(officer, now),
            today=_today(officer, now),
            zone=officer.zone,
            form=secrets.token_urlsafe(16),
            items=tuple(
                GroupRow(
                    child=one.id,
                    last_name=one.last_name,
                    first_name=one.first_name,
                    class_name=where.get(one.id, ("", ""))[1],
                    own_family=own_family(officer.person, one.id),
                    today=tuple(row for row in today[one.id] if row.title == card.title),
                )
                for one in group
            ),
        )

    officer, view = await deps.db.read(unit)
    await deps.db.write(lambda: note_reading(deps, officer, [PersonId(one.child) for one in view.items], page=PAGE, now=now))
    return view


async def hold_lesson(
    deps: Deps, visitor: Visitor, service: str, *, present: Sequence[str], form: str, day: date | None = None
) -> DebitResults:
    """The price is that of the lesson's day; who did not agree to this price pays nothing."""
    now, chosen = deps.now(), tuple(dict.fromkeys(present))
    if not chosen or not 0 < len(form) <= LONGEST_FORM:
        raise Refused(Reason.MALFORMED, "Отметьте, кто был: без отметки никому ничего не списывается.")

    def unit() -> DebitResults:
        officer, card = own_service(deps, visitor, service)
        today = _today(officer, now)
        held = day or today
        if not today - BACK <= held <= today:
            raise Refused(Reason.MALFORMED, f"День занятия — сегодня или не раньше чем {BACK.days} дней назад.")
        price = price_on(card, held)
        if card.state != OPEN or price is None:
            raise Refused(Reason.ALREADY_DECIDED, "Эта услуга закончилась или у неё нет цены на этот день.")
        return _charge(deps, officer, card, chosen, held, form, now=now)

    return await deps.db.write(unit)


def _charge(
    deps: Deps, officer: Officer, card: ServiceCard, chosen: Sequence[str], held: date, form: str, *, now: datetime
) -> DebitResults:
    price = price_on(card, held)
    assert price is not None, "the caller has looked"
    group = {one.id: one for one in agreed_children(deps, card, price, now=now)}
    # Who is not in the group is as if not there: a teacher learns of no other child.
    if any(PersonId(child) not in group for child in chosen):
        raise Refused(
            Reason.NOT_FOUND, "Отмечен ученик, которого нет в группе: семья не согласилась или отозвала согласие. Обновите список."
        )
    if any(own_family(officer.person, PersonId(child)) for child in chosen):
        raise Refused(Reason.OWN_FAMILY, "Своему ребёнку списывает другой сотрудник: снимите отметку.")
    pupils = [Pupil(person=group[PersonId(child)], class_name="") for child in chosen]
    find_contracts(deps, pupils, now=now)
    lesson = Lesson(
        key=hashlib.sha256(f"{officer.person}\n{form}".encode()).hexdigest()[:32],
        school=officer.school,
        service=card.id,
        group=card.group,
        price=price,
        day=held,
        actor=officer.person,
        present=tuple(chosen),
        agreed=frozenset(group),
    )
    answers = debit_lesson(lesson, now=now)
    for one, said in zip(pupils, answers, strict=True):
        if said.outcome is Outcome.DEBITED and said.new:
            note_change(deps, officer, one.person.id, action="debit.lesson", now=now)
            text = f"{one.person.first_name}: занятие «{card.title}», {shown(price.kop)}. Списал преподаватель.{odd(said.flags)}"
            tell_parents(deps, one.person.id, but=officer.person, kind="lesson_debited", text=text, href=f"/money/{said.account}")
    return results(pupils, answers)


def own_service(deps: Deps, visitor: Visitor, id_: str) -> tuple[Officer, ServiceCard]:
    """In the caller's unit: another school's, another teacher's and none at all look the same."""
    card = services.get(id_)
    officer = officer_of(deps, visitor, school=card.school if card else "none", act=Act.LESSONS)
    if card is None or not (officer.role in MAKERS or teaches(deps, officer, card)):
        raise Refused(Reason.NOT_FOUND)
    return officer, card


def _by_name(one: Person) -> tuple[str, str, str]:
    return (normalised(one.last_name), normalised(one.first_name), one.id)


def _today(officer: Officer, now: datetime) -> date:
    return now.astimezone(ZoneInfo(officer.zone)).date()
