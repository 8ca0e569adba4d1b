"""`/api/v1/office/…` of the office's own people: posts, the one of this session, codes for staff, two signatures for everything."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows.office import staff, working
from hub.flows.views.school.staff import PostList, PostView, StaffCodeGiven, StaffList
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.api.shown_once import Put, Secret, shown_once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_office_staff", __name__, url_prefix="/api/v1/office")


class ChosenPost(msgspec.Struct, frozen=True, kw_only=True):
    school_ogrn: str
    role: str


class WantedCode(msgspec.Struct, frozen=True, kw_only=True):
    """`class` for a class teacher and a tutor, and for nobody else; `name` is whom it is for."""

    role: str
    name: str
    class_name: str = msgspec.field(name="class", default="")


class TypedStaffCode(msgspec.Struct, frozen=True, kw_only=True):
    code: str


@routes.get("/posts")
@tag(["Канцелярия"])
@document_response(PostList)
async def own_posts() -> Response:
    """Where this person works and as what; `here` is the post of this session."""
    return json(await working.show_posts(deps(), await signed_in()))


@routes.put("/post")
@tag(["Канцелярия"])
@document_request(ChosenPost)
@document_response(PostView)
async def choose_own_post() -> Response:
    """From now on this session works at this post alone: rights of two posts never add up."""
    who, typed = await signed_in_writer(), await body(ChosenPost)

    async def act() -> Response:
        return json(await working.choose_post(deps(), who, typed.school_ogrn, typed.role))

    return await once(deps(), who, act)


@routes.post("/enter")
@tag(["Канцелярия"])
@document_request(TypedStaffCode)
@document_response(PostView)
async def enter_staff_code() -> Response:
    """A code that the head, an administrator or the operator gave; needs a sign-in through Gosuslugi of the last five minutes."""
    who, typed = await signed_in_writer(), await body(TypedStaffCode)

    async def act() -> Response:
        return json(await staff.redeem_staff_code(deps(), who, typed.code))

    return await once(deps(), who, act)


@routes.get("/staff")
@tag(["Канцелярия"])
@document_response(StaffList)
async def list_own_staff() -> Response:
    """Names and posts, no SNILS."""
    return json(await staff.list_staff(deps(), await signed_in()))


@routes.post("/staff/codes")
@tag(["Канцелярия"])
@document_request(WantedCode)
@document_response(StaffCodeGiven, 201)
async def give_staff_code() -> Response:
    """The code is shown this once; the same Idempotency-Key brings the lost answer again."""
    who, typed = await signed_in_writer(), await body(WantedCode)

    async def act(seed: str) -> StaffCodeGiven:
        return await staff.give_code(deps(), who, role=typed.role, name=typed.name, class_name=typed.class_name, seed=seed)

    def put(given: StaffCodeGiven, code: Put) -> StaffCodeGiven:
        return msgspec.structs.replace(given, code=code(0, given.code))

    secret = Secret(kind=StaffCodeGiven, act=act, put=put, again=lambda seed, _place: staff.staff_code_again(deps(), seed))
    return await shown_once(deps(), who, secret, 201)


@routes.delete("/staff/codes/<code>")
@tag(["Канцелярия"])
async def take_back_staff_code(code: str) -> Response:
    who = await signed_in_writer()

    async def act() -> Response:
        await staff.revoke_staff_code(deps(), who, code)
        return empty()

    return await once(deps(), who, act)


@routes.delete("/staff/<post>")
@tag(["Канцелярия"])
async def end_own_post(post: str) -> Response:
    """The post is taken away, at once; never the own one."""
    who = await signed_in_writer()

    async def act() -> Response:
        await staff.end_post(deps(), who, post)
        return empty()

    return await once(deps(), who, act)
