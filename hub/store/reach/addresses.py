"""Which addresses of a person are used: what was chosen or confirmed here, else what Gosuslugi vouches for (RULES F2, F3)."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from connectors.kit.secret import Secret
from hub.store import preferences
from hub.store.fields import delete, rows
from hub.store.reach import pushes
from hub.store.reach.tables import CONTACT_LABEL, ReachContact
from identity.model import GOSUSLUGI, LinkState, PersonId
from identity.sealing import Keys
from identity.store import links
from identity.store.accounts.whole import contacts_of, contacts_of_people

PROFILES: Mapping[str, str] = {"max": "max", "vk": "vkid"}
"""By channel: the sign-in system whose profile is the address there."""
SOME = 400


class Channel(StrEnum):
    """The words of the settings (`hub.ledger.store.paid.notices.CHANNELS`); the order is that of preference."""

    PUSH = "push"
    MAX = "max"
    VK = "vk"
    EMAIL = "email"
    SMS = "sms"


class ContactState(StrEnum):
    """`CONFIRMED` by a code; `ON`, a profile that the person switched on; `DEAD`, the other side says that nobody is there."""

    CONFIRMED = "confirmed"
    ON = "on"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One way to a person now. `id` names it for `address_gone`; `to` is what the channel's `Delivery` or a text's phone takes."""

    id: str
    channel: Channel
    to: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A phone or an e-mail of the person. `told_by` is the system that vouches for it, empty for one that was confirmed here."""

    value: str
    told_by: str
    verified: bool
    dead: bool = False


def addresses_of(keys: Keys, people: Iterable[str]) -> dict[str, tuple[Address, ...]]:
    """By person, every address that may be used now, in the order of `Channel`; a few queries for hundreds of people."""
    wanted = tuple(dict.fromkeys(people))
    found: dict[str, list[Address]] = {one: [] for one in wanted}
    marked = _marked(keys, wanted)
    for push in pushes.of_people(keys, wanted):
        found[push.person].append(Address(id=f"push:{push.id}", channel=Channel.PUSH, to=Secret(push.subscription)))
    for channel, system in PROFILES.items():
        on = [one for one in wanted if ContactState.ON in marked[one].get(channel, {}).values()]
        for owner, subject in links.subjects_at(keys, system, [PersonId(one) for one in on], state=LinkState.ACTIVE).items():
            if marked[owner][channel].get(subject) is ContactState.ON:
                found[owner].append(Address(id=f"{channel}:{owner}", channel=Channel(channel), to=Secret(subject)))
    chosen, told = preferences.of_people(keys, wanted), contacts_of_people(keys, [PersonId(one) for one in wanted])
    for person in wanted:
        for kind, channel in (("email", Channel.EMAIL), ("phone", Channel.SMS)):
            contacts = _known(kind, told.get(PersonId(person), ()), marked[person].get(kind, {}))
            value = used(chosen.get(person, preferences.Preferences()), kind, contacts)
            if value:
                found[person].append(Address(id=f"{kind}:{person}", channel=channel, to=Secret(value)))
    return {person: tuple(addresses) for person, addresses in found.items()}


def of_person(keys: Keys, person: str) -> tuple[Address, ...]:
    return addresses_of(keys, (person,))[person]


def used(chosen: preferences.Preferences, kind: str, contacts: Sequence[Contact]) -> str:
    """The one that messages go to: the chosen one while it is known, else one confirmed here or Gosuslugi's own; or none on a wish."""
    wanted, never = (chosen.phone, chosen.no_phone) if kind == "phone" else (chosen.email, chosen.no_email)
    fit = [one for one in contacts if one.verified and not one.dead]
    if never:
        return ""
    if any(one.value == wanted for one in fit):
        return wanted
    return next((one.value for one in fit if one.told_by in ("", GOSUSLUGI)), "")


def known(keys: Keys, person: str, kind: str) -> tuple[Contact, ...]:
    """All phones or e-mails that are known of a person, those confirmed here first."""
    return _known(kind, contacts_of(keys, PersonId(person)), _marked(keys, (person,))[person].get(kind, {}))


def _known(kind: str, told: Iterable[Mapping[str, Any]], marked: Mapping[str, ContactState]) -> tuple[Contact, ...]:
    own = sorted(marked, key=lambda value: marked[value] is ContactState.DEAD)
    dead = {value for value in own if marked[value] is ContactState.DEAD}
    found = {value: Contact(value=value, told_by="", verified=value not in dead, dead=value in dead) for value in own}
    for one in told:
        value, by = str(one["value"]), str(one["from"])
        if one["kind"] == kind and (value not in found or value in dead):
            found[value] = Contact(value=value, told_by=by, verified=bool(one["verified"]), dead=value in dead)
    return tuple(found.values())


def put(keys: Keys, person: str, kind: str, value: str, state: ContactState, *, now: datetime) -> None:
    """Replaces what was known of this address; of two confirmations at once the later stands."""
    remove(keys, person, kind, value)
    id_, text = secrets.token_hex(12), f"{kind}:{value}"
    made = ReachContact.insert(
        id=id_,
        person=person,
        kind=kind,
        value=keys.seal("reach_contact", "value", id_, text),
        value_index=keys.index(CONTACT_LABEL, text),
        state=state.value,
        at=now,
    )
    made.on_conflict_ignore().execute()


def remove(keys: Keys, person: str, kind: str, value: str | None = None) -> int:
    """This address, or with None every one of the kind."""
    mine = (ReachContact.person == person) & (ReachContact.kind == kind)
    if value is not None:
        mine &= ReachContact.value_index.in_(keys.indexes(CONTACT_LABEL, f"{kind}:{value}"))
    return delete(ReachContact, mine)


def state_of(keys: Keys, person: str, kind: str, value: str) -> ContactState | None:
    return _marked(keys, (person,))[person].get(kind, {}).get(value)


def address_gone(keys: Keys, address: Address, person: str, *, now: datetime) -> None:
    """The other side said that this address is dead for ever: it is used no more, and the person is told so on the page."""
    kind, _, id_ = address.id.partition(":")
    if kind == "push":
        pushes.remove(id_)
        return
    put(keys, person, kind, address.to.reveal(), ContactState.DEAD, now=now)


def _marked(keys: Keys, people: Sequence[str]) -> dict[str, dict[str, dict[str, ContactState]]]:
    """By person and kind: the addresses that have a row, and its state."""
    found: dict[str, dict[str, dict[str, ContactState]]] = {one: defaultdict(dict) for one in people}
    for start in range(0, len(people), SOME):
        some = people[start : start + SOME]
        sql = f"SELECT id, person, kind, value, state FROM reach_contact WHERE person IN ({', '.join('?' * len(some))}) ORDER BY at, id"  # noqa: S608 - only ? marks
        for id_, person, kind, value, state in rows(ReachContact, sql, some):
            found[person][kind][keys.open("reach_contact", "value", id_, value).partition(":")[2]] = ContactState(state)
    return found
