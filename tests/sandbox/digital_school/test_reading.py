"""What the cabinet shows is the town's own: without names, with commas, with «нет данных», at UTC+10."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.digital_school.cabinet import Family, code
from tests.sandbox.stand import Stand

NO_DATA = "нет данных"
WEEK = {"from": "16.11.2026", "to": "21.11.2026"}


@pytest.fixture
def family(cabinet: Stand) -> Family:
    return Family(cabinet)


async def lessons(family: Family, **span: str) -> list[dict[str, Any]]:
    data = await family.get("diary", **(span or WEEK))
    return [lesson | {"date": day["date"]} for day in data["days"] for lesson in day["lessons"]]


async def test_no_answer_holds_a_name(family: Family) -> None:
    words = {word for who in family.stand.town.people.values() for word in (who.last_name, who.middle_name)}
    for path in ("children", "stats", "timetable", "finals", "meals", "finance", "announcements", "info"):
        assert not words & set(re.findall(r"[А-ЯЁ][а-яё-]+", (await family.ask(path)).text)), path
    for path in ("diary", "attendance"):
        assert not words & set(re.findall(r"[А-ЯЁ][а-яё-]+", (await family.ask(path, **WEEK)).text)), path


async def test_the_diary_is_the_towns_own(family: Family) -> None:
    town, child = family.stand.town, family.stand.child
    start, end = date(2026, 11, 16), date(2026, 11, 21)
    shown = await lessons(family)
    assert [(it["id"], it["number"]) for it in shown] == [(it.number_id, str(it.number)) for it in town.lessons_of(child.id, start, end)]
    assert {mark["id"]: mark["value"] for it in shown for mark in it["marks"]} == {
        mark.number_id: mark.value for mark in town.marks(child.id, start, end)
    }
    assert {item["id"]: item["text"] for it in shown for item in it["homework"]} == {
        item.number_id: item.text for item in town.homework_of(child.id, start, end)
    }
    finals = await family.get("finals")
    assert [item["value"] for item in finals["items"]] == [final.value for final in town.finals(child.id)]


async def test_times_are_of_utc_plus_ten(family: Family) -> None:
    first = (await lessons(family))[0]
    assert (first["begins"], first["ends"]) == ("16.11.2026 08:30:00", "16.11.2026 09:15:00")
    assert (await family.ask("info")).json()["updated"] == "20.11.2026 19:00:00"


async def test_what_is_unknown_is_said_in_words(family: Family) -> None:
    stats = await family.get("stats")
    assert stats["ege"] == NO_DATA
    first = (await lessons(family))[0]
    assert first["instead_of"] == first["moved_from"] == NO_DATA
    assert all(isinstance(value, str) for value in stats.values())


async def test_every_absence_is_in_attendance_by_its_code(family: Family) -> None:
    town, child, found, start = family.stand.town, family.stand.child, list[str](), date(2026, 9, 1)
    while start < date(2026, 11, 21):
        end = start + timedelta(days=30)
        span = {"from": f"{start:%d.%m.%Y}", "to": f"{end:%d.%m.%Y}", "per_page": "50"}
        found += [row["code"] for row in await family.get("attendance", **span)]
        start = end + timedelta(days=1)
    codes = {"н": "НУП", "уп": "УП", "б": "Б", "оп": "ОП"}
    assert sorted(found) == sorted(codes[it.code] for it in town.absences(child.id, *town.year))
    assert set(found) == set(codes.values())
    assert int((await family.get("stats"))["missed"]) == sum(it != "ОП" for it in found)


async def test_lateness_says_how_many_minutes(family: Family) -> None:
    late = next(it for it in family.stand.town.absences(family.stand.child.id, *family.stand.town.year) if it.code == "оп")
    day = f"{late.date:%d.%m.%Y}"
    assert "10" in {row["minutes"] for row in await family.get("attendance", **{"from": day, "to": day})}


@pytest.mark.parametrize(
    ("path", "query", "refusal"),
    [
        ("diary", {}, "E-400"), ("diary", {"from": "2026-11-16", "to": "2026-11-21"}, "E-400"),
        ("diary", {"from": "31.02.2026", "to": "01.03.2026"}, "E-400"), ("diary", {"from": "21.11.2026", "to": "16.11.2026"}, "E-422"),
        ("diary", {"from": "01.10.2026", "to": "01.11.2026"}, "E-422"), ("diary", {"from": "01.10.2026", "to": "31.10.2026"}, ""),
        ("timetable", {"week": "47"}, "E-400"), ("meals", {"month": "2026-11"}, "E-400"), ("meals", {"month": "13.2026"}, "E-400"),
        ("finance", {"page": "0"}, "E-422"), ("finance", {"page": "9"}, "E-422"), ("finance", {"page": "x"}, "E-400"),
        ("finance", {"per_page": "51"}, "E-422"), ("finance", {"per_page": "0"}, "E-422"), ("stats", {"idn": "AAAAAAAAAA"}, "E-404"),
        ("nowhere", {}, "E-404"), ("activate", {}, "E-405"),
    ],
)  # fmt: skip
async def test_parameters_are_checked(family: Family, path: str, query: dict[str, str], refusal: str) -> None:
    assert code(await family.ask(path, **query)) == refusal


async def test_another_accounts_child_is_as_unknown_as_no_child(family: Family, cabinet: Stand) -> None:
    other = Family(cabinet, cabinet.stranger)
    await other.activate()
    await other.knock(password="Novyj-parol-1")
    theirs = (await other.get("children"))[0]["idn"]
    foreign, unknown = await family.ask("stats", idn=theirs), await family.ask("stats", idn="AAAAAAAAAA")
    assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content)


async def test_pages_hold_the_whole_list_once(family: Family) -> None:
    whole = (await family.ask("finance", month="10.2026", per_page="50")).json()
    parts, number = [], 1
    while True:
        part = (await family.ask("finance", month="10.2026", per_page="4", page=str(number))).json()
        parts += part["data"]["items"]
        if number == part["pages"]:
            break
        number += 1
    assert parts == whole["data"]["items"]
    assert (part["total"], number) == (len(parts), -(-len(parts) // 4))


async def test_the_accounts_rows_run_into_each_other(family: Family) -> None:
    data = await family.get("finance", per_page="50")
    rows = [[Decimal(row[key].replace(",", ".")) for key in ("before", "amount", "after")] for row in data["items"]]
    assert all(before + amount == after >= 0 for before, amount, after in rows)
    assert data["items"][-1]["after"] == data["balance"]


async def test_a_mark_written_into_the_town_is_seen_with_its_comma_and_correction(family: Family) -> None:
    body = {"pupil": family.stand.child.id, "subject": "Математика", "date": "2026-11-17", "number": 8, "value": "4", "weight": 1.5}
    made = await family.stand.control("world/marks", body)
    await family.stand.control("world/marks", {"pupil": family.stand.child.id, "id": made["id"], "value": "5-"})
    it = next(it for it in await lessons(family) if it["number"] == "8")
    [mark] = it["marks"]
    assert (mark["value"], mark["weight"], mark["changed"]) == ("5-", "1,5", "20.11.2026 19:00:00")


async def test_an_absence_written_into_the_town_is_seen(family: Family) -> None:
    body = {"pupil": family.stand.child.id, "subject": "Математика", "date": "2026-11-17", "number": 8, "value": "уп"}
    await family.stand.control("world/marks", body)
    rows = await family.get("attendance", **{"from": "17.11.2026", "to": "17.11.2026"})
    assert ("8", "Математика", "УП") in {(row["number"], row["subject"], row["code"]) for row in rows}


async def test_the_timetable_has_the_lessons_of_the_diary(family: Family) -> None:
    week = await family.get("timetable", week="18.11.2026")
    assert week["week"] == "16.11.2026"
    assert [it["id"] for day in week["days"] for it in day["lessons"]] == [it["id"] for it in await lessons(family)]


async def test_states_of_the_autumn_are_all_there(family: Family) -> None:
    spans = (("01.09.2026", "30.09.2026"), ("01.10.2026", "31.10.2026"), ("01.11.2026", "30.11.2026"))
    found = [it for start, end in spans for it in await lessons(family, **{"from": start, "to": end})]
    assert {it["state"] for it in found} == {"запланирован", "проведён", "отменён", "замена", "перенесён"}
    assert all(it["instead_of"] != NO_DATA for it in found if it["state"] == "замена")
