"""Homework on the lesson that set it, in two texts of which one is HTML."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.kit.diary import Attachment, Datum, Homework
from connectors.kit.errors import Drifted
from tests.unit.ruobr.stub import Bench, lesson, task


async def homework(bench: Bench, *lessons: dict[str, Any]) -> tuple[Homework, ...]:
    bench.show(*lessons)
    return (await bench.read(Datum.HOMEWORK)).homework or ()


async def one(bench: Bench, **changes: Any) -> Homework:
    (found,) = await homework(bench, lesson(task=[task(**changes)]))
    return found


async def test_it_hangs_on_the_lesson_that_set_it_and_on_the_lesson_it_is_due(bench: Bench) -> None:
    (found,) = await homework(bench, lesson(task=[task()]), lesson(id=2, date="2026-11-19"))
    assert (found.assigned_lesson, found.assigned_date) == ("175197390", date(2026, 11, 17))
    assert (found.due_lesson, found.due_date) == ("2", date(2026, 11, 19))
    assert (found.text, found.done, found.requires_answer, found.individual) == ("Упр. 115", False, False, False)


async def test_of_a_double_lesson_nobody_says_which(bench: Bench) -> None:
    (found,) = await homework(bench, lesson(task=[task()]), lesson(id=2, date="2026-11-19"), lesson(id=3, date="2026-11-19"))
    assert (found.due_lesson, found.due_date) == (None, date(2026, 11, 19))


async def test_what_was_set_weeks_before_is_found_by_its_deadline(bench: Bench) -> None:
    (found,) = await homework(bench, lesson(date="2026-10-21", task=[task()]))
    assert found.assigned_date == date(2026, 10, 21)
    assert bench.stub.asked[-1].url.params["start"] == "2026-10-19"


async def test_what_is_due_later_belongs_to_a_later_window(bench: Bench) -> None:
    assert not await homework(bench, lesson(task=[task(deadline="2026-11-24")]))


async def test_without_a_deadline_it_stands_on_the_day_it_was_set(bench: Bench) -> None:
    found = await one(bench, deadline=None)
    assert (found.due_date, found.assigned_date) == (None, date(2026, 11, 17))


@pytest.mark.parametrize("title", ["Без задания", "без задания.", "нет", "", "не задано", None])
async def test_a_text_that_says_there_is_none_is_no_homework(bench: Bench, title: str | None) -> None:
    assert not await homework(bench, lesson(task=[task(title=title, text="<p> </p>")]))


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    ("title", "text", "words"),
    [
        ("Упр. 115", "<p>Упр. 115</p>", "Упр. 115"),
        ("Упр. 115", "<p>Упр. 115<br>и выучить правило</p>", "Упр. 115\nи выучить правило"),
        ("Упр. 115", "<div>Сдать в тетради</div>", "Упр. 115\nСдать в тетради"),
        ("", "<b>Читать</b> гл. 3<script>alert(1)</script>", "Читать гл. 3"),
        ("<i>Читать</i> гл. 3", "", "Читать гл. 3"),
        ("Если a<b, то b>a", None, "Если a<b, то b>a"),
    ],
)
async def test_html_becomes_plain_text(bench: Bench, title: str, text: str | None, words: str) -> None:
    assert (await one(bench, title=title, text=text)).text == words


@pytest.mark.rule("C8")
async def test_links_are_https_only(bench: Bench) -> None:
    text = '<a href="//ruobr.ru/page">а</a> <a href="javascript:alert(1)">б</a> <a href="http://x.example/c">в</a>'
    assert (await one(bench, text=text)).links == ("https://ruobr.ru/page",)


@pytest.mark.parametrize(
    ("doc", "doc_str", "files"),
    [
        (0, "", ()),
        (True, "Карточка.docx", ()),
        (None, None, ()),
        ("//ruobr.ru/media/card.docx", "", (Attachment(name="card.docx", url="https://ruobr.ru/media/card.docx"),)),
        ("https://ruobr.ru/m/1?x=2", "Карточка", (Attachment(name="Карточка", url="https://ruobr.ru/m/1?x=2"),)),
        (1, "homework/8300016/card.docx", ()),
        (1, "https://ruobr.ru/m/card.docx", (Attachment(name="card.docx", url="https://ruobr.ru/m/card.docx"),)),
        ("javascript:alert(1)//", "x", ()),
    ],
)
async def test_a_document_is_attached_where_its_address_is_told(bench: Bench, doc: Any, doc_str: Any, files: Any) -> None:
    assert (await one(bench, doc=doc, doc_str=doc_str)).attachments == files


@pytest.mark.rule("C8")
async def test_files_linked_in_the_text_are_attachments_and_no_words(bench: Bench) -> None:
    text = '<p>См. <a href="//ruobr.ru/media/hw/1/Схема.png">Схема</a><a class="x" href="/media/2/b.pdf"></a><a href="http://x.ru/c.doc">c</a></p>'
    found = await one(bench, text=text, doc=1, doc_str="hw/1/Схема.png")
    assert found.text == "Упр. 115\nСм."
    assert [(file.name, file.url) for file in found.attachments] == [
        ("Схема", "https://ruobr.ru/media/hw/1/Схема.png"),
        ("b.pdf", "https://ruobr.ru/media/2/b.pdf"),
    ]


async def test_a_document_alone_is_homework(bench: Bench) -> None:
    assert (await one(bench, title="", doc="//ruobr.ru/media/card.docx")).attachments


async def test_one_task_in_place_of_a_list_is_read_too(bench: Bench) -> None:
    (found,) = await homework(bench, lesson(task=task(done=1, requires_solutions=1, type="personal")))
    assert (found.done, found.requires_answer, found.individual) == (True, True, True)


async def test_a_deadline_that_is_no_date_has_drifted(bench: Bench) -> None:
    with pytest.raises(Drifted) as told:
        await homework(bench, lesson(task=[task(deadline="завтра")]))
    assert told.value.where == "$.lessons[0].task[0].deadline"
