"""The page on which a guardian types the code that the school printed."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.redeem_invitation import redeem_invitation
from hub.flows.refusals import Refused
from hub.web.answers import deps, page
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("invitation", __name__, url_prefix="/invitation")


@routes.get("")
@hide
async def form() -> Response:
    await signed_in()
    return await page("invitation.html", here="family", error=None, typed={}, waiting=False)


@routes.post("")
@hide
async def redeem() -> Response:
    """A refusal keeps what was typed, but for the code."""
    who = await signed_in_writer()
    given = await request.form
    typed = {name: given.get(name, "") for name in ("last_name", "first_name")}
    try:
        done = await redeem_invitation(deps(), who, **typed, code=given.get("code", ""), address=request.remote_addr or "")
    except Refused as error:
        found = problem_of(error)
        answer = await page("invitation.html", found.status, here="family", error=found.detail, typed=typed, waiting=False)
        if found.retry_after_s is not None:
            answer.headers["Retry-After"] = str(found.retry_after_s)
        return answer
    if done.state == "waiting":
        return await page("invitation.html", here="family", error=None, typed={}, waiting=True)
    return Response(b"", 303, headers={"Location": "/", "Cache-Control": "no-store"})
