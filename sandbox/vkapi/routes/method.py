"""`/method/<name>`: one call from the token to the answer, and `execute`, which makes several."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from quart import Blueprint, Response, g, jsonify, request

from sandbox.vkapi.routes import chats, members, messages, people
from sandbox.vkapi.routes.desk import Call, Desk, Method
from sandbox.vkapi.wire import script
from sandbox.vkapi.wire.errors import VkError
from sandbox.vkapi.wire.params import Params, version_of

METHODS: Mapping[str, Method] = {**chats.METHODS, **members.METHODS, **messages.METHODS, **people.METHODS}
VKID_TOKEN = "vk2.a."
NO_SCOPE = "no access to call this method. It cannot be called with current scopes."


def add_method(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.route("/method/<name>", methods=["GET", "POST"])
    async def method(name: str) -> Response:
        values = await asked()
        return answered(desk, name, values)

    @blueprint.get("/captcha.php")
    async def captcha() -> Response:
        """The picture of error 14: for people, and of no use to a program."""
        picture = '<svg xmlns="http://www.w3.org/2000/svg" width="130" height="50"><text x="20" y="34" font-size="24">песок</text></svg>'
        return Response(picture, content_type="image/svg+xml")


async def asked() -> dict[str, str]:
    """Query and form together; the form wins."""
    values = dict(request.args.items())
    values |= dict((await request.form).items())
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and "access_token" not in values:
        values["access_token"] = bearer.strip()
    return values


def answered(desk: Desk, name: str, values: Mapping[str, str]) -> Response:
    g.verdicts = {}
    try:
        return jsonify(_answer(desk, name, values))
    except VkError as refused:
        g.verdicts |= {"error": refused.code}
        return jsonify(refused.envelope(name, values))


def _answer(desk: Desk, name: str, values: Mapping[str, str]) -> dict[str, Any]:
    version = version_of(values.get("v", "").strip())
    if name != "execute" and name not in METHODS:
        raise VkError(3)
    token = values.get("access_token", "").strip()
    if token.startswith(VKID_TOKEN) and name.startswith("messages."):
        raise VkError(15, NO_SCOPE, error_subcode=1133)
    caller = desk.caller(token)
    g.verdicts |= {"token": "group" if caller.is_group else "user"}
    if desk.state.asks_too_fast(caller.token, is_group=caller.is_group):
        raise VkError(6)
    call = Call(desk=desk, caller=caller, params=Params(values), version=version)
    if name == "execute":
        return _execute(call)
    return {"response": _run(name, call)}


def _run(name: str, call: Call) -> Any:
    method = METHODS.get(name)
    if method is None:
        raise VkError(3)
    if call.caller.is_group and not method.groups:
        raise VkError(27)
    if not call.caller.is_group and not method.users:
        raise VkError(15, NO_SCOPE)
    return method.run(call)


def _execute(call: Call) -> dict[str, Any]:
    """A refused call inside is `false` in its place and a row in `execute_errors`."""
    failures: list[dict[str, Any]] = []

    def made(name: str, params: dict[str, Any]) -> Any:
        values = {key: _as_text(value) for key, value in params.items() if value is not None}
        try:
            return _run(name, Call(desk=call.desk, caller=call.caller, params=Params(values), version=call.version))
        except VkError as refused:
            failures.append({"method": name, "error_code": refused.code, "error_msg": str(refused)})
            return False

    response = script.run(call.params.text("code", required=True), made)
    return {"response": response, **({"execute_errors": failures} if failures else {})}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list):
        return ",".join(map(_as_text, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
