"""A federal system that asks, and a pupil whose diary the hub has read."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from quart import Response

from connectors.kit import diary
from hub.flows.serve_schedule import add_system
from hub.flows.serve_schedule.registering import Registered
from hub.store.school import schools
from hub.store.school.schools import SchoolCard
from tests.flows.asking import MONDAY, WEEK, ask
from tests.flows.desk_kit import PETYA, Desk, open_desk
from tests.flows.kit import Hub, lesson, mark, origin, parent
from tests.flows.office_kit import OGRN, OTHER, signed

OID = "1000772211"
FORM = {"grant_type": "client_credentials"}


@dataclass
class Systems:
    """`system` may ask for the first school, `other` for the second."""

    hub: Hub
    system: Registered
    other: Registered

    async def token(self, system: Registered | None = None, **form: str) -> Response:
        who = system or self.system
        given = {**FORM, "client_id": who.id, "client_secret": who.secret, **form}
        return await self.hub.app.test_client().post("/fgis/token", form=given, headers={"Host": "localhost:8000"})

    async def bearer(self, system: Registered | None = None) -> str:
        answer = await self.token(system)
        assert answer.status_code == 200, await answer.get_data(as_text=True)
        return f"Bearer {(await answer.get_json())['access_token']}"

    async def ask(
        self,
        path: str = f"{OID}?start=2026-11-16&end=2026-11-22",
        *,
        bearer: str | None = None,
        scope_base: dict[str, Any] | None = None,
        **headers: str,
    ) -> Response:
        given = {"Host": "localhost:8000", "Authorization": await self.bearer() if bearer is None else bearer, **headers}
        shown = {name.replace("_", "-"): value for name, value in given.items() if value}
        return await self.hub.app.test_client().get(f"/fgis/Schedule/{path}", headers=shown, scope_base=scope_base)


@dataclass
class Federal(Systems):
    """Petya of the first school has signed in himself, and his mother reads his diary."""

    desk: Desk

    async def schedule(self, path: str = f"{OID}?start=2026-11-16&end=2026-11-22") -> dict[str, Any]:
        answer = await self.ask(path)
        assert answer.status_code == 200, await answer.get_data(as_text=True)
        found: dict[str, Any] = await answer.get_json()
        return found

    async def lessons(self, path: str = f"{OID}?start=2026-11-16&end=2026-11-22") -> list[dict[str, Any]]:
        (school,) = (await self.schedule(path))["school"]
        (group,) = school["class"]
        found: list[dict[str, Any]] = group["lesson"]
        return found

    async def read(self, query: str = WEEK) -> None:
        """Petya's mother opens the diary: the hub keeps a copy of each kind."""
        for kind in ("lessons", "marks", "homework", "attendance"):
            await ask(self.desk.anna, f"/api/v1/children/{self.desk.petya}/{kind}?{query}")


def basic(client: str, secret: str) -> dict[str, str]:
    return {"Host": "localhost:8000", "Authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


def at(number: int, subject: str = "Алгебра", day: date = MONDAY, **more: Any) -> diary.Lesson:
    begins = datetime(day.year, day.month, day.day, 2, 30, tzinfo=UTC) + timedelta(hours=number)
    timed = {"start": begins, "end": begins + timedelta(minutes=45), **more}
    return msgspec.structs.replace(lesson(day, number, subject), **timed)


def a_day(hub: Hub) -> None:
    """A Monday with everything that the contract can carry."""
    first, second = at(1, room="12", topic="Дроби", comment="Молодец"), at(2, "Физика", status=diary.LessonStatus.CANCELLED)
    third = at(3, "Химия", status=diary.LessonStatus.REPLACED, replaces="Музыка")
    hub.diary.lessons = [first, second, third]
    work = diary.Work(type_name="Контрольная работа")
    hub.diary.marks = [
        mark(MONDAY, "4/5", id_="m1", lesson=first.origin.id, parts=("4", "5"), comment="Почти", work=work),
        mark(MONDAY, "5-", id_="m2", subject="Химия"),
    ]
    hub.diary.homework = [
        diary.Homework(origin=origin(f"h{n}"), subject="Алгебра", text=text, due_date=MONDAY, due_lesson=first.origin.id)
        for n, text in enumerate(("№ 412", "Повторить правило"))
    ]
    late = diary.AttendanceKind.LATE
    hub.diary.attendance = [diary.Attendance(origin=origin("a"), school_date=MONDAY, code="Late", kind=late, subject="Физика")]


async def open_systems(hub: Hub) -> Systems:
    """Two registered systems and their schools, and nobody else."""
    now = hub.clock()

    def register() -> tuple[Registered, Registered]:
        for ogrn in (OGRN, OTHER):
            card = SchoolCard(ogrn=ogrn, inn="7701000001", legal_name=f"Школа {ogrn}", short_name="Школа 5", zone="Asia/Omsk")
            schools.put_school(card, now=now)
        mine = add_system(name="ФГИС «Моя школа», Минпросвещения", ogrns=[OGRN], certificate_pem=None, now=now)
        return mine, add_system(name="Соседняя система", ogrns=[OTHER], certificate_pem=None, now=now)

    system, other = await hub.deps.db.write(register)
    return Systems(hub=hub, system=system, other=other)


async def open_federal(hub: Hub) -> Federal:
    systems = await open_systems(hub)
    desk = await open_desk(hub)
    named = {"last_name": PETYA.last_name, "first_name": PETYA.first_name, "birth_date": PETYA.birth_date, "snils": PETYA.snils}
    hub.esia.claims["petya"] = parent(OID, **named, middle_name="", children=())
    pupil = await signed(hub, "petya")
    assert await desk.person(pupil) == desk.petya
    await desk.anna.link()
    a_day(hub)
    found = Federal(hub=hub, desk=desk, system=systems.system, other=systems.other)
    await found.read()
    return found
