"""A family applies: one bundle for a child, school and year, however often it is asked; two requests before 14 (RULES A6, B1, B2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.kit import school_joining as outside
from hub.deps import Deps
from hub.flows.guardianship.telling import first_name, tell_family
from hub.flows.holds import require_no_hold
from hub.flows.join_school.people import Pair, check_role, pair_of, refusal
from hub.flows.join_school.show import view_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.joining import JoinView
from hub.store.joining import bundles, errands
from hub.store.joining.records import Bundle, NewBundle
from hub.store.school import schools
from hub.store.school.schools import SchoolCard
from hub.store.sessions import Visitor
from identity.ages import age
from identity.joining import ANEW, LIFE, OPEN, Role, may_apply, school_years
from identity.model import ActorKind
from identity.store import record_change

LONGEST_CLASS = 40
MOST_OPEN = 20
"""Applications for one child that wait at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """As asked. The class is free text: a college's group and course too. `school_year` is the running one when empty."""

    child: str
    school_ogrn: str
    class_name: str
    role: str
    school_year: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """`new` is false where the same was asked before."""

    view: JoinView
    new: bool


async def submit_join(deps: Deps, visitor: Visitor, asked: Application) -> Submitted:
    """Judged and kept here at once; the outside system is told by the worker, and an answer that it loses changes nothing."""
    klass, now = _class(asked.class_name, outside.LONGEST_CLASS if deps.joining else LONGEST_CLASS), deps.now()
    try:
        role = Role(asked.role)
    except ValueError as error:
        raise Refused(Reason.MALFORMED, "Кто подаёт заявление: legal_representative или pupil.") from error

    def unit() -> tuple[JoinView, bool]:
        pair = pair_of(deps, visitor.person, asked.child)
        card = schools.school(asked.school_ogrn.strip())
        if card is None:
            raise Refused(Reason.NOT_FOUND, "Такой школы в списке нет. Найдите её по полному названию, ИНН или ОГРН.")
        year = _year(asked.school_year, card, now)
        before = bundles.newest(deps.keys, visitor.person, asked.child, card.ogrn, year)
        if before is not None and before.state not in ANEW:
            return view_of(deps, before, visitor.person), False
        check_role(role, pair)
        made = _make(deps, pair, role, card, year, klass, before, now=now)
        if made is None:
            # The same call at the same moment made it.
            found = bundles.newest(deps.keys, visitor.person, asked.child, card.ogrn, year)
            if found is None:
                raise Refused(Reason.NOT_FOUND)
            return view_of(deps, found, visitor.person), False
        return view_of(deps, made, visitor.person), True

    view, new = await deps.db.write(unit)
    return Submitted(view=view, new=new)


def _make(
    deps: Deps, pair: Pair, role: Role, card: SchoolCard, year: str, klass: str, before: Bundle | None, *, now: datetime
) -> Bundle | None:
    me, child = pair.applicant, pair.child
    why = may_apply(role, applicant=me, child=child, level=me.level, zone=card.zone, now=now)
    if why is not None:
        raise refusal(why)
    if child.birth_date is None:
        raise Refused(Reason.NOT_ALLOWED_YET)
    waiting = [one for one in bundles.of_applicant(deps.keys, me.id, child=child.id) if one.state in OPEN]
    if len(waiting) >= MOST_OPEN:
        raise Refused(Reason.FORBIDDEN, f"Школы уже решают {MOST_OPEN} заявлений за этого ребёнка. Отзовите те, что не нужны.")
    if not pair.is_self:
        require_no_hold(deps, me.id)
    new = NewBundle(
        applicant=me.id,
        child=child.id,
        school=card.ogrn,
        school_year=year,
        role=role,
        class_name=klass,
        legal_name=card.legal_name,
        inn=card.inn,
        age=age(child.birth_date, now, card.zone),
        evidence=pair.evidence,
        submitted_at=now,
        expires_at=now + LIFE,
    )
    made = bundles.add(deps.keys, new, previous=before, now=now)
    if made is None:
        return None
    if deps.joining:
        errands.add(deps.keys, made.id, errands.Act.SUBMIT, now=now)
    kind = ActorKind.PUPIL if pair.is_self else ActorKind.GUARDIAN
    record_change(actor=me.id, actor_kind=kind, subject=child.id, action="join.submitted", object=made.id, now=now)
    text = f"{first_name(me)} подаёт заявление в школу: {first_name(child)}. Если вы против, скажите об этом в школе."
    tell_family(deps, child.id, but=(me.id,), kind="join_submitted", text=text, href=f"/children/{child.id}/school")
    return made


def _class(text: str, longest: int) -> str:
    found = " ".join(text.split())
    if not found or len(found) > longest:
        raise Refused(Reason.MALFORMED, f"Назовите класс или группу, не длиннее {longest} знаков.")
    if not found.isprintable():
        raise Refused(Reason.MALFORMED, "В названии класса невидимые знаки. Наберите его заново.")
    return found


def _year(text: str, card: SchoolCard, now: datetime) -> str:
    years = school_years(now, card.zone)
    if text and text not in years:
        raise Refused(Reason.MALFORMED, f"Учебный год может быть: {', '.join(years)}.")
    return text or years[0]
