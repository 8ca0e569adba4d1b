"""What the commands are given by `__main__`, which alone knows the app and the worker; and how they open the hub."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub import telemetry, wiring
from hub.deps import Deps
from hub.settings import Settings, load
from hub.store.database import Database
from identity.sealing import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`create_app(deps)` gives the ASGI application; `create_worker(deps)` an object with `async run()` that ends at `deps.stopping`."""

    create_app: Callable[[Deps], Any]
    create_worker: Callable[[Deps], Any]


def read_settings(*, port: int | None = None) -> Settings:
    """The environment's settings; log lines go where they say from here on."""
    settings = load(os.environ, port=port)
    telemetry.set_up(settings.log_format)
    return settings


def wire(settings: Settings) -> Deps:
    """The hub, or the demo: the only branch between them."""
    if settings.demo:
        from hub import demo

        return demo.wire(settings)
    return wiring.build(settings, wiring.open_database(settings))


def equipped(settings: Settings) -> Settings:
    """With the demo's own keys where it is the demo."""
    if settings.demo:
        from hub import demo

        return demo.equip(settings)
    return settings


async def clock(settings: Settings) -> datetime:
    """The hub's time for a command that books something: in the demo that of the sandbox, while it answers."""
    if settings.demo:
        from hub import demo

        return await demo.clock(settings)
    return wiring.real_clock()


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[Database, Keys]]:
    """The database at this release's schema, and the keys, for commands beside a running hub."""
    settings = equipped(settings)
    database = wiring.open_database(settings)
    try:
        yield database, wiring.steadied(wiring.keys_of(settings), database)
    finally:
        database.close_sync()


def say(text: str) -> None:
    """A line for a person, on standard output."""
    sys.stdout.write(f"{text}\n")


def say_json(**fields: object) -> None:
    """The one line of `--json`."""
    say(json.dumps(fields, ensure_ascii=False))
