"""Each way of looking at a child leaves its line in the family's log, in words that the family reads (RULES A13)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hub.flows.registers.carriers import Step
from hub.flows.show_diary.sources import settle_readings
from hub.flows.who_looked import words_of
from hub.store.written.appeals import AppealState
from identity.guardianship import Change
from identity.store.tables import AuditRow
from tests.flows.kit import Browser, Hub, kid, parent
from tests.house.tree import python

pytestmark = pytest.mark.rule("A13")
WEEK = "from=2026-11-16&to=2026-11-22"


async def family(hub: Hub) -> tuple[Browser, Browser, str]:
    """A mother with the diary, a father, and their child."""
    hub.esia.claims["father"] = parent("1001", last_name="Орлов", first_name="Олег", snils=kid(2, "Олег").snils)
    mother, father = hub.browser(), hub.browser()
    await mother.sign_in()
    await mother.link()
    child = (await father.sign_in("father"))["children"][0]["id"]
    return mother, father, child


async def log_of(browser: Browser, child: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await (await browser.get(f"/api/v1/children/{child}/access-log")).get_json())["items"]
    return items


@pytest.mark.parametrize(
    "path",
    [
        f"/api/v1/children/{{}}/lessons?{WEEK}",
        f"/api/v1/children/{{}}/marks?{WEEK}",
        f"/api/v1/children/{{}}/homework?{WEEK}",
        f"/api/v1/children/{{}}/finals?{WEEK}",
        f"/api/v1/children/{{}}/attendance?{WEEK}",
        "/children/{}/diary",
        "/children/{}/finals",
        "/children/{}/year",
        "/children/{}/progress",
    ],
)
async def test_what_one_parent_opens_the_other_sees_by_name_and_day(hub: Hub, path: str) -> None:
    mother, father, child = await family(hub)
    answer = await mother.get(path.format(child))
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    await settle_readings(hub.deps)
    reads = [one for one in await log_of(father, child) if one["action"].startswith("diary.")]
    assert [(one["who"], one["count"], one["is_me"]) for one in reads] == [("Орлова Анна Игоревна", 1, False)]
    assert re.search("[а-я]", reads[0]["what"])
    assert reads[0]["at"] == f"{reads[0]['day']}T00:00:00+07:00", "the day where the child goes to school, not the hour"
    shown = await (await father.get(f"/children/{child}/who-looked")).get_data(as_text=True)
    assert reads[0]["what"] in shown


async def test_a_refused_look_is_no_reading(hub: Hub) -> None:
    _, father, child = await family(hub)
    hub.esia.claims["stranger"] = parent("1002", first_name="Инна", snils=kid(3, "Инна").snils, children=())
    stranger = hub.browser()
    await stranger.sign_in("stranger")
    assert (await stranger.get(f"/api/v1/children/{child}/marks?{WEEK}")).status_code in {403, 404}
    await settle_readings(hub.deps)
    assert not [one for one in await log_of(father, child) if one["action"].startswith("diary.")]


async def test_the_child_sees_who_looked_and_leaves_no_line_itself(hub: Hub) -> None:
    mother, _, child = await family(hub)
    own = kid(1, "Пётр")
    hub.esia.claims["pupil"] = parent(
        "2000", last_name="Орлов", first_name="Пётр", middle_name=None, birth_date=own.birth_date, snils=own.snils, children=()
    )
    pupil = hub.browser()
    await pupil.sign_in("pupil")
    await pupil.get(f"/api/v1/children/{child}/marks?{WEEK}")
    await mother.get(f"/api/v1/children/{child}/marks?{WEEK}")
    await settle_readings(hub.deps)
    reads = [one for one in await log_of(pupil, child) if one["action"] == "diary.marks"]
    assert [one["who"] for one in reads] == ["Орлова Анна Игоревна"]


async def test_linking_and_unlinking_are_changes_of_the_child(hub: Hub) -> None:
    mother, father, child = await family(hub)
    links = (await (await mother.get("/api/v1/links")).get_json())["items"]
    link = next(one for one in links if one["system"] == "dnevnik")
    assert (await mother.send("DELETE", f"/api/v1/links/{link['id']}")).status_code == 204
    told = {one["action"] for one in await log_of(mother, child)} | {one["action"] for one in await log_of(father, child)}
    assert "guardianship.new" in told
    kinds = {action for (action,) in await hub.rows(f"SELECT action FROM {AuditRow._meta.table_name} WHERE kind = 'change'")}
    assert {"link.attached", "link.removed"} <= kinds


def test_every_change_of_an_edge_has_russian_words() -> None:
    for change in Change:
        if change is not Change.RENEWED:
            assert re.search("[а-я]", words_of(f"guardianship.{change.value}", "", "")), change


NOTED = re.compile(
    r'\b(?:page|action)="([a-z_]+(?:\.[a-z_]+)*)"'  # a keyword of the call
    r'|^PAGE\b[^="\n]*= "([a-z_.]+)"'  # a flow's own name for its page
    r'|\b_?note\w*\([^()"]*"([a-z_]+\.[a-z_]+)"',  # a note's own argument
    re.MULTILINE,
)


def noted_in_code() -> set[str]:
    """Every word by which a reading or a change of somebody is noted; chats keep a journal of their own, restrictions are not shown."""
    files = [path for path in python("hub", "identity") if not {"web", "cli", "class_chats"} & set(path.parts)]
    found = {word for path in files for groups in NOTED.findall(path.read_text(encoding="utf-8")) for word in groups if word}
    return {word for word in found - {"page", "created"} if not word.startswith("restriction.")}


def test_the_log_says_in_russian_whatever_is_noted() -> None:
    noted = noted_in_code()
    assert {"timeline", "photo.added", "carrier.added", "appeal.taken"} <= noted, "they are found where they are noted"
    steps = {f"carrier.{step.value}" for step in Step} | {f"appeal.{state.value}" for state in AppealState}
    assert {word for word in noted | steps if not re.search("[а-я]", words_of(word, "", ""))} == set()
