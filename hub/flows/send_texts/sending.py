"""The worker's turn: texts whose time has come are sent, asked about, or given up; each call's row stands before the call (RULES F1)."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from functools import partial
from typing import Any

from connectors.kit.errors import ConnectorError, NotFound, RateLimited, Rejected
from connectors.kit.notice import Message, SentText, TextGateway
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.flows.send_texts.rules import STAGES, next_ask, next_try, not_sent
from hub.store.written import texts
from hub.store.written.texts import TextCard, TextStage

log = logging.getLogger("hub.texts")

BATCH = 20
NO_GATEWAY, CANNOT_ASK, TOO_LATE, GONE = "no_gateway", "cannot_ask", "too_late", "gateway_gone"


async def send_due(deps: Deps) -> bool:
    """Says whether more is waiting."""
    now = deps.now()
    if not await deps.db.read(lambda: texts.waits(now=now)):
        return False
    cards = await deps.db.write(lambda: texts.due(deps.keys, now=now, limit=BATCH))
    await asyncio.gather(*(_turn(deps, card) for card in cards))
    return len(cards) == BATCH


async def _turn(deps: Deps, card: TextCard) -> None:
    if card.state is TextStage.WAITING:
        await _send(deps, card)
    elif card.state is TextStage.UNSURE:
        await _look_for(deps, card)
    else:
        await _follow(deps, card)


async def _send(deps: Deps, card: TextCard) -> None:
    """The gateways in their order, the next only where it is sure that the one before sent nothing."""
    if deps.now() >= card.expires_at:
        await _turned(deps, card, TextStage.EXPIRED, reason=TOO_LATE)
        return
    waits_s: list[float] = []
    reason = NO_GATEWAY
    for name, port in deps.texts.items():
        if not await deps.db.write(partial(texts.asked, card.id, name, now=deps.now())):
            return
        told = await _told(port, card)
        if isinstance(told, SentText):
            await _keep(deps, card, told)
            return
        reason = f"{name}:{_code(told)}"
        if isinstance(told, Rejected):
            await _turned(deps, card, TextStage.FAILED, reason=reason)
            return
        if not not_sent(told):
            # Nobody knows whether it left.
            await _turned(deps, card, TextStage.UNSURE, reason=reason, next_at=next_try(0, deps.now()))
            return
        waits_s += [told.after_s or 0.0] if isinstance(told, RateLimited) else []
        await _turned(deps, card, TextStage.WAITING, reason=reason, next_at=deps.now() + texts.LEASE)
    log.warning("a text of kind %s waits: %s", card.kind, reason)
    await _turned(deps, card, TextStage.WAITING, reason=reason, next_at=next_try(card.tries, deps.now(), min(waits_s, default=None)))


async def _look_for(deps: Deps, card: TextCard) -> None:
    """Its answer was lost. Where the gateway finds it by our own id it is known; a text it never had is sent anew; else it is lost."""
    port = deps.texts.get(card.gateway or "")
    if port is None or not port.finds:
        await _turned(deps, card, TextStage.LOST, reason=GONE if port is None else CANNOT_ASK)
        return
    try:
        found = await port.find(_message(card))
    except NotFound:
        await _turned(deps, card, TextStage.WAITING, next_at=deps.now())
        return
    except ConnectorError as error:
        later = next_ask(card.created_at, deps.now())
        await _turned(deps, card, TextStage.UNSURE if later else TextStage.LOST, reason=f"{port.name}:{_code(error)}", next_at=later)
        return
    await _keep(deps, card, found)


async def _follow(deps: Deps, card: TextCard) -> None:
    port = deps.texts.get(card.gateway or "")
    later = next_ask(card.created_at, deps.now())
    if port is None or later is None or card.gateway_id is None:
        await _turned(deps, card, card.state, word=card.word)
        return
    try:
        found = await port.status(_message(card), card.gateway_id)
    except ConnectorError as error:
        await _turned(deps, card, card.state, word=card.word, reason=f"{port.name}:{_code(error)}", next_at=later)
        return
    await _keep(deps, card, found)


async def _turned(
    deps: Deps, card: TextCard, stage: TextStage, *, reason: str = "", word: str = "", next_at: datetime | None = None
) -> None:
    await deps.db.write(partial(texts.turn, card, stage, now=deps.now(), next_at=next_at, reason=reason, word=word))


async def _told(port: TextGateway, card: TextCard) -> SentText | ConnectorError:
    try:
        return await port.send(_message(card))
    except ConnectorError as error:
        return error


async def _keep(deps: Deps, card: TextCard, found: SentText) -> None:
    now = deps.now()
    told: dict[str, Any] = {
        "gateway_id": found.gateway_id,
        "word": found.word,
        "reason": found.reason,
        "parts": found.parts,
        "cost_kop": found.cost_kop,
    }
    later = next_ask(card.created_at, now)
    await deps.db.write(partial(texts.turn, card, STAGES[found.state], now=now, next_at=later, **told))


def _message(card: TextCard) -> Message:
    return Message(id=card.id, phone=Secret(card.phone), text=Secret(card.text))


def _code(error: ConnectorError) -> str:
    return error.reason if isinstance(error, Rejected) else error.code
