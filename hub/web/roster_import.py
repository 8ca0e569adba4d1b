"""The office's pages of an import: upload, dry run, apply, progress to the end."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide
from werkzeug.exceptions import RequestEntityTooLarge

from hub.errors import problem_of
from hub.flows.refusals import Reason, Refused
from hub.flows.roster import imports
from hub.flows.roster.columns import GUARDIAN_TITLES, TITLES
from hub.flows.roster.model import MOST_GUARDIANS, MOST_ROWS
from hub.web.answers import deps, page
from hub.web.roster import as_file, to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("roster_import", __name__, url_prefix="/office/roster")

OWN_PAGE = (Reason.MALFORMED, Reason.TOO_MANY)


@routes.get("/import")
@hide
async def form() -> Response:
    return await _form(None)


@routes.post("/import")
@hide
async def upload() -> Response:
    """A file that cannot be read keeps the page and says how to save it again."""
    try:
        who = await signed_in_writer()
        given = (await request.files).get("file")
        if given is None or not given.filename:
            raise Refused(Reason.MALFORMED, "Выберите файл и нажмите «Проверить».")
        id_ = await imports.check_import(deps(), who, given.read())
    except RequestEntityTooLarge:
        return await _form(Refused(Reason.MALFORMED, "Файл больше 1 МБ. Разделите его на несколько, например по классам."), 413)
    except Refused as error:
        if error.reason not in OWN_PAGE:
            raise
        return await _form(error)
    return to(f"/office/roster/imports/{id_}")


@routes.get("/imports/<roster>")
@hide
async def show(roster: str) -> Response:
    """The dry run, the progress, or the result."""
    who = await signed_in()
    found = await imports.show_import(deps(), who, roster)
    rows = await imports.preview_rows(deps(), who, roster) if found.state == "checked" else ()
    return await page(
        "office/import.html",
        here="office",
        tab="import",
        found=found,
        rows=rows,
    )


@routes.post("/imports/<roster>/apply")
@hide
async def apply(roster: str) -> Response:
    """Twenty presses start it once."""
    await imports.apply_import(deps(), await signed_in_writer(), roster)
    return to(f"/office/roster/imports/{roster}")


@routes.post("/imports/<roster>/drop")
@hide
async def drop(roster: str) -> Response:
    await imports.drop_import(deps(), await signed_in_writer(), roster)
    return to("/office/roster/import")


@routes.get("/sample.csv")
@hide
async def sample() -> Response:
    """An empty table with the headings, as Excel opens it."""
    await signed_in()
    guardians = [f"{title} родителя {number}" for number in (1, 2) for title in GUARDIAN_TITLES.values()]
    head = ";".join([*TITLES.values(), *guardians])
    row = "Соколов;Артём;Ильич;03.02.2015;6А;;;;;;;;"
    return as_file(f"\ufeff{head}\r\n{row}\r\n".encode(), "sample.csv")


async def _form(error: Refused | None, status: int | None = None) -> Response:
    who = await signed_in()
    mine = await imports.list_imports(deps(), who)
    found = problem_of(error) if error else None
    answer = await page(
        "office/import_form.html",
        status or (found.status if found else 200),
        here="office",
        tab="import",
        error=found.detail if found else None,
        mine=mine,
        most_rows=MOST_ROWS,
        most_guardians=MOST_GUARDIANS,
    )
    if found and found.retry_after_s is not None:
        answer.headers["Retry-After"] = str(found.retry_after_s)
    return answer
