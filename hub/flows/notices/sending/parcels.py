"""Due rows of the outbox become parcels: one message to one person by one channel, the night's rows together (RULES F3, F4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.deps import Deps
from hub.flows.notices.deciding import Said, wanted
from hub.flows.notices.happenings import says_of
from hub.flows.notices.hours import quiet_until
from hub.flows.notices.kinds import ARRIVES_WHEN_TAKEN, EMAIL, PAGE, RULES, SMS, Kind, Why
from hub.flows.notices.texts import Told, digest
from hub.ledger.store.paid import notices as settings
from hub.store import notices, preferences
from hub.store.outbox import claiming, quiet
from hub.store.outbox.claiming import DELIVERED, SENT, Claimed
from hub.store.outbox.quiet import Quiet
from hub.store.reach import Address, addresses_of
from identity.model import MOSCOW, PersonId
from identity.store.family.watchers import watchers


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """`rows` are one happening, or a night's; all of one person and channel. `to` are the person's addresses there."""

    rows: tuple[Claimed, ...]
    to: tuple[Address, ...] = ()
    text: str = field(default="", repr=False)

    @property
    def first(self) -> Claimed:
        return self.rows[0]

    @property
    def key(self) -> str:
        """Stored before the first try; a night's message is known by its first row."""
        return self.first.id

    @property
    def urgent(self) -> bool:
        return not RULES[Kind(self.first.kind)].quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is known of everybody concerned at the moment of sending: rights and wishes may have changed since it was decided."""

    told: Mapping[PersonId, Sequence[PersonId]]
    wishes: Mapping[tuple[str, str, str], Said]
    steps: Mapping[str, Sequence[tuple[int, str, str]]]
    addresses: Mapping[str, Sequence[Address]]
    nicknames: Mapping[str, Mapping[str, str]]
    nights: Mapping[str, Quiet]
    pages: Mapping[str, str]


def look(deps: Deps, rows: Sequence[Claimed], *, now: datetime) -> Sight:
    """By a few queries for all rows."""
    children = [PersonId(one) for one in {row.child for row in rows if row.child}]
    people = sorted({row.person for row in rows})
    return Sight(
        told=watchers(deps.keys, children, now=now, grown=deps.memory.grown),
        wishes=settings.of_children(children),
        steps=claiming.steps_of({row.decision for row in rows if row.step > 1}),
        addresses=addresses_of(deps.keys, people),
        nicknames={person: chosen.nicknames for person, chosen in preferences.of_people(deps.keys, people).items()},
        nights=quiet.of_people(people),
        pages=_pages(deps, rows),
    )


def _pages(deps: Deps, rows: Sequence[Claimed]) -> dict[str, str]:
    """What stands on the page, by decision: a letter says the same, for it is not read on a locked screen."""
    wanted = {row.decision: says_of(row.says).notice for row in rows if row.channel == EMAIL}
    found = notices.find(deps.keys, [id_ for id_ in wanted.values() if id_])
    return {decision: found[id_].text for decision, id_ in wanted.items() if id_ in found}


def stopped(row: Claimed, sight: Sight, *, now: datetime) -> Why | None:
    """Why it does not go any more."""
    if row.child and row.child != row.person and row.person not in sight.told.get(PersonId(row.child), ()):
        return Why.NO_RIGHT
    kind = Kind(row.kind)
    setting = RULES[kind].setting
    wish = sight.wishes.get((row.child, row.person, setting.value), ()) if setting else ()
    if (off := wanted(RULES[kind], dict(wish))[row.channel]) is not None:
        return off
    before = [(channel, state) for step, channel, state in sight.steps.get(row.decision, ()) if 0 < step < row.step]
    if any(state == DELIVERED or (state == SENT and channel in ARRIVES_WHEN_TAKEN) for channel, state in before):
        return Why.FALLBACK_NOT_NEEDED
    if now >= row.expires_at and row.channel != PAGE:
        return Why.EXPIRED
    if row.channel not in (PAGE, SMS) and not any(one.channel == row.channel for one in sight.addresses.get(row.person, ())):
        return Why.NO_ADDRESS
    return None


def night_of(row: Claimed, sight: Sight, *, now: datetime) -> datetime | None:
    """When the quiet hours end into which it came by waiting; what they delayed already is not delayed again."""
    if row.channel == PAGE or row.digest or not RULES[Kind(row.kind)].quiet:
        return None
    return quiet_until(sight.nights.get(row.person, quiet.USUAL), says_of(row.says).zone or MOSCOW, now)


def packed(rows: Sequence[Claimed], sight: Sight, *, now: datetime) -> list[Parcel]:
    """A night's rows of one person and channel are one parcel; what costs stays apart by child and kind of consent."""
    groups: dict[tuple[str, ...], list[Claimed]] = {}
    for row in rows:
        setting = RULES[Kind(row.kind)].setting
        apart = (row.child, setting.value if setting else "") if row.channel == SMS else ()
        key = (row.person, row.channel, *apart) if row.digest else (row.id,)
        groups.setdefault(key, []).append(row)
    return [_parcel(sorted(group, key=lambda one: (one.at, one.id)), sight, now=now) for group in groups.values()]


def _parcel(rows: Sequence[Claimed], sight: Sight, *, now: datetime) -> Parcel:
    first = rows[0]
    names = sight.nicknames.get(first.person, {})
    told = [Told(kind=Kind(row.kind), at=row.at, says=says_of(row.says), name=names.get(row.child, "")) for row in rows]
    to = tuple(one for one in sight.addresses.get(first.person, ()) if one.channel == first.channel)
    text = digest(told, now=now, parts=2 if first.channel == SMS else 8)
    pages = [sight.pages[row.decision] for row in rows if row.decision in sight.pages]
    return Parcel(rows=tuple(rows), to=to, text="\n\n".join(pages) if pages and len(pages) == len(rows) else text)
