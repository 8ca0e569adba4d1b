"""`/children/<id>/menu` and `/meal-rules`: what the canteen cooks, at what price, and what the family lets the child eat and spend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.meals import NewRules, say_meal_rules, show_meal_rules, show_menu
from hub.flows.meals import words as said
from hub.flows.refusals import Reason, Refused
from hub.ledger.money import kopecks, roubles
from hub.store.school.meals.menu import Category
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.child_page import day_asked
from hub.web.freshness import again_unless_fresh
from hub.web.guardianship import frame
from hub.web.office_desk import to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("menus", __name__, url_prefix="/children/<child>")
DONE: Mapping[str, str] = {"rules": "Записано и действует с этой минуты. Другие родители узнают."}
KEPT = frozenset({Reason.MALFORMED, Reason.WRONG_AMOUNT, Reason.CONSENT_MISSING})
"""Refusals that keep the page with what was typed."""
CATEGORIES = {kind.value: title for kind, title in said.CATEGORIES.items() if kind is not Category.OTHER}
ALLERGENS = {one.value: title for one, title in said.ALLERGENS.items()}
_WHY = {one.value: title for one, title in said.WHY.items()}
_MEALS = {one.value: title for one, title in said.MEALS.items()}
_RECORDS = {one.value: title for one, title in said.RECORDS.items()}
routes.add_app_template_filter(lambda one: _MEALS.get(str(one), str(one)), "meal_title")
routes.add_app_template_filter(lambda one: CATEGORIES.get(str(one), ""), "food_kind")
routes.add_app_template_filter(lambda one: ALLERGENS.get(str(one), str(one)), "allergen")
routes.add_app_template_filter(lambda one: _WHY.get(str(one), ""), "why_forbidden")
routes.add_app_template_filter(lambda one: _RECORDS.get(str(one), ""), "till_record")


@routes.get("/menu")
@hide
async def menu(child: str) -> Response:
    """A week; `?from=` any day begins it there."""
    who, first = await signed_in(), day_asked("from")
    view = await show_menu(deps(), who, child, first=first, last=day_asked("to"))
    around = await frame(deps(), who, child) | {"section": "menu"}
    week = timedelta(days=7)
    return await page("menus/child.html", view=view, before=view.start - week, after=view.start + week, **around)


@routes.get("/meal-rules")
@hide
async def rules(child: str) -> Response:
    return await _rules(await signed_in(), child)


@routes.post("/meal-rules")
@hide
async def put_rules(child: str) -> Response:
    """The whole form is the whole word."""
    who, given = await signed_in_writer(), await request.form
    try:
        new = NewRules(
            dishes=tuple(given.getlist("dish")),
            categories=tuple(given.getlist("category")),
            allergens=tuple(given.getlist("allergen")),
            only_hot=bool(given.get("only_hot")),
            only=tuple(given.getlist("only")) if given.get("how") == "only" else None,
            week_limit_kop=_kop(given.get("week", "")),
            offline_limit_kop=_kop(given.get("offline", "")),
        )
        await say_meal_rules(deps(), who, child, new)
    except Refused as error:
        if error.reason not in KEPT:
            raise
        return await _rules(who, child, error, typed=given)
    return to(f"/children/{child}/meal-rules?done=rules")


async def _rules(who: Visitor, child: str, error: Refused | None = None, *, typed: Any = None) -> Response:
    view = await show_meal_rules(deps(), who, child)
    problem = problem_of(error) if error else None
    around = await frame(deps(), who, child) | {"section": "meal-rules"}
    chosen = {
        "dish": typed.getlist("dish") if typed else view.dishes,
        "category": typed.getlist("category") if typed else view.categories,
        "allergen": typed.getlist("allergen") if typed else view.allergens,
        "only": typed.getlist("only") if typed else view.only or (),
        "how": typed.get("how", "") if typed else "only" if view.only is not None else "",
        "only_hot": bool(typed.get("only_hot")) if typed else view.only_hot,
        "week": typed.get("week", "") if typed else _roubles(view.week_limit_kop),
        "offline": typed.get("offline", "") if typed else _roubles(view.offline_limit_kop),
    }
    return await page(
        "menus/rules.html",
        problem.status if problem else 200,
        view=view,
        chosen=chosen,
        categories=CATEGORIES,
        allergens=ALLERGENS,
        problem=problem,
        done=None if problem else DONE.get(request.args.get("done", "")),
        again=again_unless_fresh(deps(), who, f"/children/{child}/meal-rules"),
        **around,
    )


def _roubles(kop: int | None) -> str:
    return "" if kop is None else roubles(kop)


def _kop(text: str) -> int | None:
    """Empty is no own limit."""
    plain = "".join(text.split()).replace(",", ".")
    if not plain:
        return None
    found = kopecks(plain)
    if found is None:
        raise Refused(Reason.WRONG_AMOUNT, "Напишите сумму в рублях, например 500 или 99,50, или оставьте пусто.")
    return found
