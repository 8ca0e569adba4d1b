"""«Сегодня не придёт» as pages: two taps for the usual case, days or lessons for the rest, what became of it; and the school's inbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from connectors.kit.errors import ConnectorError
from hub.errors import problem_of
from hub.flows import absence
from hub.flows.absence import NewAbsence
from hub.flows.absence.rules import KINDS
from hub.flows.refusals import Reason, Refused
from hub.flows.views.written.absence import AbsenceView
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.child_page import day_in
from hub.web.guardianship import frame
from hub.web.office_desk import to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("absences", __name__)

STATES: Mapping[str, str] = {
    "draft": "не передано", "sent": "отправлено", "accepted": "школа приняла", "rejected": "школа не приняла", "withdrawn": "отозвано",
}  # fmt: skip
routes.add_app_template_filter(lambda kind: KINDS.get(str(kind), ""), "absence_reason")
routes.add_app_template_filter(lambda state: STATES.get(str(state), str(state)), "absence_state")
KEPT = frozenset({Reason.MALFORMED, Reason.REPEAT_OTHER})
"""Refusals that keep the form."""
TYPED = ("form", "first_day", "last_day", "kind", "reason")
DONE: Mapping[str, str] = {
    "sent": "Отправлено.", "draft": "Записали здесь, но школе пока не передано: ниже сказано почему.",
    "known": "Об этом уже сообщили раньше: второй раз не отправляли.", "withdrawn": "Отозвано.",
    "over": "С этой страницы об этом уже сообщали, и то уведомление больше не действует: второй раз оно не ушло. Сообщите заново ниже.",
    "checked": "Проверили: ниже то, что сейчас стоит в дневнике.",
    "accepted": "Принято, семья увидит это сразу.", "rejected": "Семья увидит ваш ответ.",
}  # fmt: skip


@routes.get("/children/<child>/absence")
@hide
async def show(child: str) -> Response:
    """`?day=` is the day to stay away, today without it; `?more=1` opens the whole form."""
    who, text = await signed_in(), request.args.get("day")
    return await _page(who, child, day=day_in(text) if text else None, more="more" in request.args, done=request.args.get("done"))


@routes.post("/children/<child>/absence")
@hide
async def send(child: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        first = day_in(form.get("first_day", ""))
        last = day_in(form["last_day"]) if form.get("last_day") and not form.getlist("lesson") else first
        asked = NewAbsence(
            form=form.get("form", ""),
            first_day=first,
            last_day=last,
            lessons=[int(one) for one in form.getlist("lesson") if one.isascii() and one.isdigit() and len(one) < 4],
            kind=form.get("kind", ""),
            reason=form.get("reason", ""),
        )
        sent = await absence.send_absence(deps(), who, child, asked)
    except Refused as error:
        if error.reason not in KEPT:
            raise
        return await _page(who, child, more=True, typed=form, error=error)
    return to(f"/children/{child}/absence?done={_done(sent.notice) if sent.new else _known(sent.notice)}")


@routes.post("/children/<child>/absence/<notice>/withdraw")
@hide
async def withdraw(child: str, notice: str) -> Response:
    await absence.withdraw(deps(), await signed_in_writer(), child, notice)
    return to(f"/children/{child}/absence?done=withdrawn")


@routes.post("/children/<child>/absence/<notice>/retry")
@hide
async def retry(child: str, notice: str) -> Response:
    found = await absence.retry(deps(), await signed_in_writer(), child, notice)
    return to(f"/children/{child}/absence?done={_done(found)}")


def _done(notice: AbsenceView) -> str:
    return "draft" if notice.state == "draft" else "sent"


def _known(notice: AbsenceView) -> str:
    """A step back to the form of a notice that counts no more: nobody waits for the child's absence, so it is not «told already»."""
    return "over" if notice.state in ("withdrawn", "rejected") else "known"


@routes.post("/children/<child>/absence/<notice>/check")
@hide
async def check(child: str, notice: str) -> Response:
    """A diary that does not answer is no dead end: the page stays, with what was known."""
    who = await signed_in_writer()
    try:
        await absence.check(deps(), who, child, notice)
    except ConnectorError as error:
        return await _page(who, child, error=error)
    return to(f"/children/{child}/absence?done=checked")


async def _page(
    who: Visitor,
    child: str,
    *,
    day: date | None = None,
    more: bool = False,
    done: str | None = None,
    typed: Any = None,
    error: Refused | ConnectorError | None = None,
) -> Response:
    view = await absence.show_absences(deps(), who, child, day=day)
    other = isinstance(error, Refused) and error.reason is Reason.REPEAT_OTHER  # a new notice, under a name of its own
    problem = problem_of(error) if error else None
    around = await frame(deps(), who, child) | {"section": "absence"}
    return await page(
        "absence/family.html",
        problem.status if problem else 200,
        view=view,
        kinds=KINDS,
        more=more or day is not None,
        typed={name: typed.get(name, "") if typed and not (name == "form" and other) else "" for name in TYPED},
        chosen=typed.getlist("lesson") if typed else [],
        tomorrow=view.today + timedelta(days=1),
        done=DONE.get(done or ""),
        undone=done == "draft",
        problem=problem,
        **around,
    )


@routes.get("/office/absences")
@hide
async def inbox() -> Response:
    found = await absence.list_of_school(deps(), await signed_in())
    return await _office(found, done=DONE.get(request.args.get("done", "")))


@routes.post("/office/absences/<notice>/accept")
@hide
async def accept(notice: str) -> Response:
    who = await signed_in_writer()
    await absence.accept(deps(), who, notice)
    return to("/office/absences?done=accepted")


@routes.post("/office/absences/<notice>/reject")
@hide
async def reject(notice: str) -> Response:
    who = await signed_in_writer()
    try:
        await absence.reject(deps(), who, notice, (await request.form).get("reason"))
    except Refused as error:
        if error.reason is not Reason.MALFORMED:
            raise
        return await _office(await absence.list_of_school(deps(), who), error=error, opened=notice)
    return to("/office/absences?done=rejected")


async def _office(found: Any, *, done: str | None = None, error: Refused | None = None, opened: str = "") -> Response:
    problem = problem_of(error) if error else None
    return await page(
        "absence/office.html",
        problem.status if problem else 200,
        here="office",
        office=True,
        tab="absences",
        found=found,
        narrow=found.own_class,
        done=done,
        problem=problem,
        opened=opened,
    )
