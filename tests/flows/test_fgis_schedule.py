"""The federal Schedule as the hub serves it: what it says, to whom, about whom (RULES C7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from hub.flows.serve_schedule import add_system, end_system
from tests.flows.asking import MONDAY
from tests.flows.desk_kit import put_on_card, snils
from tests.flows.fgis_kit import OID, Federal, at, open_federal
from tests.flows.kit import Hub, kid, parent
from tests.flows.office_kit import OGRN, OTHER, signed


@pytest.fixture
async def federal(hub: Hub) -> Federal:
    return await open_federal(hub)


async def code_of(answer: Any) -> tuple[int, str]:
    body = await answer.get_json()
    assert body["resourceType"] == "OperationOutcome"
    assert body["id"]
    (issue,) = body["issue"]
    assert issue["details"]
    return answer.status_code, issue["code"]


@pytest.mark.rule("C7")
async def test_a_registered_system_reads_a_week_in_the_schools_own_time(federal: Federal) -> None:
    found = await federal.schedule()
    assert (found["resourceType"], found["id"]) == ("Schedule", OID)
    (school,) = found["school"]
    assert (school["name"], school["period"], school["academYear"]) == (
        f"Школа {OGRN}", {"start": "2026-11-16", "end": "2026-11-22"}, "2026/27",
    )  # fmt: skip
    (group,) = school["class"]
    assert (group["class"], group["grade"]) == ("6А", "6")
    first, second, third = group["lesson"]
    assert first["period"] == {"start": "2026-11-16T09:30:00+06:00", "end": "2026-11-16T10:15:00+06:00"}
    assert (first["subject"], first["topic"], first["classroom"]) == ("Алгебра", "Дроби", "12")
    assert sorted(first["homework"].split("\n\n")) == ["Повторить правило", "№ 412"]
    assert first["note"] == "Молодец\n\nПочти"
    assert first["score"] == [{"code": "Контрольная работа", "score": "4", "score2": "5", "scoreSystem": "5"}]
    assert (second["note"], second["attendance"]) == ("Урок отменён", {"code": "оп"})
    assert (third["insteadOf"], third["score"][0]["score"]) == ("Музыка", "5-")
    assert not {"insteadOf", "attendance", "distant"} & set(first)


async def test_no_name_of_anybody_is_in_the_answer(federal: Federal) -> None:
    text = await (await federal.ask()).get_data(as_text=True)
    assert not [name for name in ("Орлов", "Пётр", "Анна") if name in text]


@pytest.mark.rule("C7")
async def test_nothing_is_asked_outside_for_a_stranger(federal: Federal) -> None:
    before = len(federal.hub.diary.reads)
    federal.hub.clock.go(hours=30)
    await federal.schedule()
    assert len(federal.hub.diary.reads) == before


async def test_without_dates_it_is_the_last_this_and_the_next_week(federal: Federal) -> None:
    federal.hub.diary.lessons += [at(1, day=MONDAY + timedelta(days=7 * n)) for n in (-2, -1, 1, 2)]
    await federal.read("from=2026-11-02&to=2026-12-06")
    days = {date.fromisoformat(one["period"]["start"][:10]) for one in await federal.lessons(OID)}
    assert days == {MONDAY + timedelta(days=7 * n) for n in (-1, 0, 1)}


async def test_days_that_nobody_has_read_are_not_an_empty_timetable(federal: Federal) -> None:
    answer = await federal.ask(f"{OID}?start=2026-09-01&end=2026-09-07")
    assert await code_of(answer) == (404, "not-found")


STRUCTURE = [
    f"{OID}?start=2026-11-16", f"{OID}?end=2026-11-16", f"{OID}?start=2026-11-17&end=2026-11-16", f"{OID}?start=&end=",
    f"{OID}?start=2026-11-31&end=2026-12-01", f"{OID}?start=20261116&end=20261117", f"{OID}?start=2025-11-16&end=2026-11-17",
    f"{OID}?start=2026-11-16&end=2026-11-17&start=2026-11-16", f"{OID}?start=2026-11-16&end=2026-11-17&child=1",
    f"{OID}?start=2026-11-16&end=2026-11-17%FF", "abc", f"{OID}%27", "1" * 40, f"{OID}?start=1816-11-16&end=1816-11-17",
]  # fmt: skip


async def test_what_the_contract_does_not_allow_is_structure(federal: Federal) -> None:
    bearer = await federal.bearer()
    for path in STRUCTURE:
        assert await code_of(await federal.ask(path, bearer=bearer)) == (400, "structure"), path


@pytest.mark.rule("C7")
@pytest.mark.security("30")
async def test_unknown_foreign_restricted_and_joined_pupils_are_one_404(federal: Federal) -> None:
    desk, hub = federal.desk, federal.hub
    bearer, other = await federal.bearer(), await federal.bearer(federal.other)
    unknown = await federal.ask("1000000001", bearer=bearer)
    foreign = await federal.ask(bearer=other)
    guardian = await federal.ask("1000", bearer=bearer)
    father = await desk.father()
    await desk.restrict(await desk.person(father))
    restricted = await federal.ask(bearer=bearer)
    told = [await code_of(one) for one in (unknown, foreign, guardian, restricted)]
    assert told == [(404, "not-found")] * 4
    bodies = [{k: v for k, v in (await one.get_json()).items() if k != "id"} for one in (unknown, foreign, guardian, restricted)]
    assert bodies == [bodies[0]] * 4
    heads = [{k: v for k, v in one.headers.items() if k.lower() not in ("x-request-id", "date")} for one in (unknown, foreign, restricted)]
    assert heads == [heads[0]] * 3
    assert hub.diary.reads


@pytest.mark.rule("A5a")
async def test_a_restriction_that_has_ended_hides_nothing(federal: Federal) -> None:
    father = await federal.desk.father()
    await federal.desk.restrict(await federal.desk.person(father), until=(federal.hub.clock().date() + timedelta(days=1)).isoformat())
    assert (await federal.ask()).status_code == 404
    federal.hub.clock.go(days=2)
    assert (await federal.ask()).status_code == 200


async def test_a_pupil_of_a_school_that_does_not_use_the_system_is_not_served(federal: Federal) -> None:
    hub = federal.hub
    masha = replace(kid(2, "Маша"), snils=snils(155000077))
    await put_on_card(hub, masha, OTHER)
    named = {"last_name": masha.last_name, "first_name": masha.first_name, "birth_date": masha.birth_date, "snils": masha.snils}
    hub.esia.claims["masha"] = parent("1000772212", **named, children=())
    await signed(hub, "masha")
    assert (await federal.ask("1000772212")).status_code == 404


@pytest.mark.rule("A15")
async def test_a_copy_that_a_parent_took_back_is_served_no_more(federal: Federal) -> None:
    (link,) = [one for one in (await (await federal.desk.anna.get("/api/v1/links")).get_json())["items"] if one["system"] == "dnevnik"]
    assert (await federal.desk.anna.send("DELETE", f"/api/v1/links/{link['id']}")).status_code == 204
    assert (await federal.ask()).status_code == 404


@pytest.mark.rule("A13")
async def test_the_family_reads_in_its_log_which_system_asked(federal: Federal) -> None:
    await federal.schedule()
    await federal.schedule()
    answer = await federal.desk.anna.get(f"/api/v1/children/{federal.desk.petya}/access-log")
    (entry,) = [one for one in (await answer.get_json())["items"] if one["action"] == "fgis.schedule"]
    assert entry["who"] == "ФГИС «Моя школа», Минпросвещения, внешняя система"
    assert (entry["what"], entry["count"]) == ("Расписание, оценки и задания по федеральному запросу", 2)


async def test_an_answer_that_has_not_changed_is_not_sent_again(federal: Federal) -> None:
    first = await federal.ask()
    tag = first.headers["ETag"]
    federal.hub.clock.go(minutes=20)
    await federal.read()
    for known in (tag, f'"x", W/{tag}', "*"):
        again = await federal.ask(If_None_Match=known)
        assert (again.status_code, await again.get_data()) == (304, b"")
    federal.hub.diary.marks = []
    federal.hub.clock.go(minutes=20)
    await federal.read()
    changed = await federal.ask(If_None_Match=tag)
    assert (changed.status_code, changed.headers["ETag"] == tag) == (200, False)
    assert changed.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.rule("C7")
async def test_whose_registration_ended_asks_nothing_more(federal: Federal) -> None:
    bearer, now = await federal.bearer(), federal.hub.clock()
    assert await federal.hub.deps.db.write(lambda: end_system(federal.system.id, now=now))
    assert await code_of(await federal.ask(bearer=bearer)) == (403, "forbidden")
    assert (await federal.token()).status_code == 401


async def test_two_systems_may_ask_for_one_school(federal: Federal) -> None:
    now = federal.hub.clock()
    second = await federal.hub.deps.db.write(lambda: add_system(name="Вторая система", ogrns=[OGRN, OTHER], certificate_pem=None, now=now))
    assert (await federal.ask(bearer=await federal.bearer(second))).status_code == 200
