"""What the cabinet shows is the town's own, without a name, in local time and with decimals as text."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from sandbox.world.model import Person
from tests.sandbox.stand import Stand

WHOLE = ("me", "diary", "diary/finals", "diary/year", "diary/monitoring", "diary/calendar", "gate", "meals", "card/balance", "card/detail",
         "sms/balance", "sms/ops", "services", "announcements", "settings")  # fmt: skip


class Reader:
    """A signed-in family."""

    def __init__(self, cabinet: Stand, parent: Person) -> None:
        self.cabinet = cabinet
        self.parent = parent
        self._headers: dict[str, str] = {}

    async def answer(self, path: str, **query: str) -> Any:
        if not self._headers:
            signed = await self.cabinet.http.post("/iv-edu/cab/auth", json=self.cabinet.account(self.parent))
            self._headers = {"X-Cab-Session": signed.json()["session"]}
        return await self.cabinet.http.get(f"/iv-edu/cab/api/v1/{path}", params=query, headers=self._headers)

    async def get(self, path: str, **query: str) -> Any:
        answer = await self.answer(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def reader(cabinet: Stand) -> Reader:
    return Reader(cabinet, cabinet.parent)


def iso_week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


async def lessons(reader: Reader, week: str) -> list[dict[str, Any]]:
    page = await reader.get("diary", week=week)
    return [lesson | {"date": day["date"]} for day in page["days"] for lesson in day["lessons"]]


async def test_no_answer_holds_a_name(reader: Reader) -> None:
    words = {word for who in reader.cabinet.town.people.values() for word in (who.last_name, who.middle_name)}
    for path in WHOLE:
        text = (await reader.answer(path)).text
        assert not words & set(re.findall(r"[А-ЯЁ][а-яё-]+", text)), path


async def test_the_year_is_the_towns_own(reader: Reader) -> None:
    town, child = reader.cabinet.town, reader.cabinet.child
    start, end = town.week()
    shown = await lessons(reader, iso_week(start))
    own = town.lessons_of(child.id, start, end)
    assert [(it["id"], it["number"], it["status"]) for it in shown] == [(it.number_id, it.number, it.status) for it in own]
    assert {mark["id"]: mark["value"] for it in shown for mark in it["marks"]} == {
        mark.number_id: mark.value for mark in town.marks(child.id, start, end)
    }
    assert {item["id"]: item["text"] for it in shown for item in it["homework"]} == {
        item.number_id: item.text for item in town.homework_of(child.id, start, end)
    }
    finals = await reader.get("diary/finals")
    assert [item["value"] for item in finals["items"]] == [final.value for final in town.finals(child.id)]
    assert finals["items"]


async def test_every_absence_of_the_autumn_stands_on_its_lesson(reader: Reader) -> None:
    town, child, found = reader.cabinet.town, reader.cabinet.child, []
    for number in range(36, 48):
        found += [it["absence"]["code"] for it in await lessons(reader, f"2026-W{number}") if it["absence"]]
    assert sorted(found) == sorted(it.code for it in town.absences(child.id, date(2026, 8, 31), date(2026, 11, 22)))
    assert {"н", "б", "уп", "оп"} == set(found)


async def test_times_are_moscow_time_without_an_offset(reader: Reader) -> None:
    first = (await lessons(reader, "2026-W47"))[0]
    assert (first["from"], first["to"]) == ("08:30", "09:10")
    mark = next(mark for it in await lessons(reader, "2026-W47") for mark in it["marks"])
    assert re.fullmatch(r"2026-11-\d\dT\d\d:\d\d:\d\d", mark["set_at"])


@pytest.mark.parametrize(
    ("week", "status", "code"),
    [
        ("2026-W53", 200, ""), ("2027-W01", 200, ""), ("2026-W22", 404, "unknown_week"), ("2026-W23", 200, ""), ("2027-W35", 200, ""),
        ("2027-W36", 404, "unknown_week"), ("2027-W53", 400, "bad_request"), ("2026-W00", 400, "bad_request"), ("47", 400, "bad_request"),
        ("2026-W4٧", 400, "bad_request"), ("", 400, "bad_request"),
    ],
)  # fmt: skip
async def test_a_week_is_an_iso_week_of_this_school_year(reader: Reader, week: str, status: int, code: str) -> None:
    answer = await reader.answer("diary", week=week)
    assert (answer.status_code, answer.json().get("error", {}).get("code", "")) == (status, code)


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("meals", {"month": "2026-13"}, "bad_request"), ("meals", {"month": "11.2026"}, "bad_request"),
        ("meals", {"month": "2020-01"}, "unknown_month"), ("sms/ops", {"month": "2028-01"}, "unknown_month"),
        ("gate", {"date": "16.11.2026"}, "bad_request"), ("gate", {"date": "2026-02-30"}, "bad_request"),
        ("diary/monitoring", {"period": "1"}, "bad_request"), ("services/sms", {}, "method"), ("nowhere", {}, "not_found"),
    ],
)  # fmt: skip
async def test_a_wrong_parameter_is_refused_by_its_code(reader: Reader, path: str, query: dict[str, str], code: str) -> None:
    assert (await reader.answer(path, **query)).json()["error"]["code"] == code


async def test_a_mark_written_into_the_town_is_seen_at_once_and_its_correction_too(reader: Reader) -> None:
    cabinet = reader.cabinet
    body = {"pupil": cabinet.child.id, "subject": "Математика", "date": "2026-11-17", "number": 7, "value": "4/5", "weight": 1.5}
    made = await cabinet.control("world/marks", body)
    it = next(it for it in await lessons(reader, "2026-W47") if it["number"] == 7)
    assert [(mark["value"], mark["weight"], mark["changed_at"]) for mark in it["marks"]] == [("4/5", "1.5", None)]
    await cabinet.control("world/marks", {"pupil": cabinet.child.id, "id": made["id"], "value": "5-"})
    it = next(it for it in await lessons(reader, "2026-W47") if it["number"] == 7)
    assert [(mark["value"], mark["changed_at"] is None) for mark in it["marks"]] == [("5-", False)]


async def test_homework_stands_on_the_lesson_where_it_is_due(reader: Reader) -> None:
    body = {"pupil": reader.cabinet.child.id, "subject": "Математика", "text": "№ 5",
            "assigned": {"date": "2026-11-17", "number": 7}, "due": {"date": "2026-11-19", "number": 8}}  # fmt: skip
    await reader.cabinet.control("world/homework", body)
    it = next(it for it in await lessons(reader, "2026-W47") if it["number"] == 8)
    [item] = [item for item in it["homework"] if item["text"] == "№ 5"]
    assert (item["assigned"], item["due"]) == ({"date": "2026-11-17", "number": 7}, {"date": "2026-11-19", "number": 8})


async def test_a_substitute_and_a_moved_lesson_say_so(reader: Reader) -> None:
    pupil = reader.cabinet.child.id
    await reader.cabinet.control(
        "world/lessons", {"pupil": pupil, "date": "2026-11-17", "number": 0, "subject": "Музыка", "moved_from": "2026-11-16"}
    )
    it = next(it for it in await lessons(reader, "2026-W47") if it["number"] == 0)
    assert (it["status"], it["moved_from"], it["from"]) == ("moved", "2026-11-16", "07:40")
    replaced = [it for number in range(36, 48) for it in await lessons(reader, f"2026-W{number}") if it["status"] == "replaced"]
    assert replaced
    assert all(it["instead_of"] for it in replaced)


async def test_the_average_of_the_year_is_weighted_and_leaves_words_out(reader: Reader) -> None:
    for number, (value, weight) in enumerate((("5", 3), ("2", 1), ("зач", 5), ("4/5", 2), ("5-", 1)), 5):
        body = {
            "pupil": reader.cabinet.child.id,
            "subject": "Черчение",
            "date": "2026-11-18",
            "number": number,
            "value": value,
            "weight": weight,
        }
        await reader.cabinet.control("world/marks", body)
    year = await reader.get("diary/year")
    [row] = [row for row in year["subjects"] if row["subject"] == "Черчение"]
    assert row["average"] == "4.43"
    assert [mark["value"] for mark in row["marks"]] == ["5", "2", "зач", "4/5", "5-"]


async def test_monitoring_sets_the_child_against_the_class(reader: Reader) -> None:
    shown = await reader.get("diary/monitoring")
    assert (shown["class_size"], shown["period"]) == (7, 1012)
    assert all(re.fullmatch(r"[2-5]\.\d\d", row["class"]) for row in shown["items"])
    small = next(who for who, child in reader.cabinet.families if "трое" in child.note)
    assert (await Reader(reader.cabinet, small).get("diary/monitoring"))["class_size"] == 3


async def test_balances_run_through_their_statements(reader: Reader) -> None:
    ops = (await reader.get("sms/ops", month="2026-11"))["items"]
    for before, after in pairwise(ops):
        assert after["opening"] == before["closing"]
    assert all(Decimal(row["opening"]) + Decimal(row["amount"]) == Decimal(row["closing"]) for row in ops)
    assert (await reader.get("sms/balance"))["balance"] == ops[-1]["closing"]
    assert all(re.fullmatch(r"\d\d\.11\.26", row["date"]) for row in ops)
    card = await reader.get("card/detail", month="2026-11")
    total = sum(Decimal(row["amount"]) * (1 if row["kind"] == "credit" else -1) for row in card["items"])
    assert Decimal(card["opening"]) + total == Decimal(card["closing"])
    assert (await reader.get("card/balance"))["balance"] == card["closing"] != ops[-1]["closing"]


async def test_an_absent_child_passes_no_gate_and_eats_nothing(reader: Reader) -> None:
    town, child = reader.cabinet.town, reader.cabinet.child
    ill = next(it.date for it in town.absences(child.id, *town.year) if it.code == "б")
    assert (await reader.get("gate", date=ill.isoformat()))["items"] == []
    eaten = (await reader.get("meals", month=f"{ill:%Y-%m}"))["items"]
    assert ill.isoformat() not in {it["at"][:10] for it in eaten}
    present = (await reader.get("gate", date="2026-11-16"))["items"]
    assert [it["direction"] for it in present] == ["in", "out"]


async def test_services_are_switched_and_kept_apart_by_child(reader: Reader) -> None:
    await reader.get("services")
    signed = await reader.cabinet.http.post("/iv-edu/cab/auth", json=reader.cabinet.account())
    headers = {"X-Cab-Session": signed.json()["session"]}
    address = "/iv-edu/cab/api/v1/services/sms_meals"
    for body, status in (({"on": False}, 200), ({"on": False}, 409), ({"on": "no"}, 400), ({}, 400)):
        assert (await reader.cabinet.http.post(address, json=body, headers=headers)).status_code == status
    assert [it["on"] for it in (await reader.get("services"))["items"]] == [True, False]
    other = await Reader(reader.cabinet, reader.cabinet.stranger).get("services")
    assert [it["on"] for it in other["items"]] == [True, True]


async def test_formats_are_kept_and_unknown_ones_refused(reader: Reader) -> None:
    signed = await reader.cabinet.http.post("/iv-edu/cab/auth", json=reader.cabinet.account())
    headers = {"X-Cab-Session": signed.json()["session"]}
    address = "/iv-edu/cab/api/v1/settings"
    assert (await reader.cabinet.http.post(address, json={"date_format": "mm/dd"}, headers=headers)).status_code == 400
    changed = await reader.cabinet.http.post(address, json={"date_format": "yyyy-mm-dd"}, headers=headers)
    assert changed.json()["date_format"] == (await reader.get("settings"))["date_format"] == "yyyy-mm-dd"
