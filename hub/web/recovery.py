"""The page for whoever lost every way in: a new account of the same SNILS, or the code from the school's desk."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.redeem_recovery import redeem_code
from hub.flows.refusals import Refused
from hub.web.answers import deps, page
from hub.web.visitors import device_label, keep_session, signed_in_writer, visitor
from hub.web.ways import MAIN, other_ways

routes = Blueprint("recovery", __name__, url_prefix="/recovery")


@routes.get("")
@hide
async def form() -> Response:
    """Needs no sign-in to read."""
    await visitor()
    return await page("recovery/form.html", error=None, ways=_ways())


@routes.post("")
@hide
async def redeem() -> Response:
    who = await signed_in_writer()
    code = (await request.form).get("code", "")
    try:
        done = await redeem_code(deps(), who, code, address=request.remote_addr or "", label=device_label())
    except Refused as error:
        found = problem_of(error)
        answer = await page("recovery/form.html", found.status, error=found.detail, ways=_ways())
        if found.retry_after_s is not None:
            answer.headers["Retry-After"] = str(found.retry_after_s)
        return answer
    answer = Response(b"", 303, headers={"Location": "/", "Cache-Control": "no-store"})
    keep_session(answer, done.token)
    return answer


def _ways() -> list[dict[str, str]]:
    main = [{"name": MAIN, "title": "Госуслуги"}] if MAIN in deps().sign_ins else []
    return main + [{"name": way.name, "title": way.title} for way in other_ways(deps())]
