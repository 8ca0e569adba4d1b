"""`hub device` and `hub card`: the registers of the door, beside a running hub; what is written works there at once."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.cli.parts import clock, equipped, opened, read_settings, say, say_json
from hub.deps import Deps
from hub.flows.refusals import Refused
from hub.flows.registers.carriers import kind_of, put
from hub.flows.registers.device_acts import OVERLAP_H, put_new_key, stop
from hub.flows.registers.devices import AskedDevice
from hub.flows.registers.devices import put as put_device
from hub.flows.registers.devices import view_of as device_view
from hub.flows.registers.numbers import masked, number_of
from hub.ledger.store import contracts
from hub.ledger.store.contracts import ContractState
from hub.settings import SettingsError
from hub.store.school import devices, schools
from identity.model import ActorKind, PersonId
from identity.store import person, record_change, school_of

COMMAND = "hub command"
"""Who wrote it, where no person signed in."""


def add(commands: Any) -> None:
    actions = _actions(commands, "device", "devices at the doors and tills of a school")
    made = actions.add_parser("add", help="a new device; its secret is printed this once")
    for option, told in (
        ("school", "OGRN"), ("serial", "serial number"), ("kind", "turnstile, canteen, zkteco, hikvision, kiosk"),
        ("sign", "rfc9421, standard_webhooks, basic, serial"),
    ):  # fmt: skip
        made.add_argument(f"--{option}", required=True, help=told)
    made.add_argument("--public-key", help="a PEM file with the device's Ed25519 public key, for rfc9421")
    made.add_argument("--zone", default="", help="IANA zone of the device's clock; the school's without it")
    made.add_argument("--place", default="", help="where it stands")
    made.add_argument("--since", default="", help="registered since: RFC 3339, or a day; now without it")
    made.add_argument("--order", default="", help="of a ZKTeco line: status_verify (usual), verify_status")
    made.add_argument("--zone-unit", default="", help="how a ZKTeco terminal wants its zone: minutes (usual), hours, offset")
    _json(made, _add_device)
    listed = actions.add_parser("list", help="the devices of a school, no secret")
    listed.add_argument("--school", required=True, help="OGRN")
    _json(listed, _list_devices)
    revoked = actions.add_parser("revoke", help="nothing of this device is believed any more")
    revoked.add_argument("device", help="the device's id")
    revoked.add_argument("--since", default="", help="what it said from then on is doubted; now without it")
    _json(revoked, _revoke)
    rotated = actions.add_parser("rotate", help="a new key beside the old one; its secret is printed this once")
    rotated.add_argument("device", help="the device's id")
    rotated.add_argument("--overlap", type=int, default=OVERLAP_H, metavar="HOURS", help="how long the old key is good")
    rotated.add_argument("--public-key", help="a PEM file with the device's new Ed25519 public key, for rfc9421")
    _json(rotated, _rotate)
    cards = _actions(commands, "card", "cards and bracelets of pupils")
    card = cards.add_parser("add", help="a pupil's card; never a bank card's number")
    for option, told in (
        ("child", "the pupil's id"),
        ("number", "as the device reads it"),
        ("kind", "card, bracelet, bank_card, device_pin"),
    ):
        card.add_argument(f"--{option}", required=True, help=told)
    card.add_argument("--since", default="", help="valid since: RFC 3339, or a day; now without it")
    card.add_argument("--school", default="", help="OGRN, where neither a roster nor a contract names one")
    _json(card, _add_card)


def _actions(commands: Any, name: str, text: str) -> Any:
    return commands.add_parser(name, help=text).add_subparsers(dest="action", required=True, metavar="ACTION")


def _json(parser: Any, act: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.set_defaults(run=lambda options, parts: act(options))


def _within(act: Callable[[Deps], dict[str, Any]], options: argparse.Namespace) -> int:
    """One unit of work beside a running hub; a refusal is one line."""
    settings = read_settings()
    now: datetime = asyncio.run(clock(settings))
    with opened(settings) as (database, keys):
        deps = Deps(settings=equipped(settings), db=database, keys=keys, now=lambda: now)
        try:
            told: dict[str, Any] = database.write_sync(lambda: act(deps))
        except Refused as error:
            raise SettingsError((error.detail or error.reason.value,)) from error
    if options.json:
        say_json(**told)
    else:
        for name, value in told.items():
            say(f"{name}: {value}")
    return 0


def _add_device(options: argparse.Namespace) -> int:
    key = Path(options.public_key).read_text(encoding="utf-8") if options.public_key else ""
    asked = AskedDevice(
        kind=options.kind,
        serial=options.serial,
        sign=options.sign,
        place=options.place,
        zone=options.zone,
        public_key=key,
        since=_moment(options.since),
        order=options.order,
        zone_unit=options.zone_unit,
    )

    def act(deps: Deps) -> dict[str, Any]:
        card = schools.school(options.school)
        if card is None:
            raise SettingsError((f"--school: no school with OGRN {options.school}",))
        made = put_device(_at_least(deps, asked.since), card.ogrn, asked, zone=card.zone, by=COMMAND)
        return {"id": made.id, "source": made.source, "secret": made.secret, "key_id": made.key_id}

    return _within(act, options)


def _list_devices(options: argparse.Namespace) -> int:
    def act(_deps: Deps) -> dict[str, Any]:
        shown = [device_view(one) for one in devices.of_school(options.school)]
        names = ("id", "kind", "serial", "place", "zone", "sign", "source", "key_id")
        return {"items": [{name: getattr(one, name) for name in names} | {"revoked": one.revoked_at is not None} for one in shown]}

    return _within(act, options)


def _revoke(options: argparse.Namespace) -> int:
    since = _moment(options.since)

    def act(deps: Deps) -> dict[str, Any]:
        card = _device(options.device)
        # The demo's clock may be ahead of this machine's.
        return {"id": card.id, "revoked": stop(_at_least(deps, since), card, since=since, by=COMMAND)}

    return _within(act, options)


def _rotate(options: argparse.Namespace) -> int:
    key = Path(options.public_key).read_text(encoding="utf-8") if options.public_key else ""

    def act(deps: Deps) -> dict[str, Any]:
        made = put_new_key(deps, _device(options.device), hours=options.overlap, public_key=key)
        return {"id": made.id, "secret": made.secret, "key_id": made.key_id, "old_until": made.old_until.isoformat()}

    return _within(act, options)


def _device(id_: str) -> devices.DeviceCard:
    card = devices.find(id_)
    if card is None:
        raise SettingsError(("no such device",))
    return card


def _add_card(options: argparse.Namespace) -> int:
    since = _moment(options.since)

    def act(deps: Deps) -> dict[str, Any]:
        kind, child = kind_of(options.kind), PersonId(options.child)
        number, school = number_of(kind, options.number), options.school or school_of(child) or _contracts_school(deps, child)
        if not school:
            raise SettingsError(("--child: no roster and no contract names one school of this pupil; name the school with --school",))
        id_ = put(deps, child=child, school=school, kind=kind, number=number, since=since or deps.now(), by=COMMAND)
        record_change(actor=COMMAND, actor_kind=ActorKind.COMMAND, subject=child, action="carrier.added", object=id_, now=deps.now())
        return {"id": id_, "child": child, "school": school, "kind": kind.value, "number": masked(number), "state": "active"}

    return _within(act, options)


def _contracts_school(deps: Deps, child: PersonId) -> str:
    """Where the pupil's contract is, for a school that keeps no roster here; empty where there are several. One that waits finds it."""
    known = person(deps.keys, child)
    contracts.attach(deps.keys, [known] if known else [], now=deps.now())
    found = {card.school for card in contracts.of_children([child]) if card.state is not ContractState.CLOSED}
    return found.pop() if len(found) == 1 else ""


def _at_least(deps: Deps, since: datetime | None) -> Deps:
    """The demo's clock may be ahead of what this command could ask: what is registered by it is not in the future."""
    now = deps.now()
    return replace(deps, now=lambda: max(since, now)) if since else deps


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError((f"--since: {text} is no moment; RFC 3339 or a day",)) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
