"""`/api/v1/office/…` of the roster: classes, pupils, imports with a dry run, the table to take away."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows.refusals import Reason, Refused
from hub.flows.roster import imports, listing, slips
from hub.flows.roster.export import export_roster
from hub.flows.views.school.roster import ClassList, ImportList, ImportView, PupilList, SlipSheet
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.api.shown_once import Put, Secret, shown_once
from hub.web.roster import as_file
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_roster", __name__, url_prefix="/api/v1/office")

TABLES = ("text/csv", "application/octet-stream", "application/vnd.ms-excel", "")


def _school() -> str | None:
    return request.args.get("school_ogrn") or None


@routes.get("/classes")
@tag(["Канцелярия"])
@document_response(ClassList)
async def school_classes() -> Response:
    """Counts only: how many pupils, how many of them a guardian sees, how many others hold a live code."""
    return json(await listing.show_classes(deps(), await signed_in(), school=_school()))


@routes.get("/pupils")
@tag(["Канцелярия"])
@document_response(PupilList)
async def school_pupils() -> Response:
    """By surname; `?class=` narrows it, `?cursor=` goes on. The families see that the office looked."""
    asked = request.args
    found = await listing.list_pupils(
        deps(), await signed_in(), klass=asked.get("class"), cursor=asked.get("cursor") or None, school=_school()
    )
    return json(found)


class WantedSlips(msgspec.Struct, frozen=True, kw_only=True):
    """`run` names this very request: sent again it issues nothing. `again` kills live codes of the class and issues new ones."""

    class_name: str = msgspec.field(name="class")
    run: str
    again: bool = False


@routes.post("/classes/invitations")
@tag(["Канцелярия"])
@document_request(WantedSlips)
@document_response(SlipSheet, 201)
async def issue_class_codes() -> Response:
    """Codes for all pupils of the class whom no guardian sees, up to 40 at once, each shown this once."""
    who = await signed_in_writer()
    wanted = await body(WantedSlips)
    if not 16 <= len(wanted.run) <= 64:
        raise Refused(Reason.MALFORMED, "Поле run: от 16 до 64 знаков, новое для каждого запроса.")

    async def act(seed: str) -> SlipSheet:
        return await slips.print_slips(deps(), who, wanted.class_name, run=wanted.run, again=wanted.again, school=_school(), seed=seed)

    def put(sheet: SlipSheet, code: Put) -> SlipSheet:
        items = tuple(slips.slip_again(deps(), one, code(place, one.code)) for place, one in enumerate(sheet.items))
        return msgspec.structs.replace(sheet, items=items)

    secret = Secret(kind=SlipSheet, act=act, put=put, again=lambda seed, place: slips.code_again(deps(), seed, place))
    return await shown_once(deps(), who, secret, 201)


@routes.delete("/pupils/<pupil>/invitations")
@tag(["Канцелярия"])
async def revoke_code(pupil: str) -> Response:
    """The live code of a lost slip opens nothing any more; without one nothing changes."""
    who = await signed_in_writer()

    async def act() -> Response:
        await slips.revoke_code(deps(), who, pupil)
        return empty()

    return await once(deps(), who, act)


@routes.post("/roster/imports")
@tag(["Канцелярия"])
@document_response(ImportView, 201)
async def upload_roster() -> Response:
    """The body is the table (text/csv, up to 1 MiB and 5,000 rows). A dry run: no pupil is written."""
    who = await signed_in_writer()
    if request.mimetype not in TABLES:
        raise Refused(Reason.MALFORMED, "Отправьте саму таблицу с Content-Type: text/csv.")
    data = await request.get_data(as_text=False)
    assert isinstance(data, bytes), "asked for bytes"

    async def act() -> Response:
        id_ = await imports.check_import(deps(), who, data, school=_school())
        return json(await imports.show_import(deps(), who, id_), 201)

    return await once(deps(), who, act)


@routes.get("/roster/imports")
@tag(["Канцелярия"])
@document_response(ImportList)
async def own_rosters() -> Response:
    """The officer's own, newest first, without the rows' errors."""
    return json(await imports.list_imports(deps(), await signed_in(), school=_school()))


@routes.get("/roster/imports/<roster>")
@tag(["Канцелярия"])
@document_response(ImportView)
async def show_roster(roster: str) -> Response:
    """State, progress, and the first 200 errors by row and column."""
    return json(await imports.show_import(deps(), await signed_in(), roster))


@routes.post("/roster/imports/<roster>/apply")
@tag(["Канцелярия"])
@document_response(ImportView, 202)
async def apply_roster(roster: str) -> Response:
    """Starts the writing, once; asked again it answers how far it is."""
    who = await signed_in_writer()

    async def act() -> Response:
        await imports.apply_import(deps(), who, roster)
        return json(await imports.show_import(deps(), who, roster), 202)

    return await once(deps(), who, act)


@routes.delete("/roster/imports/<roster>")
@tag(["Канцелярия"])
async def drop_roster(roster: str) -> Response:
    """Forgets a file that was checked and not applied."""
    who = await signed_in_writer()

    async def act() -> Response:
        await imports.drop_import(deps(), who, roster)
        return empty()

    return await once(deps(), who, act)


@routes.get("/roster/export")
@tag(["Канцелярия"])
async def export_roster_table() -> Response:
    """The roster as CSV for Excel, without SNILS; `?class=` narrows it. Every family sees that it was taken."""
    return as_file(await export_roster(deps(), await signed_in(), klass=request.args.get("class"), school=_school()), "roster.csv")
