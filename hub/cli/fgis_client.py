"""`hub fgis-client`: which systems may ask for a pupil's schedule by the federal contract (RULES C7)."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.cli.parts import opened, read_settings, say, say_json
from hub.flows.serve_schedule.registering import BadRegistration, add_system, end_system, list_systems
from hub.settings import SettingsError


def add(commands: Any) -> None:
    parser = commands.add_parser("fgis-client", help="systems that may ask for a pupil's schedule at /fgis")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("add", help="a new system; prints its id and its secret, this once")
    new.add_argument("--name", required=True, help="what the families read in their log: the system and who runs it")
    new.add_argument("--school", required=True, action="append", metavar="OGRN", help="a school whose pupils it may ask for; may repeat")
    new.add_argument("--certificate", type=Path, metavar="PEM", help="the client certificate that it shows at the proxy")
    new.set_defaults(run=lambda options, parts: _add(options))
    shown = actions.add_parser("list", help="every system, the ended ones too")
    shown.set_defaults(run=lambda options, parts: _list(options))
    ended = actions.add_parser("end", help="this system asks nothing any more; its tokens end too")
    ended.add_argument("--client", required=True, help="the system's id")
    ended.set_defaults(run=lambda options, parts: _end(options))
    for action in (new, shown, ended):
        action.add_argument("--json", action="store_true", help="one line of JSON")


def _add(options: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    pem = options.certificate.read_bytes() if options.certificate else None
    with opened(read_settings()) as (database, _):
        try:
            made = database.write_sync(lambda: add_system(name=options.name, ogrns=options.school, certificate_pem=pem, now=now))
        except BadRegistration as error:
            raise SettingsError((str(error),)) from error
    if options.json:
        say_json(id=made.id, secret=made.secret)
    else:
        say(f"client_id {made.id}\nclient_secret {made.secret}")
    return 0


def _list(options: argparse.Namespace) -> int:
    with opened(read_settings()) as (database, _):
        found = database.read_sync(list_systems)
    if options.json:
        items = [
            {
                "id": one.id,
                "name": one.name,
                "schools": sorted(one.schools),
                "certificate": one.certificate is not None,
                "ended": one.ended_at is not None,
            }
            for one in found
        ]
        say_json(items=items)
        return 0
    for one in found:
        say(f"{one.id}  {one.name}  {' '.join(sorted(one.schools))}{'  (ended)' if one.ended_at else ''}")
    return 0


def _end(options: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    with opened(read_settings()) as (database, _):
        ended = database.write_sync(lambda: end_system(options.client, now=now))
    if options.json:
        say_json(ended=ended)
    else:
        say("ended" if ended else "no such system")
    return 0 if ended else 1
