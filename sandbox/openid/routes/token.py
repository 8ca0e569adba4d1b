"""`/token`: a code or a refresh token becomes tokens, once."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from quart import Blueprint, Response, g, request

from sandbox.openid import tokens
from sandbox.openid.keys import b64
from sandbox.openid.routes.party import Party, spoilt_answer, told_error, unstored
from sandbox.openid.state import Client, Code, Grant
from sandbox.openid.wire import client_auth, params, spoiling
from sandbox.openid.wire.errors import OpError

GRANTS = frozenset({"authorization_code", "refresh_token"})
FORM = "application/x-www-form-urlencoded"


def add_token(blueprint: Blueprint, party: Party) -> None:
    """POST only."""

    @blueprint.post("/token", strict_slashes=False)
    async def token() -> Response:
        try:
            told = await _answered(party)
        except OpError as error:
            g.verdicts = {**getattr(g, "verdicts", {}), "error": error.error, "hint": error.description}
            return told_error(error)
        names = party.state.switches.token
        await party.slow(names)
        return unstored(spoilt_answer(party, names, spoiling.token(names, told)))


async def client_and_form(party: Party) -> tuple[Client, dict[str, str]]:
    """Who asks, and the form, each field once."""
    if request.mimetype != FORM:
        raise OpError("invalid_request", f"the body must be {FORM}")
    if request.args.keys() & {"client_id", "client_secret", "code", "token", "refresh_token", "grant_type"}:
        raise OpError("invalid_request", "parameters belong into the body")
    form = params.single(await request.form)
    shown = client_auth.shown(request.headers.get("Authorization"), form)
    g.verdicts = {"client_auth": shown.method}
    return client_auth.authenticated(shown, party.state.clients), form


async def _answered(party: Party) -> dict[str, Any]:
    client, form = await client_and_form(party)
    grant_type = _demanded(form, "grant_type")
    if grant_type not in GRANTS:
        raise OpError("unsupported_grant_type", "only authorization_code and refresh_token are supported")
    if grant_type not in client.grants:
        raise OpError("unauthorized_client", "the client is not registered for this grant")
    return _by_code(party, client, form) if grant_type == "authorization_code" else _by_refresh(party, client, form)


def _demanded(form: dict[str, str], name: str) -> str:
    if name not in form:
        raise OpError("invalid_request", f"{name} is missing")
    return form[name]


def _by_code(party: Party, client: Client, form: dict[str, str]) -> dict[str, Any]:
    """No await between looking and marking used: of parallel calls one wins. A second use kills what the first one gave."""
    code = party.state.codes.get(_demanded(form, "code"))
    redirect_uri = _demanded(form, "redirect_uri")
    if code is None or code.grant.client != client.client_id:
        raise OpError("invalid_grant", "the code is unknown, or was given to another client")
    if code.used:
        code.grant.revoked = True
        raise OpError("invalid_grant", "the code was used before; its tokens are revoked")
    if (party.state.now() - code.issued_at).total_seconds() >= party.state.switches.code_life_s:
        raise OpError("invalid_grant", "the code is expired")
    if redirect_uri != code.redirect_uri:
        raise OpError("invalid_grant", "redirect_uri is not that of the authorization request")
    _check_verifier(code, form.get("code_verifier", ""))
    g.verdicts = {**getattr(g, "verdicts", {}), "pkce": "ok"}
    code.used = True
    return _issued(party, client, code.grant, code.grant.scopes, nonce=code.grant.nonce)


def _check_verifier(code: Code, verifier: str) -> None:
    if not verifier:
        raise OpError("invalid_grant", "code_verifier is missing")
    if not 43 <= len(verifier) <= 128 or not verifier.isascii():
        raise OpError("invalid_grant", "code_verifier is not of 43 to 128 characters")
    if not hmac.compare_digest(b64(hashlib.sha256(verifier.encode()).digest()), code.challenge):
        raise OpError("invalid_grant", "code_verifier does not match the code_challenge")


def _by_refresh(party: Party, client: Client, form: dict[str, str]) -> dict[str, Any]:
    """A refresh token lives once; whoever brings a used one kills the whole family, for one of the two holders stole it."""
    text = _demanded(form, "refresh_token")
    known = party.state.refresh.get(text)
    if known is None or known.grant.client != client.client_id:
        raise OpError("invalid_grant", "the refresh token is unknown, or was given to another client")
    if known.used:
        known.grant.revoked = True
        raise OpError("invalid_grant", "the refresh token was used before; its family is revoked")
    if party.state.live_refresh(text) is None or party.person(known.grant.person) is None:
        raise OpError("invalid_grant", "the refresh token is expired or revoked")
    scopes = tuple(form["scope"].split()) if "scope" in form else known.grant.scopes
    if not set(scopes) <= set(known.grant.scopes):
        raise OpError("invalid_scope", "more scopes than the person allowed")
    known.used = True
    return _issued(party, client, known.grant, scopes, nonce=None)


def _issued(party: Party, client: Client, grant: Grant, scopes: tuple[str, ...], *, nonce: str | None) -> dict[str, Any]:
    state = party.state
    person = party.person(grant.person)
    if person is None:
        raise OpError("invalid_grant", "the account is closed")
    access = state.new_access(grant, scopes)
    told: dict[str, Any] = {"access_token": access, "token_type": "Bearer", "expires_in": int(state.switches.access_life_s)}
    if "openid" in scopes:
        told["id_token"] = tokens.id_token(client, grant, person, party.keys, access, state.switches, state.now(), nonce=nonce)
    told["scope"] = " ".join(scopes)
    if "offline_access" in grant.scopes and "refresh_token" in client.grants:
        told["refresh_token"] = state.new_refresh(grant)
    return told
