"""The envelope, the token, days and students in all spellings; absences among the marks; messages; faults."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.sandbox.eljur.family import Family
from tests.sandbox.stand import Stand

WEEK = (date(2026, 11, 16), date(2026, 11, 22))
DAYS = "20261116-20261122"
AUTUMN = "20260901-20261120"


# Signing in
@pytest.mark.parametrize("way", ["query", "form", "json"])
@pytest.mark.parametrize("base", ["api", "apiv3"])
async def test_a_token_is_given_whatever_way_it_is_asked(journal: Stand, base: str, way: str) -> None:
    family = Family(journal, base=base)
    fields = family.key | {"login": family.account["login"].upper(), "password": family.account["password"]}
    address = f"/eljur/{base}/auth"
    if way == "query":
        answer = await journal.http.get(address, params=fields)
    else:
        answer = await journal.http.post(address, **{"data" if way == "form" else "json": fields})  # type: ignore[arg-type]  # one of two
    result = answer.json()["response"]["result"]
    assert (len(result["token"]), result["expires"]) == (64, "2027-02-18 12:00:00")


async def test_wrong_unknown_and_another_school_are_one_refusal(journal: Stand) -> None:
    family = Family(journal)
    answers = [await family.sign_in(password="x"), await family.sign_in(login="nobody")]
    assert {(answer.status_code, answer.json()["response"]["error"]) for answer in answers} == {(403, "Wrong login or password")}
    for changes in ({"devkey": "x"}, {"vendor": "shkola1"}, {"devkey": ""}):
        assert (await family.sign_in(**changes)).json()["response"]["error"] == "Wrong devkey or vendor"


async def test_a_token_lives_ninety_days_and_belongs_to_its_school(family: Family) -> None:
    await family.stand.later(days=89)
    assert (await family.ask("getrules")).status_code == 200
    await family.stand.later(days=1)
    assert await family.refused("getrules") == (401, "Wrong auth_token")
    assert await family.refused("getrules", auth_token="") == (401, "Wrong auth_token")
    assert await family.refused("getrules", devkey="x") == (403, "Wrong devkey or vendor")


async def test_errors_may_come_with_200(family: Family) -> None:
    await family.stand.control("eljur/switches", {"always_200": True})
    answer = await family.ask("getdiary", student="1")
    assert (answer.status_code, answer.json()["response"]["state"]) == (200, 403)


async def test_the_request_log_hides_login_password_devkey_and_token(family: Family) -> None:
    await family.ask("getrules")
    text = str(await family.stand.log())
    for secret in (family.account["login"], family.account["password"], family.account["devkey"], family.token):
        assert secret not in text


# Students and days
async def test_rules_tell_each_childs_allowed_methods(family: Family) -> None:
    relations = (await family.get("getrules"))["relations"]
    assert set(relations["students"]) == {family.student}
    assert "getdiary" in relations["students"][family.student]["rules"]
    assert family.stand.town.classes[family.stand.child.class_id or ""].name in relations["groups"]


async def test_results_are_a_map_or_a_list(family: Family) -> None:
    assert set((await family.get("getdiary", days=DAYS))["students"]) == {family.student}
    assert [it["name"] for it in (await family.get("getperiods"))["students"]] == [family.student]
    await family.stand.control("eljur/switches", {"students_as_list": True})
    assert [it["name"] for it in (await family.get("getdiary", days=DAYS))["students"]] == [family.student]


async def test_another_familys_student_is_as_unknown_as_none(family: Family) -> None:
    theirs = str(family.stand.account(family.stand.families[-1][1])["student_id"])
    for students in (theirs, "1", "x", f"{family.student},{theirs}"):
        assert await family.refused("getdiary", student=students) == (403, "Access denied")
        assert await family.refused("getdiary", students=students) == (403, "Access denied")


@pytest.mark.parametrize("days", ["20261116-20261122", "2026.11.16-2026.11.22", "20261116-2026.11.22", ""])
async def test_days_are_read_in_their_spellings(family: Family, days: str) -> None:
    assert (await family.own("getdiary", days=days))["days"] == (await family.own("getdiary", days=DAYS))["days"]


@pytest.mark.parametrize("days", ["2026-11-16", "20261322", "16.11.2026", "20261122-20261116", "x"])
async def test_wrong_days_are_refused(family: Family, days: str) -> None:
    assert await family.refused("getdiary", days=days) == (400, "Wrong days")


# The diary
def items(part: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for day in part["days"].values() for item in day["items"].values()]


async def test_the_week_is_the_towns_own_without_cancelled_lessons(family: Family) -> None:
    town, child = family.stand.town, family.stand.child
    shown = items(await family.own("getdiary", days=DAYS, rings="yes"))
    own = [it for it in town.lessons_of(child.id, *WEEK) if it.status != "cancelled"]
    assert [(it["lesson_id"], it["num"]) for it in shown] == [(str(it.number_id), str(it.number)) for it in own]
    homework = {key: task["value"] for it in shown for key, task in it["homework"].items()}
    assert homework == {str(it.number_id): it.text for it in town.homework_of(child.id, *WEEK)}
    values = [mark["value"] for it in shown for mark in it.get("assessments", [])]
    expected = [it.value for it in town.marks(child.id, *WEEK)] + [it.code for it in town.absences(child.id, *WEEK)]
    assert sorted(values) == sorted(expected)
    assert {it["starttime"] for it in shown if it["num"] == "1"} == {"08:30:00"}
    assert "starttime" not in items(await family.own("getdiary", days=DAYS))[0]


async def test_a_day_off_has_its_name(family: Family) -> None:
    days = (await family.own("getdiary", days="20261026-20261104"))["days"]
    assert {days[key]["holiday_name"] for key in days if not days[key]["items"]} == {"Осенние каникулы", "День народного единства"}


async def test_a_class_schedule_lies_directly_in_the_result(family: Family) -> None:
    name = family.stand.town.classes[family.stand.child.class_id or ""].name
    assert (await family.get("getschedule", **{"class": name.lower(), "days": DAYS}))["days"] == (
        await family.own("getschedule", days=DAYS)
    )["days"]
    assert await family.refused("getschedule", **{"class": "11Я", "days": DAYS}) == (403, "Access denied")


async def test_an_absence_is_a_mark_that_does_not_count(family: Family) -> None:
    town, child = family.stand.town, family.stand.child
    marks = [mark for row in (await family.own("getmarks", days=AUTUMN))["lessons"] for mark in row["marks"]]
    absent = [it for it in marks if it["value"] in {"н", "б", "уп", "оп"}]
    assert sorted(it["value"] for it in absent) == sorted(it.code for it in town.absences(child.id, date(2026, 9, 1), date(2026, 11, 20)))
    assert all((it["convert"], it["count"], it["countas"], it["weight_float"]) == (0, False, "0", 0) for it in absent)


@pytest.mark.parametrize(
    ("value", "weight", "convert", "countas", "counts"),
    [("5-", 1.5, 5, "5", True), ("4/5", 2, 4, "4.5", True), ("зач", 1, 0, "0", False)],
)
async def test_marks_keep_their_text_beside_what_they_count(
    family: Family, value: str, weight: float, convert: int, countas: str, counts: bool
) -> None:
    body = {"pupil": family.stand.child.id, "subject": "Черчение", "date": "2026-11-17", "number": 9, "value": value, "weight": weight}
    await family.stand.control("world/marks", body)
    [row] = [it for it in (await family.own("getmarks", days=DAYS))["lessons"] if it["name"] == "Черчение"]
    [mark] = row["marks"]
    assert (mark["value"], mark["convert"], mark["countas"], mark["count"]) == (value, convert, countas, counts)
    assert (mark["weight"], mark["weight_float"]) == (int(weight), float(weight))


async def test_homework_finals_periods_and_updates_are_the_towns(family: Family) -> None:
    town, child = family.stand.town, family.stand.child
    days = (await family.own("gethomework", days=DAYS))["days"]
    texts = {key: it["value"] for day in days.values() for subject in day["items"].values() for key, it in subject["homework"].items()}
    assert texts == {str(it.number_id): it.text for it in town.homework_of(child.id, *WEEK)}
    finals = {
        (it["name"], mark["period"]): mark["value"]
        for it in (await family.own("getfinalassessments"))["items"]
        for mark in it["assessments"]
    }
    assert finals == {(town.subjects[it.subject].name, town.period(it.period).name): it.value for it in town.finals(child.id)}
    [student] = (await family.get("getperiods", weeks="true"))["students"]
    assert [it["name"] for it in student["periods"]] == ["1 четверть", "2 четверть", "3 четверть", "4 четверть"]
    assert student["periods"][0]["weeks"][0]["start"] == "20260901"
    updates = (await family.own("getupdates", limit="3"))["updates"]
    assert len(updates["latest"]) + len(updates["old"]) == 3


# Messages
async def test_opening_a_message_marks_it_read(family: Family) -> None:
    first = (await family.get("getmessages"))["messages"][0]
    assert first["unread"] is True
    opened = (await family.get("getmessageinfo", id=first["id"]))["message"]
    assert opened["text"].startswith(first["short_text"][:20])
    assert (await family.get("getmessages"))["messages"][0]["unread"] is False
    assert first["id"] not in {it["id"] for it in (await family.get("getmessages", unreadonly="1"))["messages"]}


async def test_messages_are_paged_filtered_and_their_total_is_text(family: Family) -> None:
    whole = await family.get("getmessages")
    assert (whole["total"], whole["count"]) == (str(len(whole["messages"])), len(whole["messages"]))
    assert (await family.get("getmessages", limit="2", page="2"))["messages"] == whole["messages"][2:4]
    assert [it["subject"] for it in (await family.get("getmessages", filter="экск"))["messages"]] == ["Экскурсия"]
    for query in ({"folder": "spam"}, {"page": "0"}, {"limit": "x"}):
        assert (await family.refused("getmessages", **query))[0] == 400


async def test_a_message_goes_to_teachers_of_the_school_only(family: Family) -> None:
    teacher = (await family.get("getmessagereceivers"))["groups"][0]["users"][0]["name"]
    await family.get("sendmessage", subject="Вопрос", text="Текст", users_to=teacher)
    assert [it["subject"] for it in (await family.get("getmessages", folder="sent"))["messages"]] == ["Вопрос"]
    assert (await family.refused("sendmessage", subject="x", text="x", users_to="1"))[0] == 400
    first = (await family.get("getmessages"))["messages"][0]["id"]
    await family.get("sendreplymessage", replyto=first, text="Спасибо")
    assert (await family.get("getmessages", folder="sent"))["total"] == "2"
    family.base = "apiv3"
    assert (await family.refused("sendmessage", subject="x", text="x", users_to=teacher))[0] == 405


async def test_anothers_message_is_not_found(family: Family) -> None:
    other = Family(family.stand, family.stand.families[-1][0])
    await other.sign_in()
    theirs = (await other.get("getmessages"))["messages"][0]["id"]
    assert await family.refused("getmessageinfo", id=theirs) == (404, "Message not found")
    assert (await family.refused("sendreplymessage", replyto=theirs, text="x"))[0] == 404


async def test_the_board_is_read_by_page_and_by_notice(family: Family) -> None:
    found = await family.get("getboardnotices", limit="1")
    assert (found["count"], found["total"]) == (1, 2)
    assert (await family.get("getboardnoticeinfo", id=found["notices"][0]["id"]))["notice"]["text"]
    assert (await family.refused("getboardnoticeinfo", id="1"))[0] == 404


# Faults
async def test_faults_keep_the_envelope(family: Family) -> None:
    for kind, value, status, state in (
        ("error", None, 500, 500),
        ("error", "Профилактика", 200, 400),
        ("rate_limit", 3, 429, 429),
        ("auth_expired", None, 401, 401),
    ):
        await family.stand.fault(kind, value=value, times=1)
        answer = await family.ask("getrules")
        assert (answer.status_code, answer.json()["response"]["state"]) == (status, state)
    await family.stand.fault("auth_expired")
    assert (await family.sign_in()).status_code == 403
    await family.stand.http.delete("/_sandbox/faults")
    assert await family.refused("getnothing") == (404, "Unknown method")


@pytest.mark.parametrize(
    "method", ["getrules", "getdiary", "getmarks", "gethomework", "getperiods", "getfinalassessments", "getmessages", "getboardnotices"]
)
async def test_drift_changes_every_answer_with_data(family: Family, method: str) -> None:
    before = await family.ask(method, days=AUTUMN)
    await family.stand.fault("drift")
    after = await family.ask(method, days=AUTUMN)
    assert (after.status_code, before.json() != after.json()) == (200, True)
