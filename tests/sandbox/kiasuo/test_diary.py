"""Tokens that are refreshed once; weeks by ISO year; absences among the marks; two shapes of a mark; faults."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.sandbox.kiasuo.family import ROOT, Family
from tests.sandbox.stand import Stand

WEEK = (date(2026, 11, 16), date(2026, 11, 22))
LETTERS = {"н": "Н", "б": "Б", "уп": "У", "оп": "О"}


# Tokens
async def test_a_refreshed_token_is_a_jwt_of_an_hour(family: Family) -> None:
    assert (await family.refresh()).status_code == 200
    assert family.token.count(".") == 2
    await family.stand.later(minutes=59)
    assert (await family.ask("user")).status_code == 200
    await family.stand.later(minutes=1)
    assert ((await family.ask("user")).status_code, (await family.ask("user")).json()) == (401, {"msg": "Требуется авторизация"})
    assert (await family.refresh(as_json=True)).status_code == 200
    assert (await family.ask("user")).status_code == 200


async def test_a_refresh_token_is_good_once(family: Family) -> None:
    spent = family.refresh_token
    await family.refresh()
    family.refresh_token = spent
    assert (await family.refresh()).status_code == 401


@pytest.mark.parametrize(("key", "as_json"), [("refreshToken", True), ("refreshToken", False), ("token", True)])
async def test_another_key_is_no_refresh_token(family: Family, key: str, as_json: bool) -> None:
    assert (await family.refresh(key=key, as_json=as_json)).status_code == 401
    assert (await family.refresh()).status_code == 200


async def test_a_sign_out_ends_every_token_of_the_sign_in(family: Family) -> None:
    listed = family.token
    await family.refresh()
    headers = {"Authorization": f"Bearer {family.token}"}
    assert (await family.stand.http.delete(f"{ROOT}/pwa_logout", headers=headers)).status_code == 204
    assert (await family.ask("user")).status_code == 401
    assert (await family.refresh()).status_code == 401
    family.token = listed
    assert (await family.ask("user")).status_code == 401


async def test_ended_access_tokens_leave_the_refresh_tokens_alive(family: Family) -> None:
    await family.stand.control("kiasuo/tokens/end", {})
    assert (await family.ask("user")).status_code == 401
    assert (await family.refresh()).status_code == 200
    assert (await family.ask("user")).status_code == 200


async def test_the_request_log_hides_the_tokens(family: Family) -> None:
    first = family.refresh_token
    await family.refresh()
    await family.ask("user")
    text = str(await family.stand.log())
    for secret in (first, family.token, family.refresh_token):
        assert secret not in text


# Who and what
async def test_the_user_has_the_children_and_the_bound_profile(family: Family) -> None:
    for query in ({"id": "0"}, {"id": family.child}):
        found = await family.get("user", **query)
        assert [str(it["id"]) for it in found["children"]] == [family.child]
    assert found["children"][0]["can_create_login"] is True


async def test_every_other_call_names_the_child(family: Family) -> None:
    theirs = str(family.stand.account(family.stand.families[1][1])["id"])
    answers = [await family.ask("study_periods", id=child) for child in (theirs, "1", "x")]
    assert {(answer.status_code, answer.text) for answer in answers} == {(403, answers[0].text)}
    assert (await family.ask("study_periods", id="")).status_code == 400


async def test_classes_come_oldest_first_with_ids_of_sixteen_digits(family: Family) -> None:
    found = await family.get("school_classes")
    assert [it["study_year"] for it in found] == ["2024/2025", "2025/2026", "2026/2027"]
    assert [it["name"] for it in found] == ["6А", "7А", "8А"]
    assert all(len(str(it["id"])) == 16 for it in found)
    assert found[-1]["id"] == family.stand.account(family.stand.child)["class_ref"]


# The week
async def week(family: Family, number: int = 47, year: int = 2026) -> dict[str, Any]:
    found: dict[str, Any] = await family.get("schedule", year=str(year), week=str(number))
    return found


async def test_the_week_is_the_towns_own_without_cancelled_lessons(family: Family) -> None:
    town, child, found = family.stand.town, family.stand.child, await week(family)
    own = [it for it in town.lessons_of(child.id, *WEEK) if it.status != "cancelled"]
    assert [(it["lesson_event_id"], it["lesson_number"]) for it in found["schedule"]] == [(it.number_id, it.number) for it in own]
    values = [slot["mark"]["value"] for it in found["schedule"] for slot in it["slots"]]
    expected = [it.value for it in town.marks(child.id, *WEEK)] + [LETTERS[it.code] for it in town.absences(child.id, *WEEK)]
    assert sorted(values) == sorted(expected)
    assert {it["from"] for it in found["schedule"] if it["lesson_number"] == 1} == {"08:00"}
    themes = {it["theme"] for number in (46, 47) for it in (await week(family, number))["schedule"]}
    assert "не указана" in themes


async def test_homework_hangs_on_the_lesson_that_made_it_and_on_the_one_that_checks_it(family: Family) -> None:
    town, child, found = family.stand.town, family.stand.child, await week(family)
    texts = {it["id"]: it["text"] for it in found["homeworks"]}
    due = {it.number_id for it in town.homework_of(child.id, *WEEK, by="due")}
    made = {it.number_id for it in town.homework_of(child.id, *WEEK, by="assigned")}
    assert {key for it in found["schedule"] for key in it["homework_to_check_ids"]} == due
    assert {it["created_homework_id"] for it in found["schedule"]} - {None} <= made
    assert set(texts) == due | made


async def test_without_homework_there_are_words_that_say_so(family: Family) -> None:
    texts = [it["text"] for number in range(36, 48) for it in (await week(family, number))["homeworks"]]
    assert "Без задания" in texts


async def test_files_have_relative_addresses(family: Family) -> None:
    files = [file for number in range(36, 48) for it in (await week(family, number))["homeworks"] for file in it["files"]]
    assert files
    assert all(file["url"].startswith("/diary/files/") for file in files)


async def test_both_shapes_tell_the_same_and_the_older_one_the_weight_and_the_remark(family: Family) -> None:
    body = {
        "pupil": family.stand.child.id,
        "subject": "Алгебра",
        "date": "2026-11-17",
        "number": 0,
        "value": "4/5",
        "weight": 1.5,
        "comment": "Молодец!",
    }
    made = await family.stand.control("world/marks", body)
    it = next(it for it in (await week(family))["schedule"] if it["lesson_number"] == 0 and it["lesson_date"] == "2026-11-17")
    [slot], [older] = it["slots"], it["marks"]
    assert (slot["mark"]["value"], older["mark"], older["weight"], older["remark"]) == ("4/5", "4/5", "1.5", "Молодец!")
    assert slot["updated_at"] == "2026-11-20T16:00:00+07:00"
    await family.stand.later(hours=1)
    await family.stand.control("world/marks", {"pupil": family.stand.child.id, "id": made["id"], "value": "5"})
    it = next(it for it in (await week(family))["schedule"] if it["lesson_number"] == 0 and it["lesson_date"] == "2026-11-17")
    assert (it["slots"][0]["mark"]["value"], it["slots"][0]["updated_at"]) == ("5", "2026-11-20T17:00:00+07:00")


@pytest.mark.parametrize(
    ("year", "number", "status"),
    [(2026, 53, 200), (2027, 1, 200), (2027, 53, 400), (2026, 0, 400), (2026, 54, 400), ("x", 1, 400), (2026, "", 400), (1, 1, 200)],
)
async def test_weeks_are_iso_weeks(family: Family, year: object, number: object, status: int) -> None:
    answer = await family.ask("schedule", year=str(year), week=str(number))
    assert answer.status_code == status


# Results
async def test_a_periods_marks_come_with_averages_and_counts(family: Family) -> None:
    town, child = family.stand.town, family.stand.child
    period = (await family.get("study_periods"))[1]
    found = (await family.get(f"lesson_marks/{period['id']}"))["lessons"]
    span = (date.fromisoformat(period["from"]), date.fromisoformat(period["to"]))
    values = sorted(slot["mark"]["value"] for it in found for slot in it["slots"])
    expected = [it.value for it in town.marks(child.id, *span)] + [LETTERS[it.code] for it in town.absences(child.id, *span)]
    assert values == sorted(expected)
    averages = [it["averages"] for it in found]
    assert sum(it["sickness"] for it in averages) == sum(it.code == "б" for it in town.absences(child.id, *span))
    assert all(it["for_class"] is None or (float(it["for_class"][0]), len(it["for_class"])) == (it["for_class"][1], 2) for it in averages)
    assert any(it["for_student"] is None for it in averages)
    assert (await family.ask("lesson_marks/1")).status_code == 404


async def test_final_marks_stand_by_type_and_earlier_classes_have_none(family: Family) -> None:
    town, child, classes = family.stand.town, family.stand.child, await family.get("school_classes")
    found = await family.get(f"student_marks/{classes[-1]['id']}")
    types = {str(it["id"]): it["text"] for it in found["standard_mark_type"]}
    shown = {(it["subject"], types[key]): value for it in found["lessons"] for key, value in it["marks"].items()}
    assert shown == {(town.subjects[it.subject].name, town.period(it.period).name): it.value for it in town.finals(child.id)}
    assert (await family.get(f"student_marks/{classes[0]['id']}"))["lessons"] == []
    assert (await family.ask("student_marks/1")).status_code == 404


async def test_the_rest_answers(family: Family) -> None:
    found = (await family.get("recipients"))[family.child]
    assert next(iter(found["staff"]["Классный руководитель"].values())) > 0
    assert await family.get("notices") == await family.get("conversations") == []
    assert (await family.ask("nowhere")).status_code == 404


# Faults
async def test_faults_speak_the_diarys_words(family: Family) -> None:
    for kind, value, status in (
        ("error", None, 500),
        ("error", 403, 403),
        ("error", "Ведутся работы", 400),
        ("rate_limit", 3, 429),
        ("auth_expired", None, 401),
    ):
        await family.stand.fault(kind, value=value, times=1)
        answer = await family.ask("study_periods")
        assert (answer.status_code, set(answer.json())) == (status, {"msg"})
    await family.stand.fault("error", value=204, times=1)
    assert ((await family.ask("study_periods")).status_code, (await family.ask("study_periods")).status_code) == (204, 200)
    await family.stand.fault("auth_expired")
    assert (await family.refresh()).status_code == 401


@pytest.mark.parametrize("path", ["user", "school_classes", "study_periods", "schedule", "lesson_marks/512"])
async def test_drift_changes_every_answer_with_data(diary: Stand, path: str) -> None:
    family = Family(diary)
    before = await family.ask(path, year="2026", week="47")
    await diary.fault("drift")
    after = await family.ask(path, year="2026", week="47")
    assert (after.status_code, before.json() != after.json()) == (200, True)
