"""Texts of teachers in every diary: nothing set, HTML, addresses, apostrophes; and what shares one slot of the timetable."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.kit.diary import Datum, Homework, Lesson
from tests.unit.traps.stands import STANDS, stand_of

NOTHING = (
    "Без задания", "без задания!", "<p>Без&nbsp;задания</p>", "не указана", "нет", "Нет.", "Нет задания", "не задано", "—", "-", "",
    "Домашнего задания нет",
)  # fmt: skip
HTML = (
    "<p>№ 5</p><script>alert(1)</script> O'Нил &amp; Д’Арк <img src=x onerror=alert(2)>"
    '<a href="//cdn.example/a.pdf">раз</a> <a href="javascript:alert(3)">два</a> <a href="http://plain.example/">три</a> https://ok.example/x'
)


async def homework(system: str, *texts: str) -> list[Homework]:
    async with stand_of(system) as bench:
        found = []
        for text in texts:
            STANDS[system].homework(bench, text)
            found += (await bench.read(Datum.HOMEWORK)).homework
        return found


async def lessons(system: str, *subjects: str) -> tuple[Lesson, ...]:
    async with stand_of(system) as bench:
        STANDS[system].lesson(bench, *subjects)
        found: tuple[Lesson, ...] = (await bench.read(Datum.LESSONS)).lessons
        return found


@pytest.mark.parametrize("system", STANDS)
async def test_words_that_say_that_nothing_is_set_are_no_homework(system: str) -> None:
    assert await homework(system, *NOTHING) == []


@pytest.mark.parametrize("system", STANDS)
async def test_a_homework_that_only_begins_like_nothing_is_one(system: str) -> None:
    (found,) = await homework(system, "Нет, не просто читать: § 5")
    assert found.text == "Нет, не просто читать: § 5"


@pytest.mark.rule("C8")
@pytest.mark.parametrize("system", STANDS)
async def test_html_becomes_words_and_only_https_addresses_are_links(system: str) -> None:
    (found,) = await homework(system, HTML)
    assert " ".join(found.text.split()) == "№ 5 O'Нил & Д’Арк раз два три https://ok.example/x"
    assert found.links == ("https://cdn.example/a.pdf", "https://ok.example/x")


@pytest.mark.parametrize("system", STANDS)
async def test_what_shares_a_slot_stays_apart(system: str) -> None:
    """A double entry of one subject and a second subgroup: the key is neither date and number nor the subject."""
    found = await lessons(system, "Алгебра", "Алгебра", "Информатика")
    assert sorted(one.subject for one in found) == ["Алгебра", "Алгебра", "Информатика"]
    assert len({one.origin.id for one in found}) == 3
    assert len({(one.school_date, one.number, one.start) for one in found}) == 1, "the trap: they do share date, number and hour"


@pytest.mark.parametrize("system", STANDS)
async def test_apostrophes_quotes_and_signs_in_a_name_stay(system: str) -> None:
    given = ["Роман «Д’Артаньян»", "O'Нил", 'ОБЖ "Щит"', "А & Б", "Ёлка; DROP TABLE marks --"]
    assert sorted(one.subject for one in await lessons(system, *given)) == sorted(given)


FAMILIES: dict[str, Any] = {
    "eljur": lambda stub, last, first: {"getrules": stub.RULES | {"relations": stub.RULES["relations"] | {"students": [
        stub.STUDENT | {"lastname": last, "firstname": first, "title": f"{last} {first}"}]}}},
    "kiasuo": lambda stub, last, first: {"api__user": stub.USER | {"children": [stub.CHILD | {"last_name": last, "first_name": first}]}},
    "petersburg": lambda stub, last, first: {
        "others": {stub.CHILDREN: stub.page([stub.CHILD | {"surname": last, "firstname": first}])}},
    "ruobr": lambda stub, last, first: {"user": stub.PARENT | {"childs": [stub.CHILD | {"last_name": last, "first_name": first}]}},
    "netschool": lambda stub, last, first: {
        "student__diary__init": {"students": [stub.STUDENT | {"nickName": f"{last} {first}"}], "currentStudentId": 0}},
}  # fmt: skip


@pytest.mark.parametrize(("last", "first"), [("О'Нил", "Д’Артаньян"), ("Сон-Петрова", "Анна-Мария"), ("Ёлкин", "Пётр")])
@pytest.mark.parametrize("system", FAMILIES)
async def test_a_childs_name_keeps_its_apostrophe_hyphen_and_dots(system: str, last: str, first: str) -> None:
    async with stand_of(system) as bench:
        bench.show(**FAMILIES[system](STANDS[system].stub, last, first))
        (child,) = (await bench.port.account(await bench.access())).children
        assert (child.last_name, child.first_name) == (last, first)
