"""`/appeals`: the family's journal of appeals to the school; `/office/appeals`: the school's own, with terms."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import appeals
from hub.flows.appeals import NewAppeal
from hub.flows.appeals.rules import KINDS
from hub.flows.refusals import Reason, Refused
from hub.flows.show_me import list_children
from hub.store.written.appeals import About
from hub.web.answers import deps, page
from hub.web.guardianship import frame
from hub.web.office_desk import to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("appeals", __name__)
STATES: Mapping[str, str] = {
    "sent": "отправлено", "taken": "в работе", "answered": "есть ответ", "closed": "закрыто", "withdrawn": "отозвано",
}  # fmt: skip
routes.add_app_template_filter(lambda state: STATES.get(str(state), str(state)), "appeal_state")
ABOUT = ("about_kind", "about_id", "about_title", "about_href")
DONE: Mapping[str, str] = {
    "sent": "Отправлено: школа уже видит обращение.", "said": "Дописали.", "closed": "Обращение закрыто.",
    "withdrawn": "Обращение отозвано.",
    "taken": "Взяли в работу, семья это видит.", "answered": "Ответ отправлен, семья увидит его сразу.",
}  # fmt: skip
WRONG = frozenset({Reason.MALFORMED, Reason.ALREADY_DECIDED})


@routes.get("/appeals")
@hide
async def journal() -> Response:
    who, state = await signed_in(), request.args.get("state") or None
    found = await appeals.list_mine(deps(), who, state=state)
    children = [one for one in (await list_children(deps(), who)).items if not one.lent]
    return await page("appeals/journal.html", found=found, children=children, states=STATES, state=state)


@routes.get("/children/<child>/appeals")
@hide
async def of_child(child: str) -> Response:
    """`?kind=` and `?about_id=`, `?about_title=` begin with a datum: the link stands beside it."""
    who = await signed_in()
    return await _of_child(child, {name: request.args.get(name, "") for name in ("kind", *ABOUT)} | {"text": "", "form": ""}, who)


@routes.post("/children/<child>/appeals")
@hide
async def send(child: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    typed = {name: given.get(name, "") for name in ("kind", "text", "form", *ABOUT)}
    about = About(kind=typed["about_kind"], id=typed["about_id"], title=typed["about_title"], href=typed["about_href"])
    new = NewAppeal(child=child, kind=typed["kind"], form=typed["form"], text=typed["text"], about=about)
    try:
        made, _ = await appeals.open_appeal(deps(), who, new)
    except Refused as error:
        if error.reason not in WRONG:
            raise
        return await _of_child(child, typed, who, error)
    return to(f"/appeals/{made.id}?done=sent")


async def _of_child(child: str, typed: dict[str, str], who: Any, error: Refused | None = None) -> Response:
    form = await appeals.appeal_form(deps(), who, child)
    problem = problem_of(error) if error else None
    return await page(
        "appeals/child.html",
        problem.status if problem else 200,
        form=form,
        found=await appeals.list_mine(deps(), who, child=child),
        typed=typed,
        about=ABOUT,
        problem=problem,
        **(await frame(deps(), who, child) | {"section": "appeals"}),
    )


@routes.get("/appeals/<appeal>")
@hide
async def show(appeal: str) -> Response:
    return await _one(appeal, done=DONE.get(request.args.get("done", "")))


@routes.post("/appeals/<appeal>/messages")
@hide
async def reply(appeal: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        await appeals.reply(deps(), who, appeal, given.get("text", ""), form=given.get("form", ""))
    except Refused as error:
        if error.reason not in WRONG:
            raise
        return await _one(appeal, error=error)
    return to(f"/appeals/{appeal}?done=said")


@routes.post("/appeals/<appeal>/close")
@hide
async def close(appeal: str) -> Response:
    who = await signed_in_writer()
    try:
        await appeals.close(deps(), who, appeal)
    except Refused as error:
        if error.reason not in WRONG:
            raise
        return await _one(appeal, error=error)
    return to(f"/appeals/{appeal}?done=closed")


@routes.post("/appeals/<appeal>/withdraw")
@hide
async def withdraw(appeal: str) -> Response:
    who = await signed_in_writer()
    try:
        await appeals.withdraw(deps(), who, appeal)
    except Refused as error:
        if error.reason not in WRONG:
            raise
        return await _one(appeal, error=error)
    return to(f"/appeals/{appeal}?done=withdrawn")


async def _one(appeal: str, *, done: str | None = None, error: Refused | None = None) -> Response:
    found = await appeals.show_mine(deps(), await signed_in(), appeal)
    problem = problem_of(error) if error else None
    status = problem.status if problem else 200
    return await page("appeals/one.html", status, one=found, form=secrets.token_urlsafe(16), done=done, problem=problem)


@routes.get("/office/appeals")
@hide
async def desk() -> Response:
    """`?state=`, `?kind=` and `?class=` narrow the journal."""
    asked = {name: request.args.get(name, "") for name in ("state", "kind", "class")}
    found = await appeals.list_at_desk(
        deps(), await signed_in(), state=asked["state"] or None, kind=asked["kind"] or None, klass=asked["class"] or None
    )
    done = DONE.get(request.args.get("done", ""))
    return await _office("desk", found=found, asked=asked, states=STATES, done=done, problem=None)


@routes.get("/office/appeals/<appeal>")
@hide
async def at_desk(appeal: str) -> Response:
    return await _case(appeal, done=DONE.get(request.args.get("done", "")))


@routes.post("/office/appeals/<appeal>/take")
@hide
async def take(appeal: str) -> Response:
    who = await signed_in_writer()
    try:
        await appeals.take(deps(), who, appeal)
    except Refused as error:
        if error.reason not in WRONG:
            raise
        return await _case(appeal, error=error)
    return to(f"/office/appeals/{appeal}?done=taken")


@routes.post("/office/appeals/<appeal>/answer")
@hide
async def answer(appeal: str) -> Response:
    """Then the next one that waits."""
    who, given = await signed_in_writer(), await request.form
    try:
        await appeals.answer(deps(), who, appeal, given.get("text", ""), form=given.get("form", ""))
    except Refused as error:
        if error.reason not in WRONG:
            raise
        return await _case(appeal, error=error, text=given.get("text", ""))
    rest = await appeals.list_at_desk(deps(), who)
    following = next((one.id for one in rest.items if "take" in one.may or (one.state == "taken" and one.may)), None)
    return to(f"/office/appeals{f'/{following}' if following else ''}?done=answered")


async def _case(appeal: str, *, done: str | None = None, error: Refused | None = None, text: str = "") -> Response:
    found = await appeals.show_at_desk(deps(), await signed_in(), appeal)
    problem = problem_of(error) if error else None
    more = {"one": found, "form": secrets.token_urlsafe(16), "text": text, "done": done, "problem": problem}
    return await _office("item", problem.status if problem else 200, **more)


async def _office(template: str, status: int = 200, **more: Any) -> Response:
    return await page(f"appeals/{template}.html", status, here="office", office=True, tab="appeals", titles=KINDS, **more)
