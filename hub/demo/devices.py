"""The town's turnstiles, terminals and tills in the register, and the cards of every child that the hub knows by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hub.demo.control import Town, TownCard, TownDevice, TownDevices, TownPerson
from hub.store.school import carriers, devices
from hub.store.school.carriers import CarrierKind, CarrierState
from hub.store.school.devices import DeviceKind, NewDevice, Sign
from identity.model import same_name
from identity.sealing import Keys
from identity.snils import Snils
from identity.store.persons import by_snils

BY = "demo"
SINCE = datetime(2014, 9, 1, tzinfo=UTC)
"""The town's clock may be turned back: what was then is not before the devices and the cards."""
LOST_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """What the register has not yet; `known` is what the sandbox is told of the rest."""

    devices: Sequence[TownDevice]
    cards: Sequence[tuple[TownCard, str]] = field(repr=False)
    known: Sequence[Mapping[str, str]] = ()

    def __bool__(self) -> bool:
        return bool(self.devices or self.cards)


def lacking(keys: Keys, told: TownDevices, town: Town) -> Lacking:
    """Only reads. A device that the office revoked comes back as another; a card that was ended stays as it is."""
    ours = {one.ogrn for one in town.schools}
    wanted = [one for one in told.devices if one.school.ogrn in ours]
    cards = [(one, devices.by_serial(DeviceKind(one.kind), one.serial)) for one in wanted]
    carrying = {one.child for one in told.cards}
    children = {one.id: child for one in town.people if one.id in carrying and (child := _child(keys, one)) is not None}
    return Lacking(
        devices=[one for one, card in cards if card is None],
        cards=_without(keys, told.cards, children),
        known=[{"serial": card.serial, "device": card.id, "source": card.source, "key_id": card.key_id} for _, card in cards if card],
    )


def _child(keys: Keys, pupil: TownPerson) -> str | None:
    """By SNILS and name, once a parent, a diary or the office has brought the child."""
    found = by_snils(keys, Snils(pupil.snils)) if pupil.snils else None
    if found is None or not same_name(found.last_name, found.first_name, pupil.last_name, pupil.first_name):
        return None
    return str(found.id)


def _without(keys: Keys, told: Sequence[TownCard], children: Mapping[str, str]) -> list[tuple[TownCard, str]]:
    had: dict[str, set[tuple[str, str]]] = {}
    found = []
    for one in told:
        child = children.get(one.child)
        if child is None:
            continue
        if child not in had:
            had[child] = {(card.kind.value, card.number) for card in carriers.of_child(keys, child)}
        if (one.kind, one.number) not in had[child]:
            found.append((one, child))
    return found


def put_devices(keys: Keys, wanted: Lacking, *, now: datetime) -> None:
    """In the caller's unit."""
    for one in wanted.devices:
        new = NewDevice(
            school=one.school.ogrn,
            kind=DeviceKind(one.kind),
            serial=one.serial,
            sign=Sign(one.sign),
            zone=one.zone,
            place=one.place,
            public_key=one.public_key,
            since=SINCE,
        )
        devices.add(keys, new, secret=one.secret, by=BY, now=now)
    for card, child in wanted.cards:
        kind = CarrierKind(card.kind)
        made = carriers.add(keys, child=child, school=card.school, kind=kind, number=card.number, since=SINCE, by=BY, now=now)
        if made is not None and card.state == CarrierState.LOST.value:
            carriers.turn(keys, made, before=(CarrierState.ACTIVE,), after=CarrierState.LOST, by=BY, now=now - LOST_BEFORE)
