"""The office makes a class's chat, or binds one that people made; a chat is unbound without anything being done in it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from connectors.kit.class_chat import ChatAccount, ClassChatPort, Outcome
from connectors.kit.errors import ConnectorError, RateLimited, TimedOut, Unavailable
from connectors.kit.manifest import ChatAbility
from hub.deps import Deps
from hub.flows.class_chats.belonging import belonging, circle_of
from hub.flows.class_chats.messengers import chat_officer, chats_port, today_in
from hub.flows.class_chats.reconcile import account_of
from hub.flows.class_chats.telling import tell_added
from hub.flows.class_chats.words import title_of
from hub.flows.office.officers import Officer
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.desk import take_turn
from hub.flows.views.school.chats import ChatMade
from hub.store.school.chats import carriers, codes, journal, members, rooms
from hub.store.school.chats.carriers import CarrierCard, CarrierState
from hub.store.school.chats.journal import Done
from hub.store.school.chats.members import Noted
from hub.store.school.chats.rooms import NewRoom, RoomState
from hub.store.sessions import Visitor
from identity.linking.class_chats import Audience, MemberState, Place, Record, Standing
from identity.store.school.cards import pupils_of

TAKEN = "У этого класса такой чат уже есть, или этот чат занят другим классом."
NOT_CONNECTED = "Сначала подключите мессенджер к школе: «Чаты», «Мессенджеры школы»."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChatAsked:
    """`outside` names a chat that people made: its id at the messenger, or the invitation link."""

    klass: str
    audience: Audience
    carrier: str | None = None
    outside: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What the messenger has: the chat's id, its invitation where there is nothing else, who is inside from the start."""

    outside: str = field(repr=False)
    link: str = field(default="", repr=False)
    inside: tuple[Place, ...] = ()


async def make_chat(deps: Deps, visitor: Visitor, asked: NewChatAsked, *, school: str | None = None) -> ChatMade:
    """The place of the class is held first, so that two officers make one chat; then the messenger is asked once."""
    now = deps.now()

    def hold() -> tuple[Officer, CarrierCard, str, tuple[Place, ...]]:
        officer = chat_officer(deps, visitor, school)
        check_class(officer, asked.klass)
        card = carrier_of(deps, officer, asked.carrier)
        take_turn(deps.memory.office_acts, visitor, "chat.make")
        id_ = rooms.reserve(deps.keys, new_room(officer, card, asked, f"making {secrets.token_hex(8)}"), now=now)
        if id_ is None:
            raise Refused(Reason.ALREADY_DECIDED, TAKEN)
        circle = circle_of(deps, officer.school, asked.klass, now=now)
        return officer, card, id_, belonging(deps, circle, asked.audience, card.carrier, now=now)

    officer, card, id_, wanted = await deps.db.write(hold)
    try:
        opened = await open_chat(deps, card, asked, wanted)
    except (ConnectorError, Refused):
        await deps.db.write(lambda: rooms.end(id_, now=now))
        raise

    def settle() -> ChatMade:
        other = rooms.by_outside(deps.keys, card.carrier, opened.outside)
        if other is not None or not rooms.made(deps.keys, id_, opened.outside, now=now):
            rooms.end(id_, now=now)
            raise Refused(Reason.ALREADY_DECIDED, TAKEN)
        begin(deps, officer, card, id_, opened, action="chat.bound" if asked.outside else "chat.made")
        return ChatMade(id=id_, state=RoomState.ACTIVE.value)

    return await deps.db.write(settle)


def check_class(officer: Officer, klass: str) -> None:
    """In the caller's unit: a class of this school, and of this officer; no other exists for him."""
    if not officer.covers(klass) or not pupils_of(officer.school, klass=klass):
        raise Refused(Reason.NOT_FOUND)


def carrier_of(deps: Deps, officer: Officer, carrier: str | None) -> CarrierCard:
    """In the caller's unit: the asked messenger of the school, or the one in force today."""
    if carrier is None:
        card = carriers.in_force(deps.keys, officer.school, today_in(officer, deps.now()))
    else:
        chats_port(deps, carrier)
        card = carriers.by_account(deps.keys, carrier, officer.school)
    if card is None or card.state is not CarrierState.WORKING:
        raise Refused(Reason.FORBIDDEN, NOT_CONNECTED)
    return card


def new_room(officer: Officer, card: CarrierCard, asked: NewChatAsked, outside: str, *, link: str = "") -> NewRoom:
    return NewRoom(
        school=officer.school,
        klass=asked.klass,
        audience=asked.audience,
        carrier=card.id,
        kind=card.carrier,
        title=title_of(asked.klass, asked.audience),
        outside=outside,
        link=link,
    )


