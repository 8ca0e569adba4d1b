"""«Доступ для близких»: lending a view with a code that is shown once, taking it, ending it; and a grown pupil's own grant."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.guardianship import delegations
from hub.flows.refusals import Reason, Refused
from hub.flows.who_sees import who_sees
from hub.web.answers import deps, page
from hub.web.freshness import again_unless_fresh
from hub.web.guardianship import frame, to
from hub.web.visitors import signed_in, signed_in_writer, visitor

routes = Blueprint("guardianship_lent", __name__)

DAYS = (7, 14, 30, 60, 90)


@routes.get("/children/<child>/delegation")
@hide
async def ask(child: str) -> Response:
    """For how long; what the other person will see and what not."""
    who, found = await signed_in(), deps()
    view = await who_sees(found, who, child)
    if not view.may_lend:
        raise Refused(Reason.NOT_FOUND)
    again = again_unless_fresh(found, who, f"/children/{child}/delegation")
    return await page("guardianship/lend.html", view=view, days=DAYS, again=again, **await frame(found, who, child))


@routes.post("/children/<child>/delegation")
@hide
async def offer(child: str) -> Response:
    """The code is on this page and nowhere else."""
    who, found = await signed_in_writer(), deps()
    chosen = (await request.form).get("days", "")
    if chosen and not (chosen.isascii() and chosen.isdigit() and len(chosen) < 6):
        raise Refused(Reason.MALFORMED, "Выберите срок из списка.")
    made = await delegations.offer(found, who, child, days=int(chosen) if chosen else None)
    answer = await page("guardianship/lent.html", offer=made, **await frame(found, who, child))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.get("/delegations")
@hide
async def mine() -> Response:
    """What is lent to me, what I lend, and the field for a code; whoever is not signed in signs in first and keeps the code."""
    who, found = await visitor(), deps()
    if who is None:
        return await page("guardianship/take_first.html")
    again = again_unless_fresh(found, who, "/delegations")
    items = (await delegations.mine(found, who)).items
    return await page("guardianship/mine.html", here="family", items=items, me=who.person, again=again, error=None)


@routes.post("/delegations")
@hide
async def take() -> Response:
    """A refusal keeps the page; the code is typed anew."""
    who, found = await signed_in_writer(), deps()
    given = await request.form
    try:
        await delegations.accept(found, who, given.get("code", ""), address=request.remote_addr or "")
    except Refused as error:
        if error.reason is Reason.NOT_FRESH:
            raise
        told = problem_of(error)
        items = (await delegations.mine(found, who)).items
        answer = await page("guardianship/mine.html", told.status, here="family", items=items, me=who.person, again=None, error=told.detail)
        if told.retry_after_s is not None:
            answer.headers["Retry-After"] = str(told.retry_after_s)
        return answer
    return to("/")


@routes.post("/delegations/<loan>/end")
@hide
async def end(loan: str) -> Response:
    """Ends it at once."""
    await delegations.end(deps(), await signed_in_writer(), loan)
    child = (await request.form).get("child", "")
    return to(f"/children/{child}/who-sees" if child.isalnum() else "/delegations")


@routes.post("/grants/<guardian>")
@hide
async def grant(guardian: str) -> Response:
    """A grown pupil opens the own diary to a former guardian."""
    who = await signed_in_writer()
    await delegations.grant(deps(), who, guardian)
    return to(f"/children/{who.person}/who-sees")
