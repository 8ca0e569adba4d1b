"""All ways to the signed-in person on one page: what is used, what waits for a code, what can be switched on."""

from __future__ import annotations

from datetime import datetime

from connectors.kit.channel import PushChannel, TalkChannel
from hub.deps import Deps
from hub.flows.contacts.switching import opens_at
from hub.flows.contacts.words import TITLES, masked
from hub.flows.views.people.contacts import BrowserView, ContactsView, ContactView, TalkView, WaitingView
from hub.flows.words import system_title
from hub.store import preferences
from hub.store.reach import addresses, changes, codes, pushes
from hub.store.reach.addresses import PROFILES, Contact, ContactState
from hub.store.sessions import Visitor
from identity.model import LinkState, PersonId
from identity.store import links
from identity.store.accounts.pending import pending_of


async def show_contacts(deps: Deps, visitor: Visitor) -> ContactsView:
    now, who = deps.now(), PersonId(visitor.person)
    at = {name: await opens_at(port) for name, port in deps.channels.items() if isinstance(port, TalkChannel)}
    push = deps.channels.get("push")

    def unit() -> ContactsView:
        return ContactsView(
            phone=_contact(deps, who, "phone", now=now),
            email=_contact(deps, who, "email", now=now),
            talks=tuple(_talk(deps, who, channel, at) for channel in PROFILES),
            browsers=tuple(BrowserView(id=one.id, label=one.label, created_at=one.created_at) for one in pushes.of_person(deps.keys, who)),
            waiting=_waiting(deps, who, visitor.session, now=now),
            push_key=push.application_key if isinstance(push, PushChannel) else "",
            channels=tuple(dict.fromkeys(one.channel.value for one in addresses.of_person(deps.keys, who))),
        )

    return await deps.db.read(unit)


def _contact(deps: Deps, who: PersonId, kind: str, *, now: datetime) -> ContactView:
    chosen, known = preferences.of_person(deps.keys, who), addresses.known(deps.keys, who, kind)
    value = addresses.used(chosen, kind, known)
    off = chosen.no_phone if kind == "phone" else chosen.no_email
    found = _by_value(known, value) or next((one for one in known if one.dead), None)
    state = "used" if value else "off" if off else "dead" if found is not None else "none"
    running = changes.running(deps.keys, who, now=now) if kind == "phone" else None
    waits = running is not None and running.value == value
    return ContactView(
        kind=kind,
        state=state,
        masked=masked(kind, found.value) if found else "",
        source=system_title(deps, found.told_by) if found and found.told_by else "",
        secrets_from=running.quiet_until if running and waits else None,
        may_return=bool(running and waits and running.former),
    )


def _by_value(known: tuple[Contact, ...], value: str) -> Contact | None:
    return next((one for one in known if value and one.value == value), None)


def _talk(deps: Deps, who: PersonId, channel: str, at: dict[str, str]) -> TalkView:
    subject = links.subjects_at(deps.keys, PROFILES[channel], [who], state=LinkState.ACTIVE).get(who)
    marked = addresses.state_of(deps.keys, who, channel, subject) if subject else None
    if channel not in at:
        state = "unavailable"
    elif subject is None:
        state = "not_linked"
    else:
        state = {ContactState.ON: "on", ContactState.DEAD: "dead"}.get(marked or ContactState.CONFIRMED, "off")
    return TalkView(channel=channel, title=TITLES[channel], state=state, opens_at=at.get(channel, ""))


def _waiting(deps: Deps, who: PersonId, session: str, *, now: datetime) -> tuple[WaitingView, ...]:
    found = []
    for one in pending_of(deps.keys, who, session=session, now=now):
        until = codes.living(who, one.id, now=now)
        if until is not None:
            found.append(WaitingView(id=one.id, kind=one.kind, masked=masked(one.kind, one.value), expires_at=until))
    return tuple(found)
