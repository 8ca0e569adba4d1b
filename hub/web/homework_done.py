"""The button «Сделано» beside a homework: a plain form, back to the page it was pressed on."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from connectors.kit.errors import ConnectorError
from hub.errors import problem_of
from hub.flows.mark_homework import can_mark, mark_homework
from hub.web.answers import deps, page
from hub.web.guardianship import frame
from hub.web.office_desk import to
from hub.web.paths import own_path
from hub.web.visitors import signed_in_writer

routes = Blueprint("homework_done", __name__)


def markable(item: Any) -> bool:
    """Its diary takes the word, so the button has a meaning."""
    return can_mark(deps(), item.source.system)


def here() -> str:
    """This very page, to come back to; `fresh` asks a diary and is not repeated by going back."""
    kept = "&".join(part for part in request.query_string.decode("latin-1").split("&") if part and not part.startswith("fresh"))
    return f"{request.path}?{kept}" if kept else request.path


routes.add_app_template_test(markable, "markable")
routes.add_app_template_global(here, "this_page")


@routes.post("/children/<child>/homework/<item>/done")
@hide
async def mark(child: str, item: str) -> Response:
    """`done` is yes or no, `back` the page of the button."""
    who, form = await signed_in_writer(pupil=True), await request.form
    back, done = own_path(form.get("back"), f"/children/{child}/diary"), form.get("done") == "yes"
    try:
        await mark_homework(deps(), who, child, item, done=done)
    except ConnectorError as error:
        problem = problem_of(error)
        around = await frame(deps(), who, child) | {"section": "homework"}
        return await page("diary/not_marked.html", problem.status, problem=problem, back=back, item=item, done=done, **around)
    return to(f"{back}#hw-{item}")
