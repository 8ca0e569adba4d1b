"""`/oauth2/auth`: a code, a refresh token or an old access token becomes something newer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quart import Blueprint, Response, g

from sandbox.vkid.routes.faults import meet_fault
from sandbox.vkid.routes.party import Party, account_of, merged, refused, told
from sandbox.vkid.state import App, Code, Family, Token
from sandbox.vkid.wire import params as reading
from sandbox.vkid.wire import ticket
from sandbox.vkid.wire.errors import BAD_REFRESH, BAD_VERIFIER, DEVICE_ID, VkError, wrong

Params = Mapping[str, str]


def add_token(blueprint: Blueprint, party: Party) -> None:
    @blueprint.post("/oauth2/auth", strict_slashes=False)
    async def token() -> Response:
        params = await merged()
        try:
            meet_fault(params)
            return told(_answered(party, params))
        except VkError as error:
            return refused(party, error, params.get("state"))


def _answered(party: Party, params: Params) -> dict[str, Any]:
    """Nothing here awaits, so that of several calls with one code or one refresh token one wins."""
    grant_type = params.get("grant_type", "")
    g.verdicts = {"grant_type": grant_type or "absent", "device_id": "unchecked" if params.get("device_id") else "absent"}
    by_grant = {"authorization_code": _by_code, "refresh_token": _by_refresh, "access_token": _by_old_token}
    if grant_type not in by_grant:
        raise wrong("grant_type")
    app = party.state.apps.get(params.get("client_id", ""))
    if app is None:
        raise VkError("invalid_client")
    reading.check_state(params, party.state.switches)
    return by_grant[grant_type](party, app, params)


def _check_device(family: Family | None, params: Params) -> None:
    """Asked before the code or token itself, as the real service does: a wrong device spends nothing."""
    is_own = family is not None and family.device_id == params.get("device_id")
    if params.get("device_id"):
        g.verdicts["device_id"] = "ok" if is_own else "bad"
    if not is_own:
        raise VkError("invalid_request", DEVICE_ID)


def _by_code(party: Party, app: App, params: Params) -> dict[str, Any]:
    code = party.state.codes.get(params.get("code", ""))
    g.verdicts["code"] = _verdict(party, code)
    _check_device(code.family if code is not None else None, params)
    if code is None or code.family.client_id != app.client_id:
        raise wrong("code")
    if code.used and party.state.switches.code_replay_kills:
        _kill(code.family)
    if code.used or not code.family.alive or party.state.now() >= code.expires_at:
        raise wrong("code")
    if params.get("redirect_uri", "") != code.redirect_uri and code.redirect_uri:
        raise wrong("redirect_uri")
    verifier = params.get("code_verifier", "")
    is_right = reading.fits(verifier, code.challenge)
    g.verdicts["pkce"] = "ok" if is_right else "bad" if verifier else "absent"
    if not is_right or params.get("code_challenge"):
        raise wrong(BAD_VERIFIER)
    code.used = True
    return _issued(party, code.family, params, with_id=True)


def _by_refresh(party: Party, app: App, params: Params) -> dict[str, Any]:
    """A refresh token lives once; using a spent one again ends everything that came of that sign-in."""
    token = party.state.refresh.get(params.get("refresh_token", ""))
    g.verdicts["refresh_token"] = _verdict(party, token)
    if token is None:
        raise wrong(BAD_REFRESH)
    _check_device(token.family, params)
    if token.family.client_id != app.client_id:
        raise wrong(BAD_REFRESH)
    if token.spent:
        _kill(token.family)
    if not token.family.alive or party.state.now() >= token.expires_at:
        raise wrong(BAD_REFRESH)
    asked = set(params.get("scope", "").split())
    if asked - set(token.family.scopes):
        raise VkError("invalid_scope")
    token.spent = True
    return _issued(party, token.family, params, with_id=party.state.switches.id_token_on_refresh)


def _by_old_token(party: Party, app: App, params: Params) -> dict[str, Any]:
    """Migration: a token of the older OAuth (here the town's vkapi tokens) buys a code for the device that the app names."""
    person = party.sandbox.town.person_by_account("vkapi", "token", params.get("access_token", ""))
    account = account_of(person) if person is not None else None
    if account is None:
        raise VkError("invalid_token")
    if params.get("response_type") != "code":
        raise wrong("response_type")
    device_id = params.get("device_id", "")
    if not device_id:
        raise VkError("invalid_request", DEVICE_ID)
    challenge = reading.read_challenge(params)
    scopes = app.scopes
    party.state.consent(account.user_id, app.client_id, scopes)
    family = Family(client_id=app.client_id, user_id=account.user_id, scopes=scopes, device_id=device_id)
    answer = {"code": party.state.new_code(family, params.get("redirect_uri", ""), challenge), "device_id": device_id}
    return answer | _echoed(params)


def _verdict(party: Party, found: Code | Token | None) -> str:
    if found is None:
        return "unknown"
    if not found.family.alive:
        return "revoked"
    if found.used if isinstance(found, Code) else found.spent:
        return "replay"
    return "expired" if party.state.now() >= found.expires_at else "ok"


def _kill(family: Family) -> None:
    family.alive = False
    g.verdicts["family"] = "ended"


def _echoed(params: Params) -> dict[str, str]:
    """The state of this very request, whatever /authorize was given."""
    return {"state": params["state"]} if "state" in params else {}


def _issued(party: Party, family: Family, params: Params, *, with_id: bool) -> dict[str, Any]:
    if party.account(family.user_id) is None:
        raise VkError("access_denied")
    access, refresh = party.state.new_pair(family)
    answer: dict[str, Any] = {"refresh_token": refresh, "access_token": access}
    if with_id:
        answer["id_token"] = ticket.issue(family.user_id, family.client_id, party.state.now())
    answer |= {
        "token_type": "Bearer",
        "expires_in": int(party.state.switches.access_life_s),
        "user_id": family.user_id,
        **_echoed(params),
        "scope": " ".join(family.scopes),
    }
    return answer
