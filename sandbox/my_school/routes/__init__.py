"""The service put together: sign-in pages, the token address, the calls below `/api/v1`, the office's page."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from quart import Blueprint, Response, request

from sandbox import gosuslugi_page as pages
from sandbox.my_school.routes import bundles, office, people
from sandbox.my_school.routes.asking import Asking, asking, body_of, text_of
from sandbox.my_school.routes.control import control
from sandbox.my_school.routes.office_page import OfficePage
from sandbox.my_school.routes.sign_in import SignIn
from sandbox.my_school.state.service import ID, PREFIX, TITLE, Service
from sandbox.my_school.wire.errors import ERRORS, OAUTH, GrantError, SchoolError, answer, grant_refusal, refusal
from sandbox.system import Fault, Sandbox, System

DRIFT_FIELDS: Final = ("state", "requests", "items", "version", "ogrn", "access_token")
METHODS: Final = ["GET", "POST", "PUT", "DELETE", "PATCH"]
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
PERSONAL: Final = frozenset({"snils", "last_name", "first_name", "middle_name", "birth_date", "login"})
Call = Callable[..., Awaitable[Response]]


async def subscribe(asked: Asking) -> Response:
    """In the sandbox notices go to this machine only."""
    url = text_of(await body_of(), "url", 500)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or (parts.hostname or "").lower() not in LOOPBACK:
        raise SchoolError("value", field="url")
    made = asked.service.notices.subscribe(asked.client, url)
    return answer({"url": made.url, "secret": made.secret})


async def unsubscribe(asked: Asking) -> Response:
    asked.service.notices.subscriptions.pop(asked.client, None)
    return answer({})


OF_SYSTEMS: Final[Mapping[str, Mapping[str, Call]]] = {
    "persons": {"POST": people.agree, "DELETE": people.disagree},
    "changes": {"GET": bundles.changes},
    "subscription": {"PUT": subscribe, "DELETE": unsubscribe},
}
OF_PEOPLE: Final[Mapping[str, Mapping[str, Call]]] = {
    "me": {"GET": people.me},
    "me/profile": {"PUT": people.choose_profile},
    "schools": {"GET": people.find_schools},
    r"schools/(\d{13})": {"GET": people.one_school},
    "bundles": {"GET": bundles.listed, "POST": bundles.create},
    "bundles/([^/]+)": {"GET": bundles.show, "PATCH": bundles.change},
    "bundles/([^/]+)/submit": {"POST": bundles.submit},
    "bundles/([^/]+)/withdraw": {"POST": bundles.withdraw},
    "office/requests": {"GET": office.listed},
    "office/requests/([^/]+)": {"GET": office.show},
    "office/requests/([^/]+)/approve": {"POST": office.approve},
    "office/requests/([^/]+)/reject": {"POST": office.reject},
}


def system(sandbox: Sandbox) -> System:
    service = Service(sandbox)
    return System(
        id=ID,
        title=TITLE,
        blueprints={PREFIX: _Site(service).routes()},
        control=control(service),
        reset=service.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts={"myschool.edu.ru": PREFIX},
        secret_fields=PERSONAL,
    )


class _Site:
    """One catch-all route, because the service words its own 404 and 405."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._sign_in = SignIn(service)
        self._page = OfficePage(service)

    def routes(self) -> Blueprint:
        routes = Blueprint("my_school", __name__)
        routes.add_url_rule("/", "root", self.serve, methods=METHODS)
        routes.add_url_rule("/<path:path>", "site", self.serve, methods=METHODS)
        return routes

    async def serve(self, path: str = "") -> Response:
        self._service.settle()
        try:
            if path.startswith("api/v1/"):
                return await self._called(path.removeprefix("api/v1/"))
            if path == "oauth/token":
                return await self._sign_in.token()
            return await self._paged(path)
        except GrantError as error:
            return grant_refusal(error)
        except SchoolError as error:
            return refusal(error)

    async def _called(self, path: str) -> Response:
        for pattern, calls in (*OF_SYSTEMS.items(), *OF_PEOPLE.items()):
            found = re.fullmatch(pattern, path, re.ASCII)
            if found is None:
                continue
            call = calls.get(request.method)
            if call is None:
                raise SchoolError("method_unknown")
            asked = asking(self._service)
            if pattern in OF_SYSTEMS and asked.own:
                raise SchoolError("system_only")
            if pattern in OF_PEOPLE:
                _ = asked.person
            return await call(asked, *found.groups())
        raise SchoolError("not_found")

    async def _paged(self, path: str) -> Response:
        made: dict[tuple[str, str], Callable[[], Awaitable[Response]]] = {
            ("GET", ""): self._home,
            ("GET", "login"): self._sign_in.login,
            ("POST", "login"): self._sign_in.login,
            ("POST", "login/rights"): self._sign_in.rights,
            ("GET", "office"): self._page.show,
            ("POST", "office"): self._page.show,
        }
        page = made.get((request.method, path))
        if page is not None:
            return await page()
        found = re.fullmatch("office/requests/([^/]+)", path, re.ASCII)
        if found is not None and request.method == "POST":
            return await self._page.decide(found[1])
        raise SchoolError("not_found")

    async def _home(self) -> Response:
        told = pages.paragraph("Семья подаёт заявление из своей системы, вход — через Госуслуги. Решает администратор школы.")
        return pages.page(TITLE, "Присоединение к школе", told + f'<p><a href="{pages.own_base(PREFIX)}/office">Кабинет школы</a></p>')


def word_fault(fault: Fault) -> Response | None:
    """In the words of the address that was asked; pages have nothing to say to it."""
    at_token, at_calls = request.path.endswith("/oauth/token"), "/api/" in request.path
    if not at_token and not at_calls:
        return None
    value: Any = fault.value
    if fault.kind == "rate_limit":
        seconds = 1 if value is None else float(value)
        limited = GrantError("temporarily_unavailable", status=429, retry_after_s=seconds)
        return grant_refusal(limited) if at_token else refusal(SchoolError("too_many", retry_after_s=seconds))
    if fault.kind == "auth_expired":
        return grant_refusal(GrantError("invalid_client")) if at_token else refusal(SchoolError("token_expired"))
    if at_token:
        return grant_refusal(GrantError(str(value) if value in OAUTH else "temporarily_unavailable", status=400 if value in OAUTH else 503))
    code = str(value) if value in ERRORS else "internal"
    return refusal(SchoolError(code, retry_after_s=60 if code in ("too_many", "maintenance") else None))
