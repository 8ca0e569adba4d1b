"""`hub notices dead|redrive`: notices that were tried until they were given up, and one more try for all of them (RULES F1)."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from hub.cli.parts import Parts, opened, read_settings, say, say_json
from hub.store.outbox import claiming

MOST = 1000


def add(commands: Any) -> None:
    parser = commands.add_parser("notices", help="show the notices that were given up, or try them once more")
    parser.add_argument("act", choices=("dead", "redrive"))
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, _parts: Parts) -> int:
    """Says neither to whom nor about whom: a channel, a kind and the channel's last word."""
    with opened(read_settings()) as (database, _):
        if options.act == "redrive":
            again = database.write_sync(lambda: claiming.redrive(now=datetime.now(UTC), limit=MOST))
            say_json(again=again) if options.json else say(f"Try once more: {again}")
            return 0
        found = database.read_sync(lambda: (claiming.count_dead(), claiming.dead(limit=MOST)))
    rows = [{"id": one.id, "channel": one.channel, "kind": one.kind, "at": one.at.isoformat(), "rule": one.rule} for one in found[1]]
    if options.json:
        say_json(count=found[0], items=rows)
    else:
        say("\n".join([f"Given up: {found[0]}", *(f"{row['at']}  {row['channel']}  {row['kind']}" for row in rows)]))
    return 0
