"""The sandbox's own calls: registered applications, and the offer that stands in the way of a sign-in."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, jsonify, request

from sandbox.dnevnik.state import Client, State
from sandbox.dnevnik.state.grants import SCOPES


def control(state: State) -> Blueprint:
    routes = Blueprint("dnevnik_control", __name__)

    @routes.get("/clients")
    async def clients() -> Any:
        return jsonify(clients=[_shown(client) for client in state.grants.clients()])

    @routes.post("/clients")
    async def register() -> Any:
        """`{client_id, client_secret, redirect_uris, scopes?, title?}`; the same id again replaces the registration."""
        body = await request.get_json(force=True, silent=True)
        problem = _problem(body)
        if problem is not None:
            return jsonify(error="invalid_client", text=problem), 400
        client = Client(
            id=body["client_id"],
            secret=body.get("client_secret") or "",
            redirect_uris=tuple(body.get("redirect_uris") or ()),
            scopes=_scopes(body.get("scopes")),
            title=str(body.get("title") or ""),
        )
        state.grants.register(client)
        return jsonify(_shown(client)), 201

    @routes.post("/offer")
    async def offer() -> Any:
        """`{times}`: so many next sign-ins meet the offer to link Gosuslugi before they go on."""
        body = await request.get_json(force=True, silent=True) or {}
        times = body.get("times", 1) if isinstance(body, dict) else 1
        if isinstance(times, bool) or not isinstance(times, int) or times < 0:
            return jsonify(error="invalid", text="times — целое от 0"), 400
        state.grants.offers = times
        return jsonify(times=times)

    return routes


def _scopes(given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        given = given.replace(",", " ").split()
    return tuple(given or ())


def _problem(body: Any) -> str | None:
    if not isinstance(body, dict) or not isinstance(body.get("client_id"), str) or not body["client_id"]:
        return "client_id — строка"
    if not isinstance(body.get("client_secret") or "", str):
        return "client_secret — строка"
    uris = body.get("redirect_uris") or []
    if not isinstance(uris, list) or not all(isinstance(uri, str) and uri.startswith(("http://", "https://")) for uri in uris):
        return "redirect_uris — список адресов http или https"
    unknown = [scope for scope in _scopes(body.get("scopes")) if scope not in SCOPES]
    return f"неизвестные scopes: {', '.join(map(str, unknown))}" if unknown else None


def _shown(client: Client) -> dict[str, Any]:
    return {"client_id": client.id, "redirect_uris": list(client.redirect_uris), "scopes": list(client.scopes), "title": client.title}
