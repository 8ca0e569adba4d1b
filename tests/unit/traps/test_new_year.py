"""The week around New Year belongs to two calendar years and one ISO year: no diary loses a day of it (facts/diaries.md, traps)."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from connectors.kit.diary import Datum
from connectors.kit.ports import Window
from tests.unit.traps.stands import STANDS, Show, stand_of

WEEK = Window(start=date(2026, 12, 28), end=date(2027, 1, 3))
DAYS = (date(2026, 12, 28), date(2026, 12, 31), date(2027, 1, 2))


def dotted(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def dnevnik(bench: Any, stub: Any) -> None:
    bench.show(*(stub.day(date=f"{day}T00:00:00", lessons=[stub.lesson(id=day.day, date=f"{day}T00:00:00")]) for day in DAYS))


def mes(bench: Any, stub: Any) -> None:
    bench.show(*(stub.event(id=day.day, start_at=f"{day}T09:20:00+03:00", finish_at=f"{day}T10:05:00+03:00") for day in DAYS))


def eljur(bench: Any, stub: Any) -> None:
    days = {f"{day:%Y%m%d}": stub.day(stub.lesson(), name=f"{day:%Y%m%d}") for day in DAYS}
    bench.show(getdiary={"students": {"386": {"name": "386", "title": "x", "days": days}}})


def kiasuo(bench: Any, stub: Any) -> None:
    lessons = [stub.lesson(lesson_event_id=day.day, lesson_date=day.isoformat()) for day in DAYS]

    def schedule(request: httpx.Request) -> httpx.Response:
        asked = (request.url.params["year"], request.url.params["week"])
        return httpx.Response(200, json={"schedule": lessons if asked == ("2026", "53") else [], "homeworks": []})

    bench.show(api__schedule=schedule)


def petersburg(bench: Any, stub: Any) -> None:
    hours = [(f"{dotted(day)} 09:25:00", f"{dotted(day)} 10:10:00", day.day) for day in DAYS]
    bench.show(*(stub.lesson(identity={"id": id_, "uid": None}, datetime_from=start, datetime_to=end) for start, end, id_ in hours))


def ruobr(bench: Any, stub: Any) -> None:
    bench.show(*(stub.lesson(id=day.day, date=day.isoformat()) for day in DAYS))


def netschool(bench: Any, stub: Any) -> None:
    days = [{"date": f"{day}T00:00:00", "lessons": [stub.lesson(classmeetingId=day.day, day=f"{day}T00:00:00")]} for day in DAYS]

    def diary(request: httpx.Request) -> httpx.Response:
        shown = days if (request.url.params["weekStart"], request.url.params["yearId"]) == ("2026-12-28", "31") else []
        return httpx.Response(200, json={"weekDays": shown, "className": "6А"})

    bench.show(student__diary=diary)


def epgu(bench: Any, stub: Any) -> None:
    hours = [(day, f"{day}T08:30:00+03:00", f"{day}T09:15:00+03:00") for day in DAYS]
    bench.stub.lessons = "".join(stub.lesson(Id=str(day.day), Date=day.isoformat(), Start=start, End=end) for day, start, end in hours)


def fgis(bench: Any, stub: Any) -> None:
    hours = [(day.day, {"start": f"{day}T08:30:00+02:00", "end": f"{day}T09:15:00+02:00"}) for day in DAYS]
    bench.stub.body = stub.schedule(*(stub.lesson(id=str(id_), period=period) for id_, period in hours))


def digital_school(bench: Any, stub: Any) -> None:
    days = [
        {"date": dotted(day), "lessons": [stub.lesson(id=day.day, begins=f"{dotted(day)} 08:30:00", ends=f"{dotted(day)} 09:15:00")]}
        for day in DAYS
    ]
    bench.show(diary={"days": days})


def iv_edu(bench: Any, stub: Any) -> None:
    days = [{"date": day.isoformat(), "lessons": [stub.lesson(id=day.day)]} for day in DAYS]

    def week(request: httpx.Request) -> httpx.Response:
        asked = request.url.params["week"]
        return httpx.Response(200, json={"week": asked, "days": days if asked == "2026-W53" else []})

    bench.show(diary=week)


SHOWN: dict[str, Show] = {
    "dnevnik": dnevnik,
    "mes": mes,
    "eljur": eljur,
    "kiasuo": kiasuo,
    "petersburg": petersburg,
    "ruobr": ruobr,
    "netschool": netschool,
    "epgu": epgu,
    "fgis": fgis,
    "digital-school": digital_school,
    "iv-edu": iv_edu,
}


@pytest.mark.parametrize("system", STANDS)
async def test_the_week_of_the_new_year_is_whole(system: str) -> None:
    async with stand_of(system) as bench:
        SHOWN[system](bench, STANDS[system].stub)
        page = await bench.read(Datum.LESSONS, window=WEEK)
        assert tuple(one.school_date for one in page.lessons or ()) == DAYS
