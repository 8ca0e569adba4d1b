"""The kiosk's payment part is a terminal: asks first, then pays, by OSMP; its payments stand in the terminals' register."""

from __future__ import annotations

from typing import Any

from sandbox.kiosk.routes.caller import Caller
from sandbox.kiosk.state.devices import Device
from sandbox.terminal.routes.player import Target, player_of
from sandbox.terminal.wire.dialects import Payment


def payment(caller: Caller, account: dict[str, Any], amount: str, txn_id: str | None = None) -> Payment:
    """`account` as the hub's `balance` tells it: with the number and purpose that a terminal sends."""
    door = account["terminal"]
    return Payment(
        dialect="osmp",
        account=str(door["account"]),
        sum=amount,
        txn_id=txn_id or player_of(caller.sandbox).till.number(),
        at=caller.sandbox.clock.now(),
        pay_type=str(door["pay_type"]) if door.get("pay_type") else None,
    )


async def send(caller: Caller, device: Device, paid: Payment, command: str) -> dict[str, Any]:
    return await player_of(caller.sandbox).send(Target(url=f"{caller.hub(device)}/pay/osmp"), paid, command)


async def pay_in(caller: Caller, device: Device, account: dict[str, Any] | None, amount: str) -> dict[str, Any]:
    """Checked and paid in one; an account that takes no cash is told as such."""
    if account is None or not account.get("terminal"):
        return {"result": None, "wrong": "сюда наличные не вносят"}
    paid = payment(caller, account, amount)
    checked = await send(caller, device, paid, "check")
    return checked if checked["result"] != "0" else await send(caller, device, paid, "pay")
