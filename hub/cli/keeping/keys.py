"""`hub keys rotate`: seals and indexes every sealed value anew with the current master key, in batches, resumable."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import identity.store
from hub import wiring
from hub.cli.parts import Parts, opened, read_settings, say, say_json
from hub.store.database import Database
from hub.store.fields import SealedColumn
from identity.audit import PastKey
from identity.sealing import Keys

BATCH = 200


def add(commands: Any) -> None:
    parser = commands.add_parser("keys", help="work with the master key")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    rotate = actions.add_parser("rotate", help="re-encrypt and re-index everything with HUB_MASTER_KEY; may be stopped and run again")
    rotate.add_argument("--json", action="store_true", help="one line of JSON")
    rotate.set_defaults(run=run)


def run(options: argparse.Namespace, _parts: Parts) -> int:
    settings = read_settings()
    with opened(settings) as (database, keys):
        rotated = {_name(column): rotate(database, keys, column) for column in wiring.sealed()}
        heads = database.write_sync(lambda: identity.store.resign_heads(keys))
        _keep(settings.anchor_file, identity.store.vouch_for_old_keys(keys))
        left = database.read_sync(lambda: sum(identity.store.unrotated(keys, column) for column in wiring.sealed()))
    done = sum(rotated.values())
    if options.json:
        say_json(rotated=done, left=left, heads=heads, columns=rotated)
    else:
        say(f"{done} values sealed anew, {left} left; {heads} days of the audit signed anew")
        if not left:
            say("HUB_MASTER_KEYS_OLD may go; who was signed in before the change and did not come back then signs in again")
    return 0 if left == 0 else 1


def rotate(database: Database, keys: Keys, column: SealedColumn) -> int:
    """One column to its end, a batch a unit of work beside a running hub; returns how many values changed."""
    before = database.read_sync(lambda: identity.store.unrotated(keys, column))
    after: str | None = ""
    while before and after is not None:
        after = database.write_sync(_batch(keys, column, after))
    return before - database.read_sync(lambda: identity.store.unrotated(keys, column)) if before else 0


def _batch(keys: Keys, column: SealedColumn, after: str) -> Any:
    return lambda: identity.store.reseal_batch(keys, column, after=after, limit=BATCH)


def _name(column: SealedColumn) -> str:
    return f"{column.model._meta.table_name}.{column.column}"


def _keep(file: Path, past: Sequence[PastKey]) -> None:
    """The anchors of before stay provable: what the new key says of the old ones lies beside them, once."""
    known = file.read_text(encoding="utf-8") if file.exists() else ""
    new = [one.line() for one in past if one.line() not in known]
    if new:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as anchors:
            anchors.writelines(f"{line}\n" for line in new)
