"""`/userinfo`: claims of the person whose access token it is (Core 5.3, RFC 6750)."""

from __future__ import annotations

from quart import Blueprint, Response, g, jsonify, request

from sandbox.openid import tokens
from sandbox.openid.routes.party import Party, spoilt_answer, unstored
from sandbox.openid.wire import claims, spoiling
from sandbox.openid.wire.errors import BEARER, OpError


def add_userinfo(blueprint: Blueprint, party: Party) -> None:
    """GET and POST, the token in the Authorization header."""

    @blueprint.route("/userinfo", methods=["GET", "POST"], strict_slashes=False)
    async def userinfo() -> Response:
        try:
            return await _told(party, _bearer())
        except OpError as error:
            g.verdicts = {"error": error.error, "hint": error.description}
            return bearer_error(error)


def bearer_error(error: OpError | None) -> Response:
    """A request without any token gets no error code (RFC 6750, 3.1)."""
    if error is None or error.error not in BEARER:
        response, words = jsonify(error="invalid_token", error_description="no access token"), ""
        response.status_code = 401
    else:
        response, words = jsonify(error.parameters()), f', error="{error.error}", error_description="{error.description}"'
        response.status_code = BEARER[error.error]
    response.headers["WWW-Authenticate"] = f'Bearer realm="op"{words}'
    return unstored(response)


def _bearer() -> str:
    if "access_token" in request.args:
        raise OpError("invalid_request", "the access token belongs into the Authorization header")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise OpError("absent", "no access token")
    return token.strip()


async def _told(party: Party, token: str) -> Response:
    access = party.state.live_access(token)
    person = party.person(access.grant.person) if access is not None else None
    client = party.state.clients.get(access.grant.client) if access is not None else None
    if access is None or person is None or client is None:
        raise OpError("invalid_token", "the access token is unknown, expired or revoked")
    if "openid" not in access.scopes:
        raise OpError("insufficient_scope", "the scope openid is needed")
    names = claims.names_of(access.scopes, access.grant.claims.get("userinfo"))
    found = {"sub": claims.subject(person, client)} | claims.told(person, names)
    spoil = party.state.switches.userinfo
    await party.slow(spoil)
    if client.userinfo_alg is not None and not spoil:
        text = tokens.signed_userinfo(found, client, party.keys.active(client.userinfo_alg), access.grant.issuer)
        return unstored(Response(text, content_type="application/jwt"))
    return unstored(spoilt_answer(party, spoil, spoiling.userinfo(spoil, found)))
