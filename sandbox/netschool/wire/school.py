"""Sign-in options, schools, the year, announcements, the user's own settings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from sandbox.netschool.state.sessions import IDLE, Session
from sandbox.netschool.wire import ids
from sandbox.netschool.wire.answers import VERSION, bell, day, moment, today
from sandbox.world.calendar import at_school
from sandbox.world.model import Person, School
from sandbox.world.town import Town

NEWS: Final = (
    (9, 1, "День знаний", "<p>Линейка в 8:30 на стадионе.</p>"),
    (10, 8, "Осенняя ярмарка", "<p>Ярмарка в субботу, <i>приносите поделки</i>.</p>"),
    (11, 9, "Расписание каникул", "<p>Каникулы прошли, расписание звонков прежнее.</p>"),
    (12, 21, "Ёлка", "<p>Праздник 28 декабря.</p>"),
    (4, 6, "ВПР", "<p>Всероссийские проверочные начинаются 12 апреля.</p>"),
)
ROLES: Final = {"parent": {"id": 5, "name": "Родитель"}, "staff": {"id": 2, "name": "Учитель"}}


def login_data(*, password: bool) -> dict[str, Any]:
    return {
        "schoolLogin": password,
        "esiaLogin": True,
        "esiaMainAuth": not password,
        "esiaButton": True,
        "signatureLogin": False,
        "windowsAuth": False,
        "enableSms": False,
        "esaLogin": False,
        "emLogin": False,
        "version": VERSION,
        "productName": "Сетевой город. Образование",
    }


def login_form(town: Town) -> dict[str, Any]:
    return {
        "cid": 2,
        "sid": 1,
        "pid": -1,
        "cn": 1,
        "sft": 2,
        "scid": ids.school(ids.schools(town)[0]),
        "countries": [{"id": 2, "name": "Россия"}],
        "states": [{"id": 1, "name": "Самарская область"}],
        "schools": [{"id": ids.school(it), "name": it.short_name} for it in ids.schools(town)],
    }


def search(town: Town, name: str) -> list[dict[str, Any]]:
    """By a part of either name."""
    wanted = name.lower().strip()
    return [
        {
            "id": ids.school(it),
            "name": f"{it.short_name} ({it.city})",
            "shortName": it.short_name,
            "inn": it.inn,
            "ogrn": it.ogrn,
            "cityId": 1,
            "provinceId": 1,
            "municipalityDistrictId": 1,
            "addressString": it.address,
        }
        for it in ids.schools(town)
        if wanted in it.short_name.lower() or wanted in it.legal_name.lower()
    ]


def card(it: School) -> dict[str, Any]:
    return {
        "commonInfo": {
            "schoolName": it.short_name,
            "fullSchoolName": it.legal_name,
            "foundingDate": None,
            "about": "",
            "status": "Общеобразовательная организация",
            "educationInstitutionType": "Школа",
        },
        "contactInfo": {
            "postAddress": it.address,
            "juridicalAddress": it.address,
            "email": it.email,
            "web": f"https://{it.id}.town.example",
            "phones": it.phone,
        },
        "managementInfo": {"director": it.head, "principalUVR": "", "principalAHC": "", "principalIT": ""},
        "otherInfo": {"inn": it.inn, "kpp": "", "ogrn": it.ogrn, "okpo": ""},
    }


def opened(town: Town, session: Session, who: Person, *, choose_role: bool) -> dict[str, Any]:
    """What a sign-in answers; an account with several roles is sent to choose one first."""
    roles = [ROLES["parent"], ROLES["staff"]] if choose_role or session.role == "staff" else [ROLES["parent"]]
    school = ids.schools(town)[0]
    return {
        "at": session.at,
        "code": None,
        "timeOut": int(IDLE.total_seconds() * 1000),
        "accessToken": session.bearer,
        "refreshToken": "",
        "tokenType": "Bearer",
        "accountInfo": {
            "active": True,
            "canLogin": True,
            "user": {"id": ids.user(who), "name": f"{who.last_name} {who.first_name[:1]}. {who.middle_name[:1]}."},
            "userRoles": [{"role": role, "schoolId": ids.school(school), "userId": ids.user(who)} for role in roles],
            "organizations": [{"id": ids.school(school), "name": school.short_name}],
            "currentOrganization": {"id": ids.school(school), "name": school.short_name},
            "storeTokens": True,
        },
        "entryPoint": "/app/choose-session-role" if choose_role else "/app/school/studentdiary/",
        "requestData": {},
        "errorMessage": None,
    }


# The year
def year(town: Town) -> dict[str, Any]:
    name = f"{town.year[0].year}/{town.year[1].year}"
    return {
        "id": ids.year(town),
        "name": name,
        "startDate": day(town.year[0]),
        "endDate": day(town.year[1]),
        "status": "Active",
        "globalYear": {"id": town.year[0].year % 100, "name": name, "startDate": day(town.year[0]), "endDate": day(town.year[1])},
    }


def context(town: Town, who: Person) -> dict[str, Any]:
    school = ids.schools(town)[0]
    return {
        "user": {"id": ids.user(who), "name": ids.full_name(who)},
        "schoolId": ids.school(school),
        "organizationName": school.short_name,
        "schoolYearId": ids.year(town),
        "schoolyear": year(town),
        "dateFormat": "dd\u0001mm\u0001yy\u0001.",
        "timeFormat": "hh\u0001mm\u0001:",
        "fullSchoolName": school.legal_name,
    }


def init(town: Town, children: list[Person]) -> dict[str, Any]:
    """`currentStudentId` is a place in the list, not an id."""
    monday = today(town.now()) - timedelta(days=today(town.now()).weekday())
    return {
        "students": [
            {
                "studentId": ids.student(pupil),
                "nickName": f"{pupil.last_name} {pupil.first_name}",
                "className": town.classes[pupil.class_id or ""].name.lower(),
                "classId": ids.klass(town.classes[pupil.class_id or ""]),
                "iupGrade": 0,
            }
            for pupil in children
        ],
        "currentStudentId": 0,
        "weekStart": day(monday),
        "yaClass": False,
        "yaClassAuthUrl": "",
        "weight": True,
        "maxMark": 5,
        "withLaAssigns": True,
    }


def bells(town: Town, child: Person) -> list[dict[str, Any]]:
    """The bells of the last full week; days are counted from Sunday as 1."""
    start, end = town.week()
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for it in town.lessons_of(child.id, start, end):
        week_day = (it.date.weekday() + 1) % 7 + 1
        found[week_day, it.number] = {
            "id": week_day * 100 + it.number,
            "weekDay": week_day,
            "relay": 1,
            "number": it.number,
            "startTime": bell(it.starts_at),
            "endTime": bell(it.ends_at),
            "variantId": 1,
            "used": True,
        }
    return [found[key] for key in sorted(found)]


def announcements(town: Town, take: int) -> list[dict[str, Any]]:
    """Newest first; `take` below nought means all."""
    school, found = ids.schools(town)[0], []
    author = next(who for who in town.people.values() if who.school == school.id and who.role == "teacher")
    for place, (month, number, name, text) in enumerate(NEWS, 1):
        at = at_school(school, date(town.year[0 if month >= 9 else 1].year, month, number), 9, 5)
        if at <= town.now():
            found.append(
                {
                    "id": 3_000 + place,
                    "name": name,
                    "description": text,
                    "postDate": moment(at),
                    "deleteDate": None,
                    "author": {"id": ids.user(author), "fio": ids.full_name(author), "nickName": f"{author.last_name} {author.first_name}"},
                    "em": None,
                    "recipientInfo": None,
                    "attachments": [],
                }
            )
    return found[::-1] if take < 0 else found[::-1][:take]


def settings(who: Person) -> dict[str, Any]:
    return {
        "userId": ids.user(who),
        "loginName": "",
        "firstName": who.first_name,
        "lastName": who.last_name,
        "middleName": who.middle_name,
        "birthDate": day(who.birth_date),
        "mobilePhone": who.phone or "",
        "email": who.email or "",
        "existsPhoto": False,
        "roles": ["Родитель" if who.role == "parent" else "Ученик"],
        "preferedCom": "Email",
    }
