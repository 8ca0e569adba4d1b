"""Whatever stands in whatever place of a diary's answer, a read ends with a page or with one of the eight."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.kit.config import ConnectorConfig
from connectors.kit.errors import ALL, ConnectorError
from connectors.kit.ports import DiaryPort
from connectors.kit.registry import connect
from tests.records import written
from tests.unit.digital_school import stub as digital_school
from tests.unit.eljur import stub as eljur
from tests.unit.iv_edu import stub as iv_edu
from tests.unit.kiasuo import stub as kiasuo
from tests.unit.netschool import stub as netschool
from tests.unit.petersburg import stub as petersburg
from tests.unit.ruobr import stub as ruobr

FEW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STRANGE = st.sampled_from(
    [
        "",
        "нет данных",
        "0",
        "-1",
        "5-",
        "4/5",
        "9" * 40,
        "1e999",
        "2026-02-30",
        "31.02.2026 25:61:00",
        "24:60",
        "\u202e",
        "\ud7ff",
        "<b>",
        "../..",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False) | st.text(max_size=12) | STRANGE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
GONE = object()


def ruobr_bench(stub: Any, port: DiaryPort) -> Any:
    bench = ruobr.Bench(stub=stub, port=port)
    current = ruobr.term(period=2, title="2 четверть", marks_future=1, marks=[ruobr.subject(4.5)])
    bench.show(ruobr.lesson(task=[ruobr.task()], marks=[ruobr.mark("5-")]), terms=[ruobr.term(), current])
    return bench


def iv_edu_bench(stub: Any, port: DiaryPort) -> Any:
    bench = iv_edu.Bench(stub=stub, port=port)
    absence = {"id": 1, "code": "н", "comment": None, "set_at": "2026-11-16T09:00:00"}
    lesson = iv_edu.lesson(marks=[iv_edu.mark()], homework=[iv_edu.home()], absence=absence)
    post = {"id": 1, "published_at": "2026-11-16T10:00:00", "title": "Собрание", "text": "В 18:00"}
    bench.show(
        diary={"week": "2026-W47", "days": [{"date": "2026-11-16", "lessons": [lesson]}]},
        diary_finals=iv_edu.finals(iv_edu.final()),
        diary_calendar={
            "year": "2026/2027",
            "periods": [iv_edu.QUARTER],
            "holidays": [{"name": "x", "start": "2026-12-30", "end": "2027-01-10"}],
        },
        announcements={"items": [post]},
    )
    return bench


def digital_school_bench(stub: Any, port: DiaryPort) -> Any:
    bench = digital_school.Bench(stub=stub, port=port)
    lesson = digital_school.lesson(marks=[digital_school.mark()], homework=[digital_school.home()])
    bench.show(
        lesson,
        attendance=[digital_school.absence()],
        finals=digital_school.finals(digital_school.final()),
        announcements=[{"id": 1, "at": "16.11.2026 10:00:00", "text": "Собрание"}],
    )
    return bench


def netschool_bench(stub: Any, port: DiaryPort) -> Any:
    bench = netschool.Bench(stub=stub, port=port)
    absent = netschool.assignment("НП", id=903)
    lesson = netschool.lesson(assignments=[netschool.home(), netschool.assignment(markComment={"name": "Молодец"}), absent])
    post = {"id": 2, "name": "Собрание", "author": {"fio": "Ким"}, "description": "<p>x</p>", "postDate": "2026-11-17T00:30:00"}
    bench.show(
        student__diary={"weekDays": [{"date": "2026-11-16T00:00:00", "lessons": [lesson]}], "className": "6А"},
        announcements=[post],
    )
    return bench


def kiasuo_bench(stub: Any, port: DiaryPort) -> Any:
    bench = kiasuo.Bench(stub=stub, port=port)
    shown = [kiasuo.slot("5-"), kiasuo.slot("Н", "")]
    lesson = kiasuo.lesson(slots=shown, marks=[kiasuo.old("5-"), kiasuo.old("Н", "")], homework_to_check_ids=[7001])
    subject = {"id": 31, "subject": "Алгебра", "averages": {"for_student": ["4.50", 4.5]}, "marks": {"1": "4"}}
    results: Any = {f"api__student_marks__{kiasuo.CLASS_ID}": {"lessons": [subject], "standard_mark_type": kiasuo.TYPES}}
    bench.show(
        api__schedule={
            "schedule": [lesson],
            "homeworks": [kiasuo.task(files=[{"url": "/f/1", "title": "x"}], links=["https://a.example"])],
        },
        api__lesson_marks__512={"lessons": [subject | {"marks": []}]},
        **results,
    )
    return bench


def eljur_bench(stub: Any, port: DiaryPort) -> Any:
    bench = eljur.Bench(stub=stub, port=port)
    file = {"toid": 902, "filename": "задача.pdf", "link": "/files/1"}
    own = eljur.lesson(homework=eljur.home(), files=[file], assessments=[eljur.mark(comment="Молодец"), eljur.mark("н", nm="2")])
    final = {"name": "Алгебра", "assessments": [{"period": "1 четверть", "value": "5-", "convert": 5}]}
    subject = {"name": "Алгебра", "lesson_id": "2", "average": "4.33", "marks": []}
    bench.show(
        own,
        getfinalassessments={"students": {"386": {"name": "386", "items": [final]}}},
        getmarks={"students": {"386": {"name": "386", "lessons": [subject]}}},
        getboardnotices={"notices": [eljur.notice(2, "2026-11-17 10:00:00")], "total": 1},
    )
    return bench


def petersburg_bench(stub: Any, port: DiaryPort) -> Any:
    bench = petersburg.Bench(stub=stub, port=port)
    absent = petersburg.estimate("Н", id=2, estimate_type_code="30000")
    final = petersburg.estimate("4", id=3, lesson_id=None, estimate_type_code="20001", estimate_type_name="Оценка за период: 1 четверть")
    term = {"identity": {"id": 1}, "name": "1 четверть", "date_from": "01.09.2026", "date_to": "25.10.2026", "education_period": {"id": 1}}
    post = {"identity": {"id": 2}, "datetime": "17.11.2026 10:00:00", "title": "Собрание", "content": "<p>В 18:00</p>", "author": "Ким"}
    bench.show(
        petersburg.lesson(tasks=[petersburg.task()]),
        table=[petersburg.estimate("5-"), absent, final],
        others={petersburg.PERIODS: petersburg.page([term]), petersburg.NOTICES: petersburg.page([post])},
    )
    return bench


BENCHES = {
    "ruobr": ruobr_bench,
    "iv-edu": iv_edu_bench,
    "digital-school": digital_school_bench,
    "netschool": netschool_bench,
    "kiasuo": kiasuo_bench,
    "eljur": eljur_bench,
    "petersburg": petersburg_bench,
}
STUBS = {
    "ruobr": ruobr,
    "iv-edu": iv_edu,
    "digital-school": digital_school,
    "netschool": netschool,
    "kiasuo": kiasuo,
    "eljur": eljur,
    "petersburg": petersburg,
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value, the whole first."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield from places(item, (*path, key))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return None if new is GONE else new
    made = copy.deepcopy(value)
    place = made
    for key in path[:-1]:
        place = place[key]
    if new is not GONE:
        place[path[-1]] = new
    elif isinstance(place, dict):
        del place[path[-1]]
    return made


@asynccontextmanager
async def bench_of(system: str) -> AsyncIterator[Any]:
    stub = STUBS[system].Stub()
    config = ConnectorConfig(instance=system, base_urls={system: f"http://stub/{system}"})
    connected = connect([config], now=lambda: STUBS[system].NOW, transport=lambda prefix: httpx.MockTransport(stub.handle))
    try:
        yield BENCHES[system](stub, connected.diaries[system])
    finally:
        await connected.close()


@pytest.mark.parametrize("system", BENCHES)
async def test_before_any_change_every_kind_is_read(system: str) -> None:
    async with bench_of(system) as bench:
        page = await bench.read(*bench.port.manifest.data)
        assert not [datum for datum in bench.port.manifest.data if not getattr(page, datum)]


@pytest.mark.rule("C8")
@pytest.mark.parametrize("system", BENCHES)
@given(data=st.data())
@FEW
async def test_any_value_in_any_place(system: str, data: st.DataObject) -> None:
    async with bench_of(system) as bench:
        answers, offered = bench.stub.answers, bench.port.manifest.data
        name = data.draw(st.sampled_from([name for name, answer in answers.items() if isinstance(answer, dict | list)]))
        path = data.draw(st.sampled_from(list(places(answers[name]))))
        answers[name] = changed(answers[name], path, data.draw(st.just(GONE) | JSON))
        try:
            page = await bench.read(*offered)
        except ConnectorError as error:
            assert type(error) in ALL
            return
        assert {datum for datum in offered if getattr(page, datum) is not None} == set(offered)
        json.loads(written(page))
