"""How fast does the queue of a school with 10,000 requests open, against a bare Quart JSON endpoint on the same server?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import linking_hub
from bench.linking import claims_of, serving, snils_of
from bench.load import Target, compare
from bench.report import line
from hub.deps import Deps
from hub.store import sessions
from hub.store.database import schema
from hub.store.joining import bundles
from hub.store.joining.records import NewBundle
from hub.store.school import schools
from hub.store.school.schools import OfficerCard, SchoolCard
from identity.claims import ChildClaim
from identity.joining import Role
from identity.model import EvidenceKind, PersonId
from identity.sealing import new_master_key
from identity.store import children_of, settle_sign_in
from tools.stage import Stage, free_port

REQUESTS = 10_000
CHILDREN = 5
FAMILIES = REQUESTS // 2 // CHILDREN
AT_ONCE = 50
OGRN = "1027700000001"
LOADS = 200


async def measure(stage: Stage) -> AsyncIterator[str]:
    with TemporaryDirectory(prefix="school-hub-bench-") as folder:
        url, master_key, port = str(Path(folder) / "hub.sqlite3"), new_master_key(), free_port()
        hub = linking_hub.deps(url, master_key, port)
        await asyncio.to_thread(schema.migrate, hub.db, "demo")
        cookie = await hub.db.write(lambda: _officer(hub))
        for first in range(1, FAMILIES + 1, AT_ONCE):
            await hub.db.write(partial(_apply, hub, range(first, first + AT_ONCE)))
        await hub.db.close()
        bare = Target(port=stage.bare_port, path="/json")
        async with serving(port, BENCH_DATABASE=url, BENCH_MASTER_KEY=master_key, BENCH_PORT=str(port)):
            for name, path, accepted in (
                ("JSON, 100 rows", "/api/v1/office/joins?state=submitted", "application/json"),
                ("the page", "/office", "text/html"),
            ):
                ours = Target(port=port, path=path, headers=(("Cookie", cookie),), accept=accepted)
                ratios = await compare(ours, bare, requests=LOADS)
                yield line(
                    f"office queue of {REQUESTS:,} requests, {name}", ratios, "of a bare Quart JSON endpoint", target="at least 0.10"
                )


def _officer(hub: Deps) -> str:
    """The school, its administrator, and the cookie of a session."""
    now, claims = datetime.now(UTC), claims_of(0)
    schools.put_school(
        SchoolCard(ogrn=OGRN, inn="7701000001", legal_name="Школа № 5", short_name="Школа № 5", zone="Europe/Moscow"), now=now
    )
    card = OfficerCard(school=OGRN, role="school_admin", snils=snils_of(0).digits, names=(claims.last_name, claims.first_name, ""))
    schools.put_officers(hub.keys, [card], now=now)
    _, token = sessions.start(
        hub.keys, person=_settled(hub, 0, children=0), system="esia", label="bench", auth_time=now, now=now, children_told=True
    )
    return f"hub={token}"


def _apply(hub: Deps, numbers: range) -> None:
    """Families of several children, each of them on the way into the school: two requests a child."""
    now = datetime.now(UTC)
    for number in numbers:
        parent = _settled(hub, number, children=CHILDREN)
        for child in children_of(hub.keys, parent, now=now):
            new = NewBundle(
                applicant=parent,
                child=child.person.id,
                school=OGRN,
                school_year="2026/2027",
                role=Role.LEGAL_REPRESENTATIVE,
                class_name=f"{1 + number % 11}А",
                legal_name="Школа № 5",
                inn="7701000001",
                age=9,
                evidence={EvidenceKind.ESIA_KID: now},
                submitted_at=now,
                expires_at=now + timedelta(days=30),
            )
            bundles.add(hub.keys, new, previous=None, now=now)


def _settled(hub: Deps, number: int, *, children: int) -> PersonId:
    kids = tuple(
        ChildClaim(source_id=f"kid-{number}-{index}", last_name="Орлов", first_name=f"Пётр{'аеиоу'[index]}", birth_date=date(2016, 5, 6))
        for index in range(children)
    )
    person = settle_sign_in(hub.keys, replace(claims_of(number), children=kids), now=datetime.now(UTC)).person
    if person is None:
        raise RuntimeError("the prepared person was not made")
    return person
