"""`/api/v1/children/{id}/menu` and `/meal-rules`: what the school cooks, and what the family lets the child eat and spend."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from quart import Blueprint, Response
from quart_schema import document_querystring, document_request, document_response, tag

from hub.flows.meals import NewRules, say_meal_rules, show_meal_rules, show_menu
from hub.flows.views.school.meals import ChildMenu, MealRules
from hub.web.answers import deps, json
from hub.web.api.reading import body, day
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_meals", __name__, url_prefix="/api/v1/children/<child>")


@dataclass(frozen=True, slots=True)
class MenuDays:
    """`from` and `to` are days by the school's zone, up to two months; without them this week."""


class TypedRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole word: what is not named is not forbidden. `only` null: whatever is not forbidden; a reason is asked of nobody."""

    dishes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    allergens: tuple[str, ...] = ()
    only_hot: bool = False
    only: tuple[str, ...] | None = None
    week_limit_kop: int | None = None
    offline_limit_kop: int | None = None


@routes.get("/menu")
@tag(["Питание"])
@document_querystring(MenuDays)
@document_response(ChildMenu)
async def read_menu(child: str) -> Response:
    """Day by day, each dish with its price of that day and whether this child may have it."""
    return json(await show_menu(deps(), await signed_in(), child, first=day("from"), last=day("to")))


@routes.get("/meal-rules")
@tag(["Питание"])
@document_response(MealRules)
async def read_meal_rules(child: str) -> Response:
    """What holds now, what may be chosen, and what tills did against it."""
    return json(await show_meal_rules(deps(), await signed_in(), child))


@routes.put("/meal-rules")
@tag(["Питание"])
@document_request(TypedRules)
@document_response(MealRules)
async def put_meal_rules(child: str) -> Response:
    """At once. A higher limit wants a sign-in of the last five minutes, composition and diet their consent (409 `consent_missing`)."""
    who, typed = await signed_in_writer(), await body(TypedRules)

    async def act() -> Response:
        new = NewRules(
            dishes=typed.dishes, categories=typed.categories, allergens=typed.allergens, only_hot=typed.only_hot, only=typed.only,
            week_limit_kop=typed.week_limit_kop, offline_limit_kop=typed.offline_limit_kop,
        )  # fmt: skip
        return json(await say_meal_rules(deps(), who, child, new))

    return await once(deps(), who, act)
