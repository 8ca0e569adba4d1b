"""Who asks: a canteen's till that signs, heard once for each signature; a weak device learns nothing of a child (RULES E6, E8)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from device_ingest import signing
from device_ingest.errors import Distrust, Untrusted
from device_ingest.model import Proof, Sender
from device_ingest.signing import Message
from device_ingest.store import append, prepare
from hub.deps import Deps
from hub.flows.receive_events.senders import sender_of
from hub.flows.refusals import Reason, Refused
from hub.store.school import devices, schools
from hub.store.school.devices import DeviceCard, DeviceKind
from identity.model import MOSCOW, ActorKind, PersonId
from identity.store import record_access

WEAK = "Касса, которая не подписывает сообщения, ничего о детях не узнаёт: зарегистрируйте её с подписью."
NOT_A_TILL = "Спрашивать о питании может только касса столовой."
POST = "Касса столовой"


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    sender: Sender
    proof: Proof
    card: DeviceCard
    zone: str

    @property
    def school(self) -> str:
        return self.card.school


async def till_of(deps: Deps, message: Message) -> Till:
    """Raises `Untrusted`, or a refusal for a device that is no till or signs nothing."""
    now = deps.now()
    sender = await sender_of(deps, signing.claimed_key(message))
    if sender is None:
        raise Untrusted(Distrust.UNKNOWN_DEVICE, server_time=now)
    proof = signing.prove(message, sender, now=now)
    if not proof.sign.strong:
        raise Refused(Reason.FORBIDDEN, WEAK, more={"reason": "weak"})
    card, zone = await deps.db.read(lambda: (devices.find(sender.id), schools.zone_of(sender.school)))
    if card is None or card.kind is not DeviceKind.CANTEEN:
        raise Refused(Reason.FORBIDDEN, NOT_A_TILL, more={"reason": "not_a_till"})
    return Till(sender=sender, proof=proof, card=card, zone=zone or MOSCOW)


def spend(till: Till, *, now: datetime) -> None:
    """In the caller's unit: the signature's nonce is good once, and the till was heard. Raises `Untrusted`."""
    (told,) = append([prepare(till.sender, till.proof, (), received_at=now)])
    if isinstance(told, Untrusted):
        raise told


def note_reading(deps: Deps, till: Till, children: Collection[str], *, page: str, now: datetime) -> None:
    """In the caller's unit: each family sees that a till asked, and where it stands (RULES A13)."""
    place = f"{POST}, {till.card.place}" if till.card.place else POST
    for child in children:
        record_access(
            deps.keys,
            actor=f"device:{till.card.id}",
            actor_kind=ActorKind.STAFF,
            subject=PersonId(child),
            page=page,
            parts={"name": "", "post": place},
            now=now,
        )
