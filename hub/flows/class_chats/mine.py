"""A family's side of the chats: where each stands, the way in, what is missing; refusing closes nothing else (RULES A9, A14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.deps import Deps
from hub.flows.class_chats.belonging import Circle, belonging, circle_of
from hub.flows.class_chats.carrying import REMOVED_BEFORE
from hub.flows.class_chats.words import AUDIENCES, LEFT, MESSENGERS
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.chats import ConsentAsked, MyChat, MyChats
from hub.store.school.chats import journal, members, rooms
from hub.store.school.chats.journal import Done
from hub.store.school.chats.members import MemberCard
from hub.store.school.chats.rooms import RoomCard, RoomState
from hub.store.sessions import Visitor
from identity.ages import phase
from identity.consent import Purpose, Whose, whose
from identity.linking.class_chats import Audience, MemberState, Place, Standing, Why
from identity.model import Person, PersonId
from identity.store import consent_holds, person, view_right
from identity.store.school.cards import classes_of

SAYS = {
    "none": "У класса пока нет такого чата. Появится, если его заведёт школа.",
    "consent": "Чтобы позвать в чат, нужно согласие. Без него всё остальное работает как обычно.",
    "profile": "Согласие есть. Осталось показать, какой профиль ваш.",
    "wanted": "Приглашение готовится: ссылка появится здесь в течение минуты.",
    "invited": "Откройте ссылку и войдите в чат. Входить не обязательно.",
    "in": "Вы в чате.",
    "left": LEFT,
    "stays_out": "Вы отказались от этого чата. Передумаете — попроситесь снова.",
    "to_confirm": "Связь с ребёнком ждёт подтверждения, поэтому в чат пока не зовём. Кто уже в чате, остаётся.",
    "pupil": "Это чат самого ученика: он входит своим профилем и с 14 лет решает сам.",
    "ask_teacher": "Вас раньше убрали из этого чата, а VK по ссылке обратно не пускает. Попросите классного руководителя добавить вас.",
    "trouble": "С чатом сейчас неполадка, школа о ней знает. Ничего делать не нужно: приглашение придёт само.",
}
PUPILS_CHILD = {
    "in": "Ученик в чате.",
    "invited": "Ученику отправлено приглашение: он входит своим профилем.",
    "profile": "Согласие есть. Осталось показать, какой профиль у ученика свой, на его собственном номере.",
    "wanted": "Приглашение ученику готовится.",
    "left": "Ученик вышел из чата сам, поэтому сервис больше не зовёт.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    """The visitor before one child's class."""

    who: PersonId
    child: Person
    school: str
    klass: str


def _here(deps: Deps, visitor: Visitor, child: str, now: datetime) -> _Here:
    """In the caller's unit. Chats are for the child and the own guardians: a lent view or a diary account shows none (RULES A15)."""
    who, whom = PersonId(visitor.person), PersonId(child)
    right = view_right(deps.keys, who, whom, now=now)
    known = person(deps.keys, whom)
    if not right.allowed or known is None:
        raise Refused(Reason.NOT_FOUND)
    school, klass = classes_of((whom,)).get(whom, ("", "")) if not (right.delegated or right.diary_only) else ("", "")
    return _Here(who=who, child=known, school=school, klass=klass)


async def show_my_chats(deps: Deps, visitor: Visitor, child: str) -> MyChats:
    now = deps.now()
    return await deps.db.read(lambda: _shown(deps, _here(deps, visitor, child, now), now=now))


def _shown(deps: Deps, here: _Here, *, now: datetime) -> MyChats:
    found = {room.audience: room for room in rooms.of_class(deps.keys, here.school, here.klass)} if here.school else {}
    circle = circle_of(deps, here.school, here.klass, now=now) if found else None
    mine = here.who == here.child.id
    items = []
    for audience in Audience:
        room = found.get(audience)
        if mine and audience is Audience.PARENTS:
            continue
        items.append(_none(audience) if room is None or circle is None else _one(deps, here, room, circle, now=now))
    return MyChats(child=here.child.id, class_name=here.klass, items=tuple(items) if here.school else ())


def _none(audience: Audience) -> MyChat:
    return MyChat(
        audience=audience.value, title=AUDIENCES[audience], carrier="", carrier_title="", state="none", says=SAYS["none"], link=None,
        consent=None, profile_href=None, may_ask=False, may_stay_out=False,
    )  # fmt: skip


