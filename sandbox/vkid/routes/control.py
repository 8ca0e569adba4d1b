"""`/_sandbox/vkid/…`: registering apps, the codes that were sent to phones, and the switches."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from quart import Blueprint, Response, jsonify, request

from sandbox.vkid.routes.party import Party
from sandbox.vkid.state import App, Switches
from sandbox.vkid.wire.scopes import BASIC, KNOWN, WORDS


class NewApp(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`title` is shown to people; a `client_secret` may be given and is never asked, as VK ID does."""

    client_id: str | int
    redirect_uris: list[str]
    scopes: tuple[str, ...] = tuple(WORDS)
    title: str = ""
    client_secret: str = ""


class Changes(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Each switch may be left out; the meanings are in `state.Switches`."""

    errors_with_200: bool | msgspec.UnsetType = msgspec.UNSET
    strict_state: bool | msgspec.UnsetType = msgspec.UNSET
    callback: Literal["parameters", "payload"] | msgspec.UnsetType = msgspec.UNSET
    id_token_on_refresh: bool | msgspec.UnsetType = msgspec.UNSET
    code_replay_kills: bool | msgspec.UnsetType = msgspec.UNSET
    always_ask_consent: bool | msgspec.UnsetType = msgspec.UNSET
    birthday: Literal["full", "no_year", "absent"] | msgspec.UnsetType = msgspec.UNSET
    phone_format: Literal["7", "8", "+7"] | msgspec.UnsetType = msgspec.UNSET
    withheld_scopes: tuple[Literal["email", "phone"], ...] | msgspec.UnsetType = msgspec.UNSET
    code_life_s: float | msgspec.UnsetType = msgspec.UNSET
    access_life_s: float | msgspec.UnsetType = msgspec.UNSET
    refresh_life_s: float | msgspec.UnsetType = msgspec.UNSET


def control_routes(party: Party) -> Blueprint:
    """The switchboard of this system."""
    control = Blueprint("vkid_control", __name__)
    _add_apps(control, party)
    _add_switches(control, party)

    @control.get("/codes")
    async def sent_codes() -> Response:
        """Newest last; `GET ?phone=` compares the last ten digits."""
        wanted = "".join(filter(str.isdigit, request.args.get("phone", "")))[-10:]
        sent = [one for one in party.state.sent if one.phone.endswith(wanted)]
        return jsonify(codes=[{"phone": one.phone, "kind": one.kind, "code": one.code, "at": one.sent_at.isoformat()} for one in sent])

    return control


def _add_apps(control: Blueprint, party: Party) -> None:
    @control.get("/apps")
    async def list_apps() -> Response:
        return jsonify(apps=[_shown(app) for app in party.state.apps.values()])

    @control.post("/apps")
    async def register_app() -> tuple[Response, int]:
        try:
            app = _app(msgspec.json.decode(await request.get_data(), type=NewApp))
        except (msgspec.MsgspecError, ValueError) as wrong:
            return jsonify(error="invalid_app", text=str(wrong)), 422
        party.state.apps[app.client_id] = app
        return jsonify(_shown(app)), 201

    @control.delete("/apps/<client_id>")
    async def remove_app(client_id: str) -> tuple[Response, int]:
        gone = party.state.apps.pop(client_id, None)
        return jsonify(removed=gone is not None), 200 if gone is not None else 404


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


def _app(new: NewApp) -> App:
    client_id = str(new.client_id)
    if not client_id or not new.redirect_uris or not all(new.redirect_uris):
        raise ValueError("client_id and at least one redirect_uri are needed")
    unknown = set(new.scopes) - set(KNOWN)
    if unknown:
        raise ValueError(f"unknown scopes: {' '.join(sorted(unknown))}")
    scopes = tuple(scope for scope in KNOWN if scope == BASIC or scope in new.scopes)
    return App(client_id=client_id, redirect_uris=tuple(new.redirect_uris), scopes=scopes, title=new.title)


def _shown(app: App) -> dict[str, Any]:
    return {"client_id": app.client_id, "title": app.title, "redirect_uris": app.redirect_uris, "scopes": app.scopes}


def _switches(switches: Switches) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(switches)
    return shown
