"""`/aas/oauth2/ac` and `/aas/oauth2/v2/ac`: an information system asks a person for access."""

from __future__ import annotations

import asyncio

from quart import Blueprint, Response, g, request

from sandbox.esia import tokens
from sandbox.esia.routes.party import Party, account, error_page, moved, sent_back
from sandbox.esia.state import Asked, Client, Code, Dialect, Grant, Session
from sandbox.esia.wire import params as reading
from sandbox.esia.wire import secret
from sandbox.esia.wire.errors import EsiaError
from sandbox.esia.wire.scopes import widened
from sandbox.world.model import Person

COOKIE = "sandbox_esia"


def add_authorize(blueprint: Blueprint, party: Party) -> None:
    """Both dialects' authorisation addresses."""

    @blueprint.get("/aas/oauth2/ac", strict_slashes=False)
    async def authorize_v1() -> Response:
        return await _authorize(party, "v1")

    @blueprint.get("/aas/oauth2/v2/ac", strict_slashes=False)
    async def authorize_current() -> Response:
        return await _authorize(party, "current")


async def _authorize(party: Party, dialect: Dialect) -> Response:
    try:
        client, redirect_uri = reading.trusted_client(request.args, party.state)
    except reading.PageError as error:
        g.verdicts = {"dialect": dialect, "error": error.code}
        return await error_page(error)
    try:
        asked = await _checked(party, client, dialect)
    except EsiaError as error:
        g.verdicts = {"dialect": dialect, **getattr(g, "verdicts", {}), "error": error.code}
        return sent_back(redirect_uri, error.parameters(_state_of_request()))
    return await _proceed(party, asked)


def _state_of_request() -> str | None:
    states = request.args.getlist("state")
    return states[0] if len(states) == 1 else None


async def _checked(party: Party, client: Client, dialect: Dialect) -> Asked:
    params = reading.single(request.args)
    g.verdicts = {"dialect": dialect, "signature": "absent"} if not params.get("client_secret") else {}
    asked = reading.read_asked(params, client, dialect)
    switches = party.state.switches
    verdicts = await asyncio.to_thread(secret.check, params, client, dialect, switches, party.state.now())
    g.verdicts = verdicts.shown()
    if verdicts.error is not None:
        raise verdicts.error
    reading.check_scopes(asked.scopes, client, switches.refused_scopes)
    return asked


async def _proceed(party: Party, asked: Asked) -> Response:
    """Someone chosen by sign_in_as needs no page; someone signed in already may need only the consent."""
    chosen = party.sandbox.sign_in_as.take("esia")
    if chosen is not None:
        session = party.state.new_session(chosen.id)
        return await finish(party, asked, session)
    flow = party.state.start_flow(asked)
    session_now = party.state.session(request.cookies.get(COOKIE))
    if session_now is None or party.person(session_now.person) is None:
        return moved(f"/esia/login?flow={flow.id}")
    flow.person = session_now.person
    return await after_sign_in(party, flow.id, asked, session_now)


async def after_sign_in(party: Party, flow_id: str, asked: Asked, session: Session) -> Response:
    """Straight back where the person allowed all this before, else to the consent page."""
    person = party.person(session.person)
    if person is not None and refusal(asked, person) is None and _was_allowed(party, asked, person):
        party.state.flows.pop(flow_id, None)
        return await finish(party, asked, session)
    return moved(f"/esia/login/consent?flow={flow_id}", status=303)


def _was_allowed(party: Party, asked: Asked, person: Person) -> bool:
    return not asked.permissions and party.state.has_consent(person.id, asked.client.mnemonic, widened(asked.scopes))


def refusal(asked: Asked, person: Person) -> EsiaError | None:
    """Why this person may not come in to this system, however right the password."""
    own = account(person)
    if own.level != "confirmed" and (asked.client.confirmed_only or "conf_acc" in asked.person_filter):
        return EsiaError("007055")
    if ("acc_kid" in asked.person_filter and not own.is_child) or ("acc_not_kid" in asked.person_filter and own.is_child):
        return EsiaError("007062")
    return None


async def finish(party: Party, asked: Asked, session: Session) -> Response:
    """The browser goes back with a code, or with the reason why there is none."""
    person = party.person(session.person)
    if person is None:
        return sent_back(asked.redirect_uri, EsiaError("007004").parameters(asked.state))
    refused = refusal(asked, person)
    if refused is not None:
        return sent_back(asked.redirect_uri, refused.parameters(asked.state))
    state = party.state
    state.consent(person.id, asked.client.mnemonic, widened(asked.scopes))
    if asked.permissions:
        state.permissions.setdefault((person.id, asked.client.mnemonic), []).extend(asked.permissions)
    grant = Grant(
        client=asked.client.mnemonic,
        person=person.id,
        scopes=asked.scopes,
        offline=asked.offline,
        auth_time=session.auth_time,
        sid=session.sid,
        nonce=asked.nonce,
    )
    now = state.now()
    text = await tokens.code(asked, grant, person, account(person).oid, party.keys.active(tokens.RS256), state.switches, now)
    code = Code(
        grant=grant, redirect_uri=asked.redirect_uri, issued_at=now, challenge=asked.challenge, challenge_method=asked.challenge_method
    )
    state.keep_code(text, code)
    return sent_back(asked.redirect_uri, {"code": text, "state": asked.state})
