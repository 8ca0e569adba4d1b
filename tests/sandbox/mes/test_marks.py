"""Marks as text with what the platform derives, subjects and periods, corrections, the feed and the rating."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.derived.averages import average
from tests.sandbox.mes.family import Family

TERM = {"from": "2026-09-01", "to": "2026-11-20"}


async def marks(family: Family, **span: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await family.of_child("marks", **(span or TERM)))["payload"]
    return found


async def write(family: Family, value: str, day: str = "2026-11-18", **more: Any) -> str:
    body = {"pupil": family.stand.child.id, "subject": "Математика", "date": day, "value": value, **more}
    return str((await family.stand.control("world/marks", body))["id"])


async def test_every_mark_of_the_town_is_listed_with_the_teachers_text(either: Family) -> None:
    town, child = either.stand.town, either.stand.child
    own = town.marks(child.id, date(2026, 9, 1), date(2026, 11, 20))
    rows = {row["id"]: row for row in await marks(either)}
    assert rows.keys() == {800_000_000 + mark.number_id for mark in own}
    for mark in own:
        row = rows[800_000_000 + mark.number_id]
        assert (row["value"], row["date"], row["comment"]) == (mark.value, mark.date.isoformat(), mark.comment)
        assert row["subject_name"] == town.subjects[mark.subject].name
        assert row["control_form_name"] == town.work_types[mark.work].title and row["weight"] == town.work_types[mark.work].weight
        assert row["criteria"] == [{"name": name, "value": value} for name, value, _ in mark.criteria]
        assert datetime.fromisoformat(row["created_at"]).tzinfo is None
    values = {mark.value for mark in own}
    assert {"зач", "незач"} & values and any("/" in value for value in values) and any(value[-1] in "+-" for value in values)


VALUES: tuple[tuple[str, list[float], str], ...] = (
    ("5", [5.0], "five"), ("5-", [5.0], "five"), ("4+", [4.0], "five"), ("4/5", [4.0, 5.0], "five"), ("10", [10.0], "five"),
    ("зач", [], "pass"), ("осв", [], "pass"), ("•", [], "none"),
)  # fmt: skip
WEIGHTS = ((1.5, 2), (0.2, 1), (3, 3), (None, 1))


async def test_a_mark_is_text_and_its_numbers_are_beside_it(either: Family) -> None:
    """One town for the whole table: a town that was written into is made anew."""
    for number, (value, *_) in enumerate(VALUES):
        await write(either, value, f"2026-08-{number + 1:02d}")
    rows = {row["value"]: row for row in await marks(either, **{"from": "2026-08-01", "to": "2026-08-31"})}
    assert rows.keys() == {value for value, *_ in VALUES}
    for value, fives, system in VALUES:
        row = rows[value]
        assert [it["grade"]["five"] for it in row["values"]] == fives
        assert "/".join(it["grade"]["origin"] for it in row["values"]) == (value if fives else "")
        assert row["original_grade_system_type"] == system
        assert row["is_point"] is (value == "•") and (row["point_date"] is not None) is (value == "•")


async def test_weights_are_whole(either: Family) -> None:
    for number, (weight, _) in enumerate(WEIGHTS):
        await write(either, "5", f"2026-08-{number + 1:02d}", weight=weight)
    rows = await marks(either, **{"from": "2026-08-01", "to": "2026-08-31"})
    assert [row["weight"] for row in rows] == [shown for _, shown in WEIGHTS]
    assert all(isinstance(row["weight"], int) for row in rows)


async def test_an_absence_is_no_mark(either: Family) -> None:
    before = len(await marks(either))
    await write(either, "н", number=1)
    assert len(await marks(either)) == before


async def test_a_corrected_mark_keeps_its_id_and_is_told_with_both_values(either: Family) -> None:
    mark = await write(either, "3")
    await either.stand.later(minutes=5)
    await either.stand.control("world/marks", {"pupil": either.stand.child.id, "id": mark, "value": "5-"})
    row = next(row for row in await marks(either, **{"from": "2026-11-18", "to": "2026-11-18"}) if row["value"] == "5-")
    assert (row["created_at"], row["updated_at"]) == ("2026-11-20T12:00:00", "2026-11-20T12:05:00")
    feed = [it for it in await either.of_child("notifications/search") if it["lesson_date"] == "2026-11-18 00:00:00"]
    told = [(it["event_type"], it["old_mark_value"], it["new_mark_value"], it["datetime"]) for it in feed]
    assert ("update_mark", "3", "5-", "2026-11-20 12:05:00.000") in told
    assert ("create_mark", None, "3", "2026-11-20 12:00:00.000") in told
    card = await either.of_child(f"marks/{row['id']}")
    assert card["history"] == [{"value": "3", "created_at": "2026-11-20T12:00:00"}]


async def test_every_correction_is_a_step_of_its_own(either: Family) -> None:
    mark = await write(either, "2")
    for value in ("3", "4"):
        await either.stand.later(minutes=1)
        await either.stand.control("world/marks", {"pupil": either.stand.child.id, "id": mark, "value": value})
    feed = await either.of_child("notifications/search")
    steps = [(it["old_mark_value"], it["new_mark_value"]) for it in feed if it["lesson_date"] == "2026-11-18 00:00:00"]
    assert steps[:3] == [("3", "4"), ("2", "3"), (None, "2")]


async def test_the_feed_is_newest_first_of_thirty_days_with_homework(either: Family) -> None:
    feed = await either.of_child("notifications/search")
    times = [it["datetime"] for it in feed]
    assert times == sorted(times, reverse=True) and 0 < len(feed) <= 200
    assert min(times) >= "2026-10-21"
    kinds = {it["event_type"] for it in feed}
    assert kinds == {"create_mark", "update_mark", "create_homework"}
    homework = next(it for it in feed if it["event_type"] == "create_homework")
    assert homework["new_hw_description"] and homework["new_date_prepared_for"].endswith(" 00:00:00")


async def test_a_plan_of_the_teacher_shows_its_correction_in_time(either: Family) -> None:
    """A mark that is corrected a day later in the town's own course."""
    town, child = either.stand.town, either.stand.child
    planned = [it for it in town.marks(child.id, date(2026, 11, 9), date(2026, 11, 13)) if it.plan]
    assert planned
    rows = {row["id"]: row for row in await marks(either)}
    for mark in planned:
        row = rows[800_000_000 + mark.number_id]
        assert (row["updated_at"] > row["created_at"]) is bool(mark.history)


