"""Is it decided about events as fast as they are taken in? A thousand children, two guardians each, who want letters about passes."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bench import linking_hub
from bench.ingest import BATCH, SCHOOL, event, rate_of, serving
from bench.linking import claims_of, own_postgres
from bench.report import line
from device_ingest import model
from device_ingest.envelope import read
from device_ingest.model import Proof, Sender
from device_ingest.store import append, prepare
from hub.cli.serving.collecting import spare_what_stays
from hub.deps import Deps
from hub.flows.notices import follow_events
from hub.flows.receive_events.receive import tokens_of
from hub.ledger.notices import NoticeKind
from hub.ledger.store.paid import notices as settings
from hub.ledger.tariffs import Priced
from hub.store.database import schema
from hub.store.school import carriers
from hub.store.school.carriers import CarrierKind
from identity.model import PersonId
from identity.sealing import new_master_key
from identity.snils import Snils, checksum
from identity.store import settle_sign_in
from tools.stage import Stage

ROUNDS, EVENTS, FAMILIES = 3, 10_000, 1_000
APART = timedelta(seconds=6)
"""Two passes of one child at one door in less are one (RULES E4): nobody would be told of the second."""
SOURCE = "/schools/1/devices/bench"


async def measure(stage: Stage) -> AsyncIterator[str]:
    """`stage` is the bench's own; events come to a hub of its own, decisions are made in this process, each on its own database."""
    del stage
    with TemporaryDirectory(prefix="school-hub-bench-") as folder:
        file = Path(folder) / "hub.sqlite3"
        async for told in _on(str(file), str(file.with_name("ingest.sqlite3")), "SQLite"):
            yield told
    if server := os.environ.get("HUB_TEST_DATABASE_URL"):
        with own_postgres(server) as url, own_postgres(server) as other:
            async for told in _on(url, other, "PostgreSQL"):
                yield told


async def _on(url: str, other: str, title: str) -> AsyncIterator[str]:
    hub = linking_hub.deps(url, new_master_key(), 1)
    await asyncio.to_thread(schema.migrate, hub.db, "demo")
    await hub.db.write(partial(_families, hub))
    await _follow_s(hub)
    spare_what_stays()  # as the worker does
    rates = []
    for number in range(ROUNDS):
        await _heard(hub, datetime.now(UTC) - APART * (ROUNDS - number) * (EVENTS // FAMILIES))
        rates.append(EVENTS / await _follow_s(hub))
    await hub.db.close()
    async with serving(other) as gate:
        for size, total in ((1, 2_000), (100, 20_000)):
            taken = [await rate_of(gate, size, total) for _ in range(ROUNDS)]
            what = "single signed events" if size == 1 else f"signed batches of {size}"
            peer = f"of the rate of {what}, {max(taken):,.0f} a second; {max(rates):,.0f} decided for two guardians each"
            yield line(
                f"events to the outbox, {title}", [mine / theirs for mine, theirs in zip(rates, taken, strict=True)], peer, target="1.00"
            )


def _families(hub: Deps) -> None:
    now = hub.now()
    for number in range(FAMILIES):
        mother = claims_of(number)
        father = replace(mother, subject=f"father-{number}", last_name="Орлов", first_name="Иван", snils=_snils(600_000_000 + number))
        outcomes = [settle_sign_in(hub.keys, claims, now=now) for claims in (mother, father)]
        (child,) = {change.edge.child for outcome in outcomes for change in outcome.edges}
        since, card = now - timedelta(days=300), f"{number:010}"
        carriers.add(hub.keys, child=child, school=SCHOOL, kind=CarrierKind.CARD, number=card, since=since, by="bench", now=now)
        for outcome in outcomes:
            person = PersonId(outcome.person or "")
            settings.put(
                NoticeKind.PASS, "email", person=person, child=child, enabled=True, price=Priced(kop=0, version=""), consent=None, now=now
            )


async def _heard(hub: Deps, since: datetime) -> None:
    """Each child passes again and again, every time as another happening: all of them are told of."""
    sign = model.Sign.STANDARD_WEBHOOKS
    sender = Sender(id="bench", school=SCHOOL, source=SOURCE, key_id="", serial="1", sign=sign, since=since, zone="Europe/Moscow")
    for number in range(EVENTS // FAMILIES):
        at = since + APART * number
        body = msgspec.json.encode([event(SOURCE, at) for _ in range(FAMILIES)])
        said = read({"content-type": BATCH}, body, source=SOURCE, tokens=tokens_of(hub))
        await hub.db.write(partial(append, [prepare(sender, Proof(sign=sign, skew_s=0.0), said, received_at=at)]))


async def _follow_s(hub: Deps) -> float:
    started = time.perf_counter()
    while await follow_events(hub):
        pass
    return time.perf_counter() - started


def _snils(number: int) -> Snils:
    nine = f"{number:09d}"
    return Snils(f"{nine}{checksum(nine):02d}")
