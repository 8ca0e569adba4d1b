"""How the provider itself words a fault that the sandbox was told to play."""

from __future__ import annotations

from quart import Response, jsonify, request

from sandbox.openid.routes.party import Party, returned, told_error, unstored
from sandbox.openid.routes.userinfo import bearer_error
from sandbox.openid.wire.errors import AUTHORIZATION, BEARER, STATUSES, OpError
from sandbox.system import Fault

PLAYED = "a fault that was switched on in the sandbox"


def word_fault(fault: Fault, party: Party) -> Response | None:
    """None where the address has nothing to say to this fault."""
    path = request.path.removeprefix("/op")
    if fault.kind == "rate_limit" and path != "/authorize":
        return _limited(fault)
    if path in {"/token", "/revoke", "/introspect"}:
        return told_error(OpError(_word(fault, "invalid_grant", STATUSES), PLAYED))
    if path == "/userinfo":
        return bearer_error(OpError(_word(fault, "invalid_token", BEARER, "invalid_token"), PLAYED))
    if path == "/authorize":
        return _authorization(fault, party)
    if fault.kind == "error" and path in {"/jwks", "/.well-known/openid-configuration"}:
        response = jsonify(OpError("server_error", PLAYED).parameters())
        response.status_code = 500
        return response
    return None


def _word(fault: Fault, expired: str, known: object, default: str = "server_error") -> str:
    if fault.kind == "auth_expired":
        return expired
    return str(fault.value) if isinstance(known, dict | frozenset) and fault.value in known else default


def _limited(fault: Fault) -> Response:
    response = unstored(jsonify(error="temporarily_unavailable", error_description="too many requests"))
    response.status_code = 429
    response.headers["Retry-After"] = str(fault.value if fault.value is not None else 1)
    return response


def _authorization(fault: Fault, party: Party) -> Response | None:
    """Told through the browser, where the address of return can be trusted; the page goes on otherwise."""
    client = party.state.clients.get(request.args.get("client_id", ""))
    target = request.args.get("redirect_uri", "")
    if client is None or target not in client.redirect_uris or fault.kind == "auth_expired":
        return None
    word = "temporarily_unavailable" if fault.kind == "rate_limit" else _word(fault, "", AUTHORIZATION)
    return returned(party, target, request.args.get("state"), party.issuer(), OpError(word, PLAYED).parameters())
