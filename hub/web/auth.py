"""Leaving for a provider or a diary, coming back, and signing out; the addresses of CONTRACT's `/auth/…`."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from quart import Blueprint, Response, request
from quart_schema import hide

from connectors.kit.errors import ConnectorError
from connectors.kit.manifest import LoginKind
from hub.flows import end_sessions, link_account, sign_in
from hub.flows.refusals import Reason, Refused
from hub.flows.sign_in_again import leave_first
from hub.web.again import keep_way
from hub.web.answers import deps, wants_page
from hub.web.paths import own_path
from hub.web.visitors import (
    browser,
    browser_cookie,
    device,
    device_label,
    drop_session,
    keep_browser,
    keep_device,
    keep_session,
    led_from_elsewhere,
    network,
    new_browser,
    signed_in_writer,
    visitor,
)
from hub.web.ways import MAIN

routes = Blueprint("auth", __name__, url_prefix="/auth")

MOST_PARAMETERS = 20
LONGEST_PARAMETER = 16_384


@routes.get("/<system>/start")
@hide
async def start(system: str) -> Response:
    """To the provider for a sign-in, or to a diary to link it with the signed-in parent."""
    found = browser() or new_browser()
    next_path = own_path(request.args.get("next"))
    anew = request.args.get("again") == "1" and not led_from_elsewhere()
    out = leave_first(deps(), system) if anew else None
    if out is not None:
        answer = _away(out)
        keep_way(answer, next_path, system=system)
        return answer
    if system in deps().sign_ins:
        url = await sign_in.begin(
            deps(), system, browser=found, next_path=next_path, before=await visitor(), anew=anew, at_work="work" in request.args
        )
    else:
        if system not in deps().diaries:
            raise Refused(Reason.UNKNOWN_SYSTEM)
        if await visitor() is None and wants_page():
            return _away(f"/?{urlencode({'next': f'/connect/{system}'})}")
        if LoginKind.BROWSER not in deps().diaries[system].manifest.logins:
            # It opens with what the school gave out, on a page of ours.
            return _away(f"/connect/{system}")
        if led_from_elsewhere():
            raise Refused(Reason.CROSS_SITE)
        url = await _to_link(system, browser=found, next_path=next_path)
    answer = _away(url)
    keep_browser(answer, found)
    return answer


async def _to_link(system: str, *, browser: str, next_path: str) -> str:
    """The diary's own sign-in; whoever is not signed in, or was long ago (RULES A16), signs in first and comes to the diary's button."""
    who = await visitor()
    if who is not None:
        try:
            return await link_account.begin_in_browser(deps(), who, system, browser=browser, next_path=next_path)
        except Refused as refused:
            if refused.reason is not Reason.NOT_FRESH:
                raise
    ways = deps().sign_ins
    if not ways:
        raise Refused(Reason.NOT_SIGNED_IN)
    return f"/auth/{MAIN if MAIN in ways else next(iter(ways))}/start?next=/family"


@routes.route("/<system>/return", methods=["GET", "POST"])
@hide
async def come_back(system: str) -> Response:
    """The provider sent the browser back, whatever method it uses."""
    if system not in deps().sign_ins and system not in deps().diaries:
        raise Refused(Reason.UNKNOWN_SYSTEM)
    params = _first_values(request.args) | _first_values(await request.form)
    if request.method == "POST" and browser_cookie() not in request.cookies:
        # A POST from another site brings no Lax cookie; the same as a GET does.
        return _away(f"{request.path}?{urlencode(params)}")
    failures, where = deps().memory.failed_callbacks, network()
    wait_s = failures.wait_s(where)
    if wait_s > 0:
        raise Refused(Reason.TOO_MANY, after_s=wait_s)
    try:
        return await (_signed_in(system, params) if system in deps().sign_ins else _linked(system, params))
    except (Refused, ConnectorError):
        failures.note(where)
        raise


async def _signed_in(system: str, params: Mapping[str, str]) -> Response:
    known = device() or new_browser()
    done = await sign_in.finish(deps(), system, params, browser=browser(), label=device_label(), before=await visitor(), device=known)
    answer = _away(done.next_path)
    if done.token is not None:
        keep_session(answer, done.token)
        keep_device(answer, known)
    return answer


async def _linked(system: str, params: Mapping[str, str]) -> Response:
    who = await visitor()
    done = await link_account.finish_in_browser(deps(), who, system, params, browser=browser())
    answer = _away(done.next_path)
    keep_session(answer, done.token)
    return answer


@routes.post("/logout")
@hide
async def logout() -> Response:
    """Ends this session, here and at the provider where it has a way."""
    who = await signed_in_writer(pupil=True)
    answer = _away(await end_sessions.sign_out(deps(), who))
    drop_session(answer)
    return answer


def _away(url: str) -> Response:
    return Response(b"", 303, headers={"Location": url, "Cache-Control": "no-store"})


def _first_values(given: Mapping[str, str]) -> dict[str, str]:
    """The first value of each parameter, as the ports expect; a flood of them is cut."""
    return {name: given[name][:LONGEST_PARAMETER] for name in list(given)[:MOST_PARAMETERS]}
