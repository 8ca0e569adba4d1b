"""`/api/v1/merges`: two records of one human become one (RULES A11)."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows import join_records
from hub.flows.views.people.joining import MergeList, MergeStarted, MergeView
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import browser, device_label, drop_session, keep_browser, keep_session, new_browser, signed_in, signed_in_writer

routes = Blueprint("api_merges", __name__, url_prefix="/api/v1/merges")


class NewMerge(msgspec.Struct, frozen=True, kw_only=True):
    """`system` is where the other account signs in; the browser opens `authorize_url`."""

    system: str


@routes.post("")
@tag(["Объединение кабинетов"])
@document_request(NewMerge)
@document_response(MergeStarted, 201)
async def start_merge() -> Response:
    """Stores the wish and tells where the other account signs in; needs a fresh sign-in on this side too."""
    who = await signed_in_writer()
    asked, found = await body(NewMerge), browser() or new_browser()

    async def act() -> Response:
        wish = await join_records.ask(deps(), who, asked.system)
        url = await join_records.depart(deps(), who, wish, browser=found)
        return json(MergeStarted(id=wish, authorize_url=url), 201)

    answer = await once(deps(), who, act)
    keep_browser(answer, found)
    return answer


@routes.get("")
@tag(["Объединение кабинетов"])
@document_response(MergeList)
async def list_merges() -> Response:
    """What was asked for and what was joined, the latest first."""
    return json(await join_records.list_mergers(deps(), await signed_in()))


@routes.get("/<merge>")
@tag(["Объединение кабинетов"])
@document_response(MergeView)
async def show_merge(merge: str) -> Response:
    """The preview once the other side is proven: what stays, what comes over, what forbids it; later, until when it can be undone."""
    return json(await join_records.show_merger(deps(), await signed_in(), merge))


@routes.post("/<merge>/confirm")
@tag(["Объединение кабинетов"])
@document_response(MergeView)
async def confirm_merge(merge: str) -> Response:
    """Joins the records. The session's token changes; where this session's record went into the other, the session goes on there."""
    who, done = await signed_in_writer(), None

    async def act() -> Response:
        nonlocal done
        done = await join_records.confirm(deps(), who, merge, label=device_label())
        return json(await join_records.show_merger(deps(), who, merge))

    answer = await once(deps(), who, act)
    if done is not None and done.token is not None:
        keep_session(answer, done.token)
    return answer


@routes.post("/<merge>/undo")
@tag(["Объединение кабинетов"])
@document_response(MergeView)
async def undo_merge(merge: str) -> Response:
    """Within 14 days. Where nobody can tell to which record this session belongs, it ends."""
    who, done = await signed_in_writer(), None

    async def act() -> Response:
        nonlocal done
        done = await join_records.undo(deps(), who, merge)
        return json(await join_records.show_merger(deps(), who, merge))

    answer = await once(deps(), who, act)
    if done is not None and done.signed_out:
        drop_session(answer)
    elif done is not None and done.token is not None:
        keep_session(answer, done.token)
    return answer
