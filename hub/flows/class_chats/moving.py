"""A class moves from one messenger to another: one action with a dry run, each of its two chats by itself (facts 0.1: MAX in 2025)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from connectors.kit.class_chat import ToChat
from connectors.kit.errors import ConnectorError
from connectors.kit.manifest import ChatAbility
from hub.deps import Deps
from hub.flows.class_chats.belonging import belonging, circle_of
from hub.flows.class_chats.making import TAKEN, NewChatAsked, begin, carrier_of, check_class, new_room, open_chat
from hub.flows.class_chats.messengers import chat_officer
from hub.flows.class_chats.reconcile import account_of
from hub.flows.class_chats.words import MESSENGERS, note_of, sentence
from hub.flows.office.officers import Officer
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.desk import take_turn
from hub.flows.views.school.chats import FoundChatView, MovePlan, MoveRoom
from hub.store.school.chats import carriers, codes, journal, members, rooms
from hub.store.school.chats.carriers import CarrierCard
from hub.store.school.chats.journal import Done
from hub.store.school.chats.rooms import RoomCard
from hub.store.sessions import Visitor
from identity.linking.class_chats import Audience, MemberState, Place, Standing, Why

FAREWELL = "Чат класса переехал в {where}. Ссылка — в кабинете School Hub, на странице «Чаты». Этот чат сервис больше не ведёт."


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """`outside`, by audience, are the chats that people made where the new messenger makes none."""

    klass: str
    carrier: str
    outside: Mapping[Audience, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    audience: Audience
    before: RoomCard | None
    wanted: tuple[Place, ...]
    view: MoveRoom


async def plan_move(deps: Deps, visitor: Visitor, move: Move, *, school: str | None = None) -> MovePlan:
    """The dry run: reads, asks nobody outside and writes nothing."""
    now = deps.now()

    def unit() -> MovePlan:
        officer, card = _allowed(deps, visitor, move, school)
        steps = _steps(deps, officer, card, move, now=now)
        return _plan(move, tuple(one.view for one in steps), dry_run=True)

    return await deps.db.read(unit)


async def move_class(deps: Deps, visitor: Visitor, move: Move, *, school: str | None = None) -> MovePlan:
    """The new chat first, then the word in the old one, then the old one is let go. One that fails leaves its old chat as it was."""
    now = deps.now()
    take_turn(deps.memory.office_acts, visitor, "chat.move")

    def unit() -> tuple[Officer, CarrierCard, list[_Step]]:
        officer, card = _allowed(deps, visitor, move, school)
        return officer, card, _steps(deps, officer, card, move, now=now)

    officer, card, steps = await deps.db.read(unit)
    done = [await _move(deps, officer, card, move, one, now=now) for one in steps]
    return _plan(move, tuple(done), dry_run=False)


def _allowed(deps: Deps, visitor: Visitor, move: Move, school: str | None) -> tuple[Officer, CarrierCard]:
    officer = chat_officer(deps, visitor, school, wide=True)
    check_class(officer, move.klass)
    return officer, carrier_of(deps, officer, move.carrier)


def _steps(deps: Deps, officer: Officer, card: CarrierCard, move: Move, *, now: datetime) -> list[_Step]:
    """In the caller's unit: for each chat of the class that is elsewhere, what would become of whom."""
    found = {room.audience: room for room in rooms.of_class(deps.keys, officer.school, move.klass)}
    circle = circle_of(deps, officer.school, move.klass, now=now)
    offered = tuple(FoundChatView(id=id_, title=title) for id_, title in codes.found_at(card.id))
    steps = []
    for audience in Audience:
        before = found.get(audience)
        if before is None:
            continue
        wanted = belonging(deps, circle, audience, card.carrier, now=now)
        view = _view(deps, before, card, wanted, offered, bool(move.outside.get(audience)))
        steps.append(_Step(audience=audience, before=before, wanted=wanted, view=view))
    return steps


