"""`/_sandbox/op/…`: registering clients, rotating keys, and the switches."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from quart import Blueprint, Response, jsonify, request

from sandbox.openid.keys import Key
from sandbox.openid.routes.party import Party
from sandbox.openid.state import ACR, Client, Switches
from sandbox.openid.wire import client_auth
from sandbox.openid.wire.claims import SCOPES
from sandbox.openid.wire.spoiling import KNOWN

Algorithm = Literal["RS256", "ES256"]
Unset = msgspec.UnsetType
UNSET = msgspec.UNSET


class NewClient(msgspec.Struct, kw_only=True):
    """Fields are named as in OpenID Connect Dynamic Registration; `scopes`, `title`, `acr` are ours. Unknown fields are left out."""

    client_id: str
    client_secret: str | None = None
    redirect_uris: list[str]
    post_logout_redirect_uris: list[str] = []
    token_endpoint_auth_method: Literal["client_secret_basic", "client_secret_post", "none"] | None = None
    id_token_signed_response_alg: Algorithm = "RS256"
    userinfo_signed_response_alg: Algorithm | None = None
    subject_type: Literal["public", "pairwise"] = "public"
    sector_identifier: str | None = None
    grant_types: tuple[Literal["authorization_code", "refresh_token"], ...] = ("authorization_code", "refresh_token")
    default_max_age: int | None = None
    scopes: list[str] | None = None
    scope: str | None = None
    title: str = ""
    client_name: str = ""
    acr: dict[str, str] = {}


class Changes(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Each switch may be left out; the meanings are in `state.Switches`."""

    issuer: str | Unset | None = UNSET
    code_life_s: float | Unset = UNSET
    access_life_s: float | Unset = UNSET
    refresh_life_s: float | Unset = UNSET
    id_token_life_s: float | Unset = UNSET
    clock_offset_s: float | Unset = UNSET
    auth_age_s: float | Unset = UNSET
    always_ask_consent: bool | Unset = UNSET
    slow_s: float | Unset = UNSET
    huge_bytes: int | Unset = UNSET
    discovery: tuple[str, ...] | Unset = UNSET
    jwks: tuple[str, ...] | Unset = UNSET
    authorization: tuple[str, ...] | Unset = UNSET
    token: tuple[str, ...] | Unset = UNSET
    id_token: tuple[str, ...] | Unset = UNSET
    userinfo: tuple[str, ...] | Unset = UNSET


