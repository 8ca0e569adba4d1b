"""OAuth2 on the sign-in host: the authorisation page with its consent, and the address where a token ends in the fragment."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit, urlunsplit
from uuid import UUID

from quart import Blueprint, Response, request

from sandbox.dnevnik.routes.login import AUTHORIZE, COOKIE, PREFIX, base, given, signed_in, to
from sandbox.dnevnik.state import ID, Client, State
from sandbox.dnevnik.state.grants import FRAGMENT_LIFE, SCOPES, client_key
from sandbox.dnevnik.wire import pages
from sandbox.dnevnik.wire.errors import error_page
from sandbox.system import Sandbox
from sandbox.world.model import Person

RESULT = "/oauth2/Authorization/Result"
PARAMETERS = ("response_type", "client_id", "scope", "redirect_uri", "state")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A checked authorisation request. Without a redirect address the result stays on our own page, for any application."""

    response_type: str
    client: Client
    scopes: tuple[str, ...]
    redirect_uri: str | None
    state: str


class OnPage(Exception):
    """A request that must not be answered by a redirect: its text goes on a page."""


class SentBack(Exception):
    """An error that goes to the application."""

    def __init__(self, error: str, description: str, asked: Asked) -> None:
        super().__init__(description)
        self.error, self.description, self.asked = error, description, asked


def read(state: State, values: dict[str, str]) -> Asked:
    client_id, redirect_uri = values["client_id"], values["redirect_uri"] or None
    client = state.grants.client(client_id) if client_id else None
    if client is None and (redirect_uri is not None or values["response_type"] != "token" or _dashed(client_id) is None):
        raise OnPage("Приложение не найдено. Проверьте параметр client_id")
    if client is None:
        client = Client(id=client_id, secret="", redirect_uris=())
    if redirect_uri is not None and redirect_uri not in client.redirect_uris:
        raise OnPage("Адрес возврата не зарегистрирован для этого приложения")
    if redirect_uri is None and values["response_type"] != "token":
        raise OnPage("Не указан адрес возврата: параметр redirect_uri")
    names = [part for part in values["scope"].replace(" ", ",").split(",") if part]
    asked = Asked(
        response_type=values["response_type"],
        client=client,
        scopes=tuple(scope for scope in SCOPES if scope in names) or ("CommonInfo",),
        redirect_uri=redirect_uri,
        state=values["state"],
    )
    if asked.response_type not in {"code", "token"}:
        raise SentBack("unsupported_response_type", "response_type: code или token", asked)
    allowed = client.scopes or SCOPES
    if any(name not in allowed for name in names):
        raise SentBack("invalid_scope", "Приложению недоступны запрошенные права", asked)
    return asked


def _dashed(client_id: str) -> str | None:
    """The way the result page writes an application's id: as a UUID with dashes."""
    try:
        return str(UUID(client_id))
    except ValueError:
        return None


def refused(asked: Asked, error: str, description: str) -> Response:
    """Back to the application with an error, or to our own result page."""
    if asked.redirect_uri is None:
        return to(f"{base()}{RESULT}?{urlencode({'response_type': asked.response_type, 'client_id': asked.client.id, 'result': error})}")
    values = {"error": error, "error_description": description, "state": asked.state}
    return to(_added(asked.redirect_uri, {key: value for key, value in values.items() if value}, fragment=asked.response_type == "token"))


def _added(uri: str, values: dict[str, str], *, fragment: bool = False) -> str:
    parts = urlsplit(uri)
    if fragment:
        return urlunsplit(parts._replace(fragment=urlencode(values)))
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(values))))))


def granted(sandbox: Sandbox, state: State, asked: Asked, who: Person) -> Response:
    """The code in the query, or the token in the fragment."""
    now = sandbox.clock.now()
    if asked.response_type == "code":
        assert asked.redirect_uri is not None
        code = state.grants.issue_code(who.id, asked.client, asked.scopes, now)
        return to(_added(asked.redirect_uri, {"code": code, **({"state": asked.state} if asked.state else {})}))
    token = state.grants.issue_access(who.id, asked.client.id, asked.scopes, now, FRAGMENT_LIFE)
    fragment = f"#access_token={token}&state={quote(asked.state, safe='')}"
    if asked.redirect_uri is not None:
        return to(_added(asked.redirect_uri, {"result": "success"}) + fragment)
    shown = "EducationalInfo" if "EducationalInfo" in asked.scopes else asked.scopes[0]
    query = f"response_type=token&client_id={_dashed(asked.client.id)}&scope={shown}&is_granted=False&result=success"
    return to(f"{_own_root()}{RESULT}?{query}{fragment}")


def _own_root() -> str:
    """Whole, with the host: clients compare the last address from its first letter."""
    return f"{request.scheme}://{request.host}{base()}"


def add(routes: Blueprint, sandbox: Sandbox, state: State) -> None:
    @routes.get(AUTHORIZE)
    async def authorize() -> Response:
        values = {name: request.args.get(name, "") for name in PARAMETERS}
        try:
            asked = read(state, values)
        except OnPage as error:
            return error_page(str(error), 400)
        except SentBack as error:
            return refused(error.asked, error.error, error.description)
        chosen = sandbox.sign_in_as.take(PREFIX)
        if chosen is not None:
            if ID not in chosen.accounts:
                return refused(asked, "access_denied", "У этого человека нет учётной записи Дневник.ру")
            return granted(sandbox, state, asked, chosen)
        who = signed_in(sandbox, state)
        if who is None:
            here = f"{AUTHORIZE}?{request.query_string.decode()}"
            return to(f"{base()}/login/?ReturnUrl={quote(base() + here, safe='')}")
        if asked.redirect_uri is None:
            return granted(sandbox, state, asked, who)
        return _consent(sandbox, state, asked, who, values)

    @routes.post(AUTHORIZE)
    async def decide() -> Response:
        values = {name: await given(name) for name in PARAMETERS}
        try:
            asked = read(state, values)
        except OnPage as error:
            return error_page(str(error), 400)
        except SentBack as error:
            return refused(error.asked, error.error, error.description)
        session = state.grants.session(request.cookies.get(COOKIE), sandbox.clock.now())
        who = signed_in(sandbox, state)
        if session is None or who is None or not hmac.compare_digest(session.ticket.encode(), (await given("form_ticket")).encode()):
            return error_page("Страница устарела. Вернитесь в приложение и начните вход заново", 403)
        if await given("decision") != "allow":
            return refused(asked, "access_denied", "Пользователь отказал в доступе")
        return granted(sandbox, state, asked, who)

    @routes.get(RESULT)
    async def result() -> Response:
        return pages.result_page(request.args.get("result") == "success")


def _consent(sandbox: Sandbox, state: State, asked: Asked, who: Person, values: dict[str, str]) -> Response:
    session = state.grants.session(request.cookies.get(COOKIE), sandbox.clock.now())
    assert session is not None
    here = f"{base()}{AUTHORIZE}?{request.query_string.decode()}"
    return pages.consent_page(
        f"{base()}{AUTHORIZE}",
        {**values, "form_ticket": session.ticket},
        asked.client.title or client_key(asked.client.id),
        f"{who.last_name} {who.first_name}",
        asked.scopes,
        f"{base()}/logout?ReturnUrl={quote(here, safe='')}",
    )
