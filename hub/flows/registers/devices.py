"""Devices of a school: how each signs, a secret shown once, and the moment from which nothing of it is believed (RULES E6)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from device_ingest.shims.zkteco import ORDERS, ZONE_UNITS
from device_ingest.store import DeviceState, commands, doubts, of_devices, troubles
from device_ingest.store.troubles import QUIET, Trouble
from hub.deps import Deps
from hub.flows.office.officers import officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.registers.device_acts import stop
from hub.flows.registers.keys import SECRET_BYTES, WITH_SECRET, public_key_of, secret_again, secret_of
from hub.flows.views.school.registers import (
    CommandView,
    DeviceAdded,
    DeviceHealth,
    DeviceList,
    DeviceView,
    DoubtView,
    TroubleView,
)
from hub.ledger.debits.calendar import school_day
from hub.store.school import devices
from hub.store.school.devices import DeviceCard, DeviceKind, NewDevice, Sign
from hub.store.sessions import Visitor
from identity.model import ActorKind, PersonId
from identity.store import record_change

OPENS, CLOSES, SILENT = time(8), time(16), timedelta(hours=3)
UNHEARD = DeviceHealth(
    heard_at=None, silent=False, silent_since=None, skew_s=None, jumped_at=None, jump_s=None, refused=None, refused_at=None
)
LONGEST = 64
SHOWN = timedelta(days=7)
"""Troubles of so many days stand on the office's page."""
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDevice:
    """As typed; an empty zone is the school's, no `since` is now."""

    kind: str
    serial: str
    sign: str
    place: str = ""
    zone: str = ""
    public_key: str = ""
    since: datetime | None = None
    order: str = ""
    zone_unit: str = ""


async def list_devices(deps: Deps, visitor: Visitor) -> DeviceList:
    def unit() -> DeviceList:
        officer = officer_of(deps, visitor, act=Act.DEVICES)
        return DeviceList(zone=officer.zone, items=_seen(officer.school, officer.zone, deps.now()))

    return await deps.db.read(unit)


async def add_device(deps: Deps, visitor: Visitor, asked: AskedDevice, *, seed: str = "") -> DeviceAdded:
    """It works from the next request on. A `seed` makes the secret again later."""

    def unit() -> DeviceAdded:
        officer = officer_of(deps, visitor, act=Act.DEVICES)
        made = put(deps, officer.school, asked, zone=officer.zone, by=officer.person, seed=seed)
        _note(deps, officer.person, "device.added", made.id)
        return made

    return await deps.db.write(unit)


def put(deps: Deps, school: str, asked: AskedDevice, *, zone: str, by: str, seed: str = "") -> DeviceAdded:
    """Inside the caller's unit; `zone` is the school's."""
    sign, serial, now = _word(Sign, asked.sign), "".join(asked.serial.split()), deps.now()
    if not serial or len(serial) > LONGEST or len(asked.place) > LONGEST:
        raise Refused(Reason.MALFORMED, f"Серийный номер и место — не длиннее {LONGEST} знаков; номер обязателен.")
    if asked.since is not None and asked.since > now:
        raise Refused(Reason.MALFORMED, "День регистрации устройства ещё не наступил.")
    new = NewDevice(
        school=school,
        kind=_word(DeviceKind, asked.kind),
        serial=serial,
        sign=sign,
        zone=_zone(asked.zone or zone),
        place=" ".join(asked.place.split()),
        public_key=public_key_of(asked.public_key) if sign is Sign.RFC9421 else None,
        since=asked.since or now,
        field_order=_one_of(ORDERS, asked.order),
        zone_unit=_one_of(ZONE_UNITS, asked.zone_unit),
    )
    secret = (secret_again(deps, seed) if seed else secret_of(secrets.token_bytes(SECRET_BYTES))) if sign in WITH_SECRET else None
    made = devices.add(deps.keys, new, secret=secret, by=by, now=now)
    if made is None:
        raise Refused(Reason.MALFORMED, "Устройство с этим серийным номером уже записано. Отзовите прежнее и запишите снова.")
    return DeviceAdded(id=made.id, source=made.source, secret=secret, key_id=made.key_id)


async def revoke_device(deps: Deps, visitor: Visitor, device: str, *, since: datetime | None = None) -> DeviceView:
    """From now on nothing of it is taken; what it said since `since` is doubted. Twice is harmless."""

    def unit() -> DeviceView:
        found = devices.find(device)
        officer = officer_of(deps, visitor, school=found.school if found else "none", act=Act.DEVICES)
        if found is None:
            raise Refused(Reason.NOT_FOUND)
        if stop(deps, found, since=since, by=officer.person):
            _note(deps, officer.person, "device.revoked", device)
        (view,) = _viewed([devices.find(device) or found], officer.zone, deps.now(), open_=False)
        return view

    view = await deps.db.write(unit)
    deps.memory.senders.clear()
    return view


