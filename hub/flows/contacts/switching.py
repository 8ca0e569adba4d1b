"""A person switches a way on or off: phone and e-mail, a messenger's profile, and sends itself a test message (RULES F2; F132)."""

from __future__ import annotations

import secrets
from datetime import timedelta

import msgspec

from connectors.kit.channel import Delivered, Delivery, Gone, TalkChannel
from connectors.kit.errors import ConnectorError
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.flows.contacts.changing import PAGE
from hub.flows.contacts.words import NO_CHANNEL, NOT_LINKED, TALK_FIRST
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.contacts import TriedView
from hub.store import preferences
from hub.store.process.memory import Throttle
from hub.store.reach import Address, addresses, of_person
from hub.store.reach.addresses import PROFILES, ContactState
from hub.store.sessions import Visitor
from identity.model import ActorKind, LinkState, PersonId
from identity.store import links, record_change

HELLO = "Уведомления School Hub включены. Выключить их можно в кабинете, в разделе «Уведомления»."
TRIED = "Проверка: уведомления School Hub приходят сюда."
TESTS_AN_HOUR = 6
LIFE = timedelta(minutes=15)


async def put_way(deps: Deps, visitor: Visitor, kind: str, *, enabled: bool) -> None:
    """`phone` and `email`: on means the one that was known before, or that Gosuslugi vouches for; off keeps it for that day."""
    if kind in PROFILES:
        await _put_talk(deps, visitor, kind, enabled=enabled)
    elif kind in ("phone", "email"):
        require_fresh(deps, visitor.auth_time)
        await _put(deps, PersonId(visitor.person), kind, off=not enabled)
    else:
        raise Refused(Reason.NOT_FOUND)


async def _put(deps: Deps, who: PersonId, kind: str, *, off: bool) -> None:
    now = deps.now()

    def unit() -> None:
        chosen = preferences.of_person(deps.keys, who)
        changed = {"no_phone": off} if kind == "phone" else {"no_email": off}
        preferences.save(deps.keys, who, msgspec.structs.replace(chosen, **changed), now=now)
        word = f"{kind} {'off' if off else 'on'}"
        record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=who, action="settings.contacts", object=word, now=now)

    await deps.db.write(unit)


async def _put_talk(deps: Deps, visitor: Visitor, channel: str, *, enabled: bool) -> None:
    """On only when a first message arrives: a bot or a community writes to nobody who did not open the talk."""
    now, who = deps.now(), PersonId(visitor.person)
    if not enabled:
        await deps.db.write(lambda: addresses.remove(deps.keys, who, channel))
        return
    port = deps.channels.get(channel)
    if not isinstance(port, TalkChannel):
        raise Refused(Reason.CANNOT_REACH, NO_CHANNEL)
    subject = await deps.db.read(lambda: links.subjects_at(deps.keys, PROFILES[channel], [who], state=LinkState.ACTIVE).get(who))
    if subject is None:
        raise Refused(Reason.CANNOT_REACH, NOT_LINKED[channel])
    _take(deps, visitor)
    try:
        await port.send(_message(deps, Secret(subject), HELLO))
    except Gone as error:
        raise Refused(Reason.CANNOT_REACH, TALK_FIRST[channel], more={"opens_at": await opens_at(port)}) from error
    await deps.db.write(lambda: addresses.put(deps.keys, who, channel, subject, ContactState.ON, now=now))


async def opens_at(port: TalkChannel) -> str:
    """Where the talk begins; empty where the messenger does not say now: the page names it then without a link."""
    try:
        return await port.opens_at()
    except ConnectorError:
        return ""


async def try_out(deps: Deps, visitor: Visitor, channel: str) -> TriedView:
    """A test message by one of the free ways; what stopped it is said at once."""
    port, who = deps.channels.get(channel), PersonId(visitor.person)
    if port is None:
        raise Refused(Reason.CANNOT_REACH, NO_CHANNEL)
    found = await deps.db.read(lambda: [one for one in of_person(deps.keys, who) if one.channel.value == channel])
    if not found:
        raise Refused(Reason.CANNOT_REACH, "Сначала включите этот способ.")
    _take(deps, visitor)
    told: list[Delivered | ConnectorError] = []
    for one in found:
        try:
            told.append(await port.send(_message(deps, one.to, TRIED)))
        except ConnectorError as error:
            told.append(error)
            await _gone(deps, one, who, error)
    done = next((one for one in told if isinstance(one, Delivered)), None)
    if done is None:
        raise next(one for one in told if isinstance(one, ConnectorError))
    return TriedView(channel=channel, state=done.state.value)


async def _gone(deps: Deps, one: Address, who: PersonId, error: ConnectorError) -> None:
    if isinstance(error, Gone):
        now = deps.now()
        await deps.db.write(lambda: addresses.address_gone(deps.keys, one, who, now=now))


def _take(deps: Deps, visitor: Visitor) -> None:
    budget = deps.memory.budgets.setdefault("contact tests", Throttle(limit=TESTS_AN_HOUR, window_s=3600.0))
    if not budget.take(visitor.person):
        raise Refused(Reason.TOO_MANY, after_s=budget.wait_s(visitor.person))


def _message(deps: Deps, to: Secret, text: str) -> Delivery:
    id_ = secrets.token_hex(12)
    return Delivery(
        id=id_,
        event="test",
        to=to,
        title="School Hub",
        text=Secret(text),
        link=f"{deps.settings.public_url}{PAGE}",
        expires_at=deps.now() + LIFE,
    )
