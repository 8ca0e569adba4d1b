"""`/authorize`: a client asks for a sign-in, and the browser goes back with a code or with the reason why there is none."""

from __future__ import annotations

from quart import Blueprint, Response, g, request
from werkzeug.datastructures import MultiDict

from sandbox.openid import tokens
from sandbox.openid.routes.party import COOKIE, Party, error_page, moved, returned, sent_back
from sandbox.openid.state import Asked, Client, Code, Flow, Grant, Session
from sandbox.openid.wire import claims
from sandbox.openid.wire import params as reading
from sandbox.openid.wire.errors import OpError, PageError


def add_authorize(blueprint: Blueprint, party: Party) -> None:
    """GET with a query, POST with a form (Core 3.1.2.1)."""

    @blueprint.get("/authorize", strict_slashes=False)
    async def authorize() -> Response:
        return await _authorize(party, request.args)

    @blueprint.post("/authorize", strict_slashes=False)
    async def authorize_by_form() -> Response:
        return await _authorize(party, await request.form)


async def _authorize(party: Party, params: MultiDict[str, str]) -> Response:
    try:
        client, redirect_uri = reading.trusted_client(params, party.state.clients)
    except PageError as error:
        g.verdicts = {"error": error.error, "hint": error.description}
        return await error_page(error)
    issuer = party.issuer()
    try:
        asked = reading.read_asked(reading.single(params), client, redirect_uri, issuer, lambda hint, of: _hinted(party, hint, of, issuer))
    except OpError as error:
        g.verdicts = {"error": error.error, "hint": error.description}
        states = params.getlist("state")
        return returned(party, redirect_uri, states[0] if len(states) == 1 else None, issuer, error.parameters())
    g.verdicts = {"pkce": "ok", "nonce": "ok" if asked.nonce else "absent", "state": "ok" if asked.state else "absent"}
    return _proceed(party, asked)


def _hinted(party: Party, hint: str, client: Client, issuer: str) -> str:
    """The person whom an own ID token names."""
    told = tokens.read_own(hint, party.keys)
    if told is None or told.get("iss") != issuer or told.get("aud") != client.client_id:
        raise OpError("invalid_request", "id_token_hint is no ID token of this provider for this client")
    found = next((one for one in party.sandbox.town.people.values() if claims.subject(one, client) == told.get("sub")), None)
    if found is None:
        raise OpError("invalid_request", "id_token_hint names nobody")
    return found.id


def _proceed(party: Party, asked: Asked) -> Response:
    """Someone chosen by sign_in_as needs no page; someone signed in already may need only the consent."""
    chosen = party.sandbox.sign_in_as.take("op")
    if chosen is not None:
        return _chosen(party, asked, chosen.id)
    session = party.state.session(request.cookies.get(COOKIE))
    if session is not None and (party.person(session.person) is None or _must_sign_in(party, asked, session)):
        session = None
    if "none" in asked.prompt:
        return _silent(party, asked, session)
    flow = party.state.start_flow(asked)
    if session is None:
        return moved(f"/op/login?flow={flow.id}")
    flow.person = session.person
    return after_sign_in(party, flow, session)


def _chosen(party: Party, asked: Asked, person: str) -> Response:
    session = party.state.new_session(person, party.state.switches.auth_age_s)
    if party.person(person) is None:
        return refused(party, asked, OpError("access_denied", "the person has no account here"))
    if asked.hinted not in {None, person}:
        return refused(party, asked, OpError("login_required", "another person is signed in"))
    if _must_sign_in(party, asked, session):
        if "none" in asked.prompt:
            return refused(party, asked, OpError("login_required", "the sign-in is too old"))
        session = party.state.new_session(person)
    return finish(party, asked, session)


def _must_sign_in(party: Party, asked: Asked, session: Session) -> bool:
    """prompt, max_age and a hint at someone else ask for the password anew."""
    age_s = (party.state.now() - session.auth_time).total_seconds()
    too_old = asked.max_age is not None and age_s > asked.max_age - (asked.max_age == 0)
    return too_old or bool(asked.prompt & {"login", "select_account"}) or asked.hinted not in {None, session.person}


def _silent(party: Party, asked: Asked, session: Session | None) -> Response:
    if session is None:
        return refused(party, asked, OpError("login_required", "nobody is signed in, or not recently enough"))
    if not party.state.has_consent(session.person, asked.client.client_id, claims.consent_names(asked)):
        return refused(party, asked, OpError("consent_required", "the person has not allowed this yet"))
    return finish(party, asked, session)


def after_sign_in(party: Party, flow: Flow, session: Session) -> Response:
    """Straight back where the person allowed all this before, else to the consent page."""
    asked = flow.asked
    known = party.state.has_consent(session.person, asked.client.client_id, claims.consent_names(asked))
    if known and "consent" not in asked.prompt:
        party.state.flows.pop(flow.id, None)
        return finish(party, asked, session)
    return moved(f"/op/consent?flow={flow.id}")


def refused(party: Party, asked: Asked, error: OpError) -> Response:
    g.verdicts = {**getattr(g, "verdicts", {}), "error": error.error, "hint": error.description}
    return sent_back(party, asked, error.parameters())


def finish(party: Party, asked: Asked, session: Session) -> Response:
    """A code, where nothing stands against it."""
    person = party.person(session.person)
    if person is None:
        return refused(party, asked, OpError("access_denied", "the account is closed"))
    if asked.hinted not in {None, person.id}:
        return refused(party, asked, OpError("login_required", "another person than the hinted one signed in"))
    if not claims.meets(person, asked):
        return refused(party, asked, OpError("unmet_authentication_requirements", "the account's level is not the one asked for"))
    client = asked.client
    party.state.consent(person.id, client.client_id, claims.consent_names(asked))
    grant = Grant(
        client=client.client_id,
        person=person.id,
        scopes=asked.scopes,
        auth_time=session.auth_time,
        sid=session.sid,
        issuer=asked.issuer,
        acr=claims.acr(person, client),
        nonce=asked.nonce,
        claims=asked.claims,
    )
    code = Code(grant=grant, redirect_uri=asked.redirect_uri, challenge=asked.challenge, issued_at=party.state.now())
    return sent_back(party, asked, {"code": party.state.new_code(code)})
