"""The push service put together: endpoints of subscriptions, messages under way, the control calls."""

from __future__ import annotations

import re
from typing import Any, Final, cast

from quart import Blueprint, Response, g, jsonify, request

from sandbox.asked import Refused, body_object
from sandbox.clock import real_now
from sandbox.inbox import Letter
from sandbox.system import Fault, Sandbox, System
from sandbox.webpush.state import Push, Subscription, Subscriptions
from sandbox.webpush.wire import base64url, vapid
from sandbox.webpush.wire.payload import opened

ID: Final = "webpush"
LARGEST: Final = 4096
LONGEST_TTL: Final = 28 * 24 * 3600
URGENCIES: Final = ("very-low", "low", "normal", "high")
TOPIC: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
PAUSE_S: Final = 30


def system(sandbox: Sandbox) -> System:
    def arrived(to: Subscription, push: Push) -> None:
        more = {"urgency": push.urgency} | ({"topic": push.topic} if push.topic else {})
        text = push.text if push.text is not None else "(не расшифровано)"
        sandbox.inbox.put(Letter(kind="push", system=ID, to=endpoint(sandbox, to), text=text, at=sandbox.clock.now(), more=more))

    state = Subscriptions(sandbox.clock.now, arrived)
    routes = Blueprint(ID, __name__)
    _sending(routes, sandbox, state)
    return System(
        id=ID,
        title="Push-служба браузера",
        blueprints={ID: routes},
        control=_control(sandbox, state),
        reset=state.reset,
        word_fault=word_fault,
        secret_fields=frozenset({"authorization", "crypto-key"}),
    )


def endpoint(sandbox: Sandbox, one: Subscription) -> str:
    return f"{sandbox.base_url()}/{ID}/{one.id}"


def word_fault(fault: Fault) -> Response | None:
    """`error` is 410 unless it names another: what a sender sees of a browser that is gone."""
    if fault.kind == "rate_limit":
        return _refused(429, "Too many messages", {"Retry-After": str(int(fault.value or PAUSE_S))})
    if fault.kind == "auth_expired":
        return _refused(403, "exp is over")
    status = int(fault.value) if str(fault.value).isdecimal() and 400 <= int(fault.value) <= 599 else 410
    return _refused(status, "Subscription is gone" if status == 410 else "A failure switched on in the sandbox")


def _refused(status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    g.verdicts = {**getattr(g, "verdicts", {}), "error": why}
    return Response(f"{why}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)


def _sending(routes: Blueprint, sandbox: Sandbox, state: Subscriptions) -> None:
    @routes.post("/<id_>")
    async def push(id_: str) -> Response:
        to = state.all.get(id_)
        if to is None or to.gone:
            return _refused(404 if to is None else 410, "Subscription is gone" if to else "No such subscription")
        try:
            origin, nows = sandbox.base_url(), (sandbox.clock.now(), real_now())
            vapid.sender(request.headers.get("Authorization", ""), origin=origin, nows=nows, wanted=to.sender_key)
        except vapid.Unproven as error:
            g.verdicts = {"signature": "absent" if error.status == 401 else "bad"}
            return _refused(error.status, str(error), {"WWW-Authenticate": "vapid"} if error.status == 401 else None)
        g.verdicts = {"signature": "ok"}
        return await _accepted(sandbox, state, to)

    @routes.delete("/<id_>")
    async def leave(id_: str) -> Response:
        """The browser's own: it wants no more of them."""
        if id_ not in state.all or state.all[id_].gone:
            return _refused(404, "No such subscription")
        state.all[id_].gone = True
        return Response(status=204)

    @routes.delete("/m/<push_id>")
    async def recall(push_id: str) -> Response:
        return Response(status=204) if state.recall(push_id) else _refused(404, "No such message under way")


async def _accepted(sandbox: Sandbox, state: Subscriptions, to: Subscription) -> Response:
    body = cast(bytes, await request.get_data(as_text=False))
    ttl, urgency, topic = (request.headers.get(name, "") for name in ("TTL", "Urgency", "Topic"))
    if not (ttl.isascii() and ttl.isdecimal()):
        return _refused(400, "TTL is required")
    if urgency and urgency not in URGENCIES:
        return _refused(400, f"Urgency: {', '.join(URGENCIES)}")
    if topic and not TOPIC.fullmatch(topic):
        return _refused(400, "Topic: up to 32 of the base64url alphabet")
    if len(body) > LARGEST:
        return _refused(413, f"Up to {LARGEST} bytes")
    if body and request.headers.get("Content-Encoding", "").lower() != "aes128gcm":
        return _refused(415, "Content-Encoding: aes128gcm")
    text: str | None = ""
    if body:
        try:
            text = opened(body, to.receiver).decode()
        except ValueError:
            text = None  # a real service cannot see it: the browser drops what it cannot read
        g.verdicts = {**g.verdicts, "payload": "bad" if text is None else "ok"}
    made = state.take(to, text, ttl=min(int(ttl), LONGEST_TTL), urgency=urgency or "normal", topic=topic)
    headers = {"Location": f"{sandbox.base_url()}/{ID}/m/{made.id}", "TTL": str(min(int(ttl), LONGEST_TTL))}
    return Response(status=201, headers=headers)


def _control(sandbox: Sandbox, state: Subscriptions) -> Blueprint:
    routes = Blueprint("webpush_control", __name__)

    def shown(one: Subscription) -> dict[str, Any]:
        keys = {"p256dh": base64url.written(one.receiver.public), "auth": base64url.written(one.receiver.auth)}
        more = {"online": one.online, "gone": one.gone, "waiting": len(one.waiting)}
        return {"id": one.id, "endpoint": endpoint(sandbox, one), "keys": keys, "expirationTime": None, **more}

    @routes.get("/subscriptions")
    async def subscriptions() -> Any:
        return jsonify(subscriptions=[shown(one) for one in state.all.values()])

    @routes.post("/subscriptions")
    async def subscribe() -> Any:
        """`{application_server_key?}`: with it, nobody else may send there."""
        key = (await body_object()).get("application_server_key")
        try:
            wanted = None if key is None else base64url.read(str(key))
        except ValueError:
            raise Refused("application_server_key — base64url") from None
        return jsonify(shown(state.open(wanted))), 201

    @routes.post("/subscriptions/<id_>")
    async def change(id_: str) -> Any:
        """`{online?, gone?}`: a browser that is closed for a while, or that left for good."""
        one, body = state.one(id_), await body_object()
        if not all(name in ("online", "gone") and isinstance(value, bool) for name, value in body.items()):
            raise Refused("online, gone — true или false")
        one.gone = body.get("gone", one.gone)
        state.turn(one, online=body.get("online", one.online))
        return jsonify(shown(one))

    @routes.delete("/subscriptions/<id_>")
    async def end(id_: str) -> Any:
        state.one(id_).gone = True
        return "", 204

    return routes
