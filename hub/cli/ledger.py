"""`hub ledger`: the books of an earlier system taken over, the fees by day, and the ledger's check of itself (RULES D1-D3, D6)."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hub.cli.parts import clock, opened, read_settings, say, say_json
from hub.flows.money import BadBooks, import_books
from hub.flows.top_up.fees import BadFee, fees_on, set_fee
from hub.ledger.money import kopecks, roubles
from hub.ledger.store import checking
from identity.model import MOSCOW

ACTOR = "command:ledger"


def add(commands: Any) -> None:
    parser = commands.add_parser("ledger", help="the books of an earlier system, the fees by day, and the ledger's check of itself")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    taken = actions.add_parser("import", help="post the lines of a file; all, or none when one is bad; twice changes nothing")
    taken.add_argument(
        "file", type=Path, metavar="FILE.ndjson", help="one object a line: key, account, at, kind, amount_kop, reason, provider"
    )
    taken.set_defaults(run=lambda options, parts: _import(options))
    checked = actions.add_parser("check", help="whether every rule of the ledger holds for every row")
    checked.set_defaults(run=lambda options, parts: _check(options))
    fees = actions.add_parser("fees", help="what each way to pay costs the payer; with a provider, sets it from a day on")
    fees.add_argument("provider", nargs="?", default="", help="as in the list: rbs, yookassa, tbank, demand, osmp …")
    fees.add_argument("method", nargs="?", default="", help="card, sbp …; none for terminals and banks that call us")
    fees.add_argument("--percent", default="", metavar="N", help="two decimals at most, for example 2.5")
    fees.add_argument("--since", default="", metavar="YYYY-MM-DD", help="the day by Moscow's clock from which it holds; today without it")
    fees.set_defaults(run=lambda options, parts: _fees(options))
    for action in (taken, checked, fees):
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


def _fees(options: argparse.Namespace) -> int:
    settings = read_settings()
    today = asyncio.run(clock(settings)).astimezone(ZoneInfo(MOSCOW)).date()
    try:
        since = date.fromisoformat(options.since) if options.since else today
        hundredths = kopecks(options.percent)
        if bool(options.provider) != bool(options.percent) or (options.percent and hundredths is None):
            raise BadFee("a provider, its method and --percent N go together")
        with opened(settings) as (database, _):
            if hundredths is not None:
                wanted = hundredths
                database.write_sync(lambda: set_fee(options.provider, options.method, since, wanted, today=today))
            found = database.read_sync(lambda: fees_on(since))
    except ValueError as error:
        sys.stderr.write(f"hub: {error}\n")
        return 1
    if options.json:
        say_json(day=since.isoformat(), fees=[asdict(one) for one in found])
    else:
        for one in found:
            told = f"since {one.since}" if one.since else "as the connector says"
            say(f"{one.provider:<12}{one.method:<16}{roubles(one.hundredths):>6} %  {told}")
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
