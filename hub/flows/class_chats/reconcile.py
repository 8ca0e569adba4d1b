"""One chat made as it should be: asked outside who is in it, decided purely, written once; what went only half is told so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from connectors.kit.class_chat import (
    AccountDead,
    CaptchaAsked,
    ChatAccount,
    ChatMember,
    ClassChatPort,
    Detached,
    LongBlock,
    LostRights,
    carrier_code,
)
from connectors.kit.errors import ConnectorError, RateLimited
from connectors.kit.manifest import ChatAbility
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.flows.class_chats.belonging import belonging, circle_of
from hub.flows.class_chats.carrying import Carried, Carrying
from hub.flows.class_chats.telling import tell_done, tell_held, tell_strangers, tell_trouble
from hub.flows.class_chats.words import note_of
from hub.store.school.chats import carriers, journal, members, rooms
from hub.store.school.chats.carriers import CarrierCard, CarrierState
from hub.store.school.chats.journal import Done
from hub.store.school.chats.members import MemberCard, Noted
from hub.store.school.chats.rooms import RoomCard, RoomState
from identity.linking.class_chats import Can, Member, MemberState, Place, Plan, plan
from identity.model import PersonId

EVERY = timedelta(hours=24)
"""So often a chat in which nothing changed here is looked at for strangers and those who left."""
SPREAD = timedelta(hours=6)
PAUSE, LONG_PAUSE, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=6), timedelta(hours=2)
_STATES: dict[type[ConnectorError], RoomState] = {Detached: RoomState.DETACHED, LostRights: RoomState.LOST_RIGHTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What our side says before anything is asked: who should be there, and what is remembered."""

    room: RoomCard
    carrier: CarrierCard
    wanted: tuple[Place, ...]
    members: Sequence[MemberCard]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A plan that nobody carried out, with what it rests on."""

    known: Known
    plan: Plan
    real: tuple[ChatMember, ...]


def known_of(deps: Deps, chat: str, *, now: datetime) -> Known | None:
    """In the caller's unit; None for a chat that is unbound, or whose account is gone."""
    room = rooms.find(deps.keys, chat)
    carrier = carriers.find(deps.keys, room.carrier) if room is not None else None
    if room is None or carrier is None or room.state is RoomState.ENDED or carrier.state is CarrierState.ENDED:
        return None
    circle = circle_of(deps, room.school, room.klass, now=now)
    wanted = belonging(deps, circle, room.audience, room.kind, now=now)
    return Known(room=room, carrier=carrier, wanted=wanted, members=members.of_chat(deps.keys, room.id))


def account_of(carrier: CarrierCard) -> ChatAccount:
    return ChatAccount(id=carrier.account, token=Secret(carrier.token))


async def look_at(deps: Deps, chat: str) -> None:
    """Whatever becomes of it, the chat knows when it is looked at next, and people are told once of what needs them.

    One at a time in this process: who presses while a look is under way waits for it."""
    async with deps.memory.locks.of(("chat", chat)):
        await _look_at(deps, chat)


async def _look_at(deps: Deps, chat: str) -> None:
    now = deps.now()

    await deps.db.write(lambda: rooms.begin_look(chat, now=now))
    known = await deps.db.read(lambda: known_of(deps, chat, now=now))
    port = deps.chats.get(known.room.kind) if known is not None else None
    if known is None or port is None:
        await deps.db.write(lambda: rooms.failed(chat, note="silent", next_at=now + EVERY))
        return
    if ChatAbility.LIST not in port.manifest.chat:
        # A bare link: nobody can be seen, invited or removed; the cabinet shows it to whom it is for.
        await deps.db.write(lambda: rooms.looked(chat, state=RoomState.ACTIVE, note="", held=0, next_at=next_look(chat, now), now=now))
        return
    try:
        outlook = await look(port, known, now=now)
    except ConnectorError as error:
        trouble = error
        await deps.db.write(lambda: _troubled(deps, known, trouble, now=now))
        return
    removed = {one.record.subject for one in known.members if one.record.state is MemberState.REMOVED}
    carried = await Carrying(port, account_of(known.carrier), known.room, now, removed=removed).carry_out(outlook.plan)
    await deps.db.write(lambda: _settle(deps, outlook, carried, now=now))


