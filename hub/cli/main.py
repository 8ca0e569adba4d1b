"""Finds the commands, parses the line, and turns what stops a command into one line and an exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hub.cli import audit, doctor, fgis_client, incident, ledger, notices, operator, reconcile, register
from hub.cli.keeping import backup, export, keys, migrate
from hub.cli.serving import serve, work
from hub.settings import SettingsError
from hub.store.database import StorageError
from identity.errors import IdentityError

if TYPE_CHECKING:
    from hub.cli.parts import Parts

COMMANDS = (
    serve,
    work,
    migrate,
    doctor,
    backup,
    audit,
    keys,
    incident,
    operator,
    fgis_client,
    ledger,
    register,
    notices,
    reconcile,
    export,
)


def main(arguments: Sequence[str], parts: Parts) -> int:
    """0: done. 1: the command found trouble. 2: it could not begin (settings, database, port)."""
    parser = argparse.ArgumentParser(prog="python -m hub", description="School Hub: one sign-in, every school system.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options, parts))
    except SettingsError as error:
        return _refuse(error.problems)
    except (StorageError, IdentityError, OSError) as error:
        return _refuse((str(error) or type(error).__name__,))


def _refuse(lines: Sequence[str]) -> int:
    for line in lines:
        sys.stderr.write(f"hub: {line}\n")
    return 2
