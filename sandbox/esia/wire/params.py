"""Reads and checks the parameters of the authorisation and token requests, in the order in which ESIA complains."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from sandbox.esia.state import Asked, Client, Dialect, State
from sandbox.esia.wire import scopes
from sandbox.esia.wire.errors import EsiaError

GRANTS = frozenset({"authorization_code", "refresh_token", "client_credentials"})
_METHODS = frozenset({"S256", "PLAIN", "GOST3411"})
_FILTERS = frozenset({"conf_acc", "acc_kid", "acc_not_kid"})
_OBJECTS = frozenset({"P", "L", "B", "K", "A"})
_CHALLENGE = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


class PageError(EsiaError):
    """An error that must not go back to the redirect address, because that address cannot be trusted yet."""


def trusted_client(args: MultiDict[str, str], state: State) -> tuple[Client, str]:
    """The system and its registered redirect address; everything wrong here is told on a page."""
    for name in ("client_id", "redirect_uri"):
        if len(args.getlist(name)) > 1:
            raise PageError("007003")
        if not args.get(name):
            raise PageError("007014", name)
    client = state.clients.get(args["client_id"])
    if client is None:
        raise PageError("007002")
    if args["redirect_uri"] not in client.redirect_uris:
        raise PageError("007023")
    return client, args["redirect_uri"]


def single(args: MultiDict[str, str]) -> dict[str, str]:
    """The parameters as a plain dict; a repeated one is an error."""
    if any(len(values) > 1 for values in args.listvalues()):
        raise EsiaError("007003")
    return dict(args.items(multi=False))


def demand(params: Mapping[str, str], *names: str) -> None:
    """Every one of them is there and not empty."""
    for name in names:
        if not params.get(name):
            raise EsiaError("007013") if name == "scope" else EsiaError("007014", name)


def read_asked(params: Mapping[str, str], client: Client, dialect: Dialect) -> Asked:
    """What the authorisation request wants; its signature is checked apart."""
    demand(params, "client_secret", "response_type", "scope", "state", "timestamp")
    if dialect == "current":
        demand(params, "client_certificate_hash")
    if params["response_type"] != "code":
        raise EsiaError("007009")
    if dialect not in client.dialects or "authorization_code" not in client.grants:
        raise EsiaError("007005")
    if params.get("access_type", "online") not in {"online", "offline"}:
        raise EsiaError("007003")
    if params.get("obj_type") and not set(params["obj_type"].split()) <= _OBJECTS:
        raise EsiaError("007061")
    if params.get("roles") and not re.fullmatch(r"[A-Za-z_ ]+", params["roles"]):
        raise EsiaError("007060")
    return Asked(
        client=client,
        dialect=dialect,
        redirect_uri=params["redirect_uri"],
        state=params["state"],
        scopes=scopes.split(params["scope"] + " " + params.get("scope_org", "")),
        offline=params.get("access_type") == "offline",
        nonce=params.get("nonce") or None,
        challenge=_challenge(params),
        challenge_method=params.get("code_challenge_method", "S256").upper(),
        person_filter=_person_filter(params.get("person_filter", "")),
        permissions=read_permissions(params.get("permissions", "")),
    )


def check_scopes(asked: tuple[str, ...], client: Client, refused: tuple[str, ...]) -> None:
    """Unknown: 007006; known, but not granted to this system on the portal: 007019 (noGrants)."""
    if not all(scopes.is_known(scope) for scope in asked):
        raise EsiaError("007006")
    names = {scopes.bare(scope) for scope in asked}
    if names & set(refused) or (client.scopes is not None and not names <= client.scopes | {"openid"}):
        raise EsiaError("007019")


def read_permissions(text: str) -> tuple[Mapping[str, Any], ...]:
    """The digital profile's consents: base64url of a JSON list, no padding."""
    if not text:
        return ()
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError as wrong:
        raise EsiaError("007003") from wrong
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise EsiaError("007003")
    for one in found:
        _check_permission(one)
    return tuple(found)


def _check_permission(permission: Mapping[str, Any]) -> None:
    if not permission.get("sysname"):
        raise EsiaError("036700")
    if not permission.get("actions"):
        raise EsiaError("036705")
    if not permission.get("purposes"):
        raise EsiaError("036707")
    if len(permission["purposes"]) > 1:
        raise EsiaError("036727")
    expire = permission.get("expire", 1)
    if isinstance(expire, bool) or not isinstance(expire, int) or expire <= 0:
        raise EsiaError("036716")


def _challenge(params: Mapping[str, str]) -> str | None:
    challenge = params.get("code_challenge")
    method = params.get("code_challenge_method", "S256").upper()
    if challenge and (method not in _METHODS or not _CHALLENGE.fullmatch(challenge)):
        raise EsiaError("007003")
    return challenge or None


def _person_filter(text: str) -> frozenset[str]:
    asked = frozenset(re.split(r"[ ,]+", text.strip())) - {""}
    if not asked <= _FILTERS or asked >= {"acc_kid", "acc_not_kid"}:
        raise EsiaError("007003")
    return asked
