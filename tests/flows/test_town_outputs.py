"""What leaves the hub, from each diary of the town: the same week in the calendar, a strict OneRoster, a corrected mark in the feed."""

from __future__ import annotations

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import icalendar  # type: ignore[import-untyped]  # version 6 ships no types
import pytest

from connectors.kit.manifest import Manifest
from tests.conftest import SANDBOX_URL, OpenBrowser
from tests.flows.oneroster_kit import read
from tests.flows.test_town_diaries import Family, at_home, by_password


async def opened(open_browser: OpenBrowser, system: str, manifest: Manifest) -> Family:
    family = await at_home(open_browser(), system)
    account = family.parent["accounts"][system] or family.pupil["accounts"][system]
    given = family.pupil["accounts"].get(system, {}) | account
    answer = await family.connect(system, manifest, {name: str(given[name]) for name in manifest.credentials})
    assert answer.status_code in (200, 201), answer.text
    return family


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("system", "manifest"), by_password(), ids=lambda value: value if isinstance(value, str) else "")
async def test_every_diary_leaves_in_every_shape(open_browser: OpenBrowser, system: str, manifest: Manifest) -> None:
    family = await opened(open_browser, system, manifest)
    path = f"/api/v1/children/{family.child}"
    await _calendar(family, path)
    tables = read((await family.browser.get("/export/oneroster/mine.zip")).content)
    told = await family.browser.get(f"{path}/changes")
    first = told.json()
    marks = [one["item"] for one in first["items"] if one["kind"] == "marks"]
    assert first["data_status"] == "snapshot" and marks
    written = Counter(row["textScore"].lstrip("'") for row in tables["results"])
    assert not Counter(one["value"] for one in marks) - written, "every mark stands in the file as it is written"
    await _corrected(family, path, first["cursor"])


async def _calendar(family: Family, path: str) -> None:
    made = (await family.browser.post(f"{path}/calendar", headers=family.headers)).json()
    calendar = icalendar.Calendar.from_ical((await family.browser.get(made["url"])).content)
    week = family.town["week"]
    found: Counter[Any] = Counter()
    for event in calendar.walk("VEVENT"):
        start = event.decoded("dtstart")
        if hasattr(start, "hour"):
            assert isinstance(start.tzinfo, ZoneInfo) and "/" in start.tzinfo.key, "the school's zone, never Z"
            found[start.date().isoformat()] += 1
        elif str(event["summary"]).startswith("Уроки"):
            found[start.isoformat()] += len(str(event["description"]).splitlines())
    lessons = (await family.read("lessons"))["items"]
    wanted = Counter(one["date"] for one in lessons)
    assert lessons and {day: found[day] for day in wanted} == dict(wanted), week


async def _corrected(family: Family, path: str, cursor: str) -> None:
    """The teacher adds a mark; an app learns of that one."""
    week = family.town["week"]
    body = {"pupil": family.pupil["id"], "subject": "Астрономия", "date": week["to"], "number": 1, "value": "4"}
    answer = await family.browser.post(f"{SANDBOX_URL}/_sandbox/world/marks", json=body)
    assert answer.status_code in (200, 201), answer.text
    told = await family.browser.get(f"{path}/changes", params={"cursor": cursor, "kinds": ""}, headers={"Cache-Control": "no-cache"})
    found = told.json()
    news = [one for one in found["items"] if one["kind"] == "marks"]
    assert found["data_status"] == "delta" and news, found["data_status"]
    assert {one["item"]["value"] for one in news if one["action"] == "created"} == {"4"}
