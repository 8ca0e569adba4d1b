"""Homework hangs on the lesson that set it and is due on its target day; tasks and files belong to the own pupils."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.dnevnik.state.ids import numbered
from sandbox.world.model import Homework
from tests.sandbox.dnevnik.platform_client import Platform


def year(platform: Platform) -> list[Homework]:
    return platform.town.homework_of(platform.child.id, *platform.town.year, by="assigned")


def one(platform: Platform, **wanted: Any) -> Homework:
    """Some homework of the year with or without files, of a single pupil or not."""
    return next(it for it in year(platform) if all(bool(getattr(it, key)) is value for key, value in wanted.items()))


def work_id(item: Homework) -> int:
    return numbered("homework", item.number_id)


async def lists(platform: Platform, item: Homework, *, by: str = "due") -> dict[str, Any]:
    day = item.due_date if by == "due" else item.assigned_date
    answer: dict[str, Any] = await platform.get(
        f"persons/{platform.person}/school/{platform.school}/homeworks?startDate={day}&endDate={day}"
    )
    return answer


@pytest.mark.parametrize("by", ["due", "assigned"])
async def test_homework_is_found_by_the_day_it_was_set_and_by_the_day_it_is_due(platform: Platform, by: str) -> None:
    item = next(it for it in year(platform) if it.due_date != it.assigned_date)
    answer = await lists(platform, item, by=by)
    work = next(it for it in answer["works"] if it["id"] == work_id(item))
    lesson = platform.town.lesson(item.assigned_lesson)
    assert lesson is not None
    assert (work["type"], work["text"], work["lesson"]) == ("Homework", item.text, platform.lesson_id(lesson))
    assert (work["targetDate"], work["tasks"][0]["targetDate"]) == (f"{item.due_date}T00:00:00",) * 2
    assert work["subjectId"] == platform.subject(item.subject)


async def test_homework_may_be_due_two_lessons_later(platform: Platform) -> None:
    def lessons_between(item: Homework) -> int:
        found = platform.journal.lessons(item.assigned_date, item.due_date)
        return len([it for it in found if it.subject == item.subject and it.date > item.assigned_date])

    item = next(it for it in year(platform) if lessons_between(it) >= 2)
    work = await platform.get(f"works/{work_id(item)}")
    assert work["targetDate"] == f"{item.due_date}T00:00:00"


async def test_everything_that_works_name_is_side_loaded_once(platform: Platform) -> None:
    answer = await platform.get(
        f"persons/{platform.person}/school/{platform.school}/homeworks?startDate={platform.week[0]}&endDate={platform.week[1]}"
    )
    for name in answer:
        assert len({it["id"] for it in answer[name]}) == len(answer[name])
    assert {it["lesson"] for it in answer["works"]} == {it["id"] for it in answer["lessons"]}
    assert {it["subjectId"] for it in answer["works"]} == {it["id"] for it in answer["subjects"]}
    assert {key for it in answer["works"] for key in it["files"]} == {it["id"] for it in answer["files"]}
    assert {it["createdBy"] for it in answer["works"]} <= {it["id"] for it in answer["teachers"]}


async def test_a_parents_list_has_every_childs_homework_with_that_childs_task(platform: Platform) -> None:
    answer = await platform.get(f"users/me/school/{platform.school}/homeworks?startDate={platform.week[0]}&endDate={platform.week[1]}")
    persons = {task["person"] for it in answer["works"] for task in it["tasks"]}
    assert persons == {platform.directory.person_id(platform.town.people[key]) for key in platform.parent.children}


async def test_individual_homework_is_the_pupils_own(platform: Platform) -> None:
    item = one(platform, pupil=True)
    assert work_id(item) in {it["id"] for it in (await lists(platform, item))["works"]}
    mate = next(
        person for person in platform.town.pupils_of(item.class_id) if person.id != platform.child.id and "dnevnik" in person.accounts
    )
    theirs = await platform.get(
        f"persons/{platform.directory.person_id(mate)}/school/{platform.school}/homeworks?startDate={item.due_date}&endDate={item.due_date}",
        person=mate,
    )
    assert work_id(item) not in {it["id"] for it in theirs["works"]}


async def test_a_file_has_a_name_a_size_an_author_and_is_downloaded_without_a_token(platform: Platform) -> None:
    item = one(platform, files=True)
    answer = await lists(platform, item)
    name, size = item.files[0]
    file = next(it for it in answer["files"] if it["name"] == name)
    assert (file["size"], file["type"], file["user"]["phone"]) == (size, name.rpartition(".")[2], None)
    got = await platform.http.get(file["downloadUrl"])
    assert (got.status_code, len(got.content)) == (200, min(size, 2**20))
    assert (await platform.http.get("/dnevnik/files/1/download")).status_code == 404


async def test_homework_is_asked_for_by_ids_given_twice_or_with_commas(platform: Platform) -> None:
    ids = [work_id(it) for it in year(platform)[:2]]
    for query in (f"homeworkId={ids[0]}&homeworkId={ids[1]}", f"homeworkId={ids[0]},{ids[1]}"):
        answer = await platform.get(f"users/me/school/homeworks?{query}")
        assert sorted(it["id"] for it in answer["works"]) == sorted(ids)
    assert (await platform.get("users/me/school/homeworks?homeworkId=1"))["works"] == []
    assert await platform.refused("users/me/school/homeworks") == (400, "parameterInvalid")


@pytest.mark.parametrize("how", ["json", "data"])
async def test_a_pupil_says_that_the_work_began_and_ended(fresh: Platform, how: str) -> None:
    item = year(fresh)[0]
    address = f"works/{work_id(item)}/persons/{fresh.person}/status"
    for action, status in (("StartWorking", "InWork"), ("Complete", "Completed"), ("Cancel", "New")):
        body: dict[str, Any] = {how: {"action": action}}
        task = (await fresh.ask(address, method="POST", **body)).json()
        assert (task["status"], task["work"], task["person"]) == (status, work_id(item), fresh.person)
        assert (await fresh.get(f"tasks/{task['id']}"))["status"] == status
        assert (await fresh.get(f"works/{work_id(item)}"))["tasks"][0]["status"] == status


async def test_the_status_of_foreign_unknown_or_class_work_is_not_written(fresh: Platform) -> None:
    item = year(fresh)[0]
    other = fresh.directory.person_id(fresh.town.people[fresh.stranger.children[0]])
    begin = {"json": {"action": "StartWorking"}}
    assert await fresh.refused(f"works/{work_id(item)}/persons/{other}/status", method="POST", **begin) == (403, "authorizationNotOwner")
    assert await fresh.refused(f"works/1/persons/{fresh.person}/status", method="POST", **begin) == (404, "apiResourceUnavailable")
    address = f"works/{work_id(item)}/persons/{fresh.person}/status"
    assert await fresh.refused(address, method="POST", json={"action": "Dance"}) == (400, "parameterInvalid")
    assert await fresh.refused(address, method="POST", json={}) == (400, "parameterInvalid")


async def test_tasks_come_in_pages(platform: Platform) -> None:
    subject = year(platform)[0].subject
    start, end = platform.town.year
    base = f"persons/{platform.person}/tasks?subject={platform.subject(subject)}&from={start}&to={end}"
    whole = await platform.get(base)
    pages = [await platform.get(f"{base}&pageNumber={number}&pageSize=2") for number in (1, 2)]
    assert [*pages[0], *pages[1]] == whole[:4] and len(pages[0]) == 2
    assert await platform.get(f"{base}&pageNumber=999&pageSize=100") == []
    for query in ("pageNumber=0", "pageSize=0", "pageSize=101", "pageNumber=x"):
        assert await platform.refused(f"{base}&{query}") == (400, "parameterInvalid")


async def test_undone_tasks_are_those_due_before_today_and_not_completed(fresh: Platform) -> None:
    before = await fresh.get(f"tasks/{fresh.person}/undone")
    today = fresh.app.sandbox.clock.now().date().isoformat()
    assert before and all(it["targetDate"] < today for it in before)
    await fresh.ask(f"works/{before[0]['work']}/persons/{fresh.person}/status", method="POST", json={"action": "Complete"})
    after = await fresh.get(f"tasks/{fresh.person}/undone")
    assert len(after) == len(before) - 1


async def test_works_are_asked_for_in_bulk_and_an_unknown_one_is_unavailable(platform: Platform) -> None:
    mark = next(it for it in platform.journal.year_marks() if it.lesson)
    final = platform.journal.finals()[0][1]
    ids = [work_id(year(platform)[0]), platform.journal.work_of(mark).id, final.id]
    many = (await platform.ask("works/many", method="POST", json=ids)).json()
    assert [it["id"] for it in many] == ids
    assert [it["type"] for it in many][2] in {"PeriodFinalMark", "YearMark"}
    assert await platform.refused("works/many", method="POST", json=[1]) == (404, "apiResourceUnavailable")
