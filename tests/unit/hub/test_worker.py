"""The worker: one process at a time, a broken job stops nobody, everything with a term ends, the audit is chained and anchored."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import identity.store
from hub.cli.audit import read_file
from hub.deps import Deps
from hub.settings import load
from hub.store import sessions
from hub.store.connecting import flow_records
from hub.store.database import Database
from hub.store.process import lease
from hub.worker import Job, Worker, jobs
from identity.model import ActorKind, PersonId
from identity.sealing import Keys, new_master_key

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


@pytest.fixture
def deps(database: Database, tmp_path: Path) -> Deps:
    settings = load({"HUB_DATA_DIR": str(tmp_path)})
    return Deps(settings=settings, db=database, keys=Keys.from_master(new_master_key()), now=lambda: NOW)


def _worker(deps: Deps, *work: Job) -> Worker:
    return Worker(db=deps.db, jobs=work, stopping=deps.stopping)


def _counting(log: list[str], name: str = "job", *, more: int = 0) -> Job:
    left = [more]

    async def batch() -> bool:
        log.append(name)
        left[0] -= 1
        return left[0] >= 0

    return Job(name=name, every_s=3600.0, batch=batch)


async def test_of_two_workers_one_works(deps: Deps) -> None:
    log: list[str] = []
    first, second = _worker(deps, _counting(log, "first")), _worker(deps, _counting(log, "second"))
    await first.round()
    await second.round()
    assert log == ["first"]


async def test_the_second_takes_over_when_the_first_stops(deps: Deps) -> None:
    log: list[str] = []
    first, second = _worker(deps, _counting(log, "first")), _worker(deps, _counting(log, "second"))
    running = asyncio.create_task(first.run())
    while not log:  # noqa: ASYNC110 - another task appends
        await asyncio.sleep(0.005)
    deps.stopping.set()
    await asyncio.wait_for(running, 5)
    deps.stopping.clear()
    await second.round()
    assert log == ["first", "second"]


async def test_the_second_takes_over_when_the_first_falls_silent(deps: Deps) -> None:
    log: list[str] = []
    past = datetime.now(UTC) - timedelta(minutes=5)
    await deps.db.write(lambda: lease.hold("worker", "dead process", now=past, life=timedelta(seconds=20)))
    await _worker(deps, _counting(log)).round()
    assert log == ["job"]


async def test_a_job_goes_on_while_more_is_waiting_and_then_rests(deps: Deps) -> None:
    log: list[str] = []
    worker = _worker(deps, _counting(log, more=3))
    await worker.round()
    await worker.round()
    assert len(log) == 4


async def test_a_broken_job_is_logged_and_the_others_go_on(deps: Deps, caplog: pytest.LogCaptureFixture) -> None:
    log: list[str] = []

    async def broken() -> bool:
        raise ZeroDivisionError("no")

    bad = Job(name="bad", every_s=0.0, batch=broken)
    worker = _worker(deps, bad, _counting(log, "good"))
    await worker.round()
    assert log == ["good"]
    assert "job bad failed" in caplog.text
    assert bad.due_at > time.monotonic() + 5


async def test_a_stop_ends_the_loop_at_once(deps: Deps) -> None:
    running = asyncio.create_task(_worker(deps).run())
    await asyncio.sleep(0)
    deps.stopping.set()
    await asyncio.wait_for(running, 2)


async def _work(deps: Deps) -> None:
    await Worker(db=deps.db, jobs=jobs(deps), stopping=deps.stopping, holder="the test").round()


@pytest.mark.rule("A18")
async def test_expired_sessions_and_flows_are_removed(deps: Deps) -> None:
    def begin() -> None:
        sessions.start(deps.keys, person="p", system="esia", label="", auth_time=None, now=NOW)
        flow_records.remember(
            deps.keys, state="s", browser="b", system="esia", keep={"nonce": "n"}, redirect_uri="http://x/", next_path="/", now=NOW
        )

    def left() -> tuple[int, int]:
        return sessions.Session.select().count(), flow_records.FlowRecord.select().count()

    await deps.db.write(begin)
    await _work(deps)
    assert await deps.db.read(left) == (1, 1)
    await _work(replace(deps, now=lambda: NOW + timedelta(days=90)))
    assert await deps.db.read(left) == (0, 0)


async def _record(deps: Deps, events: int) -> None:
    def unit() -> None:
        for number in range(events):
            identity.store.record_change(
                action="link",
                actor="someone",
                actor_kind=ActorKind.STAFF,
                subject=PersonId(f"child{number}"),
                now=NOW + timedelta(seconds=number),
            )

    await deps.db.write(unit)


@pytest.mark.rule("A13")
async def test_the_audit_is_chained_and_its_head_goes_to_a_second_place(deps: Deps, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "hub.audit")
    await _record(deps, 450)
    await _work(replace(deps, now=lambda: NOW + timedelta(hours=1)))
    anchors = read_file(deps.settings.anchor_file).heads
    report = await deps.db.read(lambda: identity.store.verify_audit(deps.keys, anchors))
    assert report.ok
    assert (report.checked, report.unsealed, report.anchors) == (450, 0, len(anchors))
    assert anchors
    assert json.loads(caplog.text.partition("audit head ")[2].splitlines()[0])["hash"] == anchors[0].hash


@pytest.mark.rule("A13")
async def test_a_rewritten_or_shortened_chain_is_seen(deps: Deps) -> None:
    await _record(deps, 5)
    await _work(replace(deps, now=lambda: NOW + timedelta(hours=1)))
    anchors = read_file(deps.settings.anchor_file).heads

    def spoil(statement: str) -> None:
        deps.db.engine.execute_sql(statement)  # type: ignore[no-untyped-call]  # untyped stub

    await deps.db.write(lambda: spoil("UPDATE audit_event SET actor = 'nobody' WHERE seq = 2"))
    assert not (await deps.db.read(lambda: identity.store.verify_audit(deps.keys, anchors))).ok
    await deps.db.write(lambda: spoil("DELETE FROM audit_event WHERE seq > 1"))
    await deps.db.write(lambda: spoil("DELETE FROM audit_head"))
    assert not (await deps.db.read(lambda: identity.store.verify_audit(deps.keys, anchors))).ok
