"""What every route of ESIA works with, and the answers that several routes give."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from quart import Response, render_template

from sandbox.esia.state import State
from sandbox.esia.tokens import Keys
from sandbox.esia.wire.errors import PAGE_TEXTS, EsiaError
from sandbox.system import Sandbox
from sandbox.world.model import EsiaAccount, Person

# No form-action: a browser applies it to the redirect that follows the form, and that leads to the information system.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The sandbox, ESIA's memory and its keys."""

    sandbox: Sandbox
    state: State
    keys: Keys

    def person(self, person_id: str | None) -> Person | None:
        """Someone of the town who has an account at Gosuslugi."""
        person = self.sandbox.town.people.get(person_id or "")
        return person if person is not None and person.esia is not None else None

    def person_by_oid(self, oid: int) -> Person | None:
        return next((one for one in self.sandbox.town.people.values() if one.esia is not None and one.esia.oid == oid), None)


def account(person: Person) -> EsiaAccount:
    """The account of a person who is known to have one."""
    if person.esia is None:
        raise LookupError(person.id)
    return person.esia


def sent_back(redirect_uri: str, parameters: dict[str, str]) -> Response:
    """302 to the information system, with the parameters added to whatever query its address has."""
    joint = "&" if "?" in redirect_uri else "?"
    return _unstored(Response("", status=302, headers={"Location": f"{redirect_uri}{joint}{urlencode(parameters)}"}))


def moved(path: str, status: int = 302) -> Response:
    """To another page of ESIA itself."""
    return _unstored(Response("", status=status, headers={"Location": path}))


async def page(template: str, status: int = 200, **values: object) -> Response:
    """A page for the person."""
    response = Response(await render_template(f"esia/{template}", **values), status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return _unstored(response)


async def error_page(error: EsiaError) -> Response:
    """An error that cannot go back to the information system."""
    text = PAGE_TEXTS.get(error.number, "Запрос не может быть выполнен.")
    return await page("error.html", status=400, code=error.code, text=text, description=error.description)


def _unstored(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response
