"""`/revoke` (RFC 7009) and `/introspect` (RFC 7662)."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response, g, jsonify

from sandbox.openid.routes.party import Party, told_error, unstored
from sandbox.openid.routes.token import client_and_form
from sandbox.openid.state import Access, Client, Refresh
from sandbox.openid.wire import claims
from sandbox.openid.wire.errors import OpError


def add_revocation(blueprint: Blueprint, party: Party) -> None:
    """Both ask for the client's authentication."""

    @blueprint.post("/revoke", strict_slashes=False)
    async def revoke() -> Response:
        try:
            client, token = await _asked(party)
        except OpError as error:
            g.verdicts = {"error": error.error, "hint": error.description}
            return told_error(error)
        _revoke(party, client, token)
        return unstored(Response("", status=200))

    @blueprint.post("/introspect", strict_slashes=False)
    async def introspect() -> Response:
        try:
            client, token = await _asked(party)
            if client.secret is None:
                raise OpError("invalid_client", "a public client may not ask about tokens")
        except OpError as error:
            g.verdicts = {"error": error.error, "hint": error.description}
            return told_error(error)
        return unstored(jsonify(_introspected(party, client, token)))


async def _asked(party: Party) -> tuple[Client, str]:
    client, form = await client_and_form(party)
    if "token" not in form:
        raise OpError("invalid_request", "token is missing")
    return client, form["token"]


def _revoke(party: Party, client: Client, token: str) -> None:
    """An unknown or foreign token is answered like any other; a refresh token takes its whole grant along."""
    refresh, access = party.state.refresh.get(token), party.state.access.get(token)
    if refresh is not None and refresh.grant.client == client.client_id:
        refresh.grant.revoked = True
    if access is not None and access.grant.client == client.client_id:
        del party.state.access[token]


def _introspected(party: Party, client: Client, token: str) -> dict[str, Any]:
    live: Access | Refresh | None = party.state.live_access(token) or party.state.live_refresh(token)
    person = party.person(live.grant.person) if live is not None else None
    if live is None or person is None or live.grant.client != client.client_id:
        return {"active": False}
    scopes = live.scopes if isinstance(live, Access) else live.grant.scopes
    return {
        "active": True,
        "scope": " ".join(scopes),
        "client_id": client.client_id,
        "sub": claims.subject(person, client),
        "aud": client.client_id,
        "iss": live.grant.issuer,
        "iat": int(live.issued_at.timestamp()),
        "exp": int(live.expires_at.timestamp()),
        **({"token_type": "Bearer"} if isinstance(live, Access) else {}),
    }
