"""«Чаты» of a child's class for the family, and the profile that is shown to the school's bot."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import class_chats
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.chats import BotProfile
from hub.web.answers import deps, page
from hub.web.api.chats import audience_of
from hub.web.freshness import again_unless_fresh
from hub.web.guardianship import frame
from hub.web.office_desk import to
from hub.web.visitors import signed_in, signed_in_writer
from identity.model import LinkRole

routes = Blueprint("chats", __name__)

DONE = {
    "in": "Записали. Приглашение появится здесь в течение минуты.",
    "out": "Записали: в этот чат вас больше не зовут, из него профиль уберут.",
    "bound": "Профиль MAX подключён. Если чат класса в MAX, приглашение придёт само.",
}
MAX = "max"


@routes.get("/children/<child>/chats")
@hide
async def show(child: str) -> Response:
    who = await signed_in()
    view = await class_chats.show_my_chats(deps(), who, child)
    around = await frame(deps(), who, child) | {"section": "chats"}
    return await page("chats/family.html", view=view, done=DONE.get(request.args.get("done", "")), **around)


@routes.post("/children/<child>/chats/<audience>")
@hide
async def choose(child: str, audience: str) -> Response:
    who, form = await signed_in_writer(pupil=True), await request.form
    wanted = form.get("wanted") == "1"
    await class_chats.choose(deps(), who, child, audience_of(audience), wanted=wanted)
    return to(f"/children/{child}/chats?done={'in' if wanted else 'out'}")


@routes.get("/children/<child>/chats/max")
@hide
async def ask_max(child: str) -> Response:
    """What will happen, before anything does; `?for=child` binds the child's own profile."""
    who = await signed_in()
    around = await frame(deps(), who, child) | {"section": "chats"}
    again = again_unless_fresh(deps(), who, f"/children/{child}/chats/max" + ("?for=child" if "for" in request.args else ""))
    return await page("chats/max.html", again=again, of_child=request.args.get("for") == "child", problem=None, **around)


@routes.post("/children/<child>/chats/max")
@hide
async def begin_max(child: str) -> Response:
    """The code is in this answer and nowhere else: it is not kept in the clear, so the page is not repeated."""
    who, form = await signed_in_writer(), await request.form
    of_child = form.get("for") == "child"
    around = await frame(deps(), who, child) | {"section": "chats"}
    try:
        started = await class_chats.begin_bot_profile(
            deps(), who, MAX, whom=child if of_child else None, role=LinkRole.CHILD if of_child else None
        )
    except Refused as error:
        if error.reason in (Reason.NOT_FOUND, Reason.NOT_FRESH):
            raise
        problem = problem_of(error)
        return await page("chats/max.html", problem.status, again=None, of_child=of_child, problem=problem, **around)
    answer = await page("chats/open_bot.html", started=started, of_child=of_child, **around)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.get("/children/<child>/chats/profile/<intent>")
@hide
async def profile(child: str, intent: str) -> Response:
    """Who came to the bot with the code, to be confirmed here."""
    who = await signed_in()
    return await _profile(child, await class_chats.show_bot_profile(deps(), who, intent))


@routes.post("/children/<child>/chats/profile/<intent>")
@hide
async def confirm(child: str, intent: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        found = await class_chats.confirm_bot_profile(deps(), who, intent, yes=form.get("mine") == "1")
    except Refused as error:
        if error.reason is Reason.NOT_FOUND:
            raise
        return await _profile(child, await class_chats.show_bot_profile(deps(), who, intent), error)
    return to(f"/children/{child}/chats{'?done=bound' if found.state == 'active' else ''}")


async def _profile(child: str, found: BotProfile, error: Refused | None = None) -> Response:
    who = await signed_in()
    around = await frame(deps(), who, child) | {"section": "chats"}
    problem = problem_of(error) if error else None
    return await page("chats/profile.html", problem.status if problem else 200, found=found, problem=problem, **around)
