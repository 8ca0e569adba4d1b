"""What a signed-in family reads."""

from __future__ import annotations

from typing import Any, Final

from sandbox.petersburg.routes.table import Call, Handler, listed, numbers
from sandbox.petersburg.wire import diary, people, site
from sandbox.petersburg.wire.answers import SiteError


def _children(call: Call) -> Any:
    return listed([people.child(call.town, pupil, call.who) for pupil in call.children()])


def _periods(call: Call) -> Any:
    return listed(
        [people.period(it) | {"group_id": number} for number, own in call.classes("p_group_ids[]") for it in call.town.periods_of(own.id)]
    )


def _subjects(call: Call) -> Any:
    """Of the asked periods, or of the year."""
    periods = numbers("p_periods[]")
    found: dict[int, Any] = {}
    for _, own in call.classes("p_groups[]"):
        pupil = next(it for it in call.children() if it.class_id == own.id)
        spans = [(it.start, it.end) for it in call.town.periods_of(own.id) if it.number_id in periods] if periods else [call.town.year]
        for start, end in spans:
            found |= {it["subject_id"]: it for it in people.subjects(call.town, pupil, start, end)}
    return listed(list(found.values()))


def _teachers(call: Call) -> Any:
    return listed([it for pupil in call.pupils() for it in people.teachers(call.town, pupil)])


def _class_teacher(call: Call, number: str) -> Any:
    own = dict(call.classes("p_group_ids[]"))
    if int(number) not in own:
        raise SiteError(403, "Доступ запрещён")
    return people.class_teacher(call.town, own[int(number)])


def _lessons(call: Call) -> Any:
    pupils = call.pupils()
    span = call.span("p_datetime_from", "p_datetime_to")
    return listed([it for pupil in pupils for it in diary.lessons(call.town, pupil, *span)])


def _schedule(call: Call) -> Any:
    pupils = call.pupils()
    start, end = call.span("p_datetime_from", "p_datetime_to")
    if (end.hour, end.minute, end.second) == (0, 0, 0):
        end = end.replace(hour=23, minute=59, second=59)
    return listed([it for pupil in pupils for it in diary.schedule(call.town, pupil, start, end)])


def _table(call: Call) -> Any:
    pupils = call.pupils()
    start, end = call.span("p_date_from", "p_date_to")
    return listed([it for pupil in pupils for it in diary.table(call.town, pupil, start.date(), end.date())])


def _gate(call: Call) -> Any:
    """The education is named in the singular here."""
    return listed([it for pupil in call.pupils("p_education")[:1] for it in site.gate(call.town, pupil)])


def _jurisdictions(call: Call) -> Any:
    return listed([{"identity": {"id": people.JURISDICTION["id"]}, "name": people.JURISDICTION["name"]}] if call.children() else [])


def _institutions(call: Call) -> Any:
    found = {int(pupil.accounts["petersburg"]["institution_id"]): call.town.schools[pupil.school or ""] for pupil in call.children()}
    return listed([people.institution(it, number) for number, it in found.items()])


def _groups(call: Call) -> Any:
    return listed([people.group(it, number) for number, it in call.classes("p_groups[]")])


def _announcements(call: Call) -> Any:
    schools = {pupil.school: call.town.schools[pupil.school or ""] for pupil in call.children()}
    return listed([it for school in schools.values() for it in site.announcements(call.town, school)])


def _banners(_call: Call) -> Any:
    return listed([])


def accounts(call: Call, hash_uid: str) -> Any:
    pupil = next((it for it in call.children() if it.accounts["petersburg"]["hash_uid"] == hash_uid), None)
    if pupil is None:
        raise SiteError(403, "Доступ запрещён")
    return {"accounts": site.accounts(call.town, pupil)}


def _permissions(call: Call) -> Any:
    return {"roles": ["parent"], "login": call.who.email, "educations": [people.education_id(pupil) for pupil in call.children()]}


READING: Final[dict[str, Handler]] = {
    r"journal/person/related-child-list": _children,
    r"group/group/get-list-period": _periods,
    r"journal/subject/list-studied": _subjects,
    r"journal/teacher/list": _teachers,
    r"journal/person/get-classroom-teacher/(\d{1,9})": _class_teacher,
    r"journal/lesson/list-by-education": _lessons,
    r"journal/schedule/list-by-education": _schedule,
    r"journal/estimate/table": _table,
    r"journal/acs/list": _gate,
    r"journal/institution/related-jurisdiction-list": _jurisdictions,
    r"journal/institution/related-institution-list": _institutions,
    r"journal/group/related-group-list": _groups,
    r"journal/announcement/list-open": _announcements,
    r"cms/banner/list": _banners,
    r"user/permission/get": _permissions,
}
