"""The platform put together: the API below `/dnevnik`, the sign-in pages below `/dnevnik-login`."""

from __future__ import annotations

from quart import Blueprint, Response

from sandbox.dnevnik.routes import authorizations, feed, finals, homework, invites, lessons, login, marks, oauth, people, schools
from sandbox.dnevnik.routes.control import control
from sandbox.dnevnik.routes.faults import word_fault
from sandbox.dnevnik.routes.table import Table, serve
from sandbox.dnevnik.state import ID, State
from sandbox.dnevnik.wire.errors import error_page
from sandbox.system import Sandbox, System

DRIFT_FIELDS = (
    "id", "id_str", "personId", "personId_str", "days", "works", "value", "status", "start", "person", "person_str", "subjectMarks",
)  # fmt: skip
"""At least one of these is in every object that the API answers with."""


def api_table() -> Table:
    """Every address of the API."""
    table = Table()
    for part in (authorizations, invites, people, schools, lessons, marks, finals, homework, feed):
        part.add(table)
    return table


def system(sandbox: Sandbox) -> System:
    state = State()
    return System(
        id=ID,
        title="Дневник.ру",
        blueprints={ID: serve(api_table(), sandbox, state, ID), login.PREFIX: _sign_in_pages(sandbox, state)},
        control=_control(sandbox, state),
        reset=state.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        hosts={
            "api.dnevnik.ru": ID,
            "api.school.mosreg.ru": ID,
            **dict.fromkeys(login.HOSTS, login.PREFIX),
        },
        secret_fields=frozenset({"login", "username", "TaskId", "form_ticket", "X-Esia-Task"}),
    )


def _control(sandbox: Sandbox, state: State) -> Blueprint:
    routes = control(state)
    invites.control(routes, sandbox, state)
    return routes


def _sign_in_pages(sandbox: Sandbox, state: State) -> Blueprint:
    routes = Blueprint("dnevnik_login", __name__)
    login.add(routes, sandbox, state)
    oauth.add(routes, sandbox, state)

    @routes.route("/<path:path>", methods=["GET", "POST"])
    async def nothing_here(**_address: str) -> Response:
        return error_page("Запрошенная страница не найдена", 404)

    return routes
