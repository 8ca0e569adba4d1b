"""One appeal is opened: the small function that other stories use in their own unit (a dispute of a debit, one tap on a meal)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.appeals.rules import checked_about, checked_form, checked_kind, checked_text, due
from hub.flows.guardianship.telling import first_name
from hub.flows.office.rights import Act, may, roles_for
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import refusal
from hub.regions.help_desks import help_desks
from hub.store import notices
from hub.store.school import schools
from hub.store.sessions import Visitor
from hub.store.written import appeals
from hub.store.written.appeals import About
from identity.ages import phase
from identity.family.child_login import CHILD_LOGIN
from identity.model import ActorKind, PersonId
from identity.snils import Snils
from identity.store import person, record_change, school_of, view_right
from identity.store.persons import by_snils
from identity.store.school.cards import classes_of

NOBODY_THERE = "Школа ребёнка здесь обращений не принимает. Телефоны и почта — на странице «Кого спросить»."
TOO_YOUNG = "До 14 лет обращение пишет родитель. Попросите его: это на его странице."
LENT = "Вам открыли только дневник. Обращение в школу пишет родитель."
DIARY_ONLY = "Этого ребёнка показывает только ваш дневник: школе неизвестно, что вы его родитель. Напишите учителю или позвоните."


def why_not(deps: Deps, visitor: Visitor, child: str) -> str:
    """In the caller's unit: an empty text when this person may appeal, else why not. A foreign child is refused as everywhere."""
    now, who, whom = deps.now(), PersonId(visitor.person), PersonId(child)
    right = view_right(deps.keys, who, whom, now=now)
    if not right.allowed:
        raise refusal(right)
    if right.delegated:
        return LENT
    if right.diary_only:
        return DIARY_ONLY
    if right.is_self:
        me = person(deps.keys, who)
        if me is None or visitor.system == CHILD_LOGIN or phase(me.birth_date, now, me.zone).under_14:
            return TOO_YOUNG
    return "" if school_for(child) else NOBODY_THERE


def school_for(child: str) -> str | None:
    """In the caller's unit: the school of the child, where somebody there answers appeals."""
    ogrn = school_of(PersonId(child))
    return ogrn if ogrn and any(may(role, Act.APPEALS) for role in schools.roles_at(ogrn)) else None


def put_appeal(
    deps: Deps, visitor: Visitor, child: str, *, kind: str, text: str, form: str, about: About | None = None
) -> tuple[str, bool]:
    """In the caller's unit: the appeal's id, and whether it is new; the school is told, the child's log has it. `form` names it once."""
    refused = why_not(deps, visitor, child)
    if refused:
        raise Refused(Reason.FORBIDDEN, refused)
    school, now, author = school_for(child), deps.now(), visitor.person
    card = schools.school(school) if school else None
    if card is None:
        raise Refused(Reason.FORBIDDEN, NOBODY_THERE)
    term, named = checked_kind(kind), checked_about(about or About(), child)
    id_ = appeals.id_of(deps.keys, author, f"{child} {checked_form(form)}")
    new = appeals.add(
        deps.keys,
        id_,
        school=card.ogrn,
        child=child,
        author=author,
        kind=kind,
        about=named,
        text=checked_text(text),
        due_at=due(now, card.zone, term.days, help_desks().holiday),
        now=now,
    )
    if new:
        record_change(actor=PersonId(author), actor_kind=ActorKind.GUARDIAN, subject=PersonId(child), action="appeal.sent", now=now)
        tell_desk(
            deps, card.ogrn, child, but=author, kind="appeal_sent", text=f"Новое обращение: {term.title}.", href=f"/office/appeals/{id_}"
        )
    return id_, new


def tell_desk(deps: Deps, school: str, child: str, *, but: str, kind: str, text: str, href: str) -> None:
    """In the caller's unit: who answers for the whole school, and this class's teacher; without the child's name."""
    klass = classes_of((PersonId(child),)).get(PersonId(child), ("", ""))[1]
    everywhere = schools.snils_of_posts(deps.keys, school, roles_for(Act.APPEALS) - {"class_teacher"})
    own = schools.snils_of_class(deps.keys, school, klass, "class_teacher") if klass else []
    for number in dict.fromkeys([*everywhere, *own]):
        officer = by_snils(deps.keys, Snils(number))
        if officer is not None and officer.id != but:
            notices.tell(deps.keys, person=officer.id, kind=kind, text=text, href=href, now=deps.now())


def name_of(deps: Deps, child: str) -> str:
    return first_name(person(deps.keys, PersonId(child)))
