"""The platform beside the family API: profiles, the event calendar, ratings, meals, announcements, settings."""

from __future__ import annotations

from typing import Any, Final

from quart import request

from sandbox.mes.routes.table import Call, Handler
from sandbox.mes.wire import account, day, ids, lessons, notices, older, rating
from sandbox.mes.wire.answers import MesError, bad

CALENDAR: Final = "api/eventcalendar/v1/api/events"
WAKING: Final = frozenset({"acl/api/users/profile_info", "v3/userinfo"})
"""What a new token must ask for first."""


def profile_info(call: Call) -> Any:
    return [{"id": ids.profile_id(call.who, call.node.id), "type": "student" if call.is_student else "parent"}]


def events(call: Call) -> Any:
    if not call.node.has_calendar:
        raise MesError("not_found")
    child = call.by_guid("person_ids")
    start, end = call.span("begin_date", "end_date")
    expand = frozenset(request.args.get("expand", "").split(","))
    sources = [part for part in request.args.get("source_types", "").split(",") if part]
    days = lessons.Days.read(call.town, child, start, end, call.state.done, call.state.notices.get(child.id, {}))
    found = [lessons.event(days, lesson, expand) for lesson in days.lessons] if not sources or "PLAN" in sources else []
    return {"total_count": len(found), "response": found, "errors": None}


def rank_class(call: Call) -> Any:
    child = call.by_guid("personId", "person_id")
    own = call.school_class(child)
    if request.args.get("classUnitId") and call.number("classUnitId") != ids.class_unit_id(own):
        raise MesError("not_found")
    subject = None
    if request.args.get("subjectId"):
        wanted = call.number("subjectId")
        subject = next((it.id for it in call.town.subjects.values() if ids.subject_id(it) == wanted), "")
    return rating.of_class(call.town, own.id, call.day("date"), subject)


def rank_short(call: Call) -> Any:
    child = call.by_guid("personId")
    start, end = call.span("beginDate", "endDate")
    if (end - start).days > rating.MOST_DAYS:
        raise bad("endDate")
    return rating.by_day(call.town, child, start, end)


def rank_subjects(call: Call) -> Any:
    return rating.by_subject(call.town, call.by_guid("personId"), call.day("date"))


def meals_client(call: Call) -> Any:
    child = call.by_contract("contract_id", "contractId")
    return day.client(call.town, call.school(child), child)


def system_messages(call: Call) -> Any:
    schools = {call.school(child).id: call.school(child) for child in call.children()}
    return [row for school in schools.values() for row in notices.announcements(call.town, school)]


def settings(call: Call) -> Any:
    return call.state.settings.get((call.who.id, call.text("name")), account.SETTINGS)


def keep_settings(call: Call) -> Any:
    if not isinstance(call.body, dict) or len(str(call.body)) > 10_000:
        raise bad("body")
    call.state.settings[call.who.id, call.text("name")] = call.body
    return call.body


def person_data(call: Call, guid: str) -> Any:
    known = {ids.guid(who): who for who in (call.who, *call.children())}
    if guid.lower() not in known:
        raise MesError("not_found")
    return account.person_data(call.town, known[guid.lower()], call.node.id)


def class_members(call: Call) -> Any:
    wanted = call.number("class_unit_id")
    for child in call.children():
        if ids.class_unit_id(call.school_class(child)) == wanted:
            return older.class_members(call.town, call.school_class(child), call.node.id)
    raise MesError("not_found")


def student_profile(call: Call, number: str) -> Any:
    found = next((child for child in call.children() if str(ids.student_id(child, call.node.id)) == number), None)
    if found is None:
        raise MesError("not_found")
    return older.student_profile(call.town, found, call.node.id)


def organisations(call: Call) -> Any:
    schools = {20_000_000 + call.school(child).number: call.school(child) for child in call.children()}
    found = schools.get(call.number("organizationId"))
    return account.organisations([] if found is None else [found])


PLATFORM: Final[dict[tuple[str, str], Handler]] = {
    ("GET", "acl/api/users/profile_info"): profile_info,
    ("GET", CALENDAR): events,
    ("GET", "api/ej/rating/v1/rank/class"): rank_class,
    ("GET", "api/ej/rating/v1/rank/rankShort"): rank_short,
    ("GET", "api/ej/rating/v1/rank/subjects"): rank_subjects,
    ("GET", "api/meals/v1/clients"): meals_client,
    ("GET", "acl/api/system_messages"): system_messages,
    ("GET", "acl/api/users"): lambda call: [account.user(call.who, call.node.id, call.children())],
    ("GET", "(?:api/)?usersettings/v1"): settings,
    ("PUT", "(?:api/)?usersettings/v1"): keep_settings,
    ("GET", "v3/userinfo"): lambda call: account.user_info(call.who, call.node.id),
    ("GET", "v1/user/contacts"): lambda call: account.contacts(call.who),
    ("GET", "v1/user/childrens"): lambda call: account.childrens(call.town, call.who, call.children(), call.node.id),
    ("GET", "v1/nsi/organisations"): organisations,
    ("GET", r"api/persondata/(?:mobile|v1)/persons/([0-9a-fA-F-]{36})"): person_data,
    ("GET", "core/api/profiles"): class_members,
    ("GET", "core/api/student_profiles"): lambda call: [older.student_profile(call.town, child, call.node.id) for child in call.children()],
    ("GET", r"core/api/student_profiles/(\d{1,15})"): student_profile,
}
OPEN: Final[dict[tuple[str, str], Any]] = {
    ("GET", "core/api/academic_years"): older.academic_years,
    ("GET", "v1/roles/allGlobal"): account.roles,
}
"""Without a token; each takes the town."""
