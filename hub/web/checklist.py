"""`/checklist`: the steps to join, child by child; each says what is missing and how to get it."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows import checklist
from hub.flows.checklist.ways import CHECKS
from hub.web.answers import deps, page
from hub.web.office_desk import to
from hub.web.paths import own_path
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("checklist", __name__)
STATES: Mapping[str, str] = {
    "done": "готово", "todo": "сделайте", "waiting": "ждём", "attention": "нужно внимание", "blocked": "позже", "optional": "по желанию",
    "aside": "не нужно",
}  # fmt: skip
LOOKS: Mapping[str, str] = {"done": "active", "todo": "needs_login", "attention": "needs_login", "waiting": "needs_code"}
routes.add_app_template_filter(lambda state: STATES.get(str(state), str(state)), "step_state")
routes.add_app_template_filter(lambda state: LOOKS.get(str(state), "not_linked"), "step_look")


@routes.get("/checklist")
@hide
async def show() -> Response:
    found = await checklist.show_checklist(deps(), await signed_in())
    return await page("checklist/all.html", found=found, checks=CHECKS)


@routes.post("/checklist")
@hide
async def mark() -> Response:
    who, given = await signed_in_writer(), await request.form
    await checklist.set_mark(deps(), who, given.get("mark", ""), given.get("value", ""), child=given.get("child", ""))
    return to(own_path(given.get("back"), "/checklist"))
