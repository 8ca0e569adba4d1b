"""Who sees a child, and «Я не знаю этого человека»: one tap stops a new guardian until the school decides (RULES A5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hub.deps import Deps
from hub.flows.follow_edges import end_login_made_by
from hub.flows.guardianship.ages import age_note
from hub.flows.guardianship.delegations import view_of
from hub.flows.guardianship.telling import first_name
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading, refusal
from hub.flows.views.people.guardianship import FormerGuardian, GuardianList, GuardianView, OpenedDiary, StaffPost
from hub.flows.words import names_of, title_of
from hub.store import notices
from hub.store.diaries.diary_owners import owners_of
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.ages import Phase, phase
from identity.family.kinds import kind_at
from identity.guardianship import Right
from identity.model import EdgeState, Guardianship, Person, PersonId
from identity.store import edges, freeze_edges, person, persons_by_id, view_right
from identity.store.family.delegations import delegations_of_child, is_grown
from identity.store.family.parting import former_guardians
from identity.store.rights import may_freeze
from identity.store.school.cards import classes_of

LENT = "Вам открыли только дневник. Кто ещё видит ребёнка, знают его родители."
_POSTS: Mapping[str, tuple[str, str]] = {
    "head": ("Директор и заместители", "карточку ребёнка и его класс"),
    "school_admin": ("Администратор школы", "карточку ребёнка, класс, родителей и коды приглашения"),
    "class_teacher": ("Классный руководитель", "карточку ребёнка и свой класс"),
    "teacher": ("Учителя класса", "то, что ведут сами в школьном журнале"),
    "tutor": ("Воспитатель", "список своей группы"),
    "meals_officer": ("Ответственный за питание", "питание класса"),
    "guard": ("Охрана", "фотографию, имя и разрешение на вход"),
    "till": ("Касса столовой", "имя и разрешённые блюда, без остатка на счёте"),
}
_ORDER = (EdgeState.ACTIVE, EdgeState.TO_CONFIRM, EdgeState.WAITING, EdgeState.FROZEN)


async def who_sees(deps: Deps, visitor: Visitor, child: str) -> GuardianList:
    """The child's guardians, each once, the strongest edge first; lent views; whose diary accounts show the child; the school's posts."""
    now, who, whom = deps.now(), PersonId(visitor.person), PersonId(child)

    def unit() -> tuple[Right, GuardianList]:
        right = view_right(deps.keys, who, whom, now=now)
        pupil = person(deps.keys, whom)
        if not right.allowed or pupil is None or right.diary_only or right.delegated:
            return right, GuardianList(items=())
        return right, _everybody(deps, who, pupil, right)

    right, view = await deps.db.read(unit)
    if not right.allowed:
        raise refusal(right)
    if right.delegated:
        raise Refused(Reason.FORBIDDEN, LENT)
    await note_reading(deps, visitor, child, "who_sees")
    return view


async def freeze_guardian(deps: Deps, visitor: Visitor, child: str, guardian: str) -> None:
    """Said by an active guardian or by the pupil who acts alone; the stopped person is told, and sees the way: the school."""
    now, by, whom, stopped = deps.now(), PersonId(visitor.person), PersonId(child), PersonId(guardian)

    def unit() -> None:
        if not freeze_edges(deps.keys, by, stopped, whom, now=now):
            raise Refused(Reason.NOT_FOUND)
        name = names_of(person(deps.keys, whom))
        text = f"Доступ к записям ({name}) остановлен: другой родитель или ученик вас не узнал. Решит школа, обратитесь туда с документом."
        notices.tell(deps.keys, person=stopped, kind="guardian_frozen", text=text, href="/help#school", now=now)
        end_login_made_by(deps, stopped, whom)

    await deps.db.write(unit)
    forget(deps, person=child)


def _everybody(deps: Deps, who: PersonId, pupil: Person, right: Right) -> GuardianList:
    now = deps.now()
    where = phase(pupil.birth_date, now, pupil.zone)
    ogrn, class_name = classes_of((pupil.id,)).get(pupil.id, ("", ""))
    school = schools.school(ogrn) if ogrn else None
    mine = edges.between(who, pupil.id)
    grown = right.is_self and is_grown(deps.keys, pupil.id, now=now)
    # What adults arranged between themselves is not a young pupil's to read (PAGES, Ученик).
    adults = not right.is_self or not where.under_14
    return GuardianList(
        # Of a grown pupil's guardians nobody sees anything without the pupil's own grant, which stands among the lent views.
        items=() if grown else _guardians(deps, who, edges.of_child(pupil.id), where),
        may_freeze=may_freeze(deps.keys, who, pupil.id, now),
        delegations=tuple(view_of(deps, one, who) for one in delegations_of_child(pupil.id, now=now)) if adults else (),
        diaries=_diaries(deps, who, pupil.id) if not right.is_self else (),
        staff=_staff(ogrn),
        school=school.short_name if school else None,
        class_name=class_name or None,
        name=first_name(pupil),
        zone=pupil.zone,
        age=age_note(pupil, deps),
        is_self=right.is_self,
        may_lend=right.edge is not None or grown,
        former=_former(deps, pupil.id) if grown else (),
        may_leave=bool(mine) and not any(edge.state is EdgeState.FROZEN for edge in mine),
    )


def _guardians(deps: Deps, who: PersonId, found: Sequence[Guardianship], where: Phase) -> tuple[GuardianView, ...]:
    by_guardian: dict[PersonId, list[Guardianship]] = {}
    for edge in sorted(found, key=lambda edge: _ORDER.index(edge.state)):
        by_guardian.setdefault(edge.guardian, []).append(edge)
    known = persons_by_id(deps.keys, by_guardian)
    return tuple(
        GuardianView(
            person=guardian,
            name=names_of(known.get(guardian)),
            kind=kind_at(held[0].kind, where).value,
            state=held[0].state.value,
            evidence=held[0].evidence.kind.value,
            since=min((edge.created_at for edge in held if edge.created_at is not None), default=None),
            is_me=guardian == who,
            until=held[0].valid_until,
            evidences=tuple(dict.fromkeys(edge.evidence.kind.value for edge in held)),
        )
        for guardian, held in by_guardian.items()
    )


def _diaries(deps: Deps, who: PersonId, child: PersonId) -> tuple[OpenedDiary, ...]:
    """Whose sign-in opened which diary; each sees only the own one (RULES A15)."""
    opened = owners_of(child)
    known = persons_by_id(deps.keys, [PersonId(owner) for _, owner in opened])
    return tuple(
        OpenedDiary(system=system, title=title_of(deps.diaries, system), owner=names_of(known.get(PersonId(owner))), is_mine=owner == who)
        for system, owner in opened
    )


def _former(deps: Deps, pupil: PersonId) -> tuple[FormerGuardian, ...]:
    """Whom a grown pupil may let in again, but for those who are in."""
    now = deps.now()
    granted = {one.delegate for one in delegations_of_child(pupil, now=now) if one.giver == pupil}
    found = [one for one in former_guardians(deps.keys, pupil, now=now) if one not in granted]
    known = persons_by_id(deps.keys, found)
    return tuple(FormerGuardian(person=one, name=names_of(known.get(one))) for one in found)


def _staff(ogrn: str) -> tuple[StaffPost, ...]:
    """Posts, not persons: who holds a post is the school's to say (RULES A13 names staff only where they looked)."""
    filled = schools.roles_at(ogrn) if ogrn else []
    return tuple(StaffPost(role=role, title=_POSTS[role][0], sees=_POSTS[role][1]) for role in _POSTS if role in filled)
