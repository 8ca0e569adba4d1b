"""The worker's turn: due notices leave by their channels; each stands in the outbox before the call and is noted after it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.kit.channel import Delivered, Delivery, Gone, NoticeChannel, nothing_sent
from connectors.kit.errors import ConnectorError, NotFound, RateLimited, Rejected
from connectors.kit.notice import TextState
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.flows.contacts.leaving_list import unsubscribe_link
from hub.flows.notices.deciding import AFTER_NIGHT
from hub.flows.notices.kinds import ARRIVES_WHEN_TAKEN, CHAIN, EMAIL, PAGE, SMS, Why
from hub.flows.notices.sending import paging, parcels, phoning
from hub.flows.notices.sending.parcels import Parcel, Sight
from hub.store.outbox import claiming
from hub.store.outbox.claiming import DEAD, DELIVERED, NOT_SENT, SENT, WAITING, Claimed
from hub.store.reach import Address, address_gone

log = logging.getLogger("hub.notices")

BATCH = 100
AGAIN_S = (3, 10, 30, 60, 120, 300)
MOST_TRIES = 8
SUBJECT = "Школьный кабинет"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one address' channel said."""

    address: Address
    said: Delivered | ConnectorError


async def send_due(deps: Deps) -> bool:
    """One batch; says whether more is waiting."""
    now = deps.now()
    if not await deps.db.read(lambda: claiming.waits(now=now)):
        return False
    going, more = await deps.db.write(lambda: _prepare(deps, now=now))
    answers = await asyncio.gather(*(_send(deps, parcel) for parcel in going))
    if going:
        await deps.db.write(lambda: _note_all(deps, going, answers))
    return more


def _prepare(deps: Deps, *, now: datetime) -> tuple[list[Parcel], bool]:
    """In one unit: what is due is taken; where a way turns out to be none the next one is due at once."""
    going: list[Parcel] = []
    for _ in CHAIN:
        claimed = claiming.claim(now=now, limit=BATCH)
        going += _sorted_out(deps, claimed, now=now)
        if len(claimed) == BATCH or not claimed:
            break
    return going, len(claimed) == BATCH


def _sorted_out(deps: Deps, claimed: Sequence[Claimed], *, now: datetime) -> list[Parcel]:
    """Those that do not go any more say why, pages and texts are written; the rest is to be sent."""
    stages = claiming.texts_of({row.ref for row in claimed if row.state != WAITING})
    for row in claimed:
        if row.state != WAITING:
            phoning.follow(row, stages, now=now)
    waiting = [row for row in claimed if row.state == WAITING]
    nights = {row.person for row in waiting if row.digest}
    if nights:
        waiting += claiming.claim_digests(nights, now=now, besides={row.id for row in claimed})
    sight = parcels.look(deps, waiting, now=now)
    fit = [row for row in waiting if _goes_on(row, sight, now=now)]
    paging.write(deps, [row for row in fit if row.channel == PAGE], now=now)
    packed = parcels.packed([row for row in fit if row.channel != PAGE], sight, now=now)
    return [parcel for parcel in packed if _is_ours_to_send(deps, parcel, now=now)]


def _goes_on(row: Claimed, sight: Sight, *, now: datetime) -> bool:
    """What does not go any more says why; what came into a night by waiting is put off."""
    why = parcels.stopped(row, sight, now=now)
    night = parcels.night_of(row, sight, now=now)
    if why is not None:
        _give_up(row, why, now=now)
    elif night is not None:
        claiming.put_off(row.id, until=night, expires_at=night + AFTER_NIGHT, rule=Why.QUIET_HOURS, now=now)
    return why is None and night is None


def _is_ours_to_send(deps: Deps, parcel: Parcel, *, now: datetime) -> bool:
    """A text is handed to the queue of texts in this very unit; a way that is not configured is none."""
    if parcel.first.channel == SMS:
        why = phoning.hand_over(deps, parcel, now=now)
    else:
        why = None if parcel.first.channel in deps.channels else Why.CHANNEL_DOWN
    for row in parcel.rows if why else ():
        _give_up(row, why or Why.CHANNEL_DOWN, now=now)
    return why is None and parcel.first.channel != SMS


