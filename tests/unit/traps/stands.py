"""Every diary's connector on its stub, asked in the same words: a mark, a homework, a lesson, as each platform writes it."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import httpx

from connectors.kit.calls import FORCED
from connectors.kit.config import ConnectorConfig
from connectors.kit.registry import connect
from tests.unit.digital_school import stub as digital_school
from tests.unit.dnevnik import stub as dnevnik
from tests.unit.eljur import stub as eljur
from tests.unit.epgu import stub as epgu
from tests.unit.fgis_schedule import stub as fgis
from tests.unit.iv_edu import stub as iv_edu
from tests.unit.kiasuo import stub as kiasuo
from tests.unit.mes import stub as mes
from tests.unit.netschool import stub as netschool
from tests.unit.petersburg import stub as petersburg
from tests.unit.ruobr import stub as ruobr

Show = Callable[..., None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """`mark(bench, text, id)` and `homework(bench, text)` lay out one; `lesson(bench, *subjects)` several in one slot of one day."""

    stub: Any
    mark: Show
    homework: Show
    lesson: Show
    prefixes: tuple[str, ...]
    options: dict[str, str]


def _dnevnik_homework(bench: Any, text: str) -> None:
    bench.show(dnevnik.day(homeworks=[dnevnik.work(type="Homework", text=text)]))


def _dnevnik_lesson(bench: Any, *subjects: str) -> None:
    ids = [dnevnik.SUBJECT + number for number, _ in enumerate(subjects)]
    lessons = [dnevnik.lesson(id=dnevnik.LESSON + number, subjectId=id_) for number, id_ in enumerate(ids)]
    named = [{"id": id_, "id_str": str(id_), "name": name} for id_, name in zip(ids, subjects, strict=True)]
    bench.show(dnevnik.day(lessons=lessons, subjects=named))


def _epgu(bench: Any, *lessons: str) -> None:
    bench.stub.lessons = "".join(lessons)


def _fgis(bench: Any, *lessons: Any) -> None:
    bench.stub.body = fgis.schedule(*lessons)


STANDS: dict[str, Stand] = {
    "dnevnik": Stand(
        stub=dnevnik,
        mark=lambda bench, text, id=1: bench.show(
            dnevnik.day(marks=[dnevnik.mark(value=text, textValue=text, id=id, id_str=str(id))], works=[dnevnik.work()])
        ),
        homework=_dnevnik_homework,
        lesson=_dnevnik_lesson,
        prefixes=("dnevnik", "dnevnik-login"),
        options={},
    ),
    "mes": Stand(
        stub=mes,
        mark=lambda bench, text, id=1: bench.show(mes.event(), marks=[mes.mark(value=text, id=id)]),
        homework=lambda bench, text: bench.show(
            mes.event(homework={"descriptions": [text], "entries": [mes.entry(description=text)]}), tasks=[mes.task(description=text)]
        ),
        lesson=lambda bench, *subjects: bench.show(
            *(mes.event(id=number, source_id=str(number), subject_name=name) for number, name in enumerate(subjects, 1))
        ),
        prefixes=("mes", "mes-auth"),
        options={"SOFTWARE_STATEMENT": "our-statement", "REGISTRATION_TOKEN": "our-token"},
    ),
    "eljur": Stand(
        stub=eljur,
        mark=lambda bench, text, id=1: bench.show(eljur.lesson(lesson_id=str(id), assessments=[eljur.mark(text, lesson_id=str(id))])),
        homework=lambda bench, text: bench.show(eljur.lesson(homework=eljur.home(text))),
        lesson=lambda bench, *subjects: bench.show(
            *(eljur.lesson(lesson_id=str(number), name=name, num="2") for number, name in enumerate(subjects, 1))
        ),
        prefixes=("eljur",),
        options={},
    ),
    "kiasuo": Stand(
        stub=kiasuo,
        mark=lambda bench, text, id=1: bench.show(kiasuo.lesson(lesson_event_id=id, slots=[kiasuo.slot(text)])),
        homework=lambda bench, text: bench.show(kiasuo.lesson(homework_to_check_ids=[7001]), homeworks=[kiasuo.task(text=text)]),
        lesson=lambda bench, *subjects: bench.show(
            *(kiasuo.lesson(lesson_event_id=number, subject=name) for number, name in enumerate(subjects, 1))
        ),
        prefixes=("kiasuo",),
        options={},
    ),
    "petersburg": Stand(
        stub=petersburg,
        mark=lambda bench, text, id=1: bench.show(petersburg.lesson(), table=[petersburg.estimate(text, id=id)]),
        homework=lambda bench, text: bench.show(petersburg.lesson(tasks=[petersburg.task(text, files=[])])),
        lesson=lambda bench, *subjects: bench.show(
            *(petersburg.lesson(identity={"id": number, "uid": None}, subject_name=name) for number, name in enumerate(subjects, 1))
        ),
        prefixes=("petersburg",),
        options={},
    ),
    "ruobr": Stand(
        stub=ruobr,
        mark=lambda bench, text, id=1: bench.show(ruobr.lesson(id=id, marks=[ruobr.mark(text)])),
        homework=lambda bench, text: bench.show(ruobr.lesson(task=[ruobr.task(title=text, deadline="2026-11-17")])),
        lesson=lambda bench, *subjects: bench.show(*(ruobr.lesson(id=number, subject=name) for number, name in enumerate(subjects, 1))),
        prefixes=("ruobr",),
        options={},
    ),
    "netschool": Stand(
        stub=netschool,
        mark=lambda bench, text, id=1: bench.show(netschool.lesson(assignments=[netschool.assignment(text, id=id)])),
        homework=lambda bench, text: bench.show(netschool.lesson(assignments=[netschool.home(text)])),
        lesson=lambda bench, *subjects: bench.show(
            *(netschool.lesson(classmeetingId=number, subjectName=name) for number, name in enumerate(subjects, 1))
        ),
        prefixes=("netschool",),
        options={},
    ),
    "epgu": Stand(
        stub=epgu,
        mark=lambda bench, text, id=1: _epgu(bench, epgu.lesson(epgu.mark(escape(text), Id=str(id)))),
        homework=lambda bench, text: _epgu(bench, epgu.lesson(f"<epgu:Homework>{escape(text)}</epgu:Homework>")),
        lesson=lambda bench, *subjects: _epgu(
            bench, *(epgu.lesson(Id=str(number), Subject=escape(name)) for number, name in enumerate(subjects, 1))
        ),
        prefixes=("epgu",),
        options={"SENDER": "TEST01"},
    ),
    "fgis": Stand(
        stub=fgis,
        mark=lambda bench, text, id=1: _fgis(bench, fgis.lesson(id=str(id), score=[fgis.score(text)])),
        homework=lambda bench, text: _fgis(bench, fgis.lesson(homework=text)),
        lesson=lambda bench, *subjects: _fgis(
            bench, *(fgis.lesson(id=str(number), subject=name) for number, name in enumerate(subjects, 1))
        ),
        prefixes=("fgis",),
        options={"CLIENT_ID": "hub", "CLIENT_SECRET": "secret"},
    ),
    "digital-school": Stand(
        stub=digital_school,
        mark=lambda bench, text, id=1: bench.show(digital_school.lesson(marks=[digital_school.mark(value=text, id=id)])),
        homework=lambda bench, text: bench.show(digital_school.lesson(homework=[digital_school.home(text=text, files=[])])),
        lesson=lambda bench, *subjects: bench.show(
            *(digital_school.lesson(id=number, subject=name) for number, name in enumerate(subjects, 1))
        ),
        prefixes=("digital-school",),
        options={},
    ),
    "iv-edu": Stand(
        stub=iv_edu,
        mark=lambda bench, text, id=1: bench.show(iv_edu.lesson(marks=[iv_edu.mark(value=text, id=id)])),
        homework=lambda bench, text: bench.show(iv_edu.lesson(homework=[iv_edu.home(text=text, files=[])])),
        lesson=lambda bench, *subjects: bench.show(*(iv_edu.lesson(id=number, subject=name) for number, name in enumerate(subjects, 1))),
        prefixes=("iv-edu",),
        options={},
    ),
}


@asynccontextmanager
async def stand_of(system: str) -> AsyncIterator[Any]:
    """The bench of a system: its stub, its port, and `read(*data, window=…)`; `stub.instead` answers everything once it is set."""
    one = STANDS[system]
    stub = one.stub.Stub()
    stub.instead = None

    async def handle(request: httpx.Request) -> httpx.Response:
        if stub.instead is not None:
            bad: httpx.Response = stub.instead(request)
            return bad
        told = stub.handle(request)
        answer: httpx.Response = await told if inspect.isawaitable(told) else told
        return answer

    urls = {prefix: f"http://stub/{prefix}" for prefix in one.prefixes}
    config = ConnectorConfig(instance=system, base_urls=urls, options=one.options)
    connected = connect([config], now=lambda: one.stub.NOW, transport=lambda prefix: httpx.MockTransport(handle))
    live = FORCED.set(True)
    try:
        port = connected.diaries[system]
        yield one.stub.Bench(stub=stub, port=port, **({"clock": one.stub.Clock()} if system == "fgis" else {}))
    finally:
        FORCED.reset(live)
        await connected.close()
