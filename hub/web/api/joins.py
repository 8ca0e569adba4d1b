"""`/api/v1/joins`: a family applies to join a school, reads what became of it, takes it back; and the notices of the outside system."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_request, document_response, hide, tag

from hub.flows import join_school
from hub.flows.join_school.outside import ADDRESS, hear_notice
from hub.flows.views.school.joining import JoinList, JoinView
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_joins", __name__)


class NewJoin(msgspec.Struct, frozen=True, kw_only=True):
    """`class` in JSON is free text: a class, a group, a course. `school_year` («2026/2027») is the running one without it."""

    child: str
    school_ogrn: str
    class_name: str = msgspec.field(name="class")
    role: str
    school_year: str | None = None


class OfChild(msgspec.Struct, frozen=True, kw_only=True):
    child: str | None = None


@routes.post("/api/v1/joins")
@tag(["Школа"])
@document_request(NewJoin)
@document_response(JoinView, 201)
@document_response(JoinView)
async def submit_join() -> Response:
    """Asked again it is the same application, with 200; after a refusal it is a new one that names the former in `previous`.

    Where «Моя школа» is connected, this is also the word to hand it over there and to accept its terms: an app asks for that first."""
    who, typed = await signed_in_writer(), await body(NewJoin)

    async def act() -> Response:
        asked = join_school.Application(
            child=typed.child,
            school_ogrn=typed.school_ogrn,
            class_name=typed.class_name,
            role=typed.role,
            school_year=typed.school_year or "",
        )
        done = await join_school.submit_join(deps(), who, asked)
        return json(done.view, 201 if done.new else 200)

    return await once(deps(), who, act, under="/api/v1/joins")


@routes.get("/api/v1/joins")
@tag(["Школа"])
@document_querystring(OfChild)
@document_response(JoinList)
async def my_joins() -> Response:
    """The own applications, newest first; `?child=` those for one child."""
    return json(await join_school.list_joins(deps(), await signed_in(), child=request.args.get("child")))


@routes.get("/api/v1/joins/<bundle>")
@tag(["Школа"])
@document_response(JoinView)
async def read_join(bundle: str) -> Response:
    """With every step, its date and who decided."""
    return json(await join_school.read_join(deps(), await signed_in(), bundle))


@routes.post("/api/v1/joins/<bundle>/withdraw")
@tag(["Школа"])
@document_response(JoinView)
async def withdraw_join(bundle: str) -> Response:
    """What is still open is taken back; twice is harmless."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await join_school.withdraw_join(deps(), who, bundle))

    return await once(deps(), who, act)


@routes.post(ADDRESS)
@hide
async def joins_notify() -> Response:
    """The outside system calls; its signature is its sign-in."""
    content = await request.get_data(as_text=False)
    assert isinstance(content, bytes), "asked for bytes"
    await hear_notice(deps(), {name.lower(): value for name, value in request.headers.items()}, content)
    return empty()
