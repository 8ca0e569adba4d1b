"""`/family/devices`: where I am signed in, «Это не я», and staying in the installed app."""

from __future__ import annotations

from quart import Blueprint, Response
from quart_schema import hide

from hub.flows.end_sessions import devices, end_device, end_others
from hub.flows.know_device import not_me
from hub.flows.sign_in_again import is_fresh_now
from hub.flows.stay_in_app import stay_in_app
from hub.web.answers import deps, page
from hub.web.visitors import device_label, keep_session, signed_in, signed_in_writer

routes = Blueprint("devices", __name__, url_prefix="/family/devices")


@routes.get("")
@hide
async def show() -> Response:
    who = await signed_in()
    return await page(
        "self/devices.html", here="family", devices=await devices(deps(), who), kind=who.kind.value, fresh=is_fresh_now(deps(), who)
    )


@routes.post("/<session>/not-me")
@hide
async def it_was_not_me(session: str) -> Response:
    """Ends that sign-in and nothing else."""
    await not_me(deps(), await signed_in_writer(), session)
    return _back()


@routes.post("/<session>/sign-out")
@hide
async def sign_out(session: str) -> Response:
    await end_device(deps(), await signed_in_writer(), session)
    return _back()


@routes.post("/sign-out-others")
@hide
async def sign_out_others() -> Response:
    await end_others(deps(), await signed_in_writer())
    return _back()


@routes.post("/stay")
@hide
async def stay() -> Response:
    """«Оставаться в приложении»."""
    done = await stay_in_app(deps(), await signed_in_writer(), label=device_label())
    answer = _back()
    keep_session(answer, done.token, life_s=done.life_s)
    return answer


def _back() -> Response:
    return Response(b"", 303, headers={"Location": "/family/devices", "Cache-Control": "no-store"})
