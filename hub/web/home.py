"""The first page: who we are before the sign-in, all children after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.announce import announced_to
from hub.flows.appeals import list_mine
from hub.flows.checklist import what_is_left
from hub.flows.choose_region import list_regions, show_region
from hub.flows.directory import list_directory
from hub.flows.show_diary.pages.today import show_today
from hub.flows.show_me import show_me
from hub.flows.sign_in_again import is_fresh_now
from hub.flows.timeline.day import show_day
from hub.flows.timeline.joint import USUAL, show_joint
from hub.flows.views.me import DiaryState
from hub.store.sessions import Kind
from hub.web.again import drop_way, kept_way
from hub.web.answers import deps, page
from hub.web.diary_choice import offered
from hub.web.paths import own_path
from hub.web.region_cookie import chosen
from hub.web.timeline import by_day
from hub.web.visitors import visitor
from hub.web.ways import other_ways
from identity.family.child_login import CHILD_LOGIN

routes = Blueprint("home", __name__)
NEWEST = 12


@routes.get("/")
@hide
async def home() -> Response:
    going_on = kept_way()
    if going_on is not None:
        answer = Response(b"", 303, headers={"Location": going_on, "Cache-Control": "no-store"})
        drop_way(answer)
        return answer
    who = await visitor()
    if who is None:
        after = own_path(request.args.get("next"), "/?app=1" if "app" in request.args else "/")
        asked = f"?{urlencode({'next': after})}" if after != "/" else ""
        region = await chosen()
        there = show_region(deps(), region) if region else None
        trouble = (await list_directory(deps(), kind="system", region=region)).items
        ways: dict[str, Any] = {"others": other_ways(deps(), region), "regions": list_regions(deps(), region)}
        answer = await page("start.html", next_query=asked, region=there, trouble=trouble, **ways)
        answer.headers["Cache-Control"] = "no-store"
        return answer
    if who.system == CHILD_LOGIN:
        return Response(b"", 303, headers={"Location": "/pupil", "Cache-Control": "no-store"})
    found = deps()
    me = await show_me(found, who)
    in_app = "app" in request.args and who.kind is not Kind.APP
    fresh = is_fresh_now(found, who)
    today = found.now().date()
    diaries = offered(found, await chosen())
    linked = [child for child in me.children if any(diary.state != DiaryState.NOT_LINKED for diary in child.diaries)]
    shown = [child.id for child in linked if child.may_view]
    days = await show_today(found, who, shown) if shown else {}
    told = await announced_to(found, who, [child.id for child in me.children if child.may_view])
    mine: dict[str, Any] = {"me": me, "days": days, "announced": told, "today": today, "diaries": diaries}
    # Under the cards the newest of all children; the page of the timeline has the rest.
    cards, joint = await show_day(found, who), await show_joint(found, who, limit=NEWEST, kinds=USUAL, span=timedelta(days=7))
    mine |= {"cards": cards, "view": joint, "joint": by_day(joint.items, joint.zone)}
    left, answered = await what_is_left(found, who), (await list_mine(found, who, state="answered")).items
    return await page("home.html", **mine, left=left, answered=answered, here="home", in_app=in_app, kind=who.kind.value, fresh=fresh)
