"""The same of the three wire formats with more than one answer to a page: dnevnik.ru, МЭШ and the federal Schedule."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from connectors.kit.errors import ALL, ConnectorError
from tests.properties.test_any_diary_answer import GONE, JSON, changed, places
from tests.records import written
from tests.unit.dnevnik import stub as dnevnik
from tests.unit.fgis_schedule import stub as fgis
from tests.unit.mes import stub as mes
from tests.unit.traps.stands import stand_of

FEW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ENDS = st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00"])
FAMILY = {
    "userId": 200_000_000_000_000_001, "personId": 12, "roles": ["EduParent"], "schoolIds": [300], "groupIds": [400],
    "children": [{"personId": dnevnik.PERSON, "firstName": "М", "lastName": "О", "schoolIds": [300], "groupIds": [400]}],
    "schools": [{"id": 300, "name": "Школа 1", "groupIds": [400]}],
}  # fmt: skip
HOLIDAY = {"id": 1, "dateStart": "2026-12-30T00:00:00", "dateFinish": "2027-01-10T00:00:00", "name": "Каникулы"}


def of_dnevnik(bench: Any) -> Any:
    work, person = dnevnik.work(), f"/persons/{dnevnik.PERSON}"
    home = dnevnik.work(id=6, id_str="6", type="Homework", text="№ 5", targetDate="2026-11-18T00:00:00", files=[9])
    subject = {"id": dnevnik.SUBJECT, "id_str": str(dnevnik.SUBJECT), "name": "Алгебра"}
    average = {"person": dnevnik.PERSON, "per-subject-averages": [{"subject": dnevnik.SUBJECT, "avg-mark-value": "4.5"}]}
    files = [{"id": 9, "name": "f", "downloadUrl": "/x", "size": 5}]
    others = {
        f"{person}/school/300/homeworks": {"works": [home], "subjects": [], "lessons": [dnevnik.lesson()], "files": files, "teachers": []},
        f"{person}/edu-groups/400/allfinalmarks": {"marks": [dnevnik.mark()], "works": [work], "subjects": [subject], "workTypes": []},
        "/edu-groups/400/reporting-period-group": {"reportingPeriods": [dnevnik.QUARTER], "holidays": [HOLIDAY]},
        "/edu-groups/400/avg-marks/2026-10-26/2026-12-30": [average],
        "/users/me/context": FAMILY,
    }
    bench.show(dnevnik.day(lessons=[dnevnik.lesson()], marks=[dnevnik.mark()], works=[work], lessonLogEntries=[dnevnik.log()]), **others)
    return bench.stub.answers


def of_mes(bench: Any) -> Any:
    files = [{"title": "x", "link": "/y"}]
    event = mes.event(homework={"descriptions": ["Упр. 115"], "entries": [mes.entry(attachments=files)]}, nonattendance_reason_id=2)
    bench.show(
        event,
        marks=[mes.mark(criteria=[{"name": "a", "value": "1"}])],
        tasks=[mes.task()],
        subjects=[mes.subject(year_mark="5")],
        notifications=[mes.correction("4", "5-", "2026-11-16T12:00:00")],
        days=[{"date": "2026-11-16", "type": "workday", "title": "2 четверть", "description": None}],
    )
    return bench.stub.answers


def of_fgis(bench: Any) -> Any:
    lesson = fgis.lesson(score=[fgis.score("5", weight=1.5, score2="4")], homework="№ 5", attendance={"code": "н"}, insteadOf="Физика")
    bench.stub.__dict__["body"] = fgis.schedule(lesson)
    return bench.stub.__dict__


LAID: dict[str, Callable[[Any], Any]] = {"dnevnik": of_dnevnik, "mes": of_mes, "fgis": of_fgis}


@pytest.mark.rule("C8")
@pytest.mark.parametrize("system", LAID)
@given(data=st.data())
@FEW
async def test_any_value_in_any_place_of_any_answer(system: str, data: st.DataObject) -> None:
    async with stand_of(system) as bench:
        answers = LAID[system](bench)
        if hasattr(bench, "access"):
            access = await bench.access()
            bench.access = lambda: asyncio.sleep(0, access)
        name = data.draw(
            st.sampled_from(sorted(name for name, answer in answers.items() if name != "asked" and isinstance(answer, dict | list)))
        )
        path = data.draw(st.sampled_from(list(places(answers[name]))))
        answers[name] = changed(answers[name], path, data.draw(st.just(GONE) | ENDS | JSON))
        assume("Infinity" not in json.dumps(answers[name]))
        try:
            page = await bench.read(*bench.port.manifest.data)
        except ConnectorError as error:
            assert type(error) in ALL
            return
        json.loads(written(page))


@pytest.mark.parametrize("system", LAID)
async def test_before_any_change_there_are_marks_lessons_and_homework(system: str) -> None:
    async with stand_of(system) as bench:
        LAID[system](bench)
        page = await bench.read(*bench.port.manifest.data)
        assert page.lessons and page.marks and page.homework
