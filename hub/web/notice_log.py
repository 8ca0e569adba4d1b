"""`/children/<id>/notices`: what is told of a child and where, and of each event why it was told or not."""

from __future__ import annotations

from itertools import groupby

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows import notices, tariffs
from hub.flows.notices.words import CHANNELS
from hub.flows.views.people.notices import LogItem, NoticeLog
from hub.web.answers import deps, page
from hub.web.guardianship import frame
from hub.web.office_desk import to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("notice_log", __name__, url_prefix="/children/<child>/notices")
ABOUT = {"pass": "Проходы", "meal": "Питание"}
FREE = ("page", "push", "max", "vk", "email")


@routes.get("")
@hide
async def show(child: str) -> Response:
    """`?event=` leaves one event, as the links «Почему пришло» do."""
    who, event = await signed_in(), request.args.get("event", "")
    view = await notices.show_log(deps(), who, child, cursor=request.args.get("cursor") or None, event=event)
    wishes = await tariffs.show_notices(deps(), who, child)
    return await page(
        "notices/child.html",
        view=view,
        happenings=_by_event(view),
        event=event,
        wishes={(one.kind, one.channel): one for one in wishes.items},
        nights=await notices.show_quiet_hours(deps(), who),
        channels=CHANNELS,
        about=ABOUT,
        free=FREE,
        done=request.args.get("done") == "yes",
        **await frame(deps(), who, child) | {"section": "notices"},
    )


@routes.post("")
@hide
async def save(child: str) -> Response:
    """The free ways, all at once: what is not ticked is off."""
    who, form = await signed_in_writer(pupil=True), await request.form
    ticked = set(form.getlist("way"))
    for one in (await tariffs.show_notices(deps(), who, child)).items:
        enabled = f"{one.kind}-{one.channel}" in ticked
        if one.channel in FREE and one.enabled != enabled:
            await tariffs.put_notice(deps(), who, child, one.kind, channel=one.channel, enabled=enabled, accepted_price_kop=None)
    return to(f"/children/{child}/notices?done=yes")


def _by_event(view: NoticeLog) -> list[tuple[LogItem, list[LogItem]]]:
    """Each happening once, with its channels."""
    grouped = (list(items) for _, items in groupby(view.items, key=lambda one: (one.source, one.event_id, one.at)))
    return [(items[0], items) for items in grouped]
