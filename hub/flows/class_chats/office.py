"""The office looks at its chats: class by class, one with its people and what was done, and its word on strangers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.class_chats.making import TAKEN, chat_here, check_class
from hub.flows.class_chats.messengers import chat_officer, today_in
from hub.flows.class_chats.reconcile import Known, known_of, look_at
from hub.flows.class_chats.words import MESSENGERS, sentence, title_of
from hub.flows.office.officers import Officer, note_reading
from hub.flows.office.rights import Reach
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.desk import take_turn
from hub.flows.roster.listing import in_order
from hub.flows.views.school.chats import ChatActView, ChatDesk, ChatGuest, ChatList, ChatPerson, ClassChats, OfficeChat
from hub.flows.words import names_of
from hub.store.school import schools
from hub.store.school.chats import carriers, journal, members, rooms
from hub.store.school.chats.journal import HUB, ActCard, Done
from hub.store.school.chats.members import MemberCard
from hub.store.school.chats.rooms import RoomCard
from hub.store.sessions import Visitor
from identity.linking.class_chats import Audience, MemberState
from identity.model import Person, PersonId
from identity.store import classes_in, persons_by_id

GUESTS: Mapping[MemberState, tuple[str, ...]] = {
    MemberState.UNKNOWN: ("keep", "remove"),
    MemberState.KEPT: ("remove",),
    MemberState.DOOMED: ("keep",),
}


async def list_chats(deps: Deps, visitor: Visitor, *, school: str | None = None) -> ChatList:
    """Counts only: nobody's data is read."""
    now = deps.now()

    def unit() -> ChatList:
        officer = chat_officer(deps, visitor, school)
        card, force = schools.school(officer.school), carriers.in_force(deps.keys, officer.school, today_in(officer, now))
        names = [one.name for one in classes_in(officer.school, now=now) if officer.covers(one.name)]
        found = [room for room in rooms.of_school(deps.keys, officer.school) if officer.covers(room.klass)]
        counts = members.counts([room.id for room in found])
        every = sorted({*names, *(room.klass for room in found)}, key=in_order)
        return ChatList(
            school_ogrn=officer.school,
            school=card.short_name if card else "",
            zone=officer.zone,
            own_class=officer.reach is not Reach.SCHOOL,
            carrier=force.carrier if force else None,
            carrier_title=MESSENGERS[force.carrier].title if force else "",
            items=tuple(_class(officer, name, [room for room in found if room.klass == name], counts) for name in every),
        )

    return await deps.db.read(unit)


def _class(officer: Officer, name: str, found: Sequence[RoomCard], counts: Mapping[tuple[str, MemberState], int]) -> ClassChats:
    have = {room.audience for room in found}
    return ClassChats(
        class_name=name,
        chats=tuple(_chat(officer, room, counts) for room in found),
        missing=tuple(one.value for one in Audience if one not in have),
    )


def _chat(officer: Officer, room: RoomCard, counts: Mapping[tuple[str, MemberState], int]) -> OfficeChat:
    def count(*states: MemberState) -> int:
        return sum(counts.get((room.id, state), 0) for state in states)

    until = f"{room.due_at.astimezone(ZoneInfo(officer.zone)):%d.%m в %H:%M}" if room.due_at else ""
    return OfficeChat(
        id=room.id,
        class_name=room.klass,
        audience=room.audience.value,
        carrier=room.kind,
        carrier_title=MESSENGERS[room.kind].title,
        title=room.title,
        state=room.state.value,
        note=room.note,
        says=sentence(room.note, kind=room.kind, until=until, held=room.held),
        held=room.held,
        joined=count(MemberState.JOINED),
        invited=count(MemberState.INVITED),
        left=count(MemberState.LEFT),
        strangers=count(MemberState.UNKNOWN, MemberState.DOOMED),
        looked_at=room.looked_at,
        due_at=room.due_at,
    )


async def show_chat(deps: Deps, visitor: Visitor, chat: str) -> ChatDesk:
    """With names: every family sees that the school looked (RULES A13)."""
    now = deps.now()

    def unit() -> tuple[Officer, ChatDesk, list[PersonId]]:
        officer, room = chat_here(deps, visitor, chat)
        known = known_of(deps, room.id, now=now)
        acts = journal.newest(room.id)
        stored = members.of_chat(deps.keys, room.id)
        named = {place.person for place in known.wanted} | {place.by for place in known.wanted if place.by} if known else set()
        named |= {PersonId(one) for act in acts for one in (act.done.person, act.done.actor) if one and one != HUB}
        people = persons_by_id(deps.keys, named)
        port = deps.chats.get(room.kind)
        desk = ChatDesk(
            zone=officer.zone,
            chat=_chat(officer, room, members.counts([room.id])),
            can=tuple(sorted(one.value for one in port.manifest.chat)) if port else (),
            people=_people(known, stored, people) if known else (),
            guests=tuple(_guest(one) for one in stored if one.record.state in GUESTS),
            acts=tuple(_act(one, people) for one in acts),
        )
        return officer, desk, [place.by for place in known.wanted if place.by] if known else []

    officer, view, children = await deps.db.read(unit)
    await deps.db.write(lambda: note_reading(deps, officer, dict.fromkeys(children), page="office.chats", now=now))
    return view


