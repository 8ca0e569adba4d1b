"""A door that signs hears which carriers of its school are closed, as salted marks, and refuses them by itself (RULES E5, E6)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import partial

from device_ingest import signing
from device_ingest.errors import Distrust, Untrusted
from device_ingest.signing import Message
from device_ingest.store import append, prepare
from hub.deps import Deps
from hub.flows.receive_events.senders import sender_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.doors.carriers import ClosedCarrier, ClosedCarriers
from hub.store.school import carriers
from hub.store.school.carriers import SHOWN, CarrierCard, CarrierState

A_PAGE = 500
CLOSED = (CarrierState.BLOCKED, CarrierState.LOST)
WEAK = "Устройство, которое не подписывает сообщения, списка не получает: зарегистрируйте его с подписью."


async def closed_carriers(deps: Deps, message: Message) -> ClosedCarriers:
    """Made anew at each question, with a salt of its own; whose they are is not said. Raises `IngestError`."""
    now = deps.now()
    sender = await sender_of(deps, signing.claimed_key(message))
    if sender is None:
        raise Untrusted(Distrust.UNKNOWN_DEVICE, server_time=now)
    proof = signing.prove(message, sender, now=now)
    if not proof.sign.strong:
        raise Refused(Reason.FORBIDDEN, WEAK, more={"reason": "weak"})
    (told,) = await deps.db.write(lambda: append([prepare(sender, proof, (), received_at=now)]))
    if isinstance(told, Untrusted):
        raise told
    salt, found, after = secrets.token_hex(16), list[ClosedCarrier](), ""
    while part := await deps.db.read(partial(carriers.of_school, deps.keys, sender.school, after=after, limit=A_PAGE)):
        after = part[-1].id
        found += [_mark(salt, one) for one in part if one.state in CLOSED and not one.number.startswith(SHOWN)]
    return ClosedCarriers(school=sender.school, made_at=now, salt=salt, closed=tuple(found))


def _mark(salt: str, one: CarrierCard) -> ClosedCarrier:
    token = hmac.new(salt.encode(), f"{one.kind.value}\n{one.number}".encode(), hashlib.sha256).hexdigest()
    return ClosedCarrier(token=token, state=one.state.value)
