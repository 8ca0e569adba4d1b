"""`hub export events`: the log of devices' events as CloudEvents, one a line, in the order in which they came."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import Any

from device_ingest import store
from hub.cli.parts import opened, read_settings, say, say_json
from hub.flows.outputs.cloud_events import lines_of


def add(commands: Any) -> None:
    actions = commands.add_parser("export", help="take out what the hub keeps").add_subparsers(dest="action", required=True, metavar="WHAT")
    parser = actions.add_parser("events", help="events of devices as CloudEvents NDJSON on standard output")
    parser.add_argument("--device", metavar="ID", help="of this device only")
    parser.add_argument("--count", action="store_true", help="only how many there are")
    parser.add_argument("--json", action="store_true", help="the count as one line of JSON")
    parser.set_defaults(run=lambda options, parts: _run(options))


def _run(options: argparse.Namespace) -> int:
    with opened(read_settings()) as (database, _):
        if options.count:
            found = database.read_sync(lambda: store.count(device=options.device))
            if options.json:
                say_json(count=found)
            else:
                say(str(found))
            return 0
        # A batch a snapshot: a log of millions is written out while the hub goes on writing.
        after: int | None = 0
        while after is not None:
            after, lines = database.read_sync(partial(lines_after, options.device, after))
            sys.stdout.buffer.write(lines)
    return 0


def lines_after(device: str | None, after: int) -> tuple[int | None, bytes]:
    """Where to go on, None at the end, and the lines."""
    rows = store.export(device=device, after=after)
    return (rows[-1].seq if rows else None), lines_of(rows)
