"""Homework of dnevnik.ru: both hooks, hostile files and links, and classmates' tasks that stay behind."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from connectors.kit.diary import Attachment, Datum, Homework
from connectors.kit.errors import Drifted
from tests.unit.dnevnik.stub import LESSON, PERSON, SUBJECT, Bench, day, lesson, work

LIST = f"/persons/{PERSON}/school/300/homeworks"


def task(**changes: Any) -> dict[str, Any]:
    return {"id": 1, "person": PERSON, "person_str": str(PERSON), "status": "New", "targetDate": "2026-11-19T00:00:00"} | changes


def home(**changes: Any) -> dict[str, Any]:
    made = work(
        id=9,
        id_str="9",
        type="Homework",
        text="§ 12, упр. 3",
        targetDate="2026-11-19T00:00:00",
        sentDate="2026-11-17T09:40:00",
        tasks=[task()],
    )
    return made | changes


async def homework(bench: Bench, *works: dict[str, Any], lessons: Any = None, files: Any = (), days: Any = None) -> tuple[Homework, ...]:
    listed = {
        "works": list(works),
        "subjects": [{"id": SUBJECT, "name": "Русский язык"}],
        "lessons": [lesson()] if lessons is None else lessons,
        "files": list(files),
        "teachers": [],
    }
    bench.show(*([day()] if days is None else days), **{LIST: listed})
    page = await bench.read(Datum.HOMEWORK)
    assert page.homework is not None
    return page.homework


async def test_homework_set_at_a_lesson_is_due_on_its_target_date(bench: Bench) -> None:
    (found,) = await homework(bench, home())
    assert (found.text, found.subject) == ("§ 12, упр. 3", "Русский язык")
    assert (found.assigned_lesson, found.assigned_date) == (str(LESSON), date(2026, 11, 17))
    assert (found.due_lesson, found.due_date) == (None, date(2026, 11, 19))


async def test_the_one_lesson_of_the_subject_on_the_due_date_is_the_due_lesson(bench: Bench) -> None:
    due = lesson(id=LESSON + 9, date="2026-11-19T00:00:00")
    (found,) = await homework(bench, home(), days=[day(), day(date="2026-11-19T00:00:00", lessons=[due])])
    assert found.due_lesson == str(LESSON + 9)


async def test_of_a_double_lesson_nobody_says_which_one_it_is_due_on(bench: Bench) -> None:
    double = [lesson(id=LESSON + 9 + n, number=2 + n, date="2026-11-19T00:00:00") for n in range(2)]
    (found,) = await homework(bench, home(), days=[day(), day(date="2026-11-19T00:00:00", lessons=double)])
    assert found.due_lesson is None


async def test_homework_that_hangs_on_the_lesson_it_is_due_on_was_set_when_it_was_sent(bench: Bench) -> None:
    hung = home(lesson=LESSON + 9, lesson_str=str(LESSON + 9))
    (found,) = await homework(bench, hung, lessons=[lesson(id=LESSON + 9, date="2026-11-19T00:00:00")])
    assert (found.assigned_lesson, found.assigned_date) == (None, date(2026, 11, 17))
    assert (found.due_lesson, found.due_date) == (str(LESSON + 9), date(2026, 11, 19))


async def test_homework_for_a_lesson_two_weeks_on_is_shown_where_it_is_due(bench: Bench) -> None:
    late = home(targetDate="2026-12-01T00:00:00")
    assert await homework(bench, late) == ()
    early = home(lesson=LESSON - 9, lesson_str=str(LESSON - 9), sentDate="2026-11-09T09:00:00")
    (found,) = await homework(bench, early, lessons=[lesson(id=LESSON - 9, date="2026-11-09T00:00:00")])
    assert (found.assigned_date, found.due_date) == (date(2026, 11, 9), date(2026, 11, 19))


@pytest.mark.parametrize("target", [None, "", "0001-01-01T00:00:00"])
async def test_homework_without_a_due_date_stands_on_the_day_it_was_set(bench: Bench, target: str | None) -> None:
    (found,) = await homework(bench, home(targetDate=target))
    assert (found.due_date, found.assigned_date) == (None, date(2026, 11, 17))


@pytest.mark.parametrize("text", ["", None, "Без задания", "не указана", "Нет", " не задано. "])
async def test_a_text_that_says_there_is_none_is_no_homework(bench: Bench, text: str | None) -> None:
    assert await homework(bench, home(text=text)) == ()


async def test_a_file_without_a_word_is_homework(bench: Bench) -> None:
    (found,) = await homework(bench, home(text="", files=[5]), files=[{"id": 5, "name": "Карточка.pdf", "downloadUrl": "https://f.ru/5"}])
    assert found.attachments == (Attachment(name="Карточка.pdf", url="https://f.ru/5"),)


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://files.dnevnik.ru/5", "https://files.dnevnik.ru/5"),
        ("//files.dnevnik.ru/5", "https://files.dnevnik.ru/5"),
        ("http://files.dnevnik.ru/5", ""),
        ("javascript:alert(1)", ""),
        ("/files/5", ""),
        (None, ""),
    ],
)
async def test_a_files_address_is_https_or_none_and_its_name_stays(bench: Bench, url: str | None, kept: str) -> None:
    files = [{"id": 5, "id_str": "5", "name": "Карточка.pdf", "downloadUrl": url, "size": 1024, "user": {"firstName": "Анна"}}]
    (found,) = await homework(bench, home(files=[5]), files=files)
    assert found.attachments == (Attachment(name="Карточка.pdf", url=kept, size=1024),)


@pytest.mark.rule("C8")
async def test_a_text_in_html_becomes_words_and_its_https_links(bench: Bench) -> None:
    text = '<p>Посмотреть <a href="https://resh.edu.ru/1">урок</a></p><script>alert(1)</script>http://bad.ru'
    (found,) = await homework(bench, home(text=text))
    assert found.text == "Посмотреть урок\nhttp://bad.ru"
    assert found.links == ("https://resh.edu.ru/1",)


@pytest.mark.parametrize(("status", "done"), [("Completed", True), ("New", False), ("InWork", False), (None, False)])
async def test_the_childs_own_task_says_whether_it_is_done(bench: Bench, status: str | None, done: bool) -> None:
    tasks = [task(person=PERSON + 1, person_str=None, status="Completed"), task(status=status)]
    (found,) = await homework(bench, home(tasks=tasks))
    assert found.done is done


async def test_without_an_own_task_nobody_knows(bench: Bench) -> None:
    (found,) = await homework(bench, home(tasks=None))
    assert found.done is None


@pytest.mark.rule("C5")
async def test_tasks_of_classmates_and_the_author_stay_behind(bench: Bench) -> None:
    tasks = [task(), task(id=2, person=PERSON + 1, person_str=str(PERSON + 1))]
    (found,) = await homework(bench, home(tasks=tasks))
    kept = msgspec.json.decode(bytes(found.raw or b""))
    assert [one["id"] for one in kept["tasks"]] == [1]
    assert "createdBy" not in kept


async def test_the_same_work_in_the_day_and_in_the_list_is_one_homework(bench: Bench) -> None:
    found = await homework(bench, home(), days=[day(homeworks=[home()])])
    assert len(found) == 1


async def test_a_work_of_an_unknown_subject_is_a_drift(bench: Bench) -> None:
    with pytest.raises(Drifted) as error:
        await homework(bench, home(subjectId=1, lesson=0, lesson_str="0"))
    assert error.value.where == "$.works[0].subjectId"


@pytest.mark.parametrize("missing", ["works", "lessons", "subjects"])
async def test_a_missing_list_is_a_drift(bench: Bench, missing: str) -> None:
    broken: dict[str, Any] = {"works": [], "subjects": [], "lessons": []}
    del broken[missing]
    bench.show(day(), **{LIST: broken})
    with pytest.raises(Drifted):
        await bench.read(Datum.HOMEWORK)
