"""`hub backup FILE`: a consistent copy of the SQLite database while the hub runs."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub.cli.parts import Parts, read_settings, say, say_json
from hub.store.database import backup


def add(commands: Any) -> None:
    parser = commands.add_parser("backup", help="copy the SQLite database to FILE while the hub runs")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, _parts: Parts) -> int:
    settings = read_settings()
    url = settings.database_url.reveal()
    if url:
        say(f"PostgreSQL is backed up by its own tool: {_dump_line(url, options.file)}")
        return 1
    size = backup.copy(Path(settings.database), options.file)
    if options.json:
        say_json(file=str(options.file), bytes=size)
    else:
        say(f"{options.file}: {size} bytes; the master key is not inside, keep it elsewhere")
    return 0


def _dump_line(url: str, file: Path) -> str:
    """Without the password, which pg_dump takes from PGPASSWORD or ~/.pgpass."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user = f"{parts.username}@" if parts.username else ""
    return f"pg_dump --format=custom --file={shlex.quote(str(file))} {shlex.quote(f'postgresql://{user}{host}{parts.path}')}"
