"""`/support`: a question without a sign-in, followed by its secret link; the operator's and the school's desks that answer."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import support
from hub.flows.refusals import Reason, Refused
from hub.flows.support import At, Question
from hub.flows.support.asking import TOPICS
from hub.flows.support.human import Doubt
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.office_desk import to
from hub.web.visitors import network, require_our_page, signed_in, signed_in_writer, visitor

routes = Blueprint("support", __name__)
STATES: Mapping[str, str] = {"waiting": "ждёт ответа", "answered": "есть ответ", "closed": "закрыт"}
routes.add_app_template_filter(lambda topic: TOPICS.get(str(topic), "вопрос"), "support_topic")
routes.add_app_template_filter(lambda state: STATES.get(str(state), str(state)), "support_state")

FIELDS = ("form", "website", "name", "email", "phone", "topic", "school", "class", "child", "message")
SAME_FORM = frozenset({Doubt.TOO_FAST.value, Doubt.HIDDEN_FIELD.value})
"""The form that was sent is still good; its hidden field is shown empty."""
KEEPS_S = 30 * 86_400
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,100}")
DONE: Mapping[str, str] = {
    "asked": "Вопрос принят.", "said": "Дописали.", "closed": "Вопрос закрыт.", "answered": "Ответ отправлен.", "handed": "Вопрос передан.",
}  # fmt: skip


@routes.get("/support")
@hide
async def form() -> Response:
    """`?school=` an OGRN: the question goes to that school."""
    school = request.args.get("school", "")
    return await _form(dict.fromkeys(FIELDS, "") | {"school": school})


@routes.post("/support")
@hide
async def ask() -> Response:
    who = await visitor()
    require_our_page()
    given = await request.form
    typed = {name: given.get(name, "") for name in FIELDS}
    asked = Question(
        form=typed["form"],
        hidden=typed["website"],
        name=typed["name"],
        text=typed["message"],
        email=typed["email"],
        phone=typed["phone"],
        topic=typed["topic"],
        school=typed["school"],
        class_name=typed["class"],
        child=typed["child"],
    )
    try:
        made, _ = await support.ask(deps(), who, network(), asked)
    except Refused as error:
        if error.reason not in (Reason.MALFORMED, Reason.TOO_MANY, Reason.NOT_FOUND):
            raise
        return await _form(typed, error)
    answer = to(f"/support/tickets/{made.number}?done=asked")
    keep_secret(answer, made.secret)
    return answer


async def _form(typed: dict[str, str], error: Refused | None = None) -> Response:
    """What was typed stays; the hidden field never does."""
    who, found = await visitor(), deps()
    shown = await support.new_form(found, who, school=typed["school"])
    kept = error is not None and error.more.get("doubt", "") not in (Doubt.OLD.value, Doubt.FOREIGN.value)
    problem = problem_of(error) if error else None
    answer = await page(
        "support/form.html",
        problem.status if problem else 200,
        shown=shown,
        form=typed["form"] if kept else shown.form,
        typed=typed,
        problem=problem,
        mine=(await support.mine(found, who)).items if who else (),
    )
    answer.headers["Cache-Control"] = "no-store"
    if problem and problem.retry_after_s:
        answer.headers["Retry-After"] = str(problem.retry_after_s)
    return answer


@routes.get("/support/follow/<secret>")
@hide
async def follow(secret: str) -> Response:
    """The secret link: it goes into a cookie of this door at once, and out of the address."""
    return await _followed(secret)


@routes.post("/support/follow")
@hide
async def follow_typed() -> Response:
    """The link's code pasted by hand, or the whole link."""
    require_our_page()
    return await _followed((await request.form).get("secret", "").strip().rpartition("/")[2])


async def _followed(secret: str) -> Response:
    try:
        number = await support.follow(deps(), network(), secret)
    except Refused as error:
        return await _form(dict.fromkeys(FIELDS, ""), error)
    answer = to(f"/support/tickets/{number}")
    keep_secret(answer, secret)
    return answer


@routes.get("/support/tickets/<number>")
@hide
async def show(number: str) -> Response:
    return await _ticket(number, done=DONE.get(request.args.get("done", "")))


