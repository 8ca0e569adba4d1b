"""`/api/v1/children/{id}/homework/{item}/done`: what the family says of a homework, where its diary takes it."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows.mark_homework import mark_homework
from hub.flows.views.items import HomeworkItem
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in_writer

routes = Blueprint("api_homework", __name__, url_prefix="/api/v1/children/<child>/homework")


class Done(msgspec.Struct, frozen=True, kw_only=True):
    done: bool


@routes.post("/<item>/done")
@tag(["Дневник"])
@document_request(Done)
@document_response(HomeworkItem)
async def mark_done(child: str, item: str) -> Response:
    """The homework as it is now. A diary that does not take such marks: 403; one that fails leaves everything as it was."""
    who, typed = await signed_in_writer(pupil=True), await body(Done)

    async def act() -> Response:
        return json(await mark_homework(deps(), who, child, item, done=typed.done))

    return await once(deps(), who, act)
