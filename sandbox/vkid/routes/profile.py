"""`/oauth2/user_info`, `/oauth2/public_info`, `/oauth2/logout` and `/oauth2/revoke`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quart import Blueprint, Response, g, request

from sandbox.vkid.routes.faults import meet_fault
from sandbox.vkid.routes.party import Party, merged, refused, told
from sandbox.vkid.state import Family
from sandbox.vkid.wire import profile, ticket
from sandbox.vkid.wire.errors import VkError

Params = Mapping[str, str]


def add_profile(blueprint: Blueprint, party: Party) -> None:
    """What a token opens, and how it ends."""
    doors = {"user_info": _user_info, "public_info": _public_info, "logout": _logout, "revoke": _revoke}

    @blueprint.post("/oauth2/<any(user_info, public_info, logout, revoke):door>", strict_slashes=False)
    async def open_door(door: str) -> Response:
        params = await merged()
        try:
            meet_fault(params)
            return told(doors[door](party, params))
        except VkError as error:
            return refused(party, error, params.get("state"))


def _authorised(party: Party, params: Params) -> Family:
    """The token comes in the body, in the query, or as iOS sends it, in the Authorization header; the app must be its own."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    text = params.get("access_token") or (bearer.strip() if scheme.lower() == "bearer" else "")
    token = party.state.live_access(text)
    g.verdicts = {"access_token": "ok" if token is not None else "bad" if text else "absent"}
    if token is None:
        raise VkError("invalid_token")
    if params.get("client_id", "") not in party.state.apps:
        raise VkError("invalid_client")
    if token.family.client_id != params["client_id"]:
        g.verdicts["access_token"] = "of another app"
        raise VkError("invalid_token")
    return token.family


def _user_info(party: Party, params: Params) -> dict[str, Any]:
    family = _authorised(party, params)
    account = party.account(family.user_id)
    if account is None:
        raise VkError("invalid_token")
    answer = {"user": profile.user(account, family.scopes, party.state.switches)}
    return answer | ({"state": params["state"]} if "state" in params else {})


def _public_info(party: Party, params: Params) -> dict[str, Any]:
    client_id = params.get("client_id", "")
    if client_id not in party.state.apps:
        raise VkError("invalid_client")
    account = party.account(ticket.read(params.get("id_token", ""), client_id, party.state.now()))
    if account is None:
        raise VkError("invalid_token", "id_token is missing or invalid")
    return {"user": profile.public_user(account)}


def _logout(party: Party, params: Params) -> dict[str, Any]:
    """Ends this authorisation; the consent stays."""
    _authorised(party, params).alive = False
    return {"response": 1}


def _revoke(party: Party, params: Params) -> dict[str, Any]:
    """Takes back what the person allowed, on every device."""
    family = _authorised(party, params)
    party.state.revoke(family.user_id, family.client_id)
    return {"response": 1}
