"""The control calls of every played SMS gateway: what was sent, what a number does, receipts repeated and spoilt, accounts."""

from __future__ import annotations

from typing import Any, Final, Protocol

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object
from sandbox.paying.notices import Message, Notice, Notices
from sandbox.system import Sandbox
from sandbox.texting.accounts import Account, Accounts
from sandbox.texting.gate import FATES, Gate, Phase, Text
from sandbox.texting.texts import phone

TAMPERS: Final = ("status", "signature")
MOST_TIMES: Final = 100


class Gateway(Protocol):
    """`names` are the gateway's own words for an account's name and secret; `number` is its own status of a message."""

    names: tuple[str, str]
    accounts: Accounts
    gate: Gate
    notices: Notices

    def settle(self) -> None: ...

    def number(self, it: Text) -> int: ...

    def receipt(self, it: Text, account: Account, url: str | None, tamper: str | None) -> Message: ...


def tell(sandbox: Sandbox, gateway: Gateway, it: Text, tamper: str | None = None) -> list[Notice]:
    """A receipt to each address of the account; without an address it is only kept."""
    account = gateway.accounts.all[it.account]
    sent = []
    urls: list[str | None] = [*account.callbacks] or [None]
    for url in urls:
        message = gateway.receipt(it, account, url, tamper)
        sent.append(Notice(order=it.id, event=it.phase.value, at=sandbox.clock.now(), message=message))
    for notice in sent:
        gateway.notices.put(notice)
    return sent


def add_control(routes: Blueprint, sandbox: Sandbox, gateway: Gateway) -> Blueprint:
    @routes.get("/messages")
    async def messages() -> Any:
        gateway.settle()
        return jsonify(messages=[_shown(gateway, it) for it in gateway.gate.all.values()])

    @routes.post("/messages/<message_id>/<act>")
    async def acted(message_id: str, act: str) -> Any:
        """`settle {phase}`: delivered, expired and so on, at once; `notify {times?, tamper?}`."""
        gateway.settle()
        body, it = await body_object(), _found(gateway.gate, message_id)
        before = len(gateway.notices.all)
        if act == "settle":
            gateway.gate.turn(it, _phase(body.get("phase"), "phase"))
        elif act == "notify":
            times, tamper = body.get("times", 1), body.get("tamper")
            if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
                raise Refused(f"times — целое от 1 до {MOST_TIMES}")
            if tamper is not None and tamper not in TAMPERS:
                raise Refused(f"tamper — одно из: {', '.join(TAMPERS)}")
            for _ in range(times):
                tell(sandbox, gateway, it, tamper)
        else:
            raise Refused("С сообщением можно: settle, notify", 404)
        await gateway.notices.settled()
        return jsonify({**_shown(gateway, it), "notices": [one.shown() for one in list(gateway.notices.all)[before:]]})

    @routes.get("/notices")
    async def notices() -> Any:
        gateway.settle()
        await gateway.notices.settled()
        return jsonify(notices=[it.shown() for it in gateway.notices.all])

    _settings(routes, gateway)
    return routes


def _settings(routes: Blueprint, gateway: Gateway) -> None:
    @routes.post("/numbers")
    async def numbers() -> Any:
        """`{phone, fate}`: what becomes of the next messages to this number; fate null is delivered."""
        body = await body_object()
        digits = phone(str(body.get("phone", "")))
        if digits is None:
            raise Refused("phone — номер телефона")
        if body.get("fate") is None:
            gateway.gate.fates.pop(digits[-10:], None)
        else:
            gateway.gate.fates[digits[-10:]] = _phase(body["fate"], "fate")
        return jsonify(numbers=dict(gateway.gate.fates))

    @routes.get("/accounts")
    async def accounts() -> Any:
        return jsonify(accounts=[_account(gateway, it) for it in gateway.accounts.all.values()])

    @routes.post("/accounts")
    async def change() -> Any:
        return jsonify(_account(gateway, gateway.accounts.change(await body_object(), gateway.names))), 201


def _phase(value: Any, name: str) -> Phase:
    if value not in FATES:
        raise Refused(f"{name} — одно из: {', '.join(FATES)}")
    return Phase(value)


def _found(gate: Gate, message_id: str) -> Text:
    found = [it for it in gate.all.values() if it.id == message_id]
    if not found:
        raise Refused("Такого сообщения нет", 404)
    return found[-1]


def _shown(gateway: Gateway, it: Text) -> dict[str, Any]:
    return {
        "id": it.id,
        "to": it.phone,
        "text": it.text,
        "sender": it.sender,
        "account": it.account,
        "parts": it.parts,
        "cost_kop": it.cost_kop,
        "phase": it.phase.value,
        "status": gateway.number(it),
        "test": it.test,
        "at": it.at.isoformat(),
    }


def _account(gateway: Gateway, it: Account) -> dict[str, Any]:
    return {
        gateway.names[0]: it.name,
        "balance_kop": it.balance_kop,
        "senders": it.senders,
        "callbacks": it.callbacks,
        "word": it.word,
        "limit": it.limit,
        "used": it.used,
    }
