"""`hub reconcile`: a provider's register of a day against the ledger, and what is still open (RULES D10)."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from hub.cli.parts import clock, opened, read_settings, say, say_json
from hub.flows.reconcile import BadRegister, Form, read_register, take, take_refunds
from hub.ledger.store.registers import kept
from hub.ledger.store.registers.kept import KeptItem
from hub.settings import SettingsError

ACTOR = "command:reconcile"
BY_CONNECTOR = {"demand_code": "demand"}
"""A connector's id means its only instance, as it does where money is paid in."""


def add(commands: Any) -> None:
    parser = commands.add_parser("reconcile", help="hold a provider's register of a day against the ledger; twice changes nothing")
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="the register, as the provider sent it")
    known = "osmp, sber2, sber_upper, sber_old, rbs, yookassa, tbank, demand"
    parser.add_argument("--provider", default="", help=f"{known}, or another one with a map")
    parser.add_argument("--kind", choices=("payments", "refunds"), default="payments", help="what the file tells of")
    parser.add_argument("--day", default="", help="the day of the payments by the provider's clock (Moscow's)")
    parser.add_argument("--map", type=Path, metavar="MAP.toml", help="encoding, separator and columns where they are not the usual ones")
    parser.add_argument("--list", action="store_true", help="the differences that are open")
    parser.add_argument("--settle", metavar="ITEM", help="a difference that has been cleared up; say how with --note")
    parser.add_argument("--note", default="", help="how it was cleared up")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.set_defaults(run=lambda options, parts: _run(options))


def _run(options: argparse.Namespace) -> int:
    day = _day(options.day) if options.day else None
    if options.list:
        return _list(options, day)
    if options.settle:
        return _settle(options)
    if not options.provider or day is None or options.file is None:
        raise SettingsError(("hub reconcile --provider NAME --day YYYY-MM-DD FILE; or --list; or --settle ITEM --note TEXT",))
    return _import(options, day, options.file)


def _import(options: argparse.Namespace, day: date, file: Path) -> int:
    """0: taken, whatever was found. 1: refused whole."""
    form, data, settings = _form(options.map), file.read_bytes(), read_settings()
    provider = BY_CONNECTOR.get(options.provider, options.provider)
    now = asyncio.run(clock(settings))
    with opened(settings) as (database, _):
        try:
            register = read_register(data, provider, form=form)
            chosen = take_refunds if options.kind == "refunds" else take
            done = database.write_sync(lambda: chosen(register, data, provider, day=day, actor=ACTOR, now=now))
        except BadRegister as error:
            sys.stderr.write(f"hub: refused: {error}\n")
            if options.json:
                say_json(accepted=False, reason=str(error), matched=0, already_imported=0, work_items=[])
            return 1
    told = [_told(one) for one in done.work_items]
    if options.json:
        say_json(
            accepted=True,
            reason=None,
            matched=done.matched,
            already_imported=done.already_imported,
            credited=done.credited,
            work_items=told,
        )
    else:
        say(f"{done.matched} matched, {done.already_imported} known already, {done.credited} credited, {len(told)} to look at")
        _say_items(done.work_items)
    return 0


def _list(options: argparse.Namespace, day: date | None) -> int:
    with opened(read_settings()) as (database, _):
        found = database.read_sync(lambda: kept.items(provider=BY_CONNECTOR.get(options.provider, options.provider) or None, day=day))
    if options.json:
        say_json(work_items=[_told(one) for one in found])
    else:
        _say_items(found)
        say(f"{len(found)} open")
    return 0


def _settle(options: argparse.Namespace) -> int:
    if len(options.note.strip()) < 3:
        raise SettingsError(("--note: say how it was cleared up",))
    settings = read_settings()
    now = asyncio.run(clock(settings))
    with opened(settings) as (database, _):
        done = database.write_sync(lambda: kept.settle(options.settle, by=ACTOR, note=options.note.strip()[:500], now=now))
    if options.json:
        say_json(id=options.settle, settled=done)
    else:
        say("settled" if done else "no such open difference")
    return 0 if done else 1


def _told(one: KeptItem) -> dict[str, object]:
    return {
        "class": one.kind, "txn_id": one.key, "ours_kop": one.ours_kop, "theirs_kop": one.theirs_kop, "line": one.line, "id": one.id,
        "provider": one.provider, "day": one.day, "account": one.account, "credited": one.credited or None, "note": one.note or None,
    }  # fmt: skip


def _say_items(items: Any) -> None:
    for one in items:
        where = f", line {one.line}" if one.line else ""
        say(f"{one.id} {one.day} {one.provider} {one.kind} {one.key}: ours {one.ours_kop}, theirs {one.theirs_kop}{where} {one.credited}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError((f"--day: {text} is no day; YYYY-MM-DD",)) from error


def _form(file: Path | None) -> Form | None:
    if file is None:
        return None
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Form)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SettingsError((f"--map: {error}",)) from error
