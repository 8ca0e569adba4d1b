"""What the office does with a device that works: a new key beside the old one, a command for a terminal, the end of trust (RULES E6)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from device_ingest.store import commands, doubts, read_to, troubles
from device_ingest.store.troubles import QUIET
from hub.deps import Deps
from hub.flows.office.officers import Officer, officer_of
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.registers.keys import SECRET_BYTES, WITH_SECRET, public_key_of, secret_again, secret_of
from hub.flows.views.school.registers import DeviceKey
from hub.store.school import devices
from hub.store.school.devices import DeviceCard, DeviceKind, Sign
from hub.store.sessions import Visitor
from identity.model import ActorKind, PersonId
from identity.store import record_change

OVERLAP_H, LONGEST_OVERLAP_H = 24, 24 * 14
COMMANDS: Mapping[str, str] = {"log": "LOG", "again": "CHECK", "options": "RELOAD OPTIONS", "info": "INFO", "restart": "REBOOT"}
"""In JSON and as the terminal knows them. Nothing that deletes is among them: what a terminal holds is the proof."""
ATTLOG = "ATTLOG"


async def rotate_device(
    deps: Deps, visitor: Visitor, device: str, *, hours: int = OVERLAP_H, public_key: str = "", seed: str = ""
) -> DeviceKey:
    """A new key; the old one is good for so many hours more. A `seed` makes the secret again later."""

    def unit() -> DeviceKey:
        officer, card = _mine(deps, visitor, device)
        made = put_new_key(deps, card, hours=hours, public_key=public_key, seed=seed)
        _note(deps, officer.person, "device.rotated", device)
        return made

    made = await deps.db.write(unit)
    deps.memory.senders.clear()
    return made


def put_new_key(deps: Deps, card: DeviceCard, *, hours: int, public_key: str = "", seed: str = "") -> DeviceKey:
    """In the caller's unit."""
    if not 0 <= hours <= LONGEST_OVERLAP_H:
        raise Refused(Reason.MALFORMED, f"Прежний ключ может действовать ещё от 0 до {LONGEST_OVERLAP_H} часов.")
    if card.sign is Sign.SERIAL:
        raise Refused(Reason.MALFORMED, "У этого устройства нет ключа: его узнают по серийному номеру и сети.")
    new_key = public_key_of(public_key) if card.sign is Sign.RFC9421 else None
    secret = (secret_again(deps, seed) if seed else secret_of(secrets.token_bytes(SECRET_BYTES))) if card.sign in WITH_SECRET else None
    now = deps.now()
    until = now + timedelta(hours=hours)
    if not devices.rotate(deps.keys, card.id, secret=secret, public_key=new_key, old_until=until, now=now):
        raise Refused(Reason.ALREADY_DECIDED, "Устройство отозвано: ключ ему не нужен.")
    return DeviceKey(id=card.id, key_id=card.key_id, secret=secret, old_until=until)


def stop(deps: Deps, card: DeviceCard, *, since: datetime | None, by: str) -> bool:
    """In the caller's unit: it is heard no more, and what it said since then is gone through by the worker. Twice is harmless."""
    now = deps.now()
    if since is not None and since > now:
        raise Refused(Reason.MALFORMED, "Время, с которого устройству не верят, ещё не наступило.")
    if not devices.revoke(card.id, since=since or now, now=now):
        return False
    doubts.begin(card.id, card.school, since=since or now, by=by)
    for kind in QUIET:
        troubles.end(card.id, kind, now=now)
    return True


async def command_device(deps: Deps, visitor: Visitor, device: str, word: str) -> None:
    """The terminal fetches it at its next question. `again`: its whole memory comes once more, and what we have is a duplicate."""
    known = COMMANDS.get(word)
    if known is None:
        raise Refused(Reason.MALFORMED, f"Можно: {', '.join(COMMANDS)}.")

    def unit() -> None:
        officer, card = _mine(deps, visitor, device)
        if card.kind is not DeviceKind.ZKTECO or card.revoked_at is not None:
            raise Refused(Reason.MALFORMED, "Команды понимают терминалы ZKTeco, которые в работе.")
        if word == "again":
            read_to(card.id, ATTLOG, "0")
        if commands.ask(card.id, known, by=officer.person, now=deps.now()):
            _note(deps, officer.person, "device.commanded", device)

    await deps.db.write(unit)


def _mine(deps: Deps, visitor: Visitor, device: str) -> tuple[Officer, DeviceCard]:
    """Another school's and none at all look the same."""
    found = devices.find(device)
    officer = officer_of(deps, visitor, school=found.school if found else "none", act=Act.DEVICES)
    if found is None:
        raise Refused(Reason.NOT_FOUND)
    return officer, found


def _note(deps: Deps, officer: PersonId, action: str, device: str) -> None:
    record_change(actor=officer, actor_kind=ActorKind.STAFF, subject=officer, action=action, object=device, now=deps.now())