async def look(port: ClassChatPort, known: Known, *, now: datetime) -> Outlook:
    """One question, and what would have to be done."""
    real = await port.members(account_of(known.carrier), known.room.outside)
    made = plan(
        known.wanted,
        [member_of(one) for one in real],
        [one.record for one in known.members],
        can=abilities(port),
        strangers=known.carrier.strangers,
        confirmed=known.room.go,
        now=now,
    )
    return Outlook(known=known, plan=made, real=real)


def member_of(one: ChatMember) -> Member:
    return Member(subject=one.id, is_self=one.is_self, is_owner=one.is_owner, is_admin=one.is_admin, name=one.name)


def abilities(port: ClassChatPort) -> Can:
    return Can(add=ChatAbility.ADD in port.manifest.chat, remove=ChatAbility.REMOVE in port.manifest.chat)


def next_look(chat: str, now: datetime) -> datetime:
    """A day later and a little more, each chat at its own moment."""
    return now + EVERY + SPREAD * (crc32(chat.encode()) % 1000) / 1000


def _settle(deps: Deps, outlook: Outlook, carried: Carried, *, now: datetime) -> None:
    """In the caller's unit: what was seen, then what was done; then whoever must know."""
    known, made = outlook.known, outlook.plan
    room = known.room
    names = {one.id: one.name for one in outlook.real}
    by = {place.subject: place.by for place in known.wanted if place.subject is not None}
    before = {one.record.subject: one for one in known.members}
    seen = [
        Noted(record=one, child=_child(one.subject, by, before), name=names.get(one.subject, ""), code=_code(one.subject, before))
        for one in made.records
        if one.subject not in carried.noted
    ]
    members.keep(deps.keys, room.id, [*seen, *carried.noted.values()])
    left = [
        Done(action="member.left", person=one.person)
        for one in made.records
        if one.state is MemberState.LEFT and one.subject in before and before[one.subject].record.state is MemberState.JOINED
    ]
    journal.note(room.school, room.id, [*left, *carried.done], now=now)
    if carried.link and carried.link != room.link:
        rooms.set_link(deps.keys, room.id, carried.link)
    tell_done(deps, room, carried, now=now)
    tell_strangers(deps, room, made.tell, now=now)
    if made.held and not room.held:
        tell_held(deps, room, len(made.held), now=now)
    if carried.error is not None:
        _troubled(deps, known, carried.error, now=now)
        return
    rooms.looked(room.id, state=RoomState.ACTIVE, note="", held=len(made.held), next_at=next_look(room.id, now), now=now)


def _child(subject: str, by: Mapping[str, PersonId | None], before: Mapping[str, MemberCard]) -> PersonId | None:
    return by.get(subject) or (before[subject].child if subject in before else None)


def _code(subject: str, before: Mapping[str, MemberCard]) -> str:
    return before[subject].code if subject in before else ""


def _troubled(deps: Deps, known: Known, error: ConnectorError, *, now: datetime) -> None:
    """In the caller's unit. A trouble of the account stops all its chats, one of the chat only this one."""
    room, note = known.room, note_of(error)
    journal.note(room.school, room.id, [Done(action="look.failed", why=note, code=carrier_code(error), ok=False)], now=now)
    if isinstance(error, AccountDead):
        if carriers.dead(known.carrier.id, note):
            tell_trouble(deps, room, note, now=now)
        rooms.failed(room.id, note=note, next_at=now)
    elif isinstance(error, LongBlock):
        # One action is closed, a restriction's removal may still go: only this chat's own next try waits.
        rooms.failed(room.id, note=note, next_at=now + (timedelta(seconds=error.after_s) if error.after_s else LONG_PAUSE))
    elif isinstance(error, RateLimited):
        after = timedelta(seconds=error.after_s) if error.after_s else PAUSE
        carriers.pause(known.carrier.id, now + after, note)
        rooms.failed(room.id, note=note, next_at=now)
    elif type(error) in _STATES or isinstance(error, CaptchaAsked):
        state = _STATES.get(type(error), room.state)
        if (room.state, room.note) != (state, note):
            tell_trouble(deps, room, note, now=now)
        rooms.looked(room.id, state=state, note=note, held=room.held, next_at=next_look(room.id, now), now=now)
    else:
        rooms.failed(room.id, note=note, next_at=now + min(timedelta(minutes=1) * 2**room.fails, LONGEST_RETRY))
