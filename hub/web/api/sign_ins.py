"""`/api/v1/me/sign-ins`: every account of the person with what it can do, what was stopped, what was closed, what can be connected."""

from __future__ import annotations

from quart import Blueprint, Response
from quart_schema import document_response, tag

from hub.flows.my_sign_ins import my_sign_ins
from hub.flows.views.people.sign_ins import SignInsView
from hub.web.answers import deps, json
from hub.web.visitors import signed_in

routes = Blueprint("api_sign_ins", __name__, url_prefix="/api/v1")


@routes.get("/me/sign-ins")
@tag(["Подключения"])
@document_response(SignInsView)
async def list_sign_ins() -> Response:
    """«Мои входы» as the page shows them."""
    return json(await my_sign_ins(deps(), await signed_in()))
