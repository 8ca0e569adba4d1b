"""The office's page to enter one pupil, where a table would be too much."""

from __future__ import annotations

import secrets
from datetime import date

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import Problem, problem_of
from hub.flows import office
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.cells import one_spelling
from hub.flows.roster.desk import require_cards
from hub.web.answers import deps, page
from hub.web.roster import to
from hub.web.visitors import signed_in, signed_in_writer
from identity.errors import IdentityError

routes = Blueprint("roster_entry", __name__, url_prefix="/office/pupils")

FIELDS = ("last_name", "first_name", "middle_name", "birth_date", "class", "guardian_last_name", "guardian_first_name")
ELSEWHERE = (Reason.NOT_FOUND, Reason.NOT_SIGNED_IN, Reason.LEVEL_TOO_LOW)


@routes.get("/new")
@hide
async def form() -> Response:
    await require_cards(deps(), await signed_in())
    return await _form(None, {"class": request.args.get("class", "")})


@routes.post("/new")
@hide
async def enter() -> Response:
    """A refusal keeps what was typed, but for the SNILS."""
    who = await signed_in_writer()
    given = await request.form
    typed = {name: given.get(name, "").strip() for name in FIELDS}
    try:
        asked = _pupil(typed, given.get("guardian_snils", "").strip())
        pupil = await office.enter_pupil(deps(), who, asked, run=given.get("run", "")[:64])
    except (Refused, IdentityError) as error:
        if isinstance(error, Refused) and error.reason is Reason.NOT_OFFICE:
            raise Refused(Reason.NOT_FOUND) from error
        if isinstance(error, Refused) and error.reason in ELSEWHERE:
            raise
        return await _form(problem_of(error), typed)
    return to(f"/office/pupils/{pupil}")


async def _form(problem: Problem | None, typed: dict[str, str]) -> Response:
    status, error = (problem.status, problem.detail) if problem else (200, None)
    run = secrets.token_urlsafe(18)
    return await page("office/pupil_form.html", status, here="office", tab="pupils", error=error, typed=typed, run=run)


def _pupil(typed: dict[str, str], snils: str) -> office.NewPupil:
    try:
        born = date.fromisoformat(typed["birth_date"])
    except ValueError as error:
        raise Refused(Reason.MALFORMED, "Дата рождения записана неверно.") from error
    guardian = office.Guardian(snils=snils, last_name=typed["guardian_last_name"], first_name=typed["guardian_first_name"])
    named = snils or guardian.last_name or guardian.first_name
    return office.NewPupil(
        last_name=typed["last_name"],
        first_name=typed["first_name"],
        middle_name=typed["middle_name"],
        birth_date=born,
        class_name=one_spelling(typed["class"]),
        guardians=(guardian,) if named else (),
    )
