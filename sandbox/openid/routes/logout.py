"""`/end_session`: RP-Initiated Logout 1.0."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from quart import Blueprint, Response, g, request
from werkzeug.datastructures import MultiDict

from sandbox.openid import tokens
from sandbox.openid.routes.party import COOKIE, Party, error_page, moved, page
from sandbox.openid.state import Client, Session
from sandbox.openid.wire import claims
from sandbox.openid.wire.errors import BROKEN, UNKNOWN_CLIENT, WRONG_ADDRESS, OpError, PageError
from sandbox.openid.wire.params import single


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A logout request that was found good; `person` is whom its id_token_hint names."""

    client: Client | None
    target: str
    state: str
    person: str | None


def add_logout(blueprint: Blueprint, party: Party) -> None:
    """GET and POST; the person is asked unless an ID token shows that it is the session's own client that asks."""

    @blueprint.get("/end_session", strict_slashes=False)
    async def end_session() -> Response:
        return await _end(party, request.args)

    @blueprint.post("/end_session", strict_slashes=False)
    async def end_session_by_form() -> Response:
        return await _end(party, await request.form)

    @blueprint.post("/end_session/confirm", strict_slashes=False)
    async def confirm() -> Response:
        form = await request.form
        try:
            leaving = _read(party, form)
        except PageError as error:
            return await error_page(error)
        session = party.state.session(request.cookies.get(COOKIE))
        if form.get("answer") != "leave":
            return await page("stayed.html")
        # The page's own secret: another site cannot sign the person out by posting this form.
        if session is not None and form.get("sid") != session.sid:
            return await error_page(PageError("invalid_request", "this is not the form of this session", BROKEN))
        return await _left(party, leaving, session)


async def _end(party: Party, params: MultiDict[str, str]) -> Response:
    try:
        leaving = _read(party, params)
    except PageError as error:
        g.verdicts = {"error": error.error, "hint": error.description}
        return await error_page(error)
    session = party.state.session(request.cookies.get(COOKIE))
    if session is None or leaving.person == session.person:
        return await _left(party, leaving, session)
    kept = {name: params[name] for name in ("id_token_hint", "client_id", "post_logout_redirect_uri", "state") if params.get(name)}
    title = (leaving.client.title or leaving.client.client_id) if leaving.client is not None else ""
    return await page("leave.html", kept=kept, title=title, sid=session.sid)


def _read(party: Party, params: MultiDict[str, str]) -> Leaving:
    try:
        given = single(params)
    except OpError as error:
        raise PageError(error.error, error.description, BROKEN) from error
    hint = _hint(party, given["id_token_hint"]) if "id_token_hint" in given else None
    client_id = given.get("client_id") or (str(hint["aud"]) if hint is not None else "")
    if hint is not None and hint["aud"] != client_id:
        raise PageError("invalid_request", "client_id is not that of id_token_hint", BROKEN)
    client = party.state.clients.get(client_id)
    if client is None and client_id:
        raise PageError("invalid_client", "this client_id is not registered", UNKNOWN_CLIENT)
    target = given.get("post_logout_redirect_uri", "")
    if target and client is None:
        raise PageError("invalid_request", "post_logout_redirect_uri needs client_id or id_token_hint", BROKEN)
    if target and client is not None and target not in client.logout_uris:
        raise PageError("invalid_request", "post_logout_redirect_uri is not registered", WRONG_ADDRESS)
    person = _named(party, client, str(hint["sub"])) if hint is not None and client is not None else None
    return Leaving(client=client, target=target, state=given.get("state", ""), person=person)


def _hint(party: Party, text: str) -> dict[str, object]:
    """An own ID token; an expired one is good here."""
    told = tokens.read_own(text, party.keys)
    if told is None or told.get("iss") != party.issuer() or not isinstance(told.get("aud"), str) or "sub" not in told:
        raise PageError("invalid_request", "id_token_hint is no ID token of this provider", BROKEN)
    return told


def _named(party: Party, client: Client, subject: str) -> str | None:
    return next((one.id for one in party.sandbox.town.people.values() if claims.subject(one, client) == subject), None)


async def _left(party: Party, leaving: Leaving, session: Session | None) -> Response:
    if session is not None:
        party.state.sessions.pop(session.id, None)
    if leaving.target:
        joint = "&" if "?" in leaving.target else "?"
        response = moved(leaving.target + (joint + urlencode({"state": leaving.state}) if leaving.state else ""))
    else:
        response = await page("signed_out.html")
    response.delete_cookie(COOKIE, path="/op")
    return response
