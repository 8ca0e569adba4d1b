"""`/settings`: formats, nicknames and contacts in one form with «Сохранить»; and `/retention`, how long everything is kept."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.refusals import Reason, Refused
from hub.flows.retention import how_long
from hub.flows.settings_of_mine import KINDS, Wanted, save_settings, show_settings
from hub.flows.views.self_service import SettingsView
from hub.store.preferences import DateFormat, TimeFormat
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.visitors import signed_in, signed_in_writer, visitor
from hub.web.words import day_in, time_in

routes = Blueprint("settings_page", __name__)
NICKNAME = "nickname-"
CONTACT = "contact-"


@routes.get("/settings")
@hide
async def settings() -> Response:
    who = await signed_in()
    return await _page(who, await show_settings(deps(), who), saved="saved" in request.args)


@routes.post("/settings")
@hide
async def save() -> Response:
    """A refusal shows the form as it was typed, each sentence beside its field."""
    who = await signed_in_writer()
    form = await request.form
    typed = {name: form[name] for name in form if name != "csrf_token"}
    try:
        await save_settings(deps(), who, wanted_of(typed))
    except Refused as refused:
        if refused.reason is not Reason.MALFORMED:
            raise
        faults = refused.more.get("fields", {})
        assert isinstance(faults, dict), "the story names the fields"
        return await _page(who, await show_settings(deps(), who), typed=typed, faults=faults, status=422)
    return Response(b"", 303, headers={"Location": "/settings?saved=1", "Cache-Control": "no-store"})


def wanted_of(typed: Mapping[str, str]) -> Wanted:
    return Wanted(
        date_format=typed.get("date_format"),
        time_format=typed.get("time_format"),
        nicknames={name.removeprefix(NICKNAME): text for name, text in typed.items() if name.startswith(NICKNAME)},
        contacts={kind: typed[CONTACT + kind] for kind in KINDS if CONTACT + kind in typed},
    )


@routes.get("/retention")
@hide
async def retention() -> Response:
    """Needs no sign-in: what is kept is nobody's secret."""
    await visitor()
    return await page("self/retention.html", here="family", kept=how_long())


async def _page(
    who: Visitor,
    found: SettingsView,
    *,
    saved: bool = False,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    now = deps().now().astimezone(ZoneInfo(found.zone))
    shown: dict[str, str] = {"date_format": found.date_format, "time_format": found.time_format}
    shown |= {NICKNAME + child.id: child.nickname for child in found.children}
    shown |= {CONTACT + kind: next((one.id for one in found.contacts if one.kind == kind and one.used), "") for kind in KINDS}
    return await page(
        "self/settings.html",
        status,
        here="family",
        settings=found,
        shown={**shown, **(typed or {})},
        faults=faults or {},
        saved=saved,
        dates=[(kind.value, day_in(now.date(), kind)) for kind in DateFormat],
        times=[(kind.value, time_in(now.replace(hour=8, minute=5), kind)) for kind in TimeFormat],
        session=who.session,
    )
