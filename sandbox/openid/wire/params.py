"""Reads and checks an authorisation request, strictly: what the standard forbids is refused, what it leaves open is told in the docs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from sandbox.openid.state import Asked, Client
from sandbox.openid.wire.claims import SCOPES
from sandbox.openid.wire.errors import BROKEN, UNKNOWN_CLIENT, WRONG_ADDRESS, OpError, PageError

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_PROMPTS = frozenset({"none", "login", "consent", "select_account"})
_UNSUPPORTED = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}


def trusted_client(params: MultiDict[str, str], clients: Mapping[str, Client]) -> tuple[Client, str]:
    """The client and its registered redirect address, compared character by character; what is wrong here is told on a page."""
    for name in ("client_id", "redirect_uri"):
        if len(params.getlist(name)) > 1:
            raise PageError("invalid_request", f"{name} is given more than once", BROKEN)
        if not params.get(name):
            raise PageError("invalid_request", f"{name} is missing", BROKEN)
    client = clients.get(params["client_id"])
    if client is None:
        raise PageError("invalid_client", "this client_id is not registered", UNKNOWN_CLIENT)
    if params["redirect_uri"] not in client.redirect_uris:
        raise PageError("invalid_request", "redirect_uri is not exactly one of those registered for the client", WRONG_ADDRESS)
    return client, params["redirect_uri"]


def single(params: MultiDict[str, str]) -> dict[str, str]:
    """The parameters as a plain dict without empty ones; a repeated one is an error."""
    for name, values in params.lists():
        if len(values) > 1:
            raise OpError("invalid_request", f"{name} is given more than once")
    return {name: value for name, value in params.items(multi=False) if value}


def read_asked(params: Mapping[str, str], client: Client, redirect_uri: str, issuer: str, hinted: Callable[[str, Client], str]) -> Asked:
    """What the request wants; `hinted` reads an id_token_hint."""
    for name, error in _UNSUPPORTED.items():
        if name in params:
            raise OpError(error, f"the parameter {name} is not supported")
    _check_response(params)
    if "authorization_code" not in client.grants:
        raise OpError("unauthorized_client", "the client is not registered for the authorization code flow")
    prompt = _prompt(params.get("prompt", ""))
    return Asked(
        client=client,
        redirect_uri=redirect_uri,
        state=params.get("state"),
        scopes=_scopes(params.get("scope", ""), client),
        challenge=_challenge(params),
        nonce=params.get("nonce"),
        prompt=prompt,
        max_age=_max_age(params.get("max_age"), client),
        login_hint=params.get("login_hint", ""),
        acr_values=tuple(params.get("acr_values", "").split()),
        claims=_claims(params.get("claims", "")),
        hinted=hinted(params["id_token_hint"], client) if "id_token_hint" in params else None,
        issuer=issuer,
    )


def _check_response(params: Mapping[str, str]) -> None:
    if "response_type" not in params:
        raise OpError("invalid_request", "response_type is missing")
    if params["response_type"] != "code":
        raise OpError("unsupported_response_type", "only response_type=code is supported")
    if params.get("response_mode", "query") != "query":
        raise OpError("invalid_request", "only response_mode=query is supported")


def _scopes(text: str, client: Client) -> tuple[str, ...]:
    """Unknown scopes are left out, as OpenID Connect asks; those that the client was not registered for are refused."""
    asked = tuple(dict.fromkeys(text.split()))
    if "openid" not in asked:
        raise OpError("invalid_scope", "the scope openid is missing")
    known = tuple(scope for scope in asked if scope in SCOPES)
    if client.scopes is not None and not client.scopes >= set(known) - {"openid"}:
        raise OpError("invalid_scope", "the client is not registered for one of these scopes")
    return known


def _challenge(params: Mapping[str, str]) -> str:
    challenge = params.get("code_challenge", "")
    if not challenge:
        raise OpError("invalid_request", "code_challenge is missing: PKCE is demanded of every client")
    if params.get("code_challenge_method", "plain") != "S256":
        raise OpError("invalid_request", "code_challenge_method must be S256")
    if not _CHALLENGE.fullmatch(challenge):
        raise OpError("invalid_request", "code_challenge is not the base64url of a SHA-256")
    return challenge


def _prompt(text: str) -> frozenset[str]:
    asked = frozenset(text.split())
    if not asked <= _PROMPTS:
        raise OpError("invalid_request", "prompt holds an unknown value")
    if "none" in asked and len(asked) > 1:
        raise OpError("invalid_request", "prompt=none stands alone")
    return asked


def _max_age(text: str | None, client: Client) -> int | None:
    if text is None:
        return client.default_max_age
    if not re.fullmatch(r"[0-9]{1,10}", text):
        raise OpError("invalid_request", "max_age is not a whole number of seconds")
    return int(text)


def _claims(text: str) -> Mapping[str, Any]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise OpError("invalid_request", "claims is no JSON") from wrong
    members = [found.get(part, {}) for part in ("userinfo", "id_token")] if isinstance(found, dict) else [None]
    if not all(isinstance(part, dict) and all(one is None or isinstance(one, dict) for one in part.values()) for part in members):
        raise OpError("invalid_request", "claims is not the object that OpenID Connect Core 5.5 describes")
    return dict(found)
