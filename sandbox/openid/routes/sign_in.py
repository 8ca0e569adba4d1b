"""The pages that a person sees: login and password, then the consent."""

from __future__ import annotations

import hmac
import re

from quart import Blueprint, Response, request

from sandbox.openid.routes.authorize import after_sign_in, finish, refused
from sandbox.openid.routes.party import COOKIE, Party, error_page, page
from sandbox.openid.state import SESSION_LIFE, Flow
from sandbox.openid.wire import claims
from sandbox.openid.wire.errors import OUTDATED, OpError, PageError
from sandbox.world.model import Person

GONE = PageError("invalid_request", "this sign-in is not under way", OUTDATED)


def add_sign_in(blueprint: Blueprint, party: Party) -> None:
    """`/login`, `/consent` and `/cancel`."""

    @blueprint.get("/login", strict_slashes=False)
    async def show_login() -> Response:
        flow = party.state.flow(request.args.get("flow"))
        return await (error_page(GONE) if flow is None else _login_page(flow, login=flow.asked.login_hint))

    @blueprint.post("/login", strict_slashes=False)
    async def take_login() -> Response:
        form = await request.form
        flow = party.state.flow(form.get("flow"))
        if flow is None:
            return await error_page(GONE)
        return await _take_login(party, flow, form.get("login", "").strip(), form.get("password", ""))

    @blueprint.get("/consent", strict_slashes=False)
    async def show_consent() -> Response:
        flow = party.state.flow(request.args.get("flow"))
        person = _signed_in(party, flow)
        return await (error_page(GONE) if flow is None or person is None else _consent_page(flow, person))

    @blueprint.post("/consent", strict_slashes=False)
    async def take_consent() -> Response:
        form = await request.form
        flow = party.state.flow(form.get("flow"))
        session = party.state.session(request.cookies.get(COOKIE))
        if flow is None or session is None or _signed_in(party, flow) is None:
            return await error_page(GONE)
        del party.state.flows[flow.id]
        if form.get("answer") != "allow":
            return refused(party, flow.asked, OpError("access_denied", "the person refused"))
        return finish(party, flow.asked, session)

    @blueprint.get("/cancel", strict_slashes=False)
    async def cancel() -> Response:
        flow = party.state.flows.pop(request.args.get("flow", ""), None)
        if flow is None:
            return await error_page(GONE)
        return refused(party, flow.asked, OpError("access_denied", "the person went back"))


def _signed_in(party: Party, flow: Flow | None) -> Person | None:
    """The flow's person, if it is this browser that signed in."""
    session = party.state.session(request.cookies.get(COOKIE))
    if flow is None or session is None or session.person != flow.person:
        return None
    return party.person(session.person)


def _title(flow: Flow) -> str:
    return flow.asked.client.title or flow.asked.client.client_id


async def _login_page(flow: Flow, *, login: str = "", wrong: str = "") -> Response:
    return await page("login.html", flow=flow.id, title=_title(flow), login=login, wrong=wrong)


async def _take_login(party: Party, flow: Flow, login: str, password: str) -> Response:
    if not login or not password:
        return await _login_page(flow, login=login, wrong="Введите логин и пароль.")
    person = find_person(party, login)
    known = str(person.accounts["op"]["password"]) if person is not None else ""
    if not hmac.compare_digest(known.encode(), password.encode()) or person is None:
        return await _login_page(flow, login=login, wrong="Неверный логин или пароль.")
    session = party.state.new_session(person.id)
    # A new id at each sign-in: one that someone put into this browser before is worth nothing.
    party.state.sessions.pop(request.cookies.get(COOKIE, ""), None)
    party.state.keep_session(session)
    flow.person = person.id
    response = after_sign_in(party, flow, session)
    life_s = int(SESSION_LIFE.total_seconds())
    response.set_cookie(COOKIE, session.id, max_age=life_s, path="/op", httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def find_person(party: Party, login: str) -> Person | None:
    """By the account's login, e-mail or mobile phone in any spelling."""
    digits = re.sub(r"\D", "", login)
    by_phone = len(digits) in {10, 11} and re.search(r"[A-Za-z@]", login) is None
    for person in party.sandbox.town.people.values():
        if "op" not in person.accounts:
            continue
        if login.lower() in {person.accounts["op"]["login"].lower(), (person.email or "").lower()}:
            return person
        if by_phone and digits[-10:] == re.sub(r"\D", "", person.phone or "")[-10:]:
            return person
    return None


async def _consent_page(flow: Flow, person: Person) -> Response:
    return await page(
        "consent.html",
        flow=flow.id,
        title=_title(flow),
        name=" ".join(filter(None, (person.last_name, person.first_name, person.middle_name))),
        lines=claims.in_words(flow.asked),
    )
