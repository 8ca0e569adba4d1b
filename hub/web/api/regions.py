"""`/api/v1/regions`: which diary works where; and the region that a person chose."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from quart import Blueprint, Response
from quart_schema import document_querystring, document_request, document_response, tag

from hub.flows import choose_region
from hub.flows.views.regions import RegionList, RegionView
from hub.web.answers import deps, json
from hub.web.api.reading import body, day
from hub.web.api.repeats import once
from hub.web.region_cookie import chosen
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_regions", __name__, url_prefix="/api/v1")


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """`region` is a code of `GET /api/v1/regions`."""

    region: str


@dataclass(frozen=True, slots=True)
class OnDay:
    """`on` is a date; without it, today where the region is."""

    on: str | None = None


@routes.get("/regions")
@tag(["Регионы"])
@document_response(RegionList)
async def regions() -> Response:
    """Every region, with what works there today."""
    await signed_in()
    return json(choose_region.list_regions(deps(), await chosen()))


@routes.get("/regions/<code>")
@tag(["Регионы"])
@document_querystring(OnDay)
@document_response(RegionView)
async def region(code: str) -> Response:
    """The diaries of one region with their ways to sign in, who hands the login out, and what to do without one."""
    await signed_in()
    return json(choose_region.show_region(deps(), code, day=day("on")))


@routes.put("/me/region")
@tag(["Регионы"])
@document_request(Choice)
@document_response(RegionView)
async def choose_my_region() -> Response:
    """Remembers the region of the person's children's school."""
    who = await signed_in_writer()
    asked = await body(Choice)

    async def act() -> Response:
        await choose_region.choose_region(deps(), who, asked.region)
        return json(choose_region.show_region(deps(), asked.region))

    return await once(deps(), who, act)