@routes.post("/support/tickets/<number>")
@hide
async def reply(number: str) -> Response:
    who = await visitor()
    require_our_page()
    given = await request.form
    try:
        await support.reply(deps(), who, held_secret(), number, given.get("text", ""), form=given.get("form", ""))
    except Refused as error:
        if error.reason is not Reason.MALFORMED:
            raise
        return await _ticket(number, error=error)
    return to(f"/support/tickets/{number}?done=said")


@routes.post("/support/tickets/<number>/close")
@hide
async def close(number: str) -> Response:
    who = await visitor()
    require_our_page()
    await support.close(deps(), who, held_secret(), number)
    return to(f"/support/tickets/{number}?done=closed")


async def _ticket(number: str, *, done: str | None = None, error: Refused | None = None) -> Response:
    who, secret = await visitor(), held_secret()
    found = await support.show_ticket(deps(), who, secret, number)
    link = f"{deps().settings.public_url}/support/follow/{secret}" if secret else ""
    problem = problem_of(error) if error else None
    answer = await page(
        "support/ticket.html",
        problem.status if problem else 200,
        ticket=found,
        link=link,
        form=secrets.token_urlsafe(16),
        done=done,
        problem=problem,
        signed=who is not None,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


# The two desks: one story, two doors.


@routes.get("/console/support")
@routes.get("/office/support")
@hide
async def queue() -> Response:
    state = request.args.get("state")
    found = await support.show_queue(deps(), await _desk(await signed_in()), state=state)
    return await _page("queue", found=found, state=state or "", done=DONE.get(request.args.get("done", "")))


@routes.get("/console/support/<number>")
@routes.get("/office/support/<number>")
@hide
async def at_desk(number: str) -> Response:
    return await _item(number, done=DONE.get(request.args.get("done", "")))


@routes.post("/console/support/<number>/answer")
@routes.post("/office/support/<number>/answer")
@hide
async def answer(number: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    at = await _desk(who)
    try:
        await support.answer(deps(), at, number, given.get("text", ""), form=given.get("form", ""))
        if "close" in given:
            await support.close_at_desk(deps(), at, number)
    except Refused as error:
        if error.reason not in (Reason.MALFORMED, Reason.ALREADY_DECIDED):
            raise
        return await _item(number, error=error, text=given.get("text", ""))
    return to(f"{_door()}/support?done=answered")


@routes.post("/console/support/<number>/close")
@routes.post("/office/support/<number>/close")
@hide
async def close_at_desk(number: str) -> Response:
    await support.close_at_desk(deps(), await _desk(await signed_in_writer()), number)
    return to(f"{_door()}/support?done=closed")


@routes.post("/console/support/<number>/hand-on")
@routes.post("/office/support/<number>/hand-on")
@hide
async def hand_on(number: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        await support.hand_on(deps(), await _desk(who), number, given.get("school", ""))
    except Refused as error:
        if error.detail is None:
            raise
        return await _item(number, error=error)
    return to(f"{_door()}/support?done=handed")


async def _item(number: str, *, done: str | None = None, error: Refused | None = None, text: str = "") -> Response:
    at = await _desk(await signed_in())
    found = await support.show_at_desk(deps(), at, number)
    problem = problem_of(error) if error else None
    zone = (await support.show_queue(deps(), at)).zone
    more = {"ticket": found, "desk_zone": zone, "form": secrets.token_urlsafe(16), "text": text, "done": done, "problem": problem}
    return await _page("item", problem.status if problem else 200, **more)


async def _page(template: str, status: int = 200, **more: Any) -> Response:
    door = _door()
    around = {"here": door.removeprefix("/"), "tab": "support", "door": door, "base": f"{door.removeprefix('/')}/base.html"}
    if door == "/office":
        around["office"] = "1"
    shown = await page(f"support/{template}.html", status, **around, **more)
    shown.headers["Cache-Control"] = "private, no-store"
    return shown


def _door() -> str:
    return "/console" if request.path.startswith("/console") else "/office"


async def _desk(who: Visitor) -> At:
    return await (support.operator_desk if _door() == "/console" else support.school_desk)(deps(), who)


def held_secret() -> str:
    found = request.cookies.get(_cookie(), "")
    return found if _SECRET.fullmatch(found) else ""


def keep_secret(answer: Response, secret: str) -> None:
    answer.set_cookie(_cookie(), secret, max_age=KEEPS_S, path="/", secure=deps().settings.secure, httponly=True, samesite="Lax")


def _cookie() -> str:
    return "__Host-hub-ticket" if deps().settings.secure else "hub-ticket"
