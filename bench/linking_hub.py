"""The hub of the linking bench: the product's own app over a prepared database, with a diary that answers at once from memory."""

from __future__ import annotations

import os
from collections.abc import Mapping, Set
from datetime import UTC, datetime
from pathlib import Path

from connectors.kit.diary import Datum, DiaryChild, DiaryPage, Origin
from connectors.kit.errors import AuthExpired
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest
from connectors.kit.ports import Access, Arrival, Departure, DiaryAccount, Window
from connectors.kit.secret import Secret
from hub import wiring
from hub.app import create_app
from hub.deps import Deps
from hub.settings import Settings
from hub.store.database import Database
from identity.sealing import Keys

SYSTEM = "bench_diary"


class InstantDiary:
    """Opens the account that the code names; nothing waits, so that the rate is the hub's own."""

    name = SYSTEM
    manifest = Manifest(
        id=SYSTEM,
        title="Дневник",
        kind=Kind.DIARY,
        documents=(),
        instances=(Instance(name=SYSTEM, title="Дневник", prefixes=(SYSTEM,)),),
        data=frozenset({Datum.MARKS}),
        logins=frozenset({LoginKind.BROWSER}),
    )

    async def begin(self, *, state: str, redirect_uri: str) -> Departure:
        return Departure(url=f"{redirect_uri}?state={state}")

    async def finish(self, arrival: Arrival) -> DiaryAccount:
        number = arrival.params["code"]
        access = Access(token=Secret(f"token-{number}"), owner=number, refresh=Secret(f"refresh-{number}"))
        origin = Origin(system=SYSTEM, id=f"child-{number}", fetched_at=datetime.now(UTC))
        child = DiaryChild(key=f"child-{number}", last_name="Орлов", first_name="Пётр", origin=origin)
        return DiaryAccount(access=access, subject=number, last_name="Орлова", first_name="Анна", children=(child,))

    async def sign_in(self, _credentials: Mapping[str, Secret]) -> DiaryAccount:
        raise AuthExpired(SYSTEM, "no password opens it")

    async def account(self, _access: Access) -> DiaryAccount:
        raise AuthExpired(SYSTEM, "asked once only")

    async def refresh(self, access: Access) -> Access:
        return access

    async def read(self, _access: Access, _child: DiaryChild, _data: Set[Datum], _window: Window) -> DiaryPage:
        return DiaryPage()


def deps(database_url: str, master_key: str, port: int) -> Deps:
    """What the app works with; the bench prepares its database with the same keys."""
    database = Database(database_url)
    database.bind(wiring.tables())
    settings = Settings(
        demo=True,
        hosts=("127.0.0.1",),
        port=port,
        public_url=f"http://localhost:{port}",
        data_dir=Path("/nonexistent"),
        database_url=Secret(""),
        master_key=Secret(master_key),
    )
    keys = Keys.from_master(master_key)
    return Deps(settings=settings, db=database, keys=keys, now=wiring.real_clock, diaries={SYSTEM: InstantDiary()})


if "BENCH_DATABASE" in os.environ:
    app = create_app(deps(os.environ["BENCH_DATABASE"], os.environ["BENCH_MASTER_KEY"], int(os.environ["BENCH_PORT"])))
