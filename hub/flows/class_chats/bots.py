"""A school's bot is heard: who opened it with a one-time code, which chats took it in or put it out, who came and went (RULES A9)."""

from __future__ import annotations

from datetime import datetime, timedelta

from connectors.kit.class_chat import AccountDead, BotEvent, BotPort, Happening
from connectors.kit.errors import ConnectorError, RateLimited
from hub.deps import Deps
from hub.flows.class_chats.reconcile import PAUSE, account_of
from hub.flows.class_chats.words import note_of
from hub.store.school.chats import carriers, codes, rooms
from hub.store.school.chats.carriers import CarrierCard, CarrierState

OFTEN, SELDOM = timedelta(seconds=2), timedelta(seconds=60)
"""How often a bot is asked while somebody waits for it, and otherwise."""


async def hear(deps: Deps, carrier: str) -> int:
    """What happened since the last time; the place is kept in the unit of what it brought. Returns how much there was."""
    now = deps.now()
    card = await deps.db.read(lambda: carriers.find(deps.keys, carrier))
    port = deps.chats.get(card.carrier) if card is not None else None
    if card is None or not isinstance(port, BotPort) or card.state is not CarrierState.WORKING:
        return 0
    try:
        told = await port.events(account_of(card), place=card.place)
    except ConnectorError as error:
        trouble = error
        await deps.db.write(lambda: _troubled(card, trouble, now=now))
        return 0

    def unit() -> None:
        for event in told.events:
            note_event(deps, card, event, now=now)
        carriers.heard(card.id, told.place, at=now)

    await deps.db.write(unit)
    return len(told.events)


def note_event(deps: Deps, card: CarrierCard, event: BotEvent, *, now: datetime) -> None:
    """In the caller's unit; hearing the same twice changes nothing."""
    if event.kind is Happening.STARTED and event.payload and not event.is_bot:
        codes.seen(deps.keys, event.payload, carrier=card.carrier, subject=event.member, name=event.name, now=now)
    if not event.chat:
        return
    room = rooms.by_outside(deps.keys, card.carrier, event.chat)
    if room is not None:
        if room.carrier == card.id and event.kind is not Happening.RENAMED:
            rooms.mark([room.id], now=now)
    elif event.kind in (Happening.BOT_ADDED, Happening.RENAMED):
        codes.found(card.id, event.chat, event.title, now=now)
    elif event.kind is Happening.BOT_REMOVED:
        codes.lost(card.id, event.chat)


def _troubled(card: CarrierCard, error: ConnectorError, *, now: datetime) -> None:
    if isinstance(error, AccountDead):
        carriers.dead(card.id, note_of(error))
    elif isinstance(error, RateLimited):
        carriers.pause(card.id, now + (timedelta(seconds=error.after_s) if error.after_s else PAUSE), note_of(error))
