"""Teachers, bell times, a school's parameters and cities: the corners of the API with capital letters and long lists."""

from __future__ import annotations

from typing import Any, Final

from sandbox.dnevnik.state.directory import Directory
from sandbox.dnevnik.state.ids import named, with_text
from sandbox.dnevnik.wire.dates import day
from sandbox.dnevnik.wire.people import sex, short_name
from sandbox.world.model import Person, School, SchoolClass

TEXTS: Final = (
    "specialty", "website", "directorPhone", "directorQualification", "directorPhoto", "licence", "accreditation", "charter",
    "cooperationName", "cooperationWebsite", "prescriptions", "activeJournalUrl", "facadePhoto", "cantinaPhoto", "gymPhoto",
    "classroomPhoto", "physicsroomPhoto", "chemicsryroomPhoto", "biologyroomPhoto", "mathroomPhoto", "russianroomPhoto", "musicroomPhoto",
    "generalEducationalProgrammsLicense", "furtherEducationalProgramsLicense", "ownEducationalPrograms", "studyPlan", "publications",
    "laureatesOfContestsCount", "laureatesOfContestsInfo",
)  # fmt: skip
LISTS: Final = ("educationalLevels", "primarySchoolEducationalPrograms", "teachingForeignLanguages", "hobbyGroups", "learningResults")


def parameters(directory: Directory, it: School) -> dict[str, Any]:
    """What a school tells about itself; most of it is empty."""
    return {
        **with_text(schoolId=directory.school_id(it)),
        "municipality": it.region,
        "fullName": it.legal_name,
        "shortName": it.short_name,
        "status": "Active",
        "foundationYear": 1970,
        "hasspecialty": False,
        "address": [it.address],
        "email": it.email,
        "schoolPhone": it.phone,
        "schoolDaysCount": 5,
        "workHours": "08:00 - 18:00",
        "shiftsCount": 1,
        "eduOrgForm": "Regular",
        "directorFullName": it.head,
        "inn": it.inn,
        **dict.fromkeys(TEXTS, ""),
        **{key: [] for key in LISTS},
    }


def cities(directory: Directory) -> list[dict[str, Any]]:
    found = {it.city: it for it in directory.schools()}
    return [
        {**with_text(id=named("place", city)), "name": city, **with_text(regionId=int(it.region_code))}
        for city, it in sorted(found.items())
    ]


def school_teachers(directory: Directory, it: School) -> list[dict[str, Any]]:
    staff = [who for who in directory.town.people.values() if who.school == it.id and who.role == "teacher"]
    masters = {group.klass.teacher for group in directory.classes_of(it)}
    return [_teacher(directory, who, who.id in masters) for who in staff]


def _teacher(directory: Directory, who: Person, master: bool) -> dict[str, Any]:
    """Here the keys are capitalised and the string twins are called `IdStr`; the birth date of staff is not shown."""
    person, user = directory.person_id(who), directory.user_id(who)
    return {
        "Id": person,
        "IdStr": str(person),
        "UserId": user,
        "UserIdStr": str(user),
        "FirstName": who.first_name,
        "LastName": who.last_name,
        "MiddleName": who.middle_name,
        "ShortName": short_name(who),
        "Sex": sex(who),
        "DateBirth": "0001-01-01T00:00:00",
        "Email": "",
        "Subjects": ", ".join(directory.subjects_taught_by(who)),
        "HouseMaster": master,
        "Education": "Высшее",
        "ScientificDegree": "",
        "StartDate": day(directory.town.year[0]),
        "PedagogicalActivityDate": day(directory.town.year[0]),
        "ManagingEmployee": False,
        "NameManagingPosition": "",
        "TeachingStaff": True,
        "NameTeacherPosition": "Учитель",
        "TrainingAndSupportStaff": False,
        "ServicePersonnel": False,
        "MedicalWorker": False,
        "NameMedicalPosition": "",
        "ExternalPartTime": False,
    }


def timetable(directory: Directory, klass: SchoolClass) -> dict[str, Any]:
    """The bells, read from the lessons of the year's first weeks."""
    zone = directory.zone(directory.town.schools[klass.school])
    bells = directory.bells(klass)
    first = directory.town.year[0]
    return {
        "Name": "Основное расписание звонков",
        "Start": day(first),
        "FirstLessonNumber": min(bells, default=1),
        "Items": [
            {
                "Id": named("timetable", klass.school, number),
                "Start": f"{first}T{starts.astimezone(zone):%H:%M:%S}",
                "Finish": f"{first}T{ends.astimezone(zone):%H:%M:%S}",
                "Name": f"{number} урок",
                "Type": "Lesson",
                "DaysOfWeek": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
                "LessonNumber": number,
            }
            for number, (starts, ends) in sorted(bells.items())
        ],
    }
