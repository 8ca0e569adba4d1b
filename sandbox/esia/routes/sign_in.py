"""The pages that a person sees: login and password, then the consent; and signing out."""

from __future__ import annotations

import hmac
import re

from quart import Blueprint, Response, request

from sandbox.esia.routes.authorize import COOKIE, after_sign_in, finish, refusal
from sandbox.esia.routes.party import Party, account, error_page, moved, page, sent_back
from sandbox.esia.state import SESSION_LIFE, Flow
from sandbox.esia.wire.errors import EsiaError
from sandbox.esia.wire.params import PageError
from sandbox.esia.wire.scopes import in_words
from sandbox.world.model import Person

LEVELS = {"simplified": "Упрощённая", "standard": "Стандартная", "confirmed": "Подтверждённая"}
MISSING = {
    "simplified": "Заполните в профиле Госуслуг СНИЛС и данные документа и дождитесь проверки — учётная запись станет стандартной."
    " Затем подтвердите личность: в банке, в центре обслуживания или электронной подписью.",
    "standard": "Подтвердите личность: в приложении вашего банка, в центре обслуживания (МФЦ) или электронной подписью.",
    "confirmed": "",
}


def add_sign_in(blueprint: Blueprint, party: Party) -> None:
    """Pages below `/login`, and `/idp/ext/Logout`."""

    @blueprint.get("/login", strict_slashes=False)
    async def show_login() -> Response:
        flow = party.state.flow(request.args.get("flow"))
        return await (error_page(PageError("007011")) if flow is None else _login_page(flow))

    @blueprint.post("/login", strict_slashes=False)
    async def take_login() -> Response:
        form = await request.form
        flow = party.state.flow(form.get("flow"))
        if flow is None:
            return await error_page(PageError("007011"))
        return await _take_login(party, flow, form.get("login", "").strip(), form.get("password", ""))

    @blueprint.get("/login/consent", strict_slashes=False)
    async def show_consent() -> Response:
        flow = party.state.flow(request.args.get("flow"))
        person = party.person(flow.person) if flow is not None else None
        if flow is None or person is None:
            return await error_page(PageError("007011"))
        return await _consent_page(flow, person)

    @blueprint.post("/login/consent", strict_slashes=False)
    async def take_consent() -> Response:
        form = await request.form
        flow = party.state.flow(form.get("flow"))
        session = party.state.session(request.cookies.get(COOKIE))
        if flow is None or session is None or session.person != flow.person:
            return await error_page(PageError("007011"))
        del party.state.flows[flow.id]
        if form.get("answer") != "allow":
            person = party.person(session.person)
            refused = (refusal(flow.asked, person) if person is not None else None) or EsiaError("007004")
            return sent_back(flow.asked.redirect_uri, refused.parameters(flow.asked.state))
        return await finish(party, flow.asked, session)

    @blueprint.get("/login/cancel", strict_slashes=False)
    async def cancel() -> Response:
        flow = party.state.flows.pop(request.args.get("flow", ""), None)
        if flow is None:
            return await error_page(PageError("007011"))
        return sent_back(flow.asked.redirect_uri, EsiaError("007004").parameters(flow.asked.state))

    @blueprint.get("/idp/ext/Logout", strict_slashes=False)
    async def log_out() -> Response:
        return await _log_out(party)


async def _login_page(flow: Flow, *, login: str = "", wrong: str = "") -> Response:
    title = flow.asked.client.title or flow.asked.client.mnemonic
    return await page("login.html", flow=flow.id, title=title, login=login, wrong=wrong)


async def _take_login(party: Party, flow: Flow, login: str, password: str) -> Response:
    if not login or not password:
        return await _login_page(flow, login=login, wrong="Введите телефон, почту или СНИЛС и пароль.")
    person = find_person(party, login)
    known = account(person).password if person is not None else ""
    if not hmac.compare_digest(known.encode(), password.encode()) or person is None:
        return await _login_page(flow, login=login, wrong="Введён неверный логин или пароль.")
    session = party.state.new_session(person.id)
    party.state.keep_session(session)
    flow.person = person.id
    response = await after_sign_in(party, flow.id, flow.asked, session)
    response.set_cookie(
        COOKIE, session.id, max_age=int(SESSION_LIFE.total_seconds()), path="/", httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


def find_person(party: Party, login: str) -> Person | None:
    """By e-mail, SNILS or mobile phone in any spelling, or by the account's own login."""
    digits = re.sub(r"\D", "", login)
    for person in party.sandbox.town.people.values():
        if person.esia is None:
            continue
        if login.lower() in {person.esia.login.lower(), (person.email or "").lower()}:
            return person
        if re.search(r"[A-Za-z@]", login):
            continue
        if len(digits) == 11 and (digits == _digits(person.snils) or digits[-10:] == _digits(person.phone)[-10:]):
            return person
        if len(digits) == 10 and digits == _digits(person.phone)[-10:]:
            return person
    return None


def _digits(text: str | None) -> str:
    return re.sub(r"\D", "", text or "")


async def _consent_page(flow: Flow, person: Person) -> Response:
    refused = refusal(flow.asked, person)
    own = account(person)
    return await page(
        "consent.html" if refused is None else "refused.html",
        flow=flow.id,
        title=flow.asked.client.title or flow.asked.client.mnemonic,
        name=" ".join(filter(None, (person.last_name, person.first_name, person.middle_name))),
        level=LEVELS.get(own.level, own.level),
        is_child=own.is_child,
        lines=in_words(flow.asked.scopes),
        permissions=[one.get("sysname", "") for one in flow.asked.permissions],
        code=refused.code if refused is not None else "",
        missing=MISSING.get(own.level, "") if refused is not None and refused.number == "007055" else "",
    )


async def _log_out(party: Party) -> Response:
    """The parameter is called redirect_url here; only a registered address is followed."""
    party.state.sessions.pop(request.cookies.get(COOKIE, ""), None)
    client = party.state.clients.get(request.args.get("client_id", ""))
    target = request.args.get("redirect_url", "")
    if not target:
        response = await page("signed_out.html")
    elif client is None:
        response = await error_page(PageError("007002"))
    elif target in client.redirect_uris or target in client.logout_uris:
        response = moved(target)
    else:
        response = await error_page(PageError("007023"))
    response.delete_cookie(COOKIE, path="/")
    return response
