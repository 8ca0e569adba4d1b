"""Who may work in an office: named by the school, signed in with the confirmed Gosuslugi account that carries that SNILS (RULES A4, B6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.deps import Deps
from hub.flows.office.rights import Act, may, roles_for
from hub.flows.refusals import Reason, Refused
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.claims import Level
from identity.model import GOSUSLUGI, ActorKind, AuditKind, PersonId, SnilsProof
from identity.store import person, record_access, record_change

CARD_ROLES = roles_for(Act.CARDS)
"""Who keeps the pupils' cards and prints codes; a teacher, guard or till does neither."""


_POSTS = {"head": "Директор школы", "school_admin": "Администратор школы", "class_teacher": "Классный руководитель"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """`school` is the OGRN of the officer's own school, and of no other; `class_name` is set for a class teacher."""

    person: PersonId
    school: str
    role: str
    zone: str
    class_name: str = ""


def officer_of(deps: Deps, visitor: Visitor, *, school: str | None = None, act: Act = Act.CARDS) -> Officer:
    """Inside the caller's unit. The school must be named only by who works in several; `act` is what the role must allow there."""
    me = person(deps.keys, PersonId(visitor.person))
    if me is None or me.snils is None or me.snils_proof is not SnilsProof.VERIFIED:
        raise Refused(Reason.NOT_OFFICE)
    posts = [post for post in schools.posts_of(deps.keys, me.snils.digits) if may(post.role, act)]
    if not posts:
        raise Refused(Reason.NOT_OFFICE)
    if visitor.system != GOSUSLUGI or me.level is not Level.CONFIRMED:
        raise Refused(Reason.LEVEL_TOO_LOW, "В канцелярию входят подтверждённой учётной записью Госуслуг.")
    # Of several posts the wider one is worked at: a head who teaches a class sees the whole school.
    mine = sorted((post for post in posts if school in (None, post.school)), key=lambda post: post.role == "class_teacher")
    if len({post.school for post in mine}) > 1:
        raise Refused(Reason.MALFORMED, "Вы работаете в нескольких школах: назовите школу в поле school_ogrn.")
    card = schools.school(mine[0].school) if mine else None
    if card is None:
        raise Refused(Reason.NOT_FOUND)  # a foreign school's pupil and none at all look the same
    return Officer(person=me.id, school=card.ogrn, role=mine[0].role, zone=card.zone, class_name=mine[0].class_name)


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
    return {"name": name, "post": _POSTS.get(officer.role, "Сотрудник школы")}


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