async def _send(deps: Deps, parcel: Parcel) -> list[Answer]:
    """To each of the person's addresses of this channel."""
    port = deps.channels[parcel.first.channel]
    return [Answer(address, await _told(port, _delivery(deps, parcel, address, number))) for number, address in enumerate(parcel.to)]


async def _told(port: NoticeChannel, delivery: Delivery) -> Delivered | ConnectorError:
    try:
        return await port.send(delivery)
    except ConnectorError as error:
        return error


def _delivery(deps: Deps, parcel: Parcel, address: Address, number: int) -> Delivery:
    first = parcel.first
    page = f"/children/{first.child}/passes" if first.child else "/notices"
    return Delivery(
        id=parcel.key if number == 0 else f"{parcel.key}-{number}",
        event=first.decision,
        to=address.to,
        title=parcel.text if len(parcel.text) <= 70 else SUBJECT,
        text=Secret(parcel.text),
        expires_at=first.expires_at,
        link=f"{deps.settings.public_url}{page}",
        unsubscribe=unsubscribe_link(deps, first.person) if first.channel == EMAIL else "",
        urgent=parcel.urgent,
    )


def _note_all(deps: Deps, parcels_: Sequence[Parcel], answers: Sequence[Sequence[Answer]]) -> None:
    for parcel, said in zip(parcels_, answers, strict=True):
        _note(deps, parcel, said)


def _note(deps: Deps, parcel: Parcel, answers: Sequence[Answer]) -> None:
    """In one unit: what became of the parcel. Any address that took it is enough."""
    now, channel = deps.now(), parcel.first.channel
    for one in answers:
        if isinstance(one.said, Gone):
            address_gone(deps.keys, one.address, parcel.first.person, now=now)
    took = [one.said for one in answers if isinstance(one.said, Delivered) and one.said.state is not TextState.FAILED]
    if took:
        there = any(one.state is TextState.DELIVERED for one in took)
        for row in parcel.rows:
            claiming.turn(row.id, DELIVERED if there else SENT, now=now, ref=parcel.key, word=took[0].word)
            if row.step and (there or channel in ARRIVES_WHEN_TAKEN):
                claiming.arrived(row.decision, row.step, Why.FALLBACK_NOT_NEEDED, now=now)
        return
    errors = [one.said for one in answers if isinstance(one.said, ConnectorError)]
    for row in parcel.rows:
        _failed(row, errors, sends_once=deps.channels[channel].sends_once, now=now)


def _failed(row: Claimed, errors: Sequence[ConnectorError], *, sends_once: bool, now: datetime) -> None:
    """Again later where that is harmless and worth it, else by the next way."""
    worst = errors[0] if errors else None
    if worst is None or isinstance(worst, Rejected):
        _give_up(row, Why.UNDELIVERABLE, now=now)
    elif all(isinstance(one, NotFound) for one in errors):
        _give_up(row, Why.NO_ADDRESS, now=now)
    elif not (sends_once or nothing_sent(worst)):
        _give_up(row, Why.UNSURE, now=now)
    elif row.tries >= MOST_TRIES:
        log.warning("a notice by %s is given up: %s", row.channel, worst.code)
        claiming.turn(row.id, DEAD, now=now, rule=Why.CHANNEL_DOWN, word=worst.code)
        claiming.hasten(row.decision, row.step, now=now)
    else:
        wait_s = AGAIN_S[min(row.tries, len(AGAIN_S)) - 1]
        if isinstance(worst, RateLimited) and worst.after_s:
            wait_s = max(wait_s, round(worst.after_s))
        claiming.wait(row.id, until=now + timedelta(seconds=wait_s), rule=Why.CHANNEL_DOWN, now=now, word=worst.code)


def _give_up(row: Claimed, why: Why, *, now: datetime) -> None:
    claiming.turn(row.id, NOT_SENT, now=now, rule=why)
    if row.step and why is not Why.NO_RIGHT:
        claiming.hasten(row.decision, row.step, now=now)
