"""What every route of VK ID works with, and the answers that several routes give."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from quart import Response, g, jsonify, render_template, request

from sandbox.system import Sandbox
from sandbox.vkid.state import Account, Flow, State
from sandbox.vkid.wire.errors import PageError, VkError
from sandbox.vkid.wire.profile import national
from sandbox.world.model import Person

# No form-action: a browser applies it to the redirect that follows the form, and that leads to the app.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
FORM = "application/x-www-form-urlencoded"
PAGE_TEXTS = {
    "invalid_client": "Приложение не найдено: проверьте client_id.",
    "invalid_request": "Адрес возврата не указан среди доверенных адресов приложения.",
    "login_required": "Вход начат слишком давно или в другом браузере. Вернитесь на сайт и начните сначала.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The sandbox and VK ID's memory."""

    sandbox: Sandbox
    state: State

    def accounts(self) -> Iterator[Account]:
        """The town's people with VK, then those who signed up here."""
        for person in self.sandbox.town.people.values():
            found = account_of(person)
            if found is not None:
                yield found
        yield from self.state.signed_up.values()

    def account(self, user_id: int | None) -> Account | None:
        return next((one for one in self.accounts() if one.user_id == user_id), None)

    def account_by_phone(self, phone: str) -> Account | None:
        digits = national(phone)
        return next((one for one in self.accounts() if one.phone and national(one.phone) == digits), None) if len(digits) == 10 else None

    def account_by_login(self, login: str) -> Account | None:
        """By login or e-mail, or by phone in any spelling."""
        wanted = login.strip().lower()
        named = next((one for one in self.accounts() if wanted in {one.login.lower(), (one.email or "").lower()} - {""}), None)
        return named or (None if re.search(r"[a-z@]", wanted) else self.account_by_phone(wanted))


def account_of(person: Person) -> Account | None:
    """A person's VK account; its phone is what the account says, which need not be the person's own."""
    vk = person.vkid
    if vk is None:
        return None
    return Account(
        user_id=int(vk["user_id"]),
        first_name=person.first_name,
        last_name=person.last_name,
        sex=person.sex,
        birthday=person.birth_date,
        phone=vk.get("phone"),
        email=person.email,
        login=str(vk["login"]),
        password=str(vk["password"]),
    )


async def merged() -> dict[str, str]:
    """Query and body as one: clients put any parameter in either; where both have it, the body's counts."""
    form = await request.form if request.mimetype == FORM else {}
    return {**_first(request.args), **_first(form)}


def _first(values: Mapping[str, str]) -> dict[str, str]:
    # A MultiDict's items() gives the first value of each name.
    return dict(values.items())


def told(body: Mapping[str, Any], status: int = 200) -> Response:
    """JSON that no cache keeps."""
    response = jsonify(body)
    response.status_code = status
    return unstored(response)


def refused(party: Party, error: VkError, state: str | None) -> Response:
    """The error envelope, with an HTTP status of its own or with 200 by the switch."""
    g.verdicts = {**getattr(g, "verdicts", {}), "error": error.error, "error_description": error.description}
    response = told(error.parameters(state), 200 if party.state.switches.errors_with_200 else error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = error.retry_after
    return response


def sent_back(party: Party, redirect_uri: str, parameters: Mapping[str, str]) -> Response:
    """302 to the app; by the switch everything goes as JSON in one parameter."""
    if party.state.switches.callback == "payload":
        parameters = {"payload": json.dumps(dict(parameters), separators=(",", ":"))}
    joint = "&" if "?" in redirect_uri else "?"
    return unstored(Response("", status=302, headers={"Location": f"{redirect_uri}{joint}{urlencode(parameters)}"}))


def sent_back_with(party: Party, flow: Flow, error: VkError) -> Response:
    """The flow ends with an error."""
    party.state.flows.pop(flow.id, None)
    g.verdicts = {**getattr(g, "verdicts", {}), "error": error.error}
    return sent_back(party, flow.asked.redirect_uri, error.parameters(flow.asked.state))


def moved(path: str) -> Response:
    """To another page of VK ID itself."""
    return unstored(Response("", status=303, headers={"Location": path}))


async def page(template: str, flow: Flow | None = None, status: int = 200, **values: object) -> Response:
    """A page for the person."""
    asked = flow.asked if flow is not None else None
    shown = {
        "flow": flow.id if flow is not None else "",
        "title": (asked.app.title or f"Приложение {asked.app.client_id}") if asked is not None else "",
        "dark": asked is not None and asked.dark,
        **values,
    }
    response = Response(await render_template(f"vkid/{template}", **shown), status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return unstored(response)


async def error_page(error: PageError) -> Response:
    """An error that cannot go back to the app."""
    g.verdicts = {**getattr(g, "verdicts", {}), "error": error.error}
    return await page("error.html", status=400, text=PAGE_TEXTS[error.error], code=f"{error.error}: {error.description}")


async def lost_flow() -> Response:
    """The sign-in under way is gone or belongs to another browser."""
    return await error_page(PageError("login_required"))


def unstored(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response