async def open_chat(deps: Deps, card: CarrierCard, asked: NewChatAsked, wanted: tuple[Place, ...]) -> Opened:
    """Outside: made by the messenger where it can, else the chat that people made is looked at."""
    port, account = chats_port(deps, card.carrier), account_of(card)
    if asked.outside.strip():
        return await _bound(port, account, asked.outside.strip())
    if ChatAbility.CREATE not in port.manifest.chat:
        raise Refused(Reason.MALFORMED, "В этом мессенджере чат делают люди: сделайте его, добавьте бота школы и выберите чат здесь.")
    places = {place.subject: place for place in wanted if place.standing is Standing.IN and place.subject}
    title = title_of(asked.klass, asked.audience)
    try:
        made = await port.create(account, title, tuple(places))
    except (TimedOut, Unavailable):
        if ChatAbility.LIST_CHATS not in port.manifest.chat:
            raise
        # It may have been made all the same; asking twice would make two. One that was ever ours, as last year's, is not it.
        found = [id_ for id_, known in await port.chats(account) if known == title]
        left = await deps.db.read(lambda: [id_ for id_ in found if not rooms.ever(deps.keys, card.carrier, id_)])
        if len(left) != 1:
            raise
        return Opened(outside=left[0])
    absent = {one.member for one in made.results if one.outcome not in (Outcome.DONE, Outcome.ALREADY)}
    return Opened(outside=made.id, inside=tuple(place for subject, place in places.items() if subject not in absent))


async def _bound(port: ClassChatPort, account: ChatAccount, outside: str) -> Opened:
    """The account is there and may do its work; a bare link is looked at, and not followed."""
    if ChatAbility.RIGHTS not in port.manifest.chat:
        return Opened(outside=outside, link=await port.invite_link(account, outside))
    rights = await port.rights(account, outside)
    if not (rights.can_list and rights.can_invite and rights.can_remove):
        raise Refused(
            Reason.FORBIDDEN,
            f"В чате «{rights.title}» у бота нет нужных прав. Дайте ему права видеть участников, приглашать и убирать, и повторите.",
        )
    return Opened(outside=outside)


def begin(deps: Deps, officer: Officer, card: CarrierCard, id_: str, opened: Opened, *, action: str) -> None:
    """In the caller's unit: what is known of a chat from its first moment."""
    now = deps.now()
    if opened.link:
        rooms.set_link(deps.keys, id_, opened.link)
    codes.lost(card.id, opened.outside)
    noted = [
        Noted(record=Record(subject=one.subject or "", state=MemberState.JOINED, since=now, person=one.person), child=one.by)
        for one in opened.inside
    ]
    members.keep(deps.keys, id_, noted)
    added = [Done(action="member.added", person=one.person, why=one.why.value) for one in opened.inside]
    journal.note(officer.school, id_, [Done(action=action, actor=officer.person, why=card.carrier), *added], now=now)
    room = rooms.find(deps.keys, id_)
    if room is not None:
        tell_added(deps, room, opened.inside, now=now)


async def unbind_chat(deps: Deps, visitor: Visitor, chat: str) -> ChatMade:
    """The service forgets the chat; in the messenger it stays as it is."""
    now = deps.now()

    def unit() -> ChatMade:
        officer, room = chat_here(deps, visitor, chat)
        if not rooms.end(room.id, now=now):
            raise Refused(Reason.ALREADY_DECIDED)
        members.forget_chat(room.id)
        journal.note(officer.school, room.id, [Done(action="chat.unbound", actor=officer.person)], now=now)
        return ChatMade(id=room.id, state=RoomState.ENDED.value)

    return await deps.db.write(unit)


def chat_here(deps: Deps, visitor: Visitor, chat: str, *, wide: bool = False) -> tuple[Officer, rooms.RoomCard]:
    """In the caller's unit: a chat of this officer's school and class; a foreign one and none at all look the same."""
    room = rooms.find(deps.keys, chat)
    if room is None or room.state is RoomState.ENDED:
        chat_officer(deps, visitor, None)
        raise Refused(Reason.NOT_FOUND)
    officer = chat_officer(deps, visitor, room.school, wide=wide)
    if not officer.covers(room.klass):
        raise Refused(Reason.NOT_FOUND)
    return officer, room


def is_wait(error: ConnectorError) -> bool:
    """Nothing is wrong, only not now."""
    return isinstance(error, RateLimited | TimedOut | Unavailable)