def _seen(school: str, zone: str, now: datetime) -> tuple[DeviceView, ...]:
    return _viewed(devices.of_school(school), zone, now, open_=school_day(school, now.astimezone(ZoneInfo(zone)).date()))


def _viewed(cards: Sequence[DeviceCard], zone: str, now: datetime, *, open_: bool) -> tuple[DeviceView, ...]:
    states = of_devices([one.id for one in cards])
    found = troubles.of_devices([one.id for one in cards], since=now - SHOWN)
    made = []
    for one in cards:
        its = [trouble for trouble in found if trouble.device == one.id]
        made.append(view_of(one, _health(one, states.get(one.id), its, zone, now, open_=open_), its))
    return tuple(made)


def _health(one: DeviceCard, state: DeviceState | None, its: Sequence[Trouble], zone: str, now: datetime, *, open_: bool) -> DeviceHealth:
    """A silent device is an event and not an empty page (RULES E7): it is looked for while the school works."""
    heard_at = state.heard_at if state else None
    last = max(heard_at or one.since, one.since)
    here = now.astimezone(ZoneInfo(zone))
    # At night nobody passes: it is missed from the hour on at which the school opened.
    awaited = max(last, datetime.combine(here.date(), OPENS, here.tzinfo))
    due = open_ and OPENS <= here.time() <= CLOSES and one.revoked_at is None and one.kind is not DeviceKind.KIOSK
    noticed = [trouble.began_at for trouble in its if trouble.ended_at is None and trouble.kind in QUIET and last <= trouble.began_at]
    silent = one.revoked_at is None and (bool(noticed) or (due and now - awaited > SILENT))
    return DeviceHealth(
        heard_at=heard_at,
        silent=silent,
        silent_since=min([*noticed, *([heard_at] if heard_at else [])], default=None) if silent else None,
        skew_s=state.skew_s if state else None,
        jumped_at=state.jumped_at if state else None,
        jump_s=state.jump_s if state else None,
        refused=state.refused.value if state and state.refused else None,
        refused_at=state.refused_at if state else None,
    )


def view_of(one: DeviceCard, health: DeviceHealth = UNHEARD, its: Sequence[Trouble] = ()) -> DeviceView:
    """In the caller's unit."""
    doubt = doubts.of_device(one.id) if one.revoked_at is not None else None
    asked = commands.newest(one.id) if one.kind is DeviceKind.ZKTECO else ()
    return DeviceView(
        id=one.id,
        kind=one.kind.value,
        serial=one.serial,
        place=one.place,
        zone=one.zone,
        sign=one.sign.value,
        source=one.source,
        key_id=one.key_id,
        since=one.since,
        revoked_at=one.revoked_at,
        revoked_since=one.revoked_since,
        health=health,
        order=one.field_order,
        zone_unit=one.zone_unit,
        old_until=one.old_until,
        rotated_at=one.rotated_at,
        troubles=tuple(
            TroubleView(kind=trouble.kind.value, began_at=trouble.began_at, ended_at=trouble.ended_at, amount=trouble.amount)
            for trouble in its
        ),
        commands=tuple(
            CommandView(
                word=known.word,
                asked_at=known.asked_at,
                sent_at=known.sent_at,
                answered_at=known.answered_at,
                returned=known.returned,
            )
            for known in asked
        ),
        doubt=None if doubt is None else DoubtView(children=doubt.children, debits=doubt.debits, done=doubt.done_at is not None),
    )


def _one_of(known: Collection[str], text: str) -> str:
    if text and text not in known:
        raise Refused(Reason.MALFORMED, f"Можно: {', '.join(known)}.")
    return text


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refused(Reason.MALFORMED, "Часовой пояс называют как Asia/Krasnoyarsk.") from error


def _word(kind: type[Word], text: str) -> Word:
    try:
        return kind(text)
    except ValueError as error:
        raise Refused(Reason.MALFORMED, f"Можно: {', '.join(one.value for one in kind)}.") from error


def _note(deps: Deps, officer: PersonId, action: str, device: str) -> None:
    record_change(actor=officer, actor_kind=ActorKind.STAFF, subject=officer, action=action, object=device, now=deps.now())
