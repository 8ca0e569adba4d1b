"""The API's address table and its gate: version, method, token, scope, and the refusals in the platform's own envelope."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from quart import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule

from sandbox.dnevnik.state import ID, Directory, Group, Journal, State
from sandbox.dnevnik.state.grants import SCOPES
from sandbox.dnevnik.state.ids import numbered
from sandbox.dnevnik.wire.dates import read_date
from sandbox.dnevnik.wire.errors import ApiError, answer, error_page, parameter, refusal
from sandbox.system import Sandbox
from sandbox.world.model import Lesson, Period, Person, School, SchoolClass

Handler = Callable[..., Any]
TWICE = re.compile(r"^v2(?:\.0)?/https?:/+api\.(?:dnevnik|school\.mosreg)\.ru/")
"""pydnevnikruapi puts the host before addresses that have it already: `/v2/https://api.dnevnik.ru/v2.0/…` means the inner one."""


@dataclass(slots=True, kw_only=True)
class Call:
    """One request to the API: who asks, what the token opens, and the town that answers."""

    sandbox: Sandbox
    state: State
    directory: Directory
    viewer: Person
    scopes: frozenset[str]
    args: MultiDict[str, str]
    body: Any = None
    own: dict[str, Person] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def zone(self) -> ZoneInfo:
        """The zone that dates without an offset are meant in: of the own or the first child's school."""
        return next((self.directory.zone(self.directory.school_of(pupil)) for pupil in self.pupils()), ZoneInfo("Europe/Moscow"))

    def today(self) -> dt.date:
        return self.now.astimezone(self.zone()).date()

    def pupils(self) -> list[Person]:
        """The viewer's own diary, or those of the children."""
        return [person for person in self.own.values() if self.directory.is_pupil(person)]

    def journals(self) -> list[Journal]:
        return [Journal(self.directory, pupil) for pupil in self.pupils()]

    # Parameters
    def number(self, name: str, text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 19:
            raise parameter(name, text)
        return int(text)

    def numbers(self, name: str) -> list[int]:
        """A parameter given several times, or one with commas."""
        return [self.number(name, part) for text in self.args.getlist(name) for part in text.split(",") if part]

    def date(self, name: str, text: str | None = None) -> dt.date:
        """A date out of the path, or a query parameter that must be there."""
        given = self.args.get(name) if text is None else text
        if not given:
            raise parameter(name)
        return read_date(name, given, self.zone())

    def span(self, start: str, end: str, *texts: str) -> tuple[dt.date, dt.date]:
        first, last = (self.date(start, texts[0]), self.date(end, texts[1])) if texts else (self.date(start), self.date(end))
        if last < first:
            raise parameter(end, "раньше начала")
        return first, last

    # Objects, within what the token may see
    def person(self, text: str) -> Person:
        """The own person or a child; anyone else's data is refused, known or not."""
        found = self.directory.person(self.number("person", text))
        if found is None or found.id not in self.own:
            raise ApiError("authorizationNotOwner")
        return found

    def pupil(self, text: str) -> Journal:
        found = self.person(text)
        if not self.directory.is_pupil(found):
            raise ApiError("apiResourceUnavailable", "Персона не обучается ни в одной образовательной организации")
        return Journal(self.directory, found)

    def user(self, text: str) -> Person:
        found = self.viewer if text == "me" else self.directory.user(self.number("user", text))
        if found is None or found.id not in self.own:
            raise ApiError("authorizationNotOwner")
        return found

    def school(self, text: str) -> School:
        found = self.directory.school(self.number("school", text))
        if found is None:
            raise ApiError("apiResourceUnavailable", "Образовательная организация не найдена")
        if found.id not in {self.directory.school_of(pupil).id for pupil in self.pupils()}:
            raise ApiError("authorizationSystemForbidden")
        return found

    def group(self, text: str) -> Group:
        found = self.directory.group(self.number("group", text))
        if found is None:
            raise ApiError("apiResourceUnavailable", "Учебная группа не найдена")
        if found.klass.id not in {pupil.class_id for pupil in self.pupils()}:
            raise ApiError("authorizationSystemForbidden")
        return found

    def subject(self, text: str) -> str:
        found = self.directory.subject(self.number("subject", text))
        if found is None:
            raise parameter("subject", text)
        return found.id

    def period(self, klass: SchoolClass, text: str) -> Period:
        number = self.number("period", text)
        found = next((it for it in self.directory.town.periods_of(klass.id) if numbered("period", it.number_id) == number), None)
        if found is None:
            raise ApiError("apiResourceUnavailable", "Отчётный период не найден")
        return found

    def lesson(self, text: str) -> tuple[Lesson, list[Journal]]:
        """A lesson, and the journals of those own pupils who have it."""
        lesson = self.directory.lesson(self.number("lesson", text))
        if lesson is None:
            raise ApiError("apiResourceUnavailable", "Урок не найден")
        journals = [journal for journal in self.journals() if journal.attends(lesson)]
        if not journals:
            raise ApiError("authorizationSystemForbidden")
        return lesson, journals

    # The body
    def field(self, name: str) -> Any:
        return self.body.get(name) if isinstance(self.body, Mapping) else None

    def id_list(self, name: str) -> list[int]:
        """A list of ids: the bare JSON list, or the field of that name in a form or an object."""
        given = self.body if isinstance(self.body, list) else self.field(name)
        items = given if isinstance(given, list) else str(given or "").split(",")
        return [self.number(name, str(item).strip()) for item in items if str(item).strip()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    handler: Handler
    scopes: tuple[str, ...]
    open: bool = False


class Table:
    """Addresses below `/v2`, `/v2.0` and `/v1`, which are one and the same API; `root` addresses stand beside them."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def add(self, method: str, *rules: str, scopes: tuple[str, ...] = ("EducationalInfo",), open: bool = False, root: bool = False) -> Any:
        """Register a handler for every spelling of an address. `open` needs no token."""
        start = "/" if root else '/<any(v1, v2, "v2.0"):version>/'

        def keep(handler: Handler) -> Handler:
            endpoint = Endpoint(handler=handler, scopes=scopes, open=open)
            self._rules += [Rule(start + rule, endpoint=endpoint, methods=[method]) for rule in rules]
            return handler

        return keep

    def get(self, *rules: str, scopes: tuple[str, ...] = ("EducationalInfo",), open: bool = False, root: bool = False) -> Any:
        return self.add("GET", *rules, scopes=scopes, open=open, root=root)

    def post(self, *rules: str, scopes: tuple[str, ...] = ("EducationalInfo",), open: bool = False, root: bool = False) -> Any:
        return self.add("POST", *rules, scopes=scopes, open=open, root=root)

    def addresses(self) -> list[tuple[str, str]]:
        """Every (method, rule) of the API, for the compatibility table and its test."""
        return sorted((method, rule.rule) for rule in self._rules for method in (rule.methods or ()) if method not in {"HEAD", "OPTIONS"})

    def built(self) -> Map:
        return Map([rule.empty() for rule in self._rules], strict_slashes=False, merge_slashes=False)


def serve(table: Table, sandbox: Sandbox, state: State, prefix: str) -> Blueprint:
    """One catch-all route, because the platform words its own 404 and 405."""
    routes = Blueprint(prefix, __name__)
    addresses = table.built()

    async def api(path: str = "") -> Response:
        try:
            endpoint, found = addresses.bind("sandbox").match(f"/{TWICE.sub('', path)}", method=request.method)
            values = {name: value for name, value in found.items() if name != "version"}
            call = await _call(sandbox, state, endpoint)
            made = endpoint.handler(call, **values)
        except (NotFound, RequestRedirect):
            return _nothing_here(path)
        except MethodNotAllowed:
            return refusal(ApiError("apiMethodNotSupported"))
        except ApiError as error:
            return refusal(error)
        return made if isinstance(made, Response) else answer(made)

    methods = ["GET", "POST", "PUT", "DELETE", "PATCH"]
    routes.add_url_rule("/", "root", api, methods=methods)
    routes.add_url_rule("/<path:path>", "api", api, methods=methods)
    return routes


def _nothing_here(path: str) -> Response:
    """Below a version the API speaks; elsewhere the site does, in a page."""
    if path.partition("/")[0] in {"v1", "v2", "v2.0", "authorizations"}:
        return refusal(ApiError("apiResourceUnavailable"))
    return error_page("Запрошенная страница не найдена", 404)


async def _call(sandbox: Sandbox, state: State, endpoint: Endpoint) -> Call:
    directory = state.directory(sandbox.town)
    body = await _body()
    if endpoint.open:
        viewer, scopes = _nobody(), frozenset[str]()
    else:
        viewer, scopes = _signed_in(sandbox, state)
        if not scopes.issuperset(endpoint.scopes):
            raise ApiError("authorizationOutOfScope")
    own = {viewer.id: viewer, **{child.id: child for child in directory.children(viewer)}}
    return Call(sandbox=sandbox, state=state, directory=directory, viewer=viewer, scopes=scopes, args=request.args, body=body, own=own)


def _nobody() -> Person:
    return Person(id="", role="parent", last_name="", first_name="", middle_name="", birth_date=dt.date.min, sex="male")


def _signed_in(sandbox: Sandbox, state: State) -> tuple[Person, frozenset[str]]:
    """The token's owner: the header, or the query of old clients. An account's own token opens everything and does not end."""
    token = request.headers.get("Access-Token") or request.args.get("access_token")
    if not token:
        raise ApiError("authorizationTokenRequired")
    grant = state.grants.access(token, sandbox.clock.now())
    if grant is not None and grant.person in sandbox.town.people:
        return sandbox.town.people[grant.person], frozenset(grant.scopes)
    owner = sandbox.town.person_by_account(ID, "token", token)
    if owner is None:
        raise ApiError("invalidToken")
    return owner, frozenset(SCOPES)


async def _body() -> Any:
    """JSON or a form, whichever came: public clients send both."""
    raw = await request.get_data()
    if not raw:
        return {}
    if request.mimetype == "application/x-www-form-urlencoded":
        form = await request.form
        return {key: values if len(values) > 1 else values[0] for key, values in form.lists()}
    try:
        return json.loads(raw)
    except ValueError as error:
        raise ApiError("invalidRequest", "Тело запроса не разобрано") from error