def _people(known: Known, stored: Sequence[MemberCard], people: Mapping[PersonId, Person]) -> tuple[ChatPerson, ...]:
    by_person = {one.record.person: one for one in stored if one.record.person is not None}
    found = []
    for place in known.wanted:
        member = by_person.get(place.person)
        child = people.get(place.by) if place.by and place.by != place.person else None
        found.append(
            ChatPerson(
                person=place.person,
                name=names_of(people.get(place.person)),
                child=place.by,
                child_name=names_of(child) if child else "",
                standing=place.standing.value,
                why=place.why.value,
                state=member.record.state.value if member else None,
                since=member.record.since if member else None,
                code=member.code if member else "",
            )
        )
    order = ("joined", "invited", "left", "removed", None)
    return tuple(sorted(found, key=lambda one: (order.index(one.state) if one.state in order else len(order), one.name)))


def _guest(one: MemberCard) -> ChatGuest:
    return ChatGuest(id=one.id, name=one.name, state=one.record.state.value, since=one.record.since, may=GUESTS[one.record.state])


def _act(one: ActCard, people: Mapping[PersonId, Person]) -> ChatActView:
    done = one.done
    return ChatActView(
        at=one.at,
        actor="" if done.actor == HUB else names_of(people.get(PersonId(done.actor))),
        action=done.action,
        person=names_of(people.get(PersonId(done.person))) if done.person else "",
        why=done.why,
        code=done.code,
        ok=done.ok,
    )


async def rename_class(deps: Deps, visitor: Visitor, chat: str, klass: str) -> ChatDesk:
    """The class is called otherwise since the summer: the chat goes along, and nobody is taken for a leaver."""
    now, name = deps.now(), " ".join(klass.split())

    def unit() -> str:
        officer, room = chat_here(deps, visitor, chat)
        check_class(officer, name)
        if not rooms.rename(room.id, name, title_of(name, room.audience), now=now):
            raise Refused(Reason.ALREADY_DECIDED, TAKEN)
        done = Done(action="chat.renamed", actor=officer.person, why=f"{room.klass} → {name}")
        journal.note(officer.school, room.id, [done], now=now)
        return room.id

    id_ = await deps.db.write(unit)
    await look_at(deps, id_)
    return await show_chat(deps, visitor, id_)


async def look_now(deps: Deps, visitor: Visitor, chat: str) -> ChatDesk:
    """Somebody mended it by hand, or does not want to wait."""
    now = deps.now()

    def unit() -> str:
        officer, room = chat_here(deps, visitor, chat)
        take_turn(deps.memory.office_acts, visitor, "chat.look")
        journal.note(officer.school, room.id, [Done(action="look.asked", actor=officer.person)], now=now)
        return room.id

    id_ = await deps.db.write(unit)
    await look_at(deps, id_)
    return await show_chat(deps, visitor, id_)


async def let_go(deps: Deps, visitor: Visitor, chat: str) -> ChatDesk:
    """Those who were held back may go: somebody of the school has looked at them."""
    now = deps.now()

    def unit() -> str:
        officer, room = chat_here(deps, visitor, chat)
        if not rooms.let_go(room.id, now=now):
            raise Refused(Reason.ALREADY_DECIDED, "Их уже никто не ждёт: обновите страницу.")
        journal.note(officer.school, room.id, [Done(action="chat.let_go", actor=officer.person, why=str(room.held))], now=now)
        return room.id

    id_ = await deps.db.write(unit)
    await look_at(deps, id_)
    return await show_chat(deps, visitor, id_)


async def decide_guest(deps: Deps, visitor: Visitor, chat: str, guest: str, *, keep: bool) -> ChatDesk:
    """The school knows who it is, or does not want him: removed at the next look, which is now."""
    now = deps.now()

    def unit() -> str:
        officer, room = chat_here(deps, visitor, chat)
        found = members.find(deps.keys, guest)
        if found is None or found.chat != room.id or found.record.state not in GUESTS:
            raise Refused(Reason.NOT_FOUND)
        after = MemberState.KEPT if keep else MemberState.DOOMED
        if not members.turn(guest, before=list(GUESTS), after=after, now=now):
            raise Refused(Reason.ALREADY_DECIDED)
        journal.note(officer.school, room.id, [Done(action="guest.kept" if keep else "guest.doomed", actor=officer.person)], now=now)
        return room.id

    id_ = await deps.db.write(unit)
    if not keep:
        await look_at(deps, id_)
    return await show_chat(deps, visitor, id_)