# By subject and period
async def test_the_set_mark_is_fixed_value_and_the_average_is_value(either: Family) -> None:
    town, child = either.stand.town, either.stand.child
    finals = {(town.subjects[it.subject].name, town.period(it.period).name): it.value for it in town.finals(child.id)}
    rows = (await either.of_child("subject_marks"))["payload"]
    fixed = {(row["subject_name"], part["title"]): part["fixed_value"] for row in rows for part in row["periods"] if part["fixed_value"]}
    assert fixed == finals and fixed
    for row in rows:
        for part in row["periods"]:
            assert part["count"] == len(part["marks"])
            assert part["value"] is None or Decimal(part["value"]).as_tuple().exponent == -2
            assert date.fromisoformat(part["start_iso"]).strftime("%d.%m.%Y") == part["start"]


async def test_the_mark_of_the_year_comes_in_may(either: Family) -> None:
    rows = (await either.of_child("subject_marks"))["payload"]
    assert {row["year_mark"] for row in rows} == {None}
    await either.stand.control("clock", {"now": "2027-05-30T12:00:00+03:00"})
    rows = (await either.of_child("subject_marks"))["payload"]
    assert all(row["year_mark"] for row in rows)
    assert {len(row["periods"]) for row in rows} == {4 if either.stand.prefix == "mes" else 3}


async def test_the_average_of_the_period_is_the_platforms_own(either: Family) -> None:
    town, child = either.stand.town, either.stand.child
    current = [it for it in town.periods_of(child.class_id or "") if it.kind != "year" and it.start <= date(2026, 11, 20)][-1]
    rows = {row["subject_name"]: row for row in (await either.of_child("subject_marks/short"))["payload"]}
    for subject in town.subjects.values():
        own = [it for it in town.marks(child.id, current.start, date(2026, 11, 20)) if it.subject == subject.id]
        if subject.name in rows:
            found = average(town, own)
            assert rows[subject.name]["average"] == (None if found is None else str(found))
            assert rows[subject.name]["period"] == current.name


async def test_the_target_lifts_the_average(either: Family) -> None:
    rows = [row for row in (await either.of_child("subject_marks/short"))["payload"] if row["target"]]
    assert rows
    for row in rows:
        assert row["target"]["value"] in {3, 4, 5}
        remains = [path["remain"] for path in row["target"]["paths"]]
        assert remains == sorted(remains, reverse=True) and min(remains) >= 1


async def test_one_subject_is_asked_by_its_name(either: Family) -> None:
    name = "Русский язык"
    one = await either.of_child("subject_marks/for_subject", subject_name=name)
    whole = next(row for row in (await either.of_child("subject_marks"))["payload"] if row["subject_name"] == name)
    assert one == {key: value for key, value in whole.items() if key != "year_mark"}
    path = f"api/family/mobile/v1/subject_marks/for_subject?student_id={either.student}&subject_name=Алхимия"
    assert (await either.ask(path)).status_code == 404


# The rating
async def test_the_rating_is_a_class_of_guids_without_names(either: Family) -> None:
    town, child = either.stand.town, either.stand.child
    rows = await either.get("api/ej/rating/v1/rank/class", personId=either.guid, date="2026-11-20")
    assert len(rows) == len(town.classes[child.class_id or ""].pupils)
    assert all({"personId", "rank", "previousRank", "imageId"} == row.keys() for row in rows)
    places = [row["rank"]["rankPlace"] for row in rows]
    assert places == sorted(places) and places[0] == 1
    text = str(rows)
    assert not any(pupil.last_name in text for pupil in town.pupils_of(child.class_id or ""))


async def test_places_by_day_and_by_subject_are_of_the_child(either: Family) -> None:
    span = {"beginDate": "2026-11-09", "endDate": "2026-11-20"}
    days = await either.get("api/ej/rating/v1/rank/rankShort", personId=either.guid, **span)
    assert days[0]["date"] == "2026-11-09" and len(days) == 12
    subjects = await either.get("api/ej/rating/v1/rank/subjects", personId=either.guid, date="2026-11-20")
    assert {"subjectId", "subjectName", "rank"} == subjects[0].keys()
    whole = await either.get("api/ej/rating/v1/rank/class", personId=either.guid, date="2026-11-20")
    mine = next(row for row in whole if row["personId"] == either.guid)
    assert mine["rank"]["rankPlace"] == days[-1]["rankPlace"]
