"""Joining two records as pages: the other account's sign-in, the preview, the confirmation, and the undo of 14 days."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows import join_records
from hub.flows.join_records.ask import tells_when
from hub.flows.sign_in_again import leave_first
from hub.flows.words import title_of
from hub.web.again import keep_way
from hub.web.answers import deps, page
from hub.web.departing import departing
from hub.web.freshness import again_unless_fresh
from hub.web.visitors import browser, device_label, drop_session, keep_browser, keep_session, new_browser, signed_in, signed_in_writer
from hub.web.ways import Way

routes = Blueprint("merging", __name__, url_prefix="/family/merge")
BLOCKED = frozenset({"refused", "expired"})
STATES = {
    "started": "ждёт входа", "proven": "ждёт подтверждения", "refused": "не получилось", "expired": "не закончено",
    "merged": "объединены", "undone": "отменено", "final": "объединены",
}  # fmt: skip
routes.add_app_template_filter(lambda state: STATES.get(str(state), str(state)), "merge_state")


@routes.get("")
@hide
async def start() -> Response:
    """What it is good for, with which account, and what was joined before."""
    who, found = await signed_in(), deps()
    return await page(
        "sign_ins/merge.html",
        here="family",
        ways=[Way(name=name, title=title_of(found.sign_ins, name)) for name in found.sign_ins if tells_when(found, name)],
        items=(await join_records.list_mergers(found, who)).items,
        again=again_unless_fresh(found, who, "/family/merge"),
    )


@routes.post("")
@hide
async def ask() -> Response:
    """Over the provider's own sign-out, where the person is signed in with the account of this session."""
    who, found = await signed_in_writer(), deps()
    system = (await request.form).get("system", "")
    wish = await join_records.ask(found, who, system)
    out, title = leave_first(found, system), title_of(found.sign_ins, system)
    onward = f"/family/merge/{wish}/go"
    answer = await departing(out or onward, title)
    if out is not None:
        keep_way(answer, onward)
    return answer


@routes.get("/<merger>/go")
@hide
async def go(merger: str) -> Response:
    """To the other account's sign-in."""
    who, found = await signed_in(), browser() or new_browser()
    url = await join_records.depart(deps(), who, merger, browser=found)
    answer = Response(b"", 303, headers={"Location": url, "Cache-Control": "no-store"})
    keep_browser(answer, found)
    return answer


@routes.get("/<merger>")
@hide
async def show(merger: str) -> Response:
    """The preview, or what became of it; what stops it has three ways on."""
    who, found = await signed_in(), deps()
    view = await join_records.show_merger(found, who, merger)
    here = f"/family/merge/{merger}"
    return await page(
        "sign_ins/merger.html",
        409 if view.faults or view.state in BLOCKED else 200,
        here="family",
        merger=view,
        again=again_unless_fresh(found, who, here) if view.may_undo or view.state == "proven" else None,
    )


@routes.post("/<merger>/confirm")
@hide
async def confirm(merger: str) -> Response:
    done = await join_records.confirm(deps(), await signed_in_writer(), merger, label=device_label())
    answer = _to(f"/family/merge/{merger}")
    if done.token is not None:
        keep_session(answer, done.token)
    return answer


@routes.post("/<merger>/undo")
@hide
async def undo(merger: str) -> Response:
    """Two records again; where nobody can tell whose this session is, it ends."""
    done = await join_records.undo(deps(), await signed_in_writer(), merger)
    answer = _to("/" if done.signed_out else f"/family/merge/{merger}")
    if done.signed_out:
        drop_session(answer)
    elif done.token is not None:
        keep_session(answer, done.token)
    return answer


def _to(path: str) -> Response:
    return Response(b"", 303, headers={"Location": path, "Cache-Control": "no-store"})