def _view(
    deps: Deps, before: RoomCard, card: CarrierCard, wanted: tuple[Place, ...], offered: tuple[FoundChatView, ...], chosen: bool
) -> MoveRoom:
    makes = ChatAbility.CREATE in deps.chats[card.carrier].manifest.chat
    act = "stay" if before.kind == card.carrier else "create" if makes and not chosen else "bind"
    inside = {one.record.person for one in members.of_chat(deps.keys, before.id) if one.record.state is MemberState.JOINED}
    comes = {place.person for place in wanted if place.standing is Standing.IN}
    return MoveRoom(
        audience=before.audience.value,
        before=before.kind,
        before_title=MESSENGERS[before.kind].title,
        act=act,
        invites=len(comes) if act != "stay" else 0,
        waits_consent=sum(place.why is Why.NO_CONSENT for place in wanted),
        waits_profile=sum(place.why is Why.NO_PROFILE for place in wanted),
        others=sum(place.standing is not Standing.IN and place.why not in (Why.NO_CONSENT, Why.NO_PROFILE) for place in wanted),
        leaves_behind=len(inside - comes) if act != "stay" else 0,
        found=offered if act == "bind" and not makes else (),
    )


async def _move(deps: Deps, officer: Officer, card: CarrierCard, move: Move, step: _Step, *, now: datetime) -> MoveRoom:
    before = step.before
    if before is None or step.view.act == "stay":
        return _with(step.view, "stay")
    if step.view.act == "bind" and not move.outside.get(step.audience):
        return _with(step.view, "skipped")
    if not await deps.db.write(lambda: rooms.begin_move(before.id, now=now)):
        return _with(step.view, "busy", "Этот чат сейчас переводит другой сотрудник.")
    asked = NewChatAsked(klass=move.klass, audience=step.audience, carrier=card.carrier, outside=move.outside.get(step.audience, ""))
    settled = False
    try:
        opened = await open_chat(deps, card, asked, step.wanted)

        def settle() -> bool:
            if rooms.by_outside(deps.keys, card.carrier, opened.outside) is not None or not rooms.end(before.id, now=now):
                return False
            id_ = rooms.add(deps.keys, new_room(officer, card, asked, opened.outside), now=now)
            if id_ is None:
                raise Refused(Reason.ALREADY_DECIDED, TAKEN)
            journal.note(officer.school, before.id, [Done(action="chat.moved", actor=officer.person, why=card.carrier)], now=now)
            members.forget_chat(before.id)
            begin(deps, officer, card, id_, opened, action="chat.came")
            return True

        settled = await deps.db.write(settle)
    except ConnectorError as error:
        note = note_of(error)
        return _with(step.view, note, error.text or sentence(note, kind=card.carrier))
    except Refused as error:
        return _with(step.view, error.reason.value, error.detail or TAKEN)
    finally:
        if not settled:
            await deps.db.write(lambda: rooms.give_up_move(before.id, before.state, now=now))
    if not settled:
        return _with(step.view, "taken", TAKEN)
    await _farewell(deps, before, card)
    return _with(step.view, "done")


async def _farewell(deps: Deps, before: RoomCard, card: CarrierCard) -> None:
    """A last word in the old chat, where the service may write there; without the link, for strangers read it too."""
    port = deps.chats.get(before.kind)
    former = await deps.db.read(lambda: carriers.find(deps.keys, before.carrier))
    if port is None or former is None or ChatAbility.SEND not in port.manifest.chat:
        return
    text, now = FAREWELL.format(where=MESSENGERS[card.carrier].where), deps.now()
    said, code = True, ""
    try:
        await port.send(account_of(former), ToChat(chat=before.outside), text, key=f"moved {before.id}")
    except ConnectorError as error:
        # The move is done all the same; the journal says that the old chat was not told.
        said, code = False, note_of(error)
    done = Done(action="chat.farewell", code=code, ok=said)
    await deps.db.write(lambda: journal.note(before.school, before.id, [done], now=now))


def _with(view: MoveRoom, result: str, says: str = "") -> MoveRoom:
    return msgspec.structs.replace(view, result=result, says=says)


def _plan(move: Move, found: tuple[MoveRoom, ...], *, dry_run: bool) -> MovePlan:
    return MovePlan(class_name=move.klass, carrier=move.carrier, carrier_title=MESSENGERS[move.carrier].title, dry_run=dry_run, rooms=found)
