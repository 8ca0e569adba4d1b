"""`/timeline` of all children, `/children/<id>/passes` and `/children/<id>/meals`: what the school's devices and accounts say, as pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.timeline.joint import USUAL, show_joint
from hub.flows.timeline.meals import show_meals
from hub.flows.timeline.visits_page import show_visits
from hub.flows.views.people.joint import JointItem
from hub.flows.views.people.meals import MealDay, MealRow, MealsView
from hub.web.answers import deps, page
from hub.web.child_page import day_asked, picture
from hub.web.guardianship import frame
from hub.web.meal_charts import spent_svg
from hub.web.visitors import signed_in
from hub.web.words import clock, day_of, moment
from hub.web.zones import there

routes = Blueprint("timeline", __name__)
routes.add_app_template_filter(there, "there")
KINDS = (
    ("", "Всё"),
    ("pass", "Проходы"),
    ("meal", "Питание"),
    ("money", "Деньги"),
    ("mark,attendance", "Дневник"),
    ("notice", "Уведомления"),
    ("announcement,absence", "Объявления"),
)


def minutes(count: int) -> str:
    """`5 ч 53 мин`."""
    return " ".join(
        part for part in (f"{count // 60} ч" if count >= 60 else "", f"{count % 60} мин" if count % 60 or count < 60 else "") if part
    )


routes.add_app_template_filter(minutes, "minutes")


def came_later(received: datetime, at: datetime, zone: str) -> str:
    """`запись пришла в 14:40`, with the day where it is another one."""
    same = day_of(received, zone) == day_of(at, zone)
    return f"запись пришла {'в ' + clock(received, zone) if same else moment(received, zone)}"


routes.add_app_template_filter(came_later, "came_later")
routes.add_app_template_filter(lambda at, zone: at.astimezone(ZoneInfo(zone)).date().isoformat(), "day_iso")


@routes.get("/timeline")
@hide
async def joint() -> Response:
    """`?child=&kind=&from=&to=&cursor=`, each may be missing."""
    asked = request.args
    child, kind = asked.get("child") or None, asked.get("kind", "")
    first, last, cursor = day_asked("from"), day_asked("to"), asked.get("cursor") or None
    kinds = [one for one in kind.split(",") if one] or USUAL
    view = await show_joint(deps(), await signed_in(), first=first, last=last, child=child, kinds=kinds, cursor=cursor)
    everybody = view.children if child is None else (await show_joint(deps(), await signed_in(), limit=1)).children
    chosen: dict[str, Any] = {"child": child, "kind": kind, "first": first, "last": last, "later": bool(cursor)}
    return await page(
        "timeline/joint.html", here="timeline", view=view, days=by_day(view.items, view.zone), everybody=everybody, kinds=KINDS, **chosen
    )


@routes.get("/children/<child>/passes")
@hide
async def passes(child: str) -> Response:
    """`?date=` one day, or `?from=&to=`, by the school's days; without them the last thirty."""
    who = await signed_in()
    view = await show_visits(deps(), who, child, day=day_asked("date"), first=day_asked("from"), last=day_asked("to"))
    return await page(
        "timeline/passes.html", **await frame(deps(), who, child) | {"section": "passes"}, view=view, day_step=timedelta(days=1)
    )


@routes.get("/children/<child>/meals")
@hide
async def meals(child: str) -> Response:
    """`?month=2026-11`, without it the current one by the school's clock."""
    who = await signed_in()
    view = await show_meals(deps(), who, child, month=request.args.get("month") or None)
    months = [(one, date(int(one[:4]), int(one[5:]), 1)) for one in view.months]
    around = await frame(deps(), who, child) | {"section": "meals"}
    return await page("timeline/meals.html", **around, view=view, days=_meal_days(view), titles=months)


@routes.get("/children/<child>/meals/spent.svg")
@hide
async def spent(child: str) -> Response:
    view = await show_meals(deps(), await signed_in(), child, month=request.args.get("month") or None)
    return await picture(lambda: spent_svg(view))


def by_day(items: Sequence[JointItem], zone: str) -> list[tuple[date, list[JointItem]]]:
    """By the reader's own days: the list goes by the instant."""
    here = ZoneInfo(zone)
    return [(day, list(its)) for day, its in groupby(items, key=lambda one: one.at.astimezone(here).date())]


def _meal_days(view: MealsView) -> list[tuple[date, MealDay, list[MealRow]]]:
    zone = ZoneInfo(view.zone)
    sums = {one.date: one for one in view.days}
    return [(day, sums[day], list(its)) for day, its in groupby(view.items, key=lambda one: one.at.astimezone(zone).date())]
