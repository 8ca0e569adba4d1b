"""`/_sandbox/esia/…`: registering information systems, ESIA's keys, and its switches."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from quart import Blueprint, Response, jsonify, request

from sandbox.esia import tokens
from sandbox.esia.certificates import read_certificates
from sandbox.esia.routes.party import Party
from sandbox.esia.state import Client, Switches
from sandbox.esia.wire.scopes import WORDS

Algorithm = Literal["RS256", "GOST3410_2012_256"]
Grant = Literal["authorization_code", "refresh_token", "client_credentials"]


class NewClient(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Fields after `token_alg` are ours: what the real portal's card of a system holds besides."""

    mnemonic: str
    certificate_pem: str
    redirect_uris: list[str]
    dialect: Literal["v1", "current", "both"] = "both"
    claims: Literal["esia", "strict"] = "esia"
    token_alg: Algorithm = "RS256"
    title: str = ""
    logout_uris: list[str] = []
    scopes: list[str] | None = None
    confirmed_only: bool = False
    grants: tuple[Grant, ...] = ("authorization_code", "refresh_token", "client_credentials")


class Changes(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Each switch may be left out; the meanings are in `state.Switches`."""

    clock_offset_s: float | msgspec.UnsetType = msgspec.UNSET
    timestamp_window_s: float | msgspec.UnsetType = msgspec.UNSET
    code_life_s: float | msgspec.UnsetType = msgspec.UNSET
    nonce: Literal["never", "echo"] | msgspec.UnsetType = msgspec.UNSET
    lenient_refresh: bool | msgspec.UnsetType = msgspec.UNSET
    strict_base64: bool | msgspec.UnsetType = msgspec.UNSET
    certificate_dates: bool | msgspec.UnsetType = msgspec.UNSET
    issuer: str | msgspec.UnsetType = msgspec.UNSET
    rest_error_list: bool | msgspec.UnsetType = msgspec.UNSET
    always_ask_consent: bool | msgspec.UnsetType = msgspec.UNSET
    omit_trusted: bool | msgspec.UnsetType = msgspec.UNSET
    refused_scopes: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


class Rotation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`announce`: show the next key without using it yet."""

    alg: Algorithm = "RS256"
    announce: bool = False


def control_routes(party: Party) -> Blueprint:
    """The switchboard of this system."""
    control = Blueprint("esia_control", __name__)
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
            return jsonify(error="invalid_client", text=str(wrong)), 422
        party.state.clients[client.mnemonic] = client
        return jsonify(_shown(client)), 201

    @control.delete("/clients/<mnemonic>")
    async def remove_client(mnemonic: str) -> tuple[Response, int]:
        gone = party.state.clients.pop(mnemonic, None)
        return jsonify(removed=gone is not None), 200 if gone is not None else 404


def _add_keys(control: Blueprint, party: Party) -> None:
    @control.get("/key.pem")
    async def show_key() -> Response:
        alg = tokens.GOST if request.args.get("alg", "").startswith("GOST") else tokens.RS256
        return Response(party.keys.active(alg).pem, content_type="application/x-pem-file")

    @control.get("/keys")
    async def list_keys() -> Response:
        return jsonify(keys=[_key(party, key) for alg in (tokens.RS256, tokens.GOST) for key in party.keys.all(alg)])

    @control.post("/keys/rotate")
    async def rotate_key() -> tuple[Response, int]:
        try:
            wanted = msgspec.json.decode(await request.get_data() or b"{}", type=Rotation)
        except msgspec.MsgspecError as wrong:
            return jsonify(error="invalid_rotation", text=str(wrong)), 422
        return jsonify(_key(party, party.keys.rotate(wanted.alg, announce=wanted.announce))), 200


def _add_switches(control: Blueprint, party: Party) -> None:
    @control.get("/switches")
    async def show_switches() -> Response:
        return jsonify(_switches(party.state.switches))

    @control.post("/switches")
    async def set_switches() -> tuple[Response, int]:
        try:
            changes = msgspec.json.decode(await request.get_data() or b"{}", type=Changes)
        except msgspec.MsgspecError as wrong:
            return jsonify(error="invalid_switch", text=str(wrong)), 422
        party.state.switch({name: value for name, value in msgspec.structs.asdict(changes).items() if value is not msgspec.UNSET})
        return jsonify(_switches(party.state.switches)), 200


def _client(new: NewClient) -> Client:
    if not new.mnemonic or not new.redirect_uris:
        raise ValueError("mnemonic and at least one redirect_uri are needed")
    unknown = set(new.scopes or ()) - set(WORDS)
    if unknown:
        raise ValueError(f"unknown scopes: {' '.join(sorted(unknown))}")
    return Client(
        mnemonic=new.mnemonic,
        certificates=read_certificates(new.certificate_pem),
        redirect_uris=tuple(new.redirect_uris),
        logout_uris=tuple(new.logout_uris),
        dialects=frozenset({"v1", "current"} if new.dialect == "both" else {new.dialect}),
        strict_claims=new.claims == "strict",
        token_alg=new.token_alg,
        title=new.title,
        scopes=frozenset(new.scopes) if new.scopes is not None else None,
        confirmed_only=new.confirmed_only,
        grants=frozenset(new.grants),
    )


def _shown(client: Client) -> dict[str, Any]:
    return {
        "mnemonic": client.mnemonic,
        "title": client.title,
        "redirect_uris": client.redirect_uris,
        "logout_uris": client.logout_uris,
        "dialect": "both" if len(client.dialects) == 2 else next(iter(client.dialects)),
        "claims": "strict" if client.strict_claims else "esia",
        "token_alg": client.token_alg,
        "client_certificate_hashes": [one.hash.upper() for one in client.certificates],
        "scopes": sorted(client.scopes) if client.scopes is not None else None,
        "confirmed_only": client.confirmed_only,
        "grants": sorted(client.grants),
    }


def _key(party: Party, key: tokens.Key) -> dict[str, Any]:
    return {"alg": key.alg, "pem": key.pem, "thumbprint": key.thumbprint, "active": key is party.keys.active(key.alg)}


def _switches(switches: Switches) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(switches)
    return told
