"""The diary of the mobile API: the town's own lessons, with absent keys, running averages, noughts for nothing, and mail that breaks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.sandbox.ruobr.account import Account
from tests.sandbox.stand import Stand

SPAN = (date(2026, 11, 16), date(2026, 11, 22))


@pytest.fixture
def own(platform: Stand) -> Account:
    return Account(platform)


async def test_the_week_is_the_towns_own(own: Account) -> None:
    town, child = own.stand.town, own.stand.child
    shown = await own.week()
    assert [it["id"] for it in shown] == [it.number_id for it in town.lessons_of(child.id, *SPAN)]
    marks = [mark["mark"] for it in shown for mark in it.get("marks", [])]
    assert sorted(marks) == sorted(mark.value for mark in town.marks(child.id, *SPAN))
    tasks = {task["id"]: task["title"] for it in shown for task in it.get("task", [])}
    assert tasks == {item.number_id: item.text for item in town.homework_of(child.id, *SPAN, by="assigned")}


async def test_times_are_of_utc_plus_seven(own: Account) -> None:
    first = next(it for it in await own.week() if it["time_start"] == "08:00:00")
    assert (first["time_end"], first["date"]) == ("08:40:00", "2026-11-16")


async def test_empty_lists_of_tasks_and_marks_are_not_there(own: Account) -> None:
    shown = await own.week()
    assert any("task" not in it for it in shown)
    assert any("marks" not in it for it in shown)
    assert all(it.get("task", True) and it.get("marks", True) for it in shown)


async def test_booleans_are_whole_numbers(own: Account) -> None:
    found = await own.get("timetable2", start="2026-09-01", end="2026-11-20")
    assert {it["lesson_status_cancel"] for it in found["lessons"]} == {0, 1}
    tasks = [task for it in found["lessons"] for task in it.get("task", [])]
    assert {type(task[key]) for task in tasks for key in ("doc", "done", "requires_solutions")} == {int}
    assert {task["doc"] for task in tasks} == {0, 1}


async def test_homework_hangs_on_the_lesson_that_set_it_with_its_deadline(own: Account) -> None:
    body = {"pupil": own.stand.child.id, "subject": "Математика", "text": "№ 5 <b>",
            "assigned": {"date": "2026-11-17", "number": 7}, "due": {"date": "2026-11-30", "number": 8}}  # fmt: skip
    await own.stand.control("world/homework", body)
    [task] = [task for it in await own.week() for task in it.get("task", []) if task["title"] == "№ 5 <b>"]
    assert (task["deadline"], task["text"], task["type"], task["test_id"]) == ("2026-11-30", "", "group", None)


async def test_attachments_are_links_without_a_scheme(own: Account) -> None:
    found = await own.get("timetable2", start="2026-09-01", end="2026-11-20")
    task = next(task for it in found["lessons"] for task in it.get("task", []) if task["doc"])
    assert f'href="//ruobr.ru/media/{task["doc_str"]}"' in task["text"]


async def test_two_marks_of_one_question_share_its_id(own: Account) -> None:
    for value in ("5", "3"):
        body = {"pupil": own.stand.child.id, "subject": "Математика", "date": "2026-11-17", "number": 7, "value": value, "work": "Тест"}
        await own.stand.control("world/marks", body)
    marks = next(it["marks"] for it in await own.week() if len(it.get("marks", [])) == 2)
    assert marks[0]["question_id"] == marks[1]["question_id"]
    assert {mark["mark"] for mark in marks} == {"5", "3"}


async def test_absences_are_in_the_older_api_alone_and_without_dates(own: Account) -> None:
    town, child = own.stand.town, own.stand.child
    whole = (await own.get("api/attendance", start="2026-09-01", end="2026-11-20"))["subjects"]
    assert sorted(code for codes in whole.values() for code in codes) == sorted(
        it.code.upper() for it in town.absences(child.id, date(2026, 9, 1), date(2026, 11, 20))
    )
    day = next(it.date for it in town.absences(child.id, *town.year) if it.code == "б")
    one = (await own.get("api/attendance", start=day.isoformat(), end=day.isoformat()))["subjects"]
    assert {code for codes in one.values() for code in codes} == {"Б"}
    before = (day - timedelta(days=200)).isoformat()
    assert (await own.get("api/attendance", start=before, end=before))["subjects"] == {}


# Periods
def by_kind(periods: Any) -> dict[tuple[int, int], dict[str, Any]]:
    return {(it["period"], it["marks_future"]): {mark["subject_name"]: mark["mark"] for mark in it["marks"]} for it in periods}


async def test_a_closed_period_has_texts_the_current_one_running_averages(own: Account) -> None:
    found = await own.get("controlmark")
    assert [(it["period"], it["title"], it["rom"], it["marks_future"]) for it in found] == [
        (1, "1 четверть", "I", 0), (2, "2 четверть", "II", 1),
    ]  # fmt: skip
    closed, current = by_kind(found)[1, 0], by_kind(found)[2, 1]
    finals = {own.stand.town.subjects[it.subject].name: it.value for it in own.stand.town.finals(own.stand.child.id)}
    assert closed == finals
    assert {type(mark) for mark in current.values()} == {float}
    assert current["Разговоры о важном"] == 0.0


async def test_set_marks_of_the_current_period_come_beside_its_averages(own: Account) -> None:
    await own.stand.control("clock", {"now": "2026-09-10T09:00:00+00:00"})
    found = by_kind(await own.get("controlmark"))
    assert set(found) == {(1, 0), (1, 1)}
    assert len(found[1, 0]) == 2


async def test_a_subject_without_a_set_mark_is_nought_in_a_closed_period(own: Account) -> None:
    body = {"pupil": own.stand.child.id, "subject": "Черчение", "date": "2026-10-01", "number": 8, "value": "5"}
    await own.stand.control("world/marks", body)
    assert by_kind(await own.get("controlmark"))[1, 0]["Черчение"] == 0


async def test_the_year_comes_with_its_marks(own: Account) -> None:
    await own.stand.control("clock", {"now": "2027-05-31T09:00:00+00:00"})
    found = await own.get("controlmark")
    assert [(it["period"], it["rom"]) for it in found if it["title"] == "Год"] == [(9, "")]


async def test_all_marks_of_a_subject_are_those_of_the_town(own: Account) -> None:
    data = (await own.get("all_marks/2/1"))["data"]
    town = own.stand.town
    period = next(it for it in town.periods_of(own.stand.child.class_id or "") if it.number == 2)
    marks = [mark.value for mark in town.marks(own.stand.child.id, period.start, period.end) if mark.subject == "rus"]
    assert [mark["mark"] for mark in data["marks"]] == marks
    assert (await own.get("all_marks/2/999"))["data"] == (await own.get("all_marks/7/1"))["data"] == {}


async def test_standing_is_the_childs_own_beside_aggregates(own: Account) -> None:
    shown = await own.get("api/progress", date="2026-11-20")
    assert (shown["period_name"], shown["place_count"]) == ("2 четверть", 7)
    assert 1 <= shown["place"] <= 7
    assert all(2 <= row["group_avg"] <= 5 for row in shown["subjects"])
    assert all(set(row) == {"subject", "place", "place_count", "child_avg", "group_avg", "parallels_avg"} for row in shown["subjects"])


# Mail and meals
async def test_opening_a_letter_marks_it_read_for_this_account_only(own: Account) -> None:
    letter = next(it for it in (await own.ask("mail")).json()["messages"] if it["type_id"] == 1)
    assert letter["read"] == 0
    opened = await own.get(f"mail/{letter['id']}")
    assert opened["data"]["messages"][0]["text"] == letter["last_msg_text"]
    assert next(it for it in (await own.ask("mail")).json()["messages"] if it["id"] == letter["id"])["read"] == 1
    pupil = Account(own.stand, own.stand.child)
    assert all(it["read"] == 0 for it in (await pupil.ask("mail")).json()["messages"])


async def test_a_letter_with_html_is_a_bad_gateway_and_stays_unread(own: Account) -> None:
    letter = next(it for it in (await own.ask("mail")).json()["messages"] if it["type_id"] == 2)
    answer = await own.ask(f"mail/{letter['id']}", child=own.child)
    assert (answer.status_code, answer.headers["content-type"], letter["author_id"]) == (502, "text/html", -1)
    assert "<" in letter["last_msg_text"]
    assert "<" not in letter["clean_text"]
    assert next(it for it in (await own.ask("mail")).json()["messages"] if it["id"] == letter["id"])["read"] == 0


async def test_anothers_letter_is_not_found(own: Account) -> None:
    other = Account(own.stand, own.stand.stranger)
    letter = next(it for it in (await other.ask("mail")).json()["messages"] if it["type_id"] == 1)
    assert (await own.ask(f"mail/{letter['id']}")).json() == {"success": False, "error": "Сообщение не найдено"}
    assert (await own.ask("api/mail/read", message=str(letter["id"]))).json()["success"] is False


async def test_the_balance_has_a_decimal_comma_and_another_kind_of_food_is_empty(own: Account) -> None:
    data = (await own.get("food/calendary", food_type="5", selected_date="2026-11-16", food_menu_complex="1"))["data"]
    assert data["balance"].replace(",", "").isdigit()
    assert data["balance"].count(",") == 1
    assert {visit["state"] for visit in data["vizit"]} == {20, 30}
    assert (await own.get("food/calendary", food_type="1"))["data"] == {}
    account = (await own.get("api/food"))["account"]
    assert account["balance"] == int(data["balance"].replace(",", "")) == account["total_add"] - account["total_take_off"]
