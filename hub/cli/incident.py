"""`hub incident`: whom a leak touched: every person whose data was read, exported or changed between two times (RULES A18)."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import identity.store
from hub.cli.parts import Parts, opened, read_settings, say, say_json
from hub.settings import SettingsError
from identity.model import MOSCOW
from identity.store import Touched


def add(commands: Any) -> None:
    parser = commands.add_parser("incident", help="list the persons touched by a leak between two times")
    parser.add_argument("--since", required=True, metavar="TIME", help="ISO time with offset; without one Moscow's")
    parser.add_argument("--until", required=True, metavar="TIME", help="ISO time, included; a bare date is the whole day")
    parser.add_argument("--person", action="append", default=[], metavar="ID", help="only these persons; may be repeated")
    parser.add_argument("--actor", action="append", default=[], metavar="ID", help="only what this account did; may be repeated")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, _parts: Parts) -> int:
    since, until = moment(options.since, "--since"), moment(options.until, "--until", end=True)
    if until < since:
        raise SettingsError(("--until: it lies before --since",))
    with opened(read_settings()) as (database, _):
        found = database.read_sync(lambda: identity.store.incident(since, until, actors=tuple(options.actor)))
    wanted = frozenset(options.person)
    touched = [one for one in found if not wanted or one.person in wanted]
    if options.json:
        say_json(since=since.isoformat(), until=until.isoformat(), count=len(touched), persons=[_told(one) for one in touched])
    else:
        _tell(touched)
    return 0


def moment(text: str, name: str, *, end: bool = False) -> datetime:
    """An aware time; a bare date is its beginning, or its end."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError((f"{name}: {error}",)) from error
    if end and len(text.strip()) == len("2026-11-18"):
        found = found.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(MOSCOW))


def _told(one: Touched) -> dict[str, object]:
    return {
        "person": one.person,
        "reads": one.reads,
        "exports": one.exports,
        "changes": one.changes,
        "first_at": one.first_at.isoformat(),
        "last_at": one.last_at.isoformat(),
        "actors": list(one.actors),
    }


def _tell(touched: Sequence[Touched]) -> None:
    for one in touched:
        times = f"{one.first_at:%Y-%m-%d %H:%M} … {one.last_at:%Y-%m-%d %H:%M} UTC"
        say(f"{one.person}  read {one.reads}, exported {one.exports}, changed {one.changes}  {times}  by {', '.join(one.actors)}")
    say(f"{len(touched)} persons touched")
