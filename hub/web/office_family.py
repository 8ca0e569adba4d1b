"""Who sees a pupil, for the office: restrictions, recovery in person, early full capacity, each begun here and signed by another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import office
from hub.flows.refusals import Refused
from hub.flows.views.school.desk import Proposed
from hub.web.answers import deps, page
from hub.web.desk_words import DONE, WORDS
from hub.web.office_desk import ELSEWHERE, to, typed_day, typed_document
from hub.web.visitors import signed_in, signed_in_writer
from identity.errors import IdentityError

routes = Blueprint("office_family", __name__, url_prefix="/office")


@routes.get("/pupils/<pupil>/guardians")
@hide
async def show(pupil: str) -> Response:
    return await _desk(pupil, None)


@routes.post("/pupils/<pupil>/restrictions")
@hide
async def restrict(pupil: str) -> Response:
    """The first signature; the form names a guardian of the page, or anybody by SNILS."""
    who, form = await signed_in_writer(), await request.form

    async def act() -> Proposed:
        until = form.get("until") or None
        return await office.restrict(
            deps(),
            who,
            pupil,
            typed_document(form),
            guardian=form.get("guardian") or None,
            snils=form.get("snils") or None,
            until=typed_day(until, "Срок ограничения записан неверно.") if until else None,
        )

    return await _begin(pupil, act)


@routes.post("/pupils/<pupil>/recoveries")
@hide
async def recover(pupil: str) -> Response:
    who, form = await signed_in_writer(), await request.form

    async def act() -> Proposed:
        return await office.recover(deps(), who, pupil, form.get("person", ""), typed_document(form))

    return await _begin(pupil, act)


@routes.post("/pupils/<pupil>/full-capacity")
@hide
async def make_capable(pupil: str) -> Response:
    who, form = await signed_in_writer(), await request.form

    async def act() -> Proposed:
        since = typed_day(form.get("since", ""), "Дата, с которой документ действует, записана неверно.")
        return await office.make_capable(deps(), who, pupil, since, typed_document(form))

    return await _begin(pupil, act)


@routes.post("/pupils/<pupil>/new-identity")
@hide
async def renew(pupil: str) -> Response:
    """Adoption or a changed identity."""
    who, form = await signed_in_writer(), await request.form

    async def act() -> Proposed:
        born = form.get("birth_date") or None
        named = (form.get("last_name", ""), form.get("first_name", ""), form.get("middle_name", ""))
        day = typed_day(born, "Дата рождения записана неверно.") if born else None
        return await office.renew(deps(), who, pupil, named, day, form.getlist("keep"), typed_document(form))

    return await _begin(pupil, act)


@routes.get("/restrictions")
@hide
async def restrictions() -> Response:
    found = await office.list_restrictions(deps(), await signed_in())
    done = DONE.get(request.args.get("done", ""), "")
    return await page(
        "office_desk/restrictions.html", here="office", office=True, tab="restrictions", found=found, words=WORDS, done=done, problem=None
    )


@routes.post("/restrictions/<ban>/lift")
@hide
async def lift(ban: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        await office.lift(deps(), who, ban, form.get("reason"))
    except (Refused, IdentityError) as error:
        if isinstance(error, Refused) and error.reason in ELSEWHERE:
            raise
        found, problem = await office.list_restrictions(deps(), who), problem_of(error)
        return await page(
            "office_desk/restrictions.html",
            problem.status,
            here="office",
            office=True,
            tab="restrictions",
            found=found,
            words=WORDS,
            done="",
            problem=problem,
        )
    return to("/office/restrictions?done=begun")


@routes.get("/recovery")
@hide
async def recovery() -> Response:
    """How it goes, and which wait for a signature."""
    found = await office.list_reviews(deps(), await signed_in())
    waiting = [one for one in found.items if one.kind == "recovery"]
    return await page("office_desk/recovery.html", here="office", office=True, tab="recovery", found=found, waiting=waiting, words=WORDS)


async def _begin(pupil: str, act: Callable[[], Awaitable[Proposed]]) -> Response:
    """A refusal keeps the page; what was begun waits in the queue."""
    try:
        await act()
    except (Refused, IdentityError) as error:
        if isinstance(error, Refused) and error.reason in ELSEWHERE:
            raise
        return await _desk(pupil, error)
    return to(f"/office/pupils/{pupil}/guardians?done=begun")


async def _desk(pupil: str, error: Exception | None) -> Response:
    found = await office.show_pupil(deps(), await signed_in(), pupil)
    problem = problem_of(error) if error else None
    return await page(
        "office_desk/pupil.html",
        problem.status if problem else 200,
        here="office",
        office=True,
        tab="pupils",
        found=found,
        words=WORDS,
        problem=problem,
        done=DONE.get(request.args.get("done", ""), "") if error is None else "",
        typed=(await request.form).to_dict() if error else {},
    )
