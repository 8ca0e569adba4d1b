"""`hub ledger`: the books of an earlier system taken over, and the ledger's check of itself (RULES D1-D3)."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.cli.parts import clock, opened, read_settings, say, say_json
from hub.flows.money import BadBooks, import_books
from hub.ledger.store import checking

ACTOR = "command:ledger"


def add(commands: Any) -> None:
    parser = commands.add_parser("ledger", help="the books of an earlier system, and the ledger's check of itself")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    taken = actions.add_parser("import", help="post the lines of a file; all, or none when one is bad; twice changes nothing")
    taken.add_argument(
        "file", type=Path, metavar="FILE.ndjson", help="one object a line: key, account, at, kind, amount_kop, reason, provider"
    )
    taken.set_defaults(run=lambda options, parts: _import(options))
    checked = actions.add_parser("check", help="whether every rule of the ledger holds for every row")
    checked.set_defaults(run=lambda options, parts: _check(options))
    for action in (taken, checked):
        action.add_argument("--json", action="store_true", help="one line of JSON")


def _import(options: argparse.Namespace) -> int:
    file: Path = options.file

    def lines() -> Iterator[bytes]:
        with file.open("rb") as books:
            yield from books

    settings = read_settings()
    now: datetime = asyncio.run(clock(settings))
    with opened(settings) as (database, _):
        try:
            done = import_books(database, lines, now=now, actor=ACTOR)
        except BadBooks as error:
            for line in error.lines:
                sys.stderr.write(f"hub: {line}\n")
            if options.json:
                say_json(posted=0, duplicate=0, conflict=0, refused=list(error.lines))
            return 1
    if options.json:
        say_json(posted=done.posted, duplicate=done.duplicate, conflict=done.conflict)
    else:
        say(f"{done.posted} posted, {done.duplicate} known already, {done.conflict} known with another content and refused")
    return 0


def _check(options: argparse.Namespace) -> int:
    with opened(read_settings()) as (database, _):
        found = database.read_sync(checking.faults)
    if options.json:
        say_json(faults=list(found))
    else:
        for fault in found:
            say(fault)
        say("the ledger is sound" if not found else f"{len(found)} rules are broken")
    return 1 if found else 0
