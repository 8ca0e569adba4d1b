"""`/api/v1/checklist`: the steps to join, child by child."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows import checklist
from hub.flows.views.self_service.checklist import ChecklistView
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_checklist", __name__, url_prefix="/api/v1")


class TypedMark(msgspec.Struct, frozen=True, kw_only=True):
    """`gosuslugi_check`: bank or centre, without a child; `messenger`: aside, with a child; `home`: aside. An empty value takes it away."""

    mark: str
    value: str = ""
    child: str = ""


@routes.get("/checklist")
@tag(["Чек-лист"])
@document_response(ChecklistView)
async def show_checklist() -> Response:
    """Each step with its state, what is missing and how to get it; a messenger never counts."""
    return json(await checklist.show_checklist(deps(), await signed_in()))


@routes.put("/checklist/marks")
@tag(["Чек-лист"])
@document_request(TypedMark)
@document_response(ChecklistView)
async def set_mark() -> Response:
    who, typed = await signed_in_writer(), await body(TypedMark)

    async def act() -> Response:
        await checklist.set_mark(deps(), who, typed.mark, typed.value, child=typed.child)
        return json(await checklist.show_checklist(deps(), who))

    return await once(deps(), who, act)
