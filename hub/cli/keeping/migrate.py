"""`hub migrate`: brings the database to this release's schema."""

from __future__ import annotations

import argparse
from typing import Any

from hub import wiring
from hub.cli.parts import Parts, read_settings, say, say_json
from hub.store.database import Database, schema


def add(commands: Any) -> None:
    parser = commands.add_parser("migrate", help="bring the database to this release's schema")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, _parts: Parts) -> int:
    settings = read_settings()
    database = Database(settings.database)
    database.bind(wiring.tables())
    applied = schema.migrate(database, "demo" if settings.demo else "real")
    version = schema.version(database)
    if options.json:
        say_json(applied=applied, version=version)
    else:
        say(f"applied: {', '.join(applied) or 'nothing, all was there'}; schema {version}")
    return 0