def _one(deps: Deps, here: _Here, room: RoomCard, circle: Circle, *, now: datetime) -> MyChat:
    """As this person has it: of the pupils' chat a parent hears how the child stands and gets no link."""
    member = here.child.id if room.audience is Audience.PUPILS else here.who
    place = next((one for one in belonging(deps, circle, room.audience, room.kind, now=now) if one.person == member), None)
    record = members.of_person(deps.keys, room.id, member)
    own = member == here.who
    state = state_of(room, place, record)
    if not own and state in ("stays_out", "ask_teacher", "consent") and not phase(here.child.birth_date, now, here.child.zone).under_14:
        state = "pupil"
    messenger = MESSENGERS[room.kind]
    profile = messenger.profile if state == "profile" else None
    return MyChat(
        audience=room.audience.value,
        title=AUDIENCES[room.audience],
        carrier=room.kind,
        carrier_title=messenger.title,
        state=state,
        says=(SAYS if own else SAYS | PUPILS_CHILD).get(state, ""),
        link=(room.link or None) if own and state == "invited" else None,
        consent=_consent(deps, here, member, messenger.consent, now=now),
        profile_href=profile_href(profile, here.child.id, member, own=own) if profile else None,
        may_ask=state in ("left", "stays_out", "invited") and (own or state == "stays_out"),
        may_stay_out=state in ("in", "invited", "wanted", "profile", "left") and own,
    )


def state_of(room: RoomCard, place: Place | None, record: MemberCard | None) -> str:
    """One word for where somebody stands; pure."""
    known = record.record.state if record is not None else None
    if place is None or place.why in (Why.RESTRICTED, Why.NOT_OF_CLASS):
        return "none"
    if place.why is Why.OPTED_OUT:
        return "stays_out"
    if place.standing is Standing.OUT:
        return "consent" if place.why is Why.NO_CONSENT else "profile"
    if room.state is RoomState.DETACHED:
        return "trouble"
    if known is MemberState.JOINED:
        return "in"
    if place.standing is Standing.STAYS:
        return "to_confirm"
    if known is MemberState.LEFT:
        return "left"
    if record is not None and record.code == REMOVED_BEFORE:
        return "ask_teacher"
    if room.link and (known is MemberState.INVITED or MESSENGERS[room.kind].profile is None):
        return "invited"
    return "trouble" if room.state is not RoomState.ACTIVE or room.note else "wanted"


def profile_href(system: str, child: str, member: str, *, own: bool) -> str:
    """Where the profile is bound: VK by its sign-in, MAX through the school's bot."""
    if system == "max":
        return f"/children/{child}/chats/max" + ("" if own else "?for=child")
    return f"/family/sign-ins/add/{system}?person={member}"


def _consent(deps: Deps, here: _Here, subject: PersonId, purpose: Purpose, *, now: datetime) -> ConsentAsked | None:
    whom = person(deps.keys, subject)
    if whom is None:
        return None
    holds = consent_holds(deps.keys, subject, purpose, now=now)
    wanted = whose(purpose, phase(whom.birth_date, now, whom.zone))
    own = subject == here.who
    return ConsentAsked(
        subject=subject,
        purpose=purpose.value,
        holds=holds.holds,
        may_say=own if wanted is Whose.PUPIL else not own,
        whose=wanted.value,
        href=f"/consents/{subject}/{purpose.value}",
    )


async def choose(deps: Deps, visitor: Visitor, child: str, audience: Audience, *, wanted: bool) -> MyChats:
    """In or out of one chat of one child's class. Whoever left by himself asks here to be invited again."""
    now = deps.now()

    def unit() -> MyChats:
        here = _here(deps, visitor, child, now)
        room = next((one for one in rooms.of_class(deps.keys, here.school, here.klass) if one.audience is audience), None)
        if room is None or not here.school:
            raise Refused(Reason.NOT_FOUND)
        member = here.who if audience is Audience.PARENTS else here.child.id
        if audience is Audience.PUPILS and member != here.who and not phase(here.child.birth_date, now, here.child.zone).under_14:
            raise Refused(Reason.PUPIL_DECIDES)
        if audience is Audience.PARENTS and here.who == here.child.id:
            raise Refused(Reason.NOT_FOUND)
        if wanted:
            members.come_in(member, here.child.id, audience)
            members.ask_again(room.id, member, barred=None if MESSENGERS[room.kind].readmits else REMOVED_BEFORE)
        else:
            members.stay_out(member, here.child.id, audience, now=now)
        rooms.mark([room.id], now=now)
        action = "member.asked" if wanted else "member.stays_out"
        journal.note(here.school, room.id, [Done(action=action, actor=here.who, person=member)], now=now)
        return _shown(deps, here, now=now)

    return await deps.db.write(unit)
