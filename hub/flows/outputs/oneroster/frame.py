"""What both exports share: the school, its year, a class with its pupils; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from connectors.kit.ports import Window
from hub.flows.outputs.oneroster.package import Package, id_of
from hub.flows.show_diary.blocks import school_year_name
from identity.model import Person

_GRADE = re.compile(r"\d{1,2}")
NO_SCHOOL = "Школа не указана"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One school in one school year, and where its rows go."""

    package: Package
    year: Window
    org: str
    year_id: str = field(default="")

    def course(self, title: str, *, grade: str = "") -> str:
        """A subject at this school."""
        listed = title.replace(",", " ")
        return self.package.add(
            "courses",
            id_of("course", self.org, title),
            schoolYearSourcedId=self.year_id,
            title=title,
            grades=grade,
            orgSourcedId=self.org,
            subjects=listed,
        )

    def homeroom(self, klass: str) -> str:
        """The Russian class."""
        course = self.package.add(
            "courses", id_of("course", self.org, "\x1ehomeroom"), schoolYearSourcedId=self.year_id, title="Класс", orgSourcedId=self.org
        )
        return self.package.add(
            "classes",
            id_of("class", self.org, klass),
            title=klass,
            grades=grade_of(klass),
            courseSourcedId=course,
            classCode=klass,
            classType="homeroom",
            schoolSourcedId=self.org,
            termSourcedIds=self.year_id,
        )

    def lessons_of(self, klass: str, subject: str) -> str:
        """One subject of one class."""
        return self.package.add(
            "classes",
            id_of("class", self.org, klass, subject),
            title=f"{klass} {subject}".strip(),
            grades=grade_of(klass),
            courseSourcedId=self.course(subject),
            classType="scheduled",
            schoolSourcedId=self.org,
            termSourcedIds=self.year_id,
            subjects=subject.replace(",", " "),
        )

    def enrol(self, user: str, class_: str) -> None:
        self.package.add(
            "enrollments",
            id_of("enrollment", user, class_),
            classSourcedId=class_,
            schoolSourcedId=self.org,
            userSourcedId=user,
            role="student",
            primary="false",
        )

    def pupil(self, one: Person, klass: str, *, identifier: str = "", agents: str = "") -> str:
        """The pupil, the role and the place in the class."""
        user = add_user(self.package, one, org=self.org, grade=grade_of(klass), identifier=identifier, agents=agents)
        add_role(self.package, user, self.org, "student", primary=True)
        if klass:
            self.enrol(user, self.homeroom(klass))
        return user


def frame(package: Package, year: Window, *, key: str, name: str, identifier: str = "") -> Frame:
    """`key` is the school's OGRN, or what its diary calls it. End dates of OneRoster are the first day after."""
    org = package.add("orgs", id_of("org", key), name=name or NO_SCHOOL, type="school", identifier=identifier)
    title = school_year_name(year)
    year_id = package.add(
        "academicSessions",
        id_of("session", title),
        title=title,
        type="schoolYear",
        startDate=year.start.isoformat(),
        endDate=next_day(year.end),
        schoolYear=str(year.end.year),
    )
    return Frame(package=package, year=year, org=org, year_id=year_id)


def user_id(one: Person) -> str:
    return id_of("user", one.id)


def add_user(package: Package, one: Person, *, org: str, grade: str = "", identifier: str = "", agents: str = "") -> str:
    """Neither SNILS, phone nor e-mail; a diary that names nobody gives no name here either."""
    id_ = user_id(one)
    return package.add(
        "users",
        id_,
        enabledUser="true",
        username=id_,
        givenName=one.first_name or "Ученик",
        familyName=one.last_name or "Без фамилии",
        middleName=one.middle_name,
        identifier=identifier,
        agentSourcedIds=agents,
        grades=grade,
        primaryOrgSourcedId=org,
    )


def add_role(package: Package, user: str, org: str, role: str, *, primary: bool) -> None:
    package.add(
        "roles",
        id_of("role", user, org, role),
        userSourcedId=user,
        roleType="primary" if primary else "secondary",
        role=role,
        orgSourcedId=org,
    )


def grade_of(klass: str) -> str:
    found = _GRADE.search(klass)
    return found.group() if found else ""


def next_day(day: date) -> str:
    return (day + timedelta(days=1)).isoformat()
