"""A family's first visit in one call: from the card to the first money, the PIN read from the inbox."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sandbox.asked import Refused
from sandbox.kiosk.routes.caller import Caller
from sandbox.kiosk.routes.cash import pay_in
from sandbox.kiosk.state.devices import Device
from sandbox.kiosk.wire.calls import Told

WAIT_S: Final = 5.0
POLL_S: Final = 0.05
Steps = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`pin` None is the one that comes by SMS; `sum` None pays nothing in."""

    who: dict[str, Any]
    phone: str
    pin: str | None = None
    sum: str | None = None
    purpose: str = "meal"
    wait_s: float = WAIT_S

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Wish:
        who = {name: body[name] for name in ("contract", "credential") if body.get(name)}
        phone, pin, amount, wait = body.get("phone"), body.get("pin"), body.get("sum"), body.get("wait_s", WAIT_S)
        if len(who) != 1 or not isinstance(phone, str):
            raise Refused("Нужны contract или credential, и phone")
        if not (pin is None or isinstance(pin, str)) or not (amount is None or isinstance(amount, str)):
            raise Refused("pin, sum — строки")
        if isinstance(wait, bool) or not isinstance(wait, int | float) or not 0 <= wait <= 60:
            raise Refused("wait_s — секунды до 60")
        return cls(who=who, phone=phone, pin=pin, sum=amount, purpose=str(body.get("purpose", "meal")), wait_s=float(wait))


async def first_visit(caller: Caller, device: Device, wish: Wish) -> tuple[Steps, bool]:
    steps: Steps = []

    async def ask(name: str, **fields: Any) -> Told:
        told = await caller.call(device, name, fields)
        steps.append({"request": name, **told.shown()})
        return told

    found = await ask("find", **wish.who)
    if not found.ok or found.body.get("next") != "accept":
        return steps, False
    contract = found.body["contract"]
    consent, offer = await ask("consent", contract=contract), await ask("offer", contract=contract)
    if not (consent.ok and offer.ok):
        return steps, False
    started = caller.sandbox.clock.now()
    versions = {"consent_version": consent.body["version"], "offer_version": offer.body["version"]}
    accepted = await ask("accept", contract=contract, **versions, agreed=True, phone=wish.phone)
    if not accepted.ok:
        return steps, False
    pin = wish.pin or await _pin(caller, wish, started)
    if pin is None:
        steps.append({"request": "pin_by_sms", "status": None, "code": "no_sms"})
        return steps, False
    confirmed = await ask("confirm", acceptance=accepted.body["acceptance"], pin=pin)
    if not confirmed.ok:
        return steps, False
    done = True
    if wish.sum is not None:
        account = next((it for it in confirmed.body["accounts"] if it["purpose"] == wish.purpose), None)
        paid = await pay_in(caller, device, account, wish.sum)
        steps.append({"request": "pay", **paid})
        done = paid.get("result") == "0"
    balance = await ask("balance", session=confirmed.body["session"])
    return steps, done and balance.ok


async def _pin(caller: Caller, wish: Wish, since: datetime) -> str | None:
    """The newest code that came to this phone since; a hub may send it a moment later."""
    until = time.monotonic() + wish.wait_s
    while True:
        for letter in caller.sandbox.inbox.found("sms", wish.phone):
            if letter.at >= since and letter.code is not None:
                return letter.code
        if time.monotonic() >= until:
            return None
        await asyncio.sleep(POLL_S)
