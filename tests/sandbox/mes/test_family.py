"""The family itself: who is whose child, homework ticked off, days told, passes, meals, announcements."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.sandbox.mes.family import WEEK, Family
from tests.sandbox.stand import Stand

TICK = "api/family/mobile/v1/homeworks/{}/done"
ATTENDANCE = "api/family/mobile/v1/attendance"


def as_pupil(family: Family) -> Family:
    return Family(family.stand, token=str(family.stand.account(family.stand.child)["token"]))


async def test_a_parent_sees_the_children_with_number_and_guid(either: Family) -> None:
    shown = await either.get("api/family/mobile/v1/profile")
    parent, child = either.stand.parent, either.stand.child
    assert (shown["profile"]["type"], shown["profile"]["last_name"]) == ("parent", parent.last_name)
    own = shown["children"][0]
    assert (str(own["id"]), own["contingent_guid"], str(own["contract_id"])) == (either.student, either.guid, either.contract)
    assert own["birth_date"] == child.birth_date.isoformat()
    assert own["snils"] == "".join(filter(str.isdigit, child.snils or "")) and len(own["snils"]) == 11
    assert own["class_name"] == either.stand.town.classes[child.class_id or ""].name
    assert own["is_legal_representative"] is True
    assert [it["last_name"] for it in own["representatives"]] == [it.last_name for it in either.stand.town.guardians_of(child.id)]


async def test_a_pupil_is_the_only_child(either: Family) -> None:
    own = as_pupil(either)
    shown = await own.get("api/family/mobile/v1/profile")
    assert shown["profile"]["type"] == "student"
    assert [str(it["id"]) for it in shown["children"]] == [either.student]
    assert await own.get("acl/api/users/profile_info") == [{"id": int(either.student), "type": "student"}]
    assert (await own.ask("v2/token/refresh?subsystem=2&roleId=1")).status_code == 200


async def test_the_cabinets_profile_spells_dates_its_own_way(either: Family) -> None:
    shown = await either.get("api/family/web/v1/profile")
    assert shown["children"][0]["birth_date"] == f"{either.stand.child.birth_date:%d.%m.%Y}"


async def test_the_school_is_told_to_its_families_only(either: Family) -> None:
    own = (await either.get("api/family/mobile/v1/profile"))["children"][0]
    asked = {"school_id": own["school"]["id"], "class_unit_id": own["class_unit_id"]}
    info = await either.get("api/family/mobile/v1/school_info", **asked)
    assert info["principal"] == either.stand.town.schools[either.stand.child.school or ""].head
    assert info["teachers"] and all(it["subject_names"] for it in info["teachers"])
    assert (await either.ask("api/family/mobile/v1/school_info", params=asked | {"class_unit_id": 1})).status_code == 404


# Homework
async def test_homework_is_listed_by_the_day_it_is_due_with_both_dates(either: Family) -> None:
    town, child = either.stand.town, either.stand.child
    own = town.homework_of(child.id, date(2026, 11, 9), date(2026, 11, 14))
    rows = (await either.of_child("homeworks/short", **WEEK))["payload"]
    expected = sorted((it.due_date.isoformat(), it.assigned_date.isoformat(), it.text) for it in own)
    assert sorted((row["date"], row["date_assigned_on"], row["description"]) for row in rows) == expected
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    falling = (await either.of_child("homeworks/short", sort_column="date", sort_direction="desc", **WEEK))["payload"]
    assert falling == rows[::-1]


async def test_files_of_homework_are_its_materials(either: Family) -> None:
    rows = (await either.of_child("homeworks", **{"from": "2026-09-01", "to": "2026-11-20"}))["payload"]
    row = next(row for row in rows if row["additional_materials"])
    material = row["additional_materials"][0]["items"][0]
    assert material["link"].startswith("https://") and material["file_size"] > 0
    assert row["materials_count"] == [{"amount": 1, "selected_mode": "execute"}]


async def test_a_tick_is_seen_everywhere_and_can_be_taken_back(either: Family) -> None:
    row = (await either.of_child("homeworks/short", **WEEK))["payload"][0]
    entry = row["homework_entry_student_id"]
    for _ in range(2):
        assert (await either.ask(TICK.format(entry), "POST")).json() == {"success": True}
    assert (await either.of_child("homeworks/short", **WEEK))["payload"][0]["is_done"] is True
    assert next(it for it in (await either.of_child("homeworks", **WEEK))["payload"] if it["is_done"])["homework_entry_student_id"] == entry
    assert sum(event["homework"]["execute_count"] for event in await either.events()) == 1
    for _ in range(2):
        assert (await either.ask(TICK.format(entry), "DELETE")).json() == {"success": True}
    assert not any(it["is_done"] for it in (await either.of_child("homeworks/short", **WEEK))["payload"])


async def test_another_childs_homework_and_an_unknown_one_cannot_be_ticked(either: Family) -> None:
    town, (_, other) = either.stand.town, either.stand.families[-1]
    item = town.homework_of(other.id, date(2026, 11, 9), date(2026, 11, 14))[0]
    answers = [await either.ask(TICK.format(entry), "POST") for entry in (item.number_id * 10_000 + other.number, 12345, 10**14)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


async def test_new_homework_of_the_world_is_seen_at_once(either: Family) -> None:
    spots = {"assigned": {"date": "2026-11-18", "number": 2}, "due": {"date": "2026-11-25", "number": 2}}
    await either.stand.control("world/homework", {"pupil": either.stand.child.id, "subject": "Математика", "text": "№ 7 <b>", **spots})
    rows = (await either.of_child("homeworks/short", **{"from": "2026-11-25", "to": "2026-11-25"}))["payload"]
    assert "№ 7 <b>" in [row["description"] for row in rows]
    events = await either.events(begin_date="2026-11-25", end_date="2026-11-25")
    assert any("№ 7 <b>" in event["homework"]["descriptions"] for event in events)


# Days missed, days told
def notice(family: Family, day: str = "2026-11-23", reason: Any = 6, text: Any = "болезнь") -> dict[str, Any]:
    return {"student_id": int(family.student), "notifications": [{"date": day, "reason_id": reason, "description": text}]}


async def test_days_missed_are_those_of_the_journal(either: Family) -> None:
    town, child = either.stand.town, either.stand.child
    missed = {it.date.isoformat() for it in town.absences(child.id, date(2026, 9, 1), date(2026, 11, 20)) if it.code != "оп"}
    shown = await either.of_child("attendance")
    assert (shown["days_count"], shown["year_description"]) == (len(missed), "2026/2027")
    assert {it["date"] for it in shown["attendance"]} == missed
    assert not any(it["notified"] for it in shown["attendance"])


async def test_a_parent_tells_a_day_and_takes_it_back(either: Family) -> None:
    told = (await either.ask(ATTENDANCE, "POST", json=notice(either))).json()
    row = next(it for it in told["attendance"] if it["date"] == "2026-11-23")
    assert (row["notified"], row["reason_id"], row["description"]) == (True, 6, "болезнь")
    assert row["parent_profile_id"] == 35_000_000 + either.stand.parent.number
    events = await either.events(begin_date="2026-11-23", end_date="2026-11-24")
    assert {(event["start_at"][:10], event["nonattendance_reason_id"]) for event in events} == {("2026-11-23", 6), ("2026-11-24", None)}
    again = (await either.ask(ATTENDANCE, "POST", json=notice(either, reason=2, text="дела"))).json()
    assert [it["reason_id"] for it in again["attendance"] if it["date"] == "2026-11-23"] == [2]
    back = (await either.ask(ATTENDANCE, "DELETE", json=notice(either))).json()
    assert "2026-11-23" not in {it["date"] for it in back["attendance"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": "2026-11-19"}, "date"),
        ({"day": "23.11.2026"}, "date"),
        ({"reason": 99}, "reason_id"),
        ({"reason": True}, "reason_id"),
        ({"reason": [6]}, "reason_id"),
        ({"text": 5}, "description"),
    ],
)
async def test_a_notice_that_makes_no_sense_is_refused(either: Family, changes: dict[str, Any], field: str) -> None:
    answer = await either.ask(ATTENDANCE, "POST", json=notice(either, **changes))
    assert (answer.status_code, answer.json()["details"]) == (400, {"field": field})


async def test_a_pupil_and_another_family_cannot_tell_a_day(either: Family) -> None:
    refused = await as_pupil(either).ask(ATTENDANCE, "POST", json=notice(either))
    assert (refused.status_code, refused.json()["type"]) == (403, "role_mismatch")
    other = Family(either.stand, token=str(either.stand.families[-1][0].accounts[either.stand.prefix]["token"]))
    assert (await other.ask(ATTENDANCE, "POST", json=notice(either))).status_code == 404


# Passes and meals
async def test_passes_are_moscows_alone(family: Family, regional: Family) -> None:
    shown = (await family.get("api/family/mobile/v1/visits", contract_id=family.contract, **WEEK))["payload"]
    assert len(shown) == 5
    visit = shown[0]["visits"][0]
    assert visit["in"] < "08:30" < visit["out"] and "ч." in visit["duration"] and visit["is_warning"] is False
    path = f"api/family/mobile/v1/visits?contract_id={regional.contract}&from=2026-11-09&to=2026-11-14"
    assert (await regional.ask(path)).status_code == 404


async def test_a_child_who_is_still_at_school_has_not_gone_out(family: Family) -> None:
    today = {"from": "2026-11-20", "to": "2026-11-20"}
    visit = (await family.get("api/family/mobile/v1/visits", contract_id=family.contract, **today))["payload"][0]["visits"][0]
    assert (visit["out"], visit["is_warning"]) == ("-", True)
    status = await family.get("api/family/mobile/v1/status", contract_ids=family.contract)
    assert status["students"][0]["at_school"] is True


async def test_meal_money_is_whole_kopecks_and_chains(either: Family) -> None:
    client = await either.get("api/meals/v1/clients", contract_id=either.contract)
    first = await either.get("api/family/mobile/v1/day_balance_info", contract_id=either.contract, first="5")
    assert isinstance(client["balance"], int) and client["balance"] == first["balance"]
    assert len(first["days"]) == 5 and first["hasNextPage"] is True
    after = first["days"][-1]["date"]
    rest = await either.get("api/family/mobile/v1/day_balance_info", contract_id=either.contract, first="100", after=after)
    days = first["days"] + rest["days"]
    assert rest["hasNextPage"] is False and [it["date"] for it in days] == sorted((it["date"] for it in days), reverse=True)
    rows = [row for it in days for row in it["transactions"]]
    assert sum(row["amount"] if row["type"] == "income" else -row["amount"] for row in rows) == client["balance"]


async def test_announcements_of_the_school_are_newest_first(either: Family) -> None:
    rows = await either.get("acl/api/system_messages", published="true")
    assert len(rows) == 3 and [it["published_from"] for it in rows] == sorted((it["published_from"] for it in rows), reverse=True)


async def test_settings_of_the_app_are_kept(either: Family) -> None:
    path = "api/usersettings/v1?name=settings_group_v1&subsystem_id=1"
    assert (await either.ask(path)).json()["estimation_type"] == "five"
    await either.ask(path, "PUT", json={"goal": True})
    assert (await either.ask(path)).json() == {"goal": True}
    assert (await as_pupil(either).ask(path)).json()["estimation_type"] == "five"


async def test_a_reset_forgets_what_families_did(family: Family) -> None:
    stand: Stand = family.stand
    entry = (await family.of_child("homeworks/short", **WEEK))["payload"][0]["homework_entry_student_id"]
    await family.ask(TICK.format(entry), "POST")
    await family.ask(ATTENDANCE, "POST", json=notice(family))
    stand.app.systems["mes"].reset()
    assert not any(it["is_done"] for it in (await family.of_child("homeworks/short", **WEEK))["payload"])
    assert not any(it["notified"] for it in (await family.of_child("attendance"))["attendance"])
