"""«Школа» of a child as pages: the school is found by name, the application goes in two steps, and is read as steps with dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import join_school
from hub.flows.find_school import find_school
from hub.flows.join_school.page import show_page
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.family import SchoolView
from hub.flows.views.school.joining import JoinPage, JoinRequestView, JoinView
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.guardianship import frame
from hub.web.office_desk import to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("joins", __name__)

STATES: Mapping[str, str] = {
    "submitted": "школа решает", "partial": "школа решает: одно решение есть", "complete": "школа приняла", "rejected": "школа отказала",
    "withdrawn": "отозвано", "expired": "закрыто: 30 дней без решения", "draft": "черновик", "approved": "одобрено",
}  # fmt: skip
KINDS: Mapping[str, str] = {"register_pupil": "Зачислить ученика", "attach_representative": "Подключить родителя"}
EVENTS: Mapping[str, str] = {
    "submitted": "Заявление подано", "resubmitted": "Заявление подано заново", "approved": "Одобрено", "rejected": "Отказано",
    "withdrawn": "Заявление отозвано", "expired": "30 дней прошли без решения, заявление закрылось",
    "first_signed": "Согласен первый сотрудник, по правилам нужен второй", "announced": "Согласен второй сотрудник, предупредили семью",
    "enrolled": "Ученик в списке школы",
}  # fmt: skip
SIDES: Mapping[str, str] = {"family": "семья", "school": "школа", "outside": "школа, через «Мою школу»", "time": ""}
LAST: Mapping[str, tuple[str, str]] = {
    "complete": ("Ученик в списке школы", "done"), "rejected": ("Школа отказала", "bad"), "withdrawn": ("Вы отозвали заявление", "bad"),
    "expired": ("30 дней прошли без решения, заявление закрылось", "bad"),
}  # fmt: skip
DONE: Mapping[str, str] = {
    "sent": "Заявление подано. Школа решает до 30 дней; о каждом решении напишем в «Уведомления».",
    "known": "Такое заявление уже есть: второе не понадобилось. Оно ниже.",
    "withdrawn": "Заявление отозвано.",
}
UNTOLD: Mapping[str, str] = {
    "certificate_missing": "нет российского свидетельства о рождении. Придите в школу с документом",
    "child_unknown": "ребёнка нет в вашем списке на Госуслугах («Семья и дети»). Добавьте его или придите в школу с документом",
    "level_too_low": "учётная запись Госуслуг пока не подтверждена",
    "wrong_profile": "там вы зарегистрированы в другой роли",
    "school_unknown": "такой школы там нет",
    "too_young": "до 14 лет подаёт родитель",
    "pupil_acts_alone": "с 14 лет подаёт сам ученик",
}
routes.add_app_template_filter(lambda code: UNTOLD.get(str(code), "сервис отказал, подробностей нет"), "join_untold")
routes.add_app_template_filter(lambda state: STATES.get(str(state), str(state)), "join_state")
routes.add_app_template_filter(lambda kind: KINDS.get(str(kind), str(kind)), "join_kind")
routes.add_app_template_filter(lambda event: EVENTS.get(str(event), str(event)), "join_event")
routes.add_app_template_filter(lambda side: SIDES.get(str(side), ""), "join_side")


@routes.get("/children/<child>/school")
@hide
async def show(child: str) -> Response:
    """`?q=` looks for a school by its name, INN or OGRN."""
    who, query = await signed_in(), request.args.get("q", "")
    view = await show_page(deps(), who, child)
    found, error = await _found(query) if view.role else (None, None)
    return await _page("joins/school.html", who, child, view, query=query, found=found, error=error)


@routes.get("/children/<child>/school/apply")
@hide
async def ask(child: str) -> Response:
    """The second step: the school is chosen, the class is named."""
    who = await signed_in()
    view = await show_page(deps(), who, child)
    return await _apply(who, child, view, request.args.get("ogrn", ""), {"class": request.args.get("class", ""), "agreed": ""})


@routes.post("/children/<child>/school/apply")
@hide
async def send(child: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    view = await show_page(deps(), who, child)
    asked = join_school.Application(
        child=child,
        school_ogrn=form.get("ogrn", ""),
        class_name=form.get("class", ""),
        role=view.role or "",
        school_year=form.get("year", ""),
    )
    try:
        if view.outside and form.get("agreed") != "yes":
            raise Refused(Reason.MALFORMED, "Отметьте, что заявление можно передать в «Мою школу»: без этого школа там его не увидит.")
        done = await join_school.submit_join(deps(), who, asked)
    except Refused as error:
        if error.reason is not Reason.MALFORMED or not view.role:
            raise
        return await _apply(who, child, view, asked.school_ogrn, form, error)
    return to(f"/children/{child}/school/{done.view.id}?done={'sent' if done.new else 'known'}")


@routes.get("/children/<child>/school/<bundle>")
@hide
async def one(child: str, bundle: str) -> Response:
    """Every step with its date and who decided."""
    who = await signed_in()
    found = await join_school.read_join(deps(), who, bundle)
    if found.child != child:
        raise Refused(Reason.NOT_FOUND)
    view = await show_page(deps(), who, child)
    return await _page("joins/one.html", who, child, view, join=found, steps=steps_of(found))


@routes.post("/children/<child>/school/<bundle>/withdraw")
@hide
async def withdraw(child: str, bundle: str) -> Response:
    await join_school.withdraw_join(deps(), await signed_in_writer(), bundle)
    return to(f"/children/{child}/school/{bundle}?done=withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`state`: done, bad, now, next, or off where it was never decided."""

    title: str
    state: str
    at: datetime | None = None
    request: JoinRequestView | None = None


def steps_of(join: JoinView) -> list[Step]:
    """The way of an application: what is done, what the school decides now, what comes then."""
    states = {"approved": "done", "rejected": "bad", "submitted": "now"}
    steps = [Step(title="Заявление подано", at=join.submitted_at, state="done")]
    steps += [Step(title=KINDS.get(one.kind, one.kind), state=states.get(one.state, "off"), request=one) for one in join.requests]
    at = join.history[-1].at if join.state in LAST and join.history else None
    title, state = LAST.get(join.state, (LAST["complete"][0], "next"))
    return [*steps, Step(title=title, at=at, state=state)]


async def _found(query: str) -> tuple[list[SchoolView] | None, Refused | None]:
    if not query.strip():
        return None, None
    try:
        return list((await find_school(deps(), query)).items), None
    except Refused as error:
        if error.reason is not Reason.MALFORMED:
            raise
        return None, error


async def _apply(who: Visitor, child: str, view: JoinPage, ogrn: str, typed: Mapping[str, str], error: Refused | None = None) -> Response:
    items = (await find_school(deps(), ogrn)).items if ogrn.isdigit() and len(ogrn) >= 10 else ()
    school = next((one for one in items if one.ogrn == ogrn), None)
    if school is None or not view.role:
        return to(f"/children/{child}/school")
    return await _page("joins/apply.html", who, child, view, school=school, typed=typed, error=error)


async def _page(template: str, who: Visitor, child: str, view: JoinPage, *, error: Refused | None = None, **more: Any) -> Response:
    problem = problem_of(error) if error else None
    around = await frame(deps(), who, child) | {"section": "school"}
    status = problem.status if problem else 200
    return await page(template, status, view=view, done=DONE.get(request.args.get("done", "")), problem=problem, **more, **around)
