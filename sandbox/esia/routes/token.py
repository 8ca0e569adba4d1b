"""`/aas/oauth2/te` and `/aas/oauth2/v3/te`: a code, a refresh token or the system's own right become tokens."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from quart import Blueprint, Response, g, jsonify, request
from werkzeug.datastructures import MultiDict

from sandbox.esia import gost, tokens
from sandbox.esia.routes.party import Party, account
from sandbox.esia.state import ACCESS_LIFE, Client, Code, Dialect, Grant
from sandbox.esia.wire import params as reading
from sandbox.esia.wire import scopes, secret
from sandbox.esia.wire.errors import EsiaError
from sandbox.world.model import Person

Params = Mapping[str, str]


def add_token(blueprint: Blueprint, party: Party) -> None:
    """Both dialects' token addresses."""

    @blueprint.post("/aas/oauth2/te", strict_slashes=False)
    async def token_v1() -> Response:
        return await _token(party, "v1")

    @blueprint.post("/aas/oauth2/v3/te", strict_slashes=False)
    async def token_current() -> Response:
        return await _token(party, "current")


async def _token(party: Party, dialect: Dialect) -> Response:
    form: MultiDict[str, str] = await request.form
    try:
        told = await _answered(party, form, dialect)
    except EsiaError as error:
        g.verdicts = {"dialect": dialect, **getattr(g, "verdicts", {}), "error": error.code}
        states = form.getlist("state")
        return _unstored(jsonify(error.parameters(states[0] if len(states) == 1 else None)), error.row.status)
    return _unstored(jsonify(told), 200)


def _unstored(response: Response, status: int) -> Response:
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response


async def _answered(party: Party, form: MultiDict[str, str], dialect: Dialect) -> dict[str, Any]:
    if request.mimetype != "application/x-www-form-urlencoded":
        raise EsiaError("007038")
    params = reading.single(form)
    client = _client(party, params, dialect)
    grant_type = params["grant_type"]
    lenient = dialect == "current" and grant_type == "refresh_token" and party.state.switches.lenient_refresh
    _demand(params, dialect, grant_type, lenient=lenient)
    g.verdicts = {"dialect": dialect, "signature": "absent"}
    verdicts = await asyncio.to_thread(secret.check, params, client, dialect, party.state.switches, party.state.now())
    g.verdicts = verdicts.shown()
    if verdicts.error is not None:
        raise verdicts.error
    if params.get("redirect_uri") and params["redirect_uri"] not in client.redirect_uris:
        raise EsiaError("007023")
    if grant_type == "authorization_code":
        return await _by_code(party, client, params)
    if grant_type == "refresh_token":
        return await _by_refresh(party, client, params)
    return await _by_right(party, client, params)


def _client(party: Party, params: Params, dialect: Dialect) -> Client:
    reading.demand(params, "client_id")
    client = party.state.clients.get(params["client_id"])
    if client is None:
        raise EsiaError("007002")
    reading.demand(params, "grant_type")
    if params["grant_type"] not in reading.GRANTS:
        raise EsiaError("007012")
    if dialect not in client.dialects or params["grant_type"] not in client.grants:
        raise EsiaError("007005")
    return client


def _demand(params: Params, dialect: Dialect, grant_type: str, *, lenient: bool) -> None:
    """Refreshing in the older dialect needs no address; the other public spelling of the newer one sends neither address nor hash."""
    reading.demand(params, "client_secret", "scope", "timestamp", "state")
    if dialect == "current" and not lenient:
        reading.demand(params, "client_certificate_hash", "redirect_uri")
    if grant_type == "authorization_code":
        reading.demand(params, "code", "redirect_uri")
    if grant_type == "refresh_token":
        reading.demand(params, "refresh_token")
    if params.get("token_type", "Bearer").lower() != "bearer":
        raise EsiaError("007003")


async def _by_code(party: Party, client: Client, params: Params) -> dict[str, Any]:
    code = party.state.live_code(params["code"], client.mnemonic, params["redirect_uri"])
    if code is None:
        raise EsiaError("007011")
    _check_verifier(code, params.get("code_verifier", ""))
    code.used = True
    return await _issued(party, client, code.grant, params["state"])


def _check_verifier(code: Code, verifier: str) -> None:
    if code.challenge is None:
        if verifier:
            raise EsiaError("007039")
        return
    if not verifier:
        raise EsiaError("007014", "code_verifier")
    plain = verifier.encode()
    if code.challenge_method == "S256":
        found = _b64(hashlib.sha256(plain).digest())
    elif code.challenge_method == "GOST3411":
        found = _b64(gost.streebog(plain))
    else:
        found = verifier
    if not hmac.compare_digest(found.encode(), code.challenge.encode()):
        raise EsiaError("007040")


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


async def _by_refresh(party: Party, client: Client, params: Params) -> dict[str, Any]:
    """A refresh token lives once: its answer carries the next one."""
    grant = party.state.refresh.get(params["refresh_token"])
    if grant is None or grant.client != client.mnemonic:
        raise EsiaError("007011")
    asked = scopes.split(params["scope"])
    if not scopes.widened(asked) <= scopes.widened(grant.scopes):
        raise EsiaError("007006")
    del party.state.refresh[params["refresh_token"]]
    return await _issued(party, client, grant, params["state"])


async def _by_right(party: Party, client: Client, params: Params) -> dict[str, Any]:
    """The system's own token, or one for a person who allowed this earlier: `prm_chg?oid=1000`."""
    asked = scopes.split(params["scope"] + " " + params.get("scope_org", ""))
    reading.check_scopes(asked, client, party.state.switches.refused_scopes)
    oid = next((found for found in map(scopes.oid_of, asked) if found is not None), None)
    person = party.person_by_oid(oid) if oid is not None else None
    if oid is None and not all(scopes.bare(scope) in scopes.ORGANISATIONS for scope in asked):
        raise EsiaError("007006")
    if oid is not None and (person is None or (person.id, client.mnemonic) not in party.state.consents):
        raise EsiaError("007019")
    grant = Grant(
        client=client.mnemonic,
        person=person.id if person is not None else None,
        scopes=asked,
        offline=False,
        auth_time=party.state.now(),
        sid=str(uuid.uuid4()),
    )
    return await _issued(party, client, grant, params["state"], with_id=False)


async def _issued(party: Party, client: Client, grant: Grant, echoed: str, *, with_id: bool = True) -> dict[str, Any]:
    state, switches = party.state, party.state.switches
    person: Person | None = party.person(grant.person)
    if person is None and grant.person is not None:
        raise EsiaError("007011")
    oid = account(person).oid if person is not None else None
    key, now = party.keys.active(client.token_alg), state.now()
    access = await tokens.access_token(grant, oid, key, switches, now)
    told: dict[str, Any] = {"access_token": access}
    if with_id and person is not None and oid is not None and "openid" in scopes.widened(grant.scopes):
        told["id_token"] = await tokens.id_token(client, grant, person, oid, key, access, switches, now)
    told |= {"state": echoed, "token_type": "Bearer", "expires_in": int(ACCESS_LIFE.total_seconds())}
    state.keep_access(access, grant)
    if grant.offline:
        # A nonce belongs to the sign-in, not to what is refreshed later.
        told["refresh_token"] = state.new_refresh(replace(grant, nonce=None))
    return told
