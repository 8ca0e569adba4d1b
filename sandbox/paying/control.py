"""The control calls that every played acquirer has: shops, orders, what the payer does, notices repeated and spoilt."""

from __future__ import annotations

import math
from typing import Any, Final

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object
from sandbox.paying.cards import PAYING
from sandbox.paying.desk import Desk, Means, Stopped
from sandbox.paying.notices import Notice
from sandbox.paying.register import answered
from sandbox.system import Sandbox

TAMPERS: Final = ("status", "signature", "amount")
REFUSALS: Final = ("insufficient_funds", "card_expired", "card_lost", "general_decline", "check_failed")
MOST_TIMES: Final = 100
LONGEST_S: Final = 3600.0


def add_control(routes: Blueprint, sandbox: Sandbox, desk: Desk) -> Blueprint:
    @routes.get("/orders")
    async def orders() -> Any:
        desk.settle()
        return jsonify(orders=desk.orders())

    @routes.get("/orders/<order_id>")
    async def order(order_id: str) -> Any:
        return jsonify(_found(desk, order_id))

    @routes.post("/orders/<order_id>/<act>")
    async def acted(order_id: str, act: str) -> Any:
        """`pay {kind?, amount_kop?}`, `decline {reason?}`, `refund {amount_kop?}`, `notify {times?, delay_s?, tamper?, event?}`."""
        body = await body_object()
        _found(desk, order_id)
        if act == "notify":
            return await _notify(sandbox, desk, order_id, body)
        before = len(desk.notices.all)
        try:
            _act(desk, order_id, act, body)
        except Stopped as error:
            raise Refused(str(error), 409) from error
        await desk.notices.settled()
        return jsonify({**desk.order(order_id), "notices": [it.shown() for it in list(desk.notices.all)[before:]]})

    @routes.get("/notices")
    async def notices() -> Any:
        desk.settle()
        await desk.notices.settled()
        return jsonify(notices=[it.shown() for it in desk.notices.all])

    @routes.get("/register")
    async def register() -> Any:
        desk.settle()
        return answered(desk.look, desk.register, sandbox.clock.now())

    @routes.get("/shops")
    async def shops() -> Any:
        name = desk.shops.names[0]
        rows = [{name: it.id, "title": it.title, "notify_url": desk.shops.notify_url(it)} for it in desk.shops.all.values()]
        return jsonify(shops=rows)

    @routes.post("/shops")
    async def add_shop() -> Any:
        shop = desk.shops.register(await body_object())
        return jsonify({**desk.shops.shown(shop), "notify_url": desk.shops.notify_url(shop)}), 201

    return routes


def _found(desk: Desk, order_id: str) -> dict[str, Any]:
    desk.settle()
    try:
        return desk.order(order_id)
    except KeyError:
        raise Refused("Такого заказа нет", 404) from None


def _act(desk: Desk, order_id: str, act: str, body: dict[str, Any]) -> None:
    if act == "pay":
        kind = body.get("kind", "card")
        if kind not in ("card", "sbp"):
            raise Refused("kind — card или sbp")
        amount = _amount(body)
        if amount is not None and not desk.parts:
            raise Refused("Этот заказ оплачивают только целиком")
        desk.pay(order_id, Means(kind=kind, card=PAYING if kind == "card" else None, amount_kop=amount))
    elif act == "decline":
        reason = body.get("reason", "general_decline")
        if reason not in REFUSALS:
            raise Refused(f"reason — одно из: {', '.join(REFUSALS)}")
        desk.decline(order_id, str(reason))
    elif act == "refund":
        desk.refund(order_id, _amount(body))
    else:
        raise Refused("С заказом можно: pay, decline, refund, notify", 404)


def _amount(body: dict[str, Any]) -> int | None:
    amount = body.get("amount_kop")
    if amount is not None and (isinstance(amount, bool) or not isinstance(amount, int) or amount < 1):
        raise Refused("amount_kop — целое от 1")
    return amount


async def _notify(sandbox: Sandbox, desk: Desk, order_id: str, body: dict[str, Any]) -> Any:
    times, delay, tamper, event = (body.get(name) for name in ("times", "delay_s", "tamper", "event"))
    times, delay = 1 if times is None else times, 0 if delay is None else delay
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
        raise Refused(f"times — целое от 1 до {MOST_TIMES}")
    if isinstance(delay, bool) or not isinstance(delay, int | float) or not math.isfinite(delay) or not 0 <= delay <= LONGEST_S:
        raise Refused(f"delay_s — секунды от 0 до {LONGEST_S:.0f}")
    if tamper is not None and tamper not in TAMPERS:
        raise Refused(f"tamper — одно из: {', '.join(TAMPERS)}")
    if event is not None and event not in desk.events:
        raise Refused(f"event — одно из: {', '.join(desk.events)}")
    sent = []
    for _ in range(times):
        name, message = desk.message(order_id, event, tamper)
        sent.append(Notice(order=order_id, event=name, at=sandbox.clock.now(), message=message))
    for notice in sent:
        desk.notices.put(notice, float(delay))
    if not delay:
        await desk.notices.settled()
    return jsonify({**desk.order(order_id), "notices": [it.shown() for it in sent]})
