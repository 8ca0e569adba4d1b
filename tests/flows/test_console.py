"""What the operator sees: systems with figures of all processes, regions with dates, the worker, keys, schools, the audit with a reason."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from connectors.kit.calls import Breaker, Caller
from connectors.kit.errors import AuthExpired, Drifted, Unavailable
from connectors.kit.health import BUCKET_S, Spell
from hub.app import create_app
from hub.flows.note_health import note_health
from hub.regions import registry
from hub.store import notices
from hub.store.process import console
from hub.store.process.console import NowBody
from hub.web.console_words import JOBS
from hub.worker import Worker, jobs
from identity.sealing import Keys, new_master_key
from identity.store import seal_audit
from tests.flows.asking import NOW, WEEK, ask
from tests.flows.console_kit import Console, open_console
from tests.flows.kit import Browser, Hub, parent
from tests.flows.office_kit import OGRN, enter, open_office

REASON = "обращение 7788: не виден дневник"


@pytest.fixture
async def inside(hub: Hub) -> Console:
    return await open_console(hub)


async def test_every_job_of_the_worker_has_words_on_the_console(hub: Hub) -> None:
    assert {job.name for job in jobs(hub.deps)} <= set(JOBS)


async def system(inside: Console, name: str = "dnevnik") -> dict[str, Any]:
    found: list[dict[str, Any]] = (await inside.json("systems"))["items"]
    return next(one for one in found if one["system"] == name)


async def test_failed_reads_are_counted_by_kind_and_a_drift_shows_its_path_alone(inside: Console, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    for error in (Unavailable("dnevnik"), Unavailable("dnevnik"), Drifted("dnevnik", "$.marks[7].Орлов", "Орлов Пётр 112-233-445 95")):
        inside.hub.diary.fails = error
        await ask(browser, f"{child}/marks?{WEEK}", **NOW)
    row = await system(inside)
    assert row["kinds"] == {"drifted": 1, "unavailable": 2}
    text = await inside.page("")
    assert "не отвечает — 2" in text and "$.marks[*].*" in text
    assert "Орлов" not in text and "112-233" not in text


async def test_figures_of_all_processes_are_laid_together(inside: Console) -> None:
    wall = int(time.time())
    bucket = wall // BUCKET_S * BUCKET_S
    spell = Spell(calls=40, failed=2)
    spell.slots[2], spell.slots[8] = 36, 4

    def others() -> None:
        for process in ("a", "b"):
            console.note_spells(process, [("dnevnik", bucket, spell), ("dnevnik", bucket - 3 * 3600, spell)])
        console.note_now("a", [("dnevnik", NowBody(state="open", minute=7, busy=2, success_at=wall - 50.0))], at=wall)
        console.note_now("b", [("dnevnik", NowBody(minute=5, drift="$.id", drift_at=wall - 9.0, success_at=wall - 20.0))], at=wall)
        console.note_now("dead", [("dnevnik", NowBody(state="open", minute=60, success_at=wall - 700.0))], at=wall - 600)

    await inside.hub.deps.db.write(others)
    row = await system(inside)
    assert (row["calls"], row["failed"], row["p50_ms"], row["p95_ms"]) == (80, 4, 50, 3200)
    assert (row["state"], row["minute"], row["a_minute"], row["busy"]) == ("open", 12, 60, 2)
    assert (row["drift"], row["success_at"]) == ("$.id", datetime.fromtimestamp(wall - 20, UTC).isoformat().replace("+00:00", "Z"))
    assert (await inside.json("systems"))["processes"] == 2
    picture = await inside.pal.get("/console/systems/dnevnik/latency.svg")
    body = (await picture.get_data(as_text=True)).lower()
    assert picture.status_code == 200 and "<script" not in body
    assert (await inside.pal.get("/console/systems/nowhere/latency.svg")).status_code == 404


async def test_a_process_tells_its_calls_breaker_and_gate(hub: Hub, inside: Console) -> None:
    answers = iter([httpx.Response(200), httpx.Response(503), httpx.Response(429), httpx.Response(404)])
    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: next(answers)))
    book = hub.deps.memory.health
    caller = Caller("dnevnik", "http://x", client, Breaker("dnevnik", threshold=5), parallel=7, health=book.of("dnevnik"))
    deps = replace(hub.deps, callers={"dnevnik": caller})
    for _ in range(4):
        await caller.call("POST", "/", deadline_s=5, idempotent=False)
    await client.aclose()
    await note_health(deps)
    row = await system(inside)
    assert (row["calls"], row["failed"], row["minute"], row["state"]) == (4, 2, 4, "closed")
    assert row["success_at"] and row["failure_at"]
    await note_health(deps)
    assert (await system(inside))["calls"] == 4, "told twice, counted once"


async def test_who_waits_because_of_a_system_is_counted_not_named(inside: Console, anna: tuple[Browser, str]) -> None:
    browser, child = anna
    assert ((await system(inside))["links"], (await system(inside))["needs_login"]) == (1, 0)
    inside.hub.diary.fails = inside.hub.diary.refresh_fails = AuthExpired("dnevnik")
    await ask(browser, f"{child}/marks?{WEEK}", **NOW)
    row = await system(inside)
    assert (row["links"], row["needs_login"]) == (1, 1)


async def test_a_system_that_is_not_switched_on_is_off_and_one_that_nobody_asked_is_not_called_working(inside: Console) -> None:
    assert (await system(inside, "mes"))["state"] == "off"
    text = await inside.page("")
    assert "выключена" in text and "не спрашивали" in text


async def test_regions_tell_what_switches_next_by_their_own_calendar(inside: Console) -> None:
    found = await inside.json("regions")
    assert len(found["items"]) == len(registry().regions)
    days = [one["day"] for one in found["moves"] if one["coming"]]
    assert days == sorted(days) and all(day > "2026-11-18" for day in days)
    assert all(one["days"] >= -120 for one in found["moves"])
    inside.hub.clock.at = datetime(2026, 8, 31, 20, 30, tzinfo=UTC)
    again = await open_again(inside)
    moved = [one for one in (await again.json("regions"))["moves"] if one["day"] == "2026-09-01"]
    zones = {one["code"]: one["zone"] for one in (await again.json("regions"))["items"]}
    assert moved
    for move in moved:
        local = inside.hub.clock().astimezone(ZoneInfo(zones[move["code"]])).date().isoformat()
        assert move["coming"] is (local < "2026-09-01"), move


async def open_again(inside: Console) -> Console:
    browser = inside.hub.browser()
    await browser.sign_in("pal")
    return Console(inside.hub, browser, inside.operator)


async def test_the_worker_tells_each_job_with_its_lateness_and_its_last_error(inside: Console) -> None:
    deps = inside.hub.deps
    worker = Worker(db=deps.db, jobs=jobs(deps), stopping=deps.stopping)
    broken = next(job for job in worker.jobs if job.name == "birthdays")

    async def fail() -> bool:
        raise RuntimeError("a secret word")

    broken.batch = fail
    await worker.round()
    found = await inside.json("work")
    rows = {one["name"]: one for one in found["jobs"]}
    assert (rows["birthdays"]["ok"], rows["birthdays"]["error"], rows["birthdays"]["failures"]) == (False, "RuntimeError", 1)
    assert rows["seal_audit"]["ok"] and rows["seal_audit"]["runs"] == 1
    assert found["holder"] == worker.holder
    text = await inside.page("/work")
    assert "ошибка: RuntimeError" in text and "a secret word" not in text and "Сцепляет журнал" in text


async def test_keys_and_the_head_of_the_audit_are_shown(inside: Console) -> None:
    hub = inside.hub
    assert (await inside.json("work"))["head"] is None
    await hub.deps.db.write(lambda: seal_audit(hub.deps.keys, now=hub.clock()))
    found = await inside.json("work")
    assert found["head"]["seq"] > 0 and found["unsealed"] == 0 and found["rotating"] == 0
    assert [one["current"] for one in found["keys"]] == [True]


async def test_a_rotation_under_way_is_counted(hub: Hub) -> None:
    old, new = new_master_key(), new_master_key()
    hub.deps = replace(hub.deps, keys=Keys.from_master(old))
    hub.app = create_app(hub.deps)
    inside = await open_console(hub)
    hub.deps = replace(hub.deps, keys=Keys.from_master(new, [old]))
    hub.app = create_app(hub.deps)
    again = await open_again(inside)
    found = await again.json("work")
    assert [one["current"] for one in found["keys"]] == [True, False]
    assert found["rotating"] > 0
    assert "доведите до конца" in await again.page("/work")


async def test_schools_are_counted(hub: Hub) -> None:
    office = await open_office(hub, [])
    await enter(office)
    inside = await open_console(hub)
    row = next(one for one in (await inside.json("schools"))["items"] if one["ogrn"] == OGRN)
    assert (row["pupils"], row["classes"], row["officers"]) == (1, 1, 2)
    assert "Школа 5" in await inside.page("/schools")


@pytest.mark.rule("A13")
async def test_the_audit_opens_with_a_reason_that_the_family_reads(inside: Console, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    await ask(browser, f"{path}/marks?{WEEK}")
    child = path.rsplit("/", 1)[1]
    answer = await inside.pal.send("POST", "/api/v1/console/audit", json={"person": child, "reason": REASON})
    assert answer.status_code == 200
    found = await answer.get_json()
    actions = [one["action"] for one in found["items"]]
    assert {"operator.audit", "operator.opened", "diary.marks"} <= set(actions)
    text = await answer.get_data(as_text=True)
    assert not any(word in text for word in ("Орлов", "Анна", "Пётр", REASON))
    mother = (await browser.me())["person"]["id"]
    told = await inside.hub.deps.db.read(lambda: notices.newest(inside.hub.deps.keys, mother))
    assert "operator_opened" in [one.kind for one in told]
    log = await (await browser.get(f"{path}/access-log")).get_json()
    assert [one["reason"] for one in log["items"] if one["action"] == "operator.opened"] == [REASON]
    assert any(one["action"] == "operator.audit" and "Пал Операторов" in one["who"] for one in log["items"])


@pytest.mark.rule("A13")
@pytest.mark.parametrize(
    ("person", "reason", "status"),
    [("child", "", 404), ("child", "надо", 400), ("child", "x" * 501, 400), ("nobody", REASON, 404), ("nobody", "", 404)],
)
async def test_without_a_written_reason_the_audit_stays_shut(
    inside: Console, anna: tuple[Browser, str], person: str, reason: str, status: int
) -> None:
    whom = anna[1].rsplit("/", 1)[1] if person == "child" else person
    answer = await inside.pal.send("POST", "/api/v1/console/audit", json={"person": whom, "reason": reason})
    assert answer.status_code == status
    form = {"csrf_token": inside.pal.csrf, "person": whom, "reason": reason}
    headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"}
    page = await inside.pal.client.post("/console/audit", form=form, headers=headers)
    text = await page.get_data(as_text=True)
    assert page.status_code == status and 'role="alert"' in text and whom in text


@pytest.mark.rule("A13")
async def test_half_an_hour_no_new_reason_is_asked_and_each_look_is_an_event(inside: Console, anna: tuple[Browser, str]) -> None:
    child = anna[1].rsplit("/", 1)[1]
    await inside.pal.send("POST", "/api/v1/console/audit", json={"person": child, "reason": REASON})
    inside.hub.clock.go(minutes=29)
    again = await inside.pal.send("POST", "/api/v1/console/audit", json={"person": child})
    assert [one["action"] for one in (await again.get_json())["items"]].count("operator.audit") == 2
    inside.hub.clock.go(minutes=1)
    assert (await inside.pal.send("POST", "/api/v1/console/audit", json={"person": child})).status_code == 404


async def test_an_adult_whose_log_was_read_is_told_too(inside: Console) -> None:
    browser = inside.hub.browser()
    inside.hub.esia.claims["solo"] = parent("9000", last_name="Одинцов", first_name="Лев", snils=None, children=())
    solo = (await browser.sign_in("solo"))["person"]["id"]
    assert (await inside.pal.send("POST", "/api/v1/console/audit", json={"person": solo, "reason": REASON})).status_code == 200
    told = await inside.hub.deps.db.read(lambda: notices.newest(inside.hub.deps.keys, solo))
    assert [one.kind for one in told][:1] == ["operator_opened"]


@pytest.mark.parametrize("change", ["no csrf", "foreign page", "not an operator"])
async def test_a_search_comes_from_our_own_page_and_an_operator(inside: Console, anna: tuple[Browser, str], change: str) -> None:
    child = anna[1].rsplit("/", 1)[1]
    who = anna[0] if change == "not an operator" else inside.pal
    answer = await who.send(
        "POST",
        "/api/v1/console/audit",
        json={"person": child, "reason": REASON},
        csrf="" if change == "no csrf" else None,
        origin="https://evil.example" if change == "foreign page" else "http://localhost:8000",
    )
    assert answer.status_code == (404 if change == "not an operator" else 403)
    assert not await inside.hub.rows("SELECT 1 FROM operator_reading")


async def test_old_figures_are_deleted(hub: Hub) -> None:
    wall = int(time.time())

    def unit() -> int:
        console.note_spells("a", [("dnevnik", wall - 25 * 3600, Spell(calls=1)), ("dnevnik", wall, Spell(calls=1))])
        console.note_now("a", [("dnevnik", NowBody())], at=wall - 25 * 3600)
        return console.remove_old(at=wall)

    assert await hub.deps.db.write(unit) == 2
    assert len(await hub.rows("SELECT 1 FROM system_spell")) == 1
