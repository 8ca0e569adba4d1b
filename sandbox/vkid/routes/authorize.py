"""`/authorize`: an app asks a person for access, and the browser's way back."""

from __future__ import annotations

import secrets

from quart import Blueprint, Response, g, request

from sandbox.vkid.routes.party import Party, error_page, moved, sent_back, sent_back_with
from sandbox.vkid.state import SESSION_LIFE, Asked, Family, Flow, Session
from sandbox.vkid.wire import params as reading
from sandbox.vkid.wire.errors import PageError, VkError

COOKIE = "sandbox_vkid"


def add_authorize(blueprint: Blueprint, party: Party) -> None:
    @blueprint.get("/authorize", strict_slashes=False)
    async def authorize() -> Response:
        params = dict(request.args.items())
        try:
            app, redirect_uri = reading.trusted_app(params, party.state.apps)
        except PageError as error:
            return await error_page(error)
        try:
            asked = reading.read_asked(params, app, redirect_uri, party.state.switches)
        except VkError as error:
            g.verdicts = {"error": error.error, "error_description": error.description}
            return sent_back(party, redirect_uri, error.parameters(params.get("state")))
        g.verdicts = {"pkce": "S256", "scopes": " ".join(asked.scopes)}
        return _proceed(party, asked)


def _proceed(party: Party, asked: Asked) -> Response:
    """Someone chosen by sign_in_as needs no page; someone signed in already may come back without a word."""
    flow = party.state.start_flow(asked)
    chosen = party.sandbox.sign_in_as.take("vkid")
    if chosen is not None:
        if chosen.vkid is None:
            return sent_back_with(party, flow, VkError("access_denied"))
        flow.user_id = int(chosen.vkid["user_id"])
        return finish(party, flow, tuple(one for one in asked.scopes if one not in party.state.switches.withheld_scopes))
    session = current_session(party)
    if session is None or "login" in asked.prompts:
        if "none" in asked.prompts:
            return sent_back_with(party, flow, VkError("login_required"))
        return moved(f"/vkid/auth?flow={flow.id}")
    flow.user_id = session.user_id
    if "select_account" in asked.prompts:
        return moved(f"/vkid/auth/account?flow={flow.id}")
    return after_sign_in(party, flow)


def current_session(party: Party) -> Session | None:
    """The person whom this browser's cookie remembers, as long as the account is there."""
    session = party.state.session(request.cookies.get(COOKIE))
    return session if session is not None and party.account(session.user_id) is not None else None


def remember(party: Party, response: Response, user_id: int) -> Response:
    """Signs the browser in: the next time no password is asked."""
    session = party.state.start_session(user_id)
    response.set_cookie(
        COOKIE, session.id, max_age=int(SESSION_LIFE.total_seconds()), path="/", httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


def after_sign_in(party: Party, flow: Flow) -> Response:
    """Straight back where the person allowed all this before, else to the consent page."""
    asked = flow.asked
    allowed = party.state.consents.get((flow.user_id or 0, asked.app.client_id))
    must_ask = party.state.switches.always_ask_consent or "consent" in asked.prompts
    if allowed is not None and not must_ask and set(asked.scopes) <= allowed:
        return finish(party, flow, asked.scopes)
    if "none" in asked.prompts:
        return sent_back_with(party, flow, VkError("interaction_required"))
    return moved(f"/vkid/auth/consent?flow={flow.id}")


def finish(party: Party, flow: Flow, scopes: tuple[str, ...]) -> Response:
    """The browser goes back with the code and with the device_id that every later call must name."""
    party.state.flows.pop(flow.id, None)
    asked, state = flow.asked, party.state
    account = party.account(flow.user_id)
    if account is None:
        return sent_back_with(party, flow, VkError("access_denied"))
    state.consent(account.user_id, asked.app.client_id, scopes)
    family = Family(client_id=asked.app.client_id, user_id=account.user_id, scopes=scopes, device_id=secrets.token_urlsafe(64))
    told = {
        "code": state.new_code(family, asked.redirect_uri, asked.challenge),
        "expires_in": str(int(state.switches.code_life_s)),
        "device_id": family.device_id,
        "type": "code_v2",
    }
    if asked.state is not None:
        told["state"] = asked.state
    if asked.from_widget:
        told["ext_id"] = secrets.token_urlsafe(48)
    return sent_back(party, asked.redirect_uri, told)