class Rotation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`way`: the ways of `Keys.rotate`."""

    alg: Algorithm = "RS256"
    way: Literal["overlap", "replace", "announce", "unpublished", "publish", "retire"] = "overlap"


def control_routes(party: Party) -> Blueprint:
    """The switchboard of this system."""
    control = Blueprint("op_control", __name__)
    _add_clients(control, party)
    _add_keys(control, party)
    _add_switches(control, party)
    return control


def _add_clients(control: Blueprint, party: Party) -> None:
    @control.get("/clients")
    async def list_clients() -> Response:
        return jsonify(clients=[_shown(client) for client in party.state.clients.values()])

    @control.post("/clients")
    async def register_client() -> tuple[Response, int]:
        try:
            client = _client(msgspec.json.decode(await request.get_data(), type=NewClient))
        except (msgspec.MsgspecError, ValueError) as wrong:
            return jsonify(error="invalid_client_metadata", text=str(wrong)), 422
        party.state.clients[client.client_id] = client
        return jsonify(_shown(client) | {"issuer": party.issuer()}), 201

    @control.delete("/clients/<client_id>")
    async def remove_client(client_id: str) -> tuple[Response, int]:
        gone = party.state.clients.pop(client_id, None)
        return jsonify(removed=gone is not None), 200 if gone is not None else 404


def _add_keys(control: Blueprint, party: Party) -> None:
    @control.get("/keys")
    async def list_keys() -> Response:
        return jsonify(keys=[_key(party, key) for key in party.keys.all()])

    @control.post("/keys/rotate")
    async def rotate_key() -> tuple[Response, int]:
        try:
            wanted = msgspec.json.decode(await request.get_data() or b"{}", type=Rotation)
        except msgspec.MsgspecError as wrong:
            return jsonify(error="invalid_rotation", text=str(wrong)), 422
        return jsonify(_key(party, party.keys.rotate(wanted.alg, wanted.way))), 200


def _add_switches(control: Blueprint, party: Party) -> None:
    @control.get("/switches")
    async def show_switches() -> Response:
        return jsonify(_switches(party.state.switches) | {"known": {part: sorted(names) for part, names in KNOWN.items()}})

    @control.post("/switches")
    async def set_switches() -> tuple[Response, int]:
        try:
            decoded = msgspec.json.decode(await request.get_data() or b"{}", type=Changes)
            changes = {name: value for name, value in msgspec.structs.asdict(decoded).items() if value is not UNSET}
            _check_known(changes)
        except (msgspec.MsgspecError, ValueError) as wrong:
            return jsonify(error="invalid_switch", text=str(wrong)), 422
        party.state.switch(changes)
        return jsonify(_switches(party.state.switches)), 200

    @control.delete("/switches")
    async def default_switches() -> Response:
        party.state.switches = Switches()
        return jsonify(_switches(party.state.switches))


def _check_known(changes: dict[str, Any]) -> None:
    for part, names in KNOWN.items():
        unknown = sorted(set(changes.get(part, ())) - names)
        if unknown:
            raise ValueError(f"{part} knows no {', '.join(unknown)}; it knows {', '.join(sorted(names))}")


def _client(new: NewClient) -> Client:
    if not new.client_id or not new.redirect_uris:
        raise ValueError("client_id and at least one redirect_uri are needed")
    if any("#" in uri or not urlsplit(uri).scheme for uri in [*new.redirect_uris, *new.post_logout_redirect_uris]):
        raise ValueError("addresses are absolute and have no fragment")
    if set(new.acr) - set(ACR):
        raise ValueError(f"acr maps {', '.join(ACR)}")
    method = new.token_endpoint_auth_method
    if (method in {client_auth.BASIC, client_auth.POST} and not new.client_secret) or (method == client_auth.NONE and new.client_secret):
        raise ValueError("token_endpoint_auth_method and client_secret contradict each other")
    return Client(
        client_id=new.client_id,
        secret=new.client_secret or None,
        redirect_uris=tuple(new.redirect_uris),
        logout_uris=tuple(new.post_logout_redirect_uris),
        auth_method=method,
        alg=new.id_token_signed_response_alg,
        userinfo_alg=new.userinfo_signed_response_alg,
        sector=_sector(new) if new.subject_type == "pairwise" else None,
        scopes=_scopes(new),
        grants=frozenset(new.grant_types),
        default_max_age=new.default_max_age,
        acr={**ACR, **new.acr},
        title=new.title or new.client_name,
    )


def _scopes(new: NewClient) -> frozenset[str] | None:
    """Those that the provider has; None allows all of them."""
    named = new.scopes if new.scopes is not None else new.scope.split() if new.scope is not None else None
    return frozenset(named) & frozenset(SCOPES) if named is not None else None


def _sector(new: NewClient) -> str:
    """Core 8.1: one host, or a named sector."""
    hosts = {urlsplit(uri).hostname or "" for uri in new.redirect_uris}
    if new.sector_identifier is None and len(hosts) > 1:
        raise ValueError("redirect_uris of several hosts need a sector_identifier")
    return new.sector_identifier or hosts.pop()


def _shown(client: Client) -> dict[str, Any]:
    """Everything but the secret."""
    return {
        "client_id": client.client_id,
        "title": client.title,
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.logout_uris,
        "token_endpoint_auth_method": client.auth_method or (None if client.secret else client_auth.NONE),
        "id_token_signed_response_alg": client.alg,
        "userinfo_signed_response_alg": client.userinfo_alg,
        "subject_type": "public" if client.sector is None else "pairwise",
        "sector_identifier": client.sector,
        "grant_types": sorted(client.grants),
        "default_max_age": client.default_max_age,
        "scopes": sorted(client.scopes) if client.scopes is not None else None,
        "acr": dict(client.acr),
    }


def _key(party: Party, key: Key) -> dict[str, Any]:
    return {"alg": key.alg, "kid": key.kid, "published": key.published, "active": key is party.keys.active(key.alg), "pem": key.pem()}


def _switches(switches: Switches) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(switches)
    return told
