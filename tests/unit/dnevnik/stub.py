"""A stub of the partner API: what it answers by path, what it was asked, and a connector that talks to it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx

from connectors.kit.diary import Datum, DiaryChild, DiaryPage, Group, Origin, School
from connectors.kit.ports import Access, DiaryPort, Window
from connectors.kit.secret import Secret

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WEEK = Window(start=date(2026, 11, 16), end=date(2026, 11, 21))
PERSON = 1_000_000_000_000_000_001
LESSON = 600_000_000_000_000_001
SUBJECT = 500_000_000_000_000_001
ACCESS = Access(token=Secret("t" * 32), owner="200000000000000001", refresh=Secret("r" * 32))

QUARTER = {
    "id": 130,
    "id_str": "130",
    "start": "2026-10-26T00:00:00",
    "finish": "2026-12-30T00:00:00",
    "number": 2,
    "type": "Quarter",
    "name": "2 четверть",
    "year": 2026,
}

Answer = Callable[[httpx.Request], httpx.Response]
Json = dict[str, Any]


@dataclass
class Stub:
    """`answers`: path below `/v2.0` (or `login` and a path) -> JSON, or a function of the request."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [request.url.path.removeprefix("/dnevnik/v2.0") for request in self.asked]

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = request.url.path
        path = f"login{path.removeprefix('/dnevnik-login')}" if path.startswith("/dnevnik-login") else path.removeprefix("/dnevnik/v2.0")
        for known, answer in self.answers.items():
            if known == path or (known.endswith("*") and path.startswith(known[:-1])):
                return answer(request) if callable(answer) else httpx.Response(200, json=answer)
        return httpx.Response(404, json={"type": "apiResourceUnavailable", "description": path})


def lesson(**changes: Any) -> Json:
    made = {
        "id": LESSON,
        "title": "Причастие",
        "date": "2026-11-17T00:00:00",
        "number": 2,
        "subjectId": SUBJECT,
        "status": "Finished",
        "resultPlaceId": 1,
        "building": "",
        "place": "204",
        "floor": "",
        "hours": "08:55 - 09:40",
        "works": [],
        "teachers": [7],
    }
    return made | changes


def mark(**changes: Any) -> Json:
    made = {
        "id": 800_000_000_000_000_001,
        "id_str": "800000000000000001",
        "type": "Mark5",
        "value": "5",
        "textValue": "5",
        "person": PERSON,
        "person_str": str(PERSON),
        "work": 700_000_000_000_000_001,
        "work_str": "700000000000000001",
        "lesson": LESSON,
        "lesson_str": str(LESSON),
        "number": 1,
        "date": "2026-11-17T10:15:00.5",
        "workType": 40,
        "mood": "Good",
        "use_avg_calc": True,
    }
    return made | changes


def work(**changes: Any) -> Json:
    made = {
        "id": 700_000_000_000_000_001,
        "id_str": "700000000000000001",
        "type": "DefaultNewLessonWork",
        "workType": 40,
        "markType": "Mark5",
        "lesson": LESSON,
        "lesson_str": str(LESSON),
        "tasks": [],
        "text": "",
        "periodNumber": 2,
        "periodType": "Quarter",
        "subjectId": SUBJECT,
        "isImportant": False,
        "targetDate": "2026-11-17T00:00:00",
        "sentDate": None,
        "createdBy": 7,
        "files": [],
    }
    return made | changes


def log(**changes: Any) -> Json:
    made = {
        "person": PERSON,
        "person_str": str(PERSON),
        "lesson": LESSON,
        "lesson_str": str(LESSON),
        "comment": "",
        "status": "Absent",
        "createdDate": "2026-11-17T10:00:00",
    }
    return made | changes


def day(**changes: Any) -> Json:
    made = {
        "date": "2026-11-17T00:00:00",
        "nextDate": None,
        "lessons": [lesson()],
        "marks": [],
        "works": [],
        "homeworks": [],
        "subjects": [{"id": SUBJECT, "id_str": str(SUBJECT), "name": "Русский язык"}],
        "workTypes": [],
        "lessonLogEntries": [],
        "teachers": [{"person": {"id": 7, "firstName": "Анна", "lastName": "Ким", "middleName": "Олеговна"}, "role": "Teacher"}],
    }
    return made | changes


def child(**changes: Any) -> DiaryChild:
    origin = Origin(system="dnevnik", id="x", fetched_at=NOW)
    made: dict[str, Any] = {
        "key": str(PERSON),
        "last_name": "Орлова",
        "first_name": "Мария",
        "origin": origin,
        "school": School(name="Школа 1", origin=Origin(system="dnevnik", id="300", fetched_at=NOW), tz="Asia/Krasnoyarsk"),
        "group": Group(id="400", name="7А"),
    }
    return DiaryChild(**(made | changes))


@dataclass
class Bench:
    """The connector on its stub."""

    stub: Stub
    port: DiaryPort

    def show(self, *days: Json, **others: Any) -> None:
        """Lays out a week: its days, and answers that are empty unless given."""
        answers: dict[str, Any] = {
            f"/persons/{PERSON}/groups/400/schedules": {"days": [copy.deepcopy(one) for one in days]},
            f"/persons/{PERSON}/school/300/homeworks": {"works": [], "subjects": [], "lessons": [], "files": [], "teachers": []},
            f"/persons/{PERSON}/schools/300/marks/*": [],
            "/work-types/300": [],
            f"/persons/{PERSON}/group/400/recentmarks": {
                "marks": [one for shown in days for one in shown.get("marks") or ()],
                "criteriabasedmarks": [],
            },
            "/edu-groups/400/reporting-periods": [QUARTER],
            "/edu-groups/400/subjects": [{"id": SUBJECT, "name": "Русский язык"}],
        }
        self.stub.answers = others | {key: value for key, value in answers.items() if key not in others}

    async def read(self, *data: Datum, window: Window = WEEK, **changes: Any) -> DiaryPage:
        return await self.port.read(ACCESS, child(**changes), frozenset(data), window)


def page(text: str, status: int = 200) -> Answer:
    """The platform's error page, with exactly `text/html`."""
    html = f'<html><body><div class="error__description"><p>{text}</p></div></body></html>'
    return lambda request: httpx.Response(status, content=html.encode(), headers={"Content-Type": "text/html"})


def body_of(request: httpx.Request) -> Any:
    return json.loads(request.content)
