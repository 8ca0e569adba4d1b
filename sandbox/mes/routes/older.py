"""What the older `core/api`, the cabinet's reports and a few small services still answer."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Final

from quart import request

from sandbox.derived.school_day import MENUS, PRICE
from sandbox.mes.routes.table import Call, Handler
from sandbox.mes.wire import account, day, ids, marks, older, people, times
from sandbox.mes.wire.answers import MesError, bad
from sandbox.mes.wire.subject_marks import Book
from sandbox.world.model import Person


def _russian_day(call: Call, name: str) -> date:
    text = call.text(name)
    if re.fullmatch(r"\d{2}\.\d{2}\.\d{4}", text, re.ASCII) is None:
        raise bad(name)
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 - a calendar day, no time
    except ValueError as error:
        raise bad(name) from error


def _child(call: Call, name: str) -> Person:
    wanted = call.number(name)
    found = next((child for child in call.children() if ids.student_id(child, call.node.id) == wanted), None)
    if found is None:
        raise MesError("not_found")
    return found


def subjects(call: Call) -> Any:
    wanted = set(request.args.get("ids", "").split(",")) - {""}
    rows = [{"id": ids.subject_id(it), "name": it.name, "common_name": it.name} for it in call.town.subjects.values()]
    return [row for row in rows if not wanted or str(row["id"]) in wanted]


def mark_list(call: Call) -> Any:
    """By the day on which a mark was set, not by the lesson's."""
    child, start, end = _child(call, "student_profile_id"), _russian_day(call, "created_at_from"), _russian_day(call, "created_at_to")
    school, student = call.school(child), ids.student_id(child, call.node.id)
    found = marks.by_date(call.town.marks(child.id, *times.whole_year(call.town)))
    set_between = [it for it in found if start <= times.local(school, it.set_at).date() <= end]
    return [older.mark(call.town, school, it, student) for it in set_between]


def homework_list(call: Call) -> Any:
    child = _child(call, "student_profile_id")
    span = _russian_day(call, "begin_prepared_date"), _russian_day(call, "end_prepared_date")
    found = call.town.homework_of(child.id, *span)
    return [older.homework(call.town, call.school(child), it, child, call.node.id, call.state.done) for it in found]


def teacher(call: Call, number: str) -> Any:
    schools = {child.school for child in call.children()}
    for who in call.town.people.values():
        if who.role == "teacher" and who.school in schools and str(ids.staff_id(who)) == number:
            return older.teacher(call.town, who)
    raise MesError("not_found")


def billing(call: Call) -> Any:
    child = call.by_contract("contract_id")
    start, end = call.span()
    rows = day.balance_days(call.town, call.school(child), child, 400, None)
    days = [row for row in rows["days"] if start.isoformat() <= row["date"] <= end.isoformat()]
    return {"balance": rows["balance"], "payload": [{"date": row["date"], "details": row["transactions"]} for row in days]}


def complexes(call: Call) -> Any:
    at = call.day("onDate")
    call.by_guid("personId")
    dishes = MENUS[at.toordinal() % len(MENUS)]
    items = [{"id": number, "code": f"{number:04d}", "name": name, "price": 0} for number, name in enumerate(dishes, 1)]
    common = {"startDate": at.isoformat(), "endDate": at.isoformat(), "price": day.kopecks(PRICE), "kind": 1, "paymentType": 1}
    return {"items": [{"id": 1, "name": "Завтрак", **common, "preorderAllowed": True, "allowSelectItems": False, "items": items}]}


def person_details(call: Call) -> Any:
    child = call.by_guid("contingent_guid")
    found = account.person_data(call.town, child, call.node.id)
    return {
        "last_name": child.last_name,
        "first_name": child.first_name,
        "middle_name": child.middle_name,
        "birthdate": child.birth_date.isoformat(),
        "sex": 1 if child.sex == "F" else 0,
        "documents": [
            {"document_type_id": 3, "series": it["series"], "number": it["number"], "issuer": it["issuer"], "issue_date": it["issued"]}
            for it in found["documents"]
        ],
    }


def userinfo(call: Call) -> Any:
    who = call.who
    return {
        "email": who.email or "",
        "phone": people.digits(who.phone)[-10:],
        "name": f"{who.last_name} {who.first_name} {who.middle_name}",
        "gender": people.sex(who),
        "education": account.education(call.town, who),
        "children": [ids.guid(child) for child in call.children() if child is not who],
        "agents": [ids.guid(it) for it in call.town.guardians_of(who.id)],
        "mesh_id": ids.guid(who),
        "given_name": who.first_name,
        "family_name": who.last_name,
        "middle_name": who.middle_name,
        "birth_date": who.birth_date.isoformat(),
        "updated_at": f"{call.now:%Y-%m-%dT%H:%M:%S}",
        "picture": {"medium": "", "large": ""},
    }


def curriculum(call: Call, number: str) -> Any:
    own = call.school_class(_child(call, "student_id"))
    if int(number) != ids.CURRICULUM + own.parallel:
        raise MesError("not_found")
    return [people.curriculum(call.town, own)]


def _progress(call: Call) -> Any:
    return older.progress(Book.read(call.town, _child(call, "student_profile_id")))


def _periods(call: Call) -> Any:
    return older.periods(call.town, _child(call, "student_id"))


OLDER: Final[dict[tuple[str, str], Handler]] = {
    ("GET", "core/api/subjects"): subjects,
    ("GET", "core/api/marks"): mark_list,
    ("GET", "core/api/student_homeworks"): homework_list,
    ("GET", r"core/api/teacher_profiles/(\d{1,15})"): teacher,
    ("GET", "(?:core/api|api/ej/core/family/v1)/periods_schedules"): _periods,
    ("GET", "(?:reports/api|api/ej/report/family/v1)/progress/json"): _progress,
    ("GET", "api/ej/core/family/v1/final_marks_prev_year"): lambda call: [],
    ("GET", "ae/api/ae_groups"): lambda call: [],
    ("GET", "core/api/messages/count_unread_and_important"): lambda call: {"total_unread": 0, "important_unread": 0},
    ("GET", "mobile/api/billing"): billing,
    ("GET", r"mobile/api/programs/parallel_curriculum/(\d{1,15})"): curriculum,
    ("GET", "api/meals/v2/menu/complexes"): complexes,
    ("GET", "v1/oauth/userinfo"): userinfo,
}
FAMILY_OLDER: Final[dict[tuple[str, str], Handler]] = {
    ("GET", "person-details"): person_details,
    ("GET", "menu(?:/buffet)?"): lambda call: {"menu": []},
}
