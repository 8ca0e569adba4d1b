"""Who may work in an office: named by the school, signed in with the confirmed Gosuslugi account that carries that SNILS (RULES A4, B6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.deps import Deps
from hub.flows.office.rights import Act, Reach, may, reach, roles_for, widest
from hub.flows.refusals import Reason, Refused
from hub.store.school import schools
from hub.store.school.schools import Post
from hub.store.sessions import Visitor
from identity.claims import Level
from identity.model import GOSUSLUGI, ActorKind, AuditKind, Person, PersonId, SnilsProof
from identity.store import person, record_access, record_change
from identity.store.school.cards import classes_of

CARD_ROLES = roles_for(Act.CARDS)
"""Who keeps the pupils' cards and prints codes; a teacher, guard or till does neither."""


POSTS: Mapping[str, str] = {
    "head": "Директор школы",
    "school_admin": "Администратор школы",
    "class_teacher": "Классный руководитель",
    "tutor": "Воспитатель",
    "teacher": "Учитель",
    "meals_officer": "Ответственный за питание",
    "guard": "Охрана",
    "till": "Касса столовой",
    "supplier": "Поставщик питания",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """`school` is the OGRN of the officer's own school, and of no other; `class_name` is set for a class teacher.

    `reach` is how far the post goes in what was asked: a class alone, or the school.
    """

    person: PersonId
    school: str
    role: str
    zone: str
    class_name: str = ""
    reach: Reach = Reach.SCHOOL

    def covers(self, klass: str) -> bool:
        """Whether a pupil of this class is this officer's to look at."""
        return self.reach is Reach.SCHOOL or (bool(self.class_name) and klass == self.class_name)


def officer_of(deps: Deps, visitor: Visitor, *, school: str | None = None, act: Act = Act.CARDS) -> Officer:
    """Inside the caller's unit. The school must be named only by who works in several; `act` is what the role must allow there."""
    me = person(deps.keys, PersonId(visitor.person))
    posts = posts_here(deps, visitor, me)
    if not any(may(post.role, act) for post in posts):
        raise Refused(Reason.NOT_OFFICE)
    if visitor.system != GOSUSLUGI or me is None or me.level is not Level.CONFIRMED:
        raise Refused(Reason.LEVEL_TOO_LOW, "В канцелярию входят подтверждённой учётной записью Госуслуг.")
    mine = [post for post in posts if school in (None, post.school)]
    if len({post.school for post in mine if may(post.role, act)}) > 1:
        raise Refused(Reason.MALFORMED, "Вы работаете в нескольких школах: назовите школу в поле school_ogrn.")
    able = next((post.school for post in mine if may(post.role, act)), None)
    # Rights of two posts never add up: the one that holds the others, or the one that the person chose.
    there = [post for post in mine if post.school == able]
    post = widest(there)
    if there and post is None:
        raise Refused(Reason.ROLE_UNCHOSEN, more={"roles": [one.role for one in there]})
    card = schools.school(post.school) if post else None
    far = reach(post.role, act) if post else None
    if card is None or post is None or far is None:
        raise Refused(Reason.NOT_FOUND)  # a foreign school's pupil and none at all look the same
    return Officer(person=me.id, school=card.ogrn, role=post.role, zone=card.zone, class_name=post.class_name, reach=far)


def officer_for(deps: Deps, visitor: Visitor, child: PersonId, *, act: Act) -> Officer:
    """Whoever of this pupil's school may do this, in this pupil's class; a foreign pupil and none at all look the same."""
    school, klass = classes_of((child,)).get(child, ("none", ""))
    officer = officer_of(deps, visitor, school=school, act=act)
    if not officer.covers(klass):
        raise Refused(Reason.NOT_FOUND)
    return officer


def posts_here(deps: Deps, visitor: Visitor, me: Person | None) -> list[Post]:
    """The posts of this person: the one that was chosen in this session, while it lasts, else all."""
    if me is None or me.snils is None or me.snils_proof is not SnilsProof.VERIFIED:
        return []
    posts = schools.posts_of(deps.keys, me.snils.digits)
    chosen = [post for post in posts if (post.school, post.role) == visitor.post]
    return chosen or posts


def note_change(deps: Deps, officer: Officer, child: PersonId, *, action: str, now: datetime) -> None:
    """What the school decided of this child, by name and post, in the child's own log (RULES A13)."""
    record_change(
        keys=deps.keys,
        actor=officer.person,
        actor_kind=ActorKind.STAFF,
        subject=child,
        action=action,
        parts=_parts(deps, officer),
        now=now,
    )


def _parts(deps: Deps, officer: Officer) -> dict[str, str]:
    me = person(deps.keys, officer.person)
    name = " ".join(part for part in (me.last_name, me.first_name, me.middle_name) if part) if me else ""
    return {"name": name, "post": POSTS.get(officer.role, "Сотрудник школы")}


def note_reading(
    deps: Deps, officer: Officer, children: Iterable[PersonId], *, page: str, now: datetime, kind: AuditKind = AuditKind.READ
) -> None:
    """Every family sees that the office looked, by name and post (RULES A13)."""
    parts = _parts(deps, officer)
    for child in children:
        record_access(
            deps.keys,
            actor=officer.person,
            actor_kind=ActorKind.STAFF,
            subject=child,
            page=page,
            parts=parts,
            kind=kind,
            now=now,
        )
