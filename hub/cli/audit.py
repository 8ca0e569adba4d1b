"""`hub audit verify`: walks the audit chain and compares it with its signed heads and with anchors kept elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import identity.store
from hub.cli.parts import Parts, opened, read_settings, say, say_json
from hub.settings import SettingsError
from identity.audit import Anchors, AuditReport, read_anchors


def add(commands: Any) -> None:
    parser = commands.add_parser("audit", help="verify the audit chain")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="walk the whole chain")
    verify.add_argument("--anchor", metavar="FILE", type=Path, help="signed heads kept elsewhere, one JSON object a line")
    verify.add_argument("--json", action="store_true", help="one line of JSON")
    verify.set_defaults(run=run)


def run(options: argparse.Namespace, _parts: Parts) -> int:
    settings = read_settings()
    told = read_file(options.anchor) if options.anchor else Anchors()
    with opened(settings) as (database, keys):
        report = database.read_sync(lambda: identity.store.verify_audit(keys, told.heads, told.past_keys))
    if options.json:
        say_json(
            ok=report.ok,
            checked=report.checked,
            last_seq=report.last_seq,
            last_hash=report.last_hash,
            unsealed=report.unsealed,
            heads=report.heads,
            anchors=report.anchors,
            faults=[_fault(fault) for fault in report.faults],
        )
    else:
        _tell(report)
    return 0 if report.ok else 1


def read_file(file: Path) -> Anchors:
    """What the worker wrote to the log and to `audit-anchors.ndjson`."""
    try:
        return read_anchors(file.read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError) as error:
        raise SettingsError((f"{file}: {error}",)) from error


def _fault(fault: object) -> str:
    return str(fault)


def _tell(report: AuditReport) -> None:
    say(f"{report.checked} events checked, the last is {report.last_seq}; {report.heads} heads, {report.anchors} anchors")
    say(f"{report.unsealed} events are not sealed yet and prove nothing")
    for fault in report.faults:
        say(f"FAULT: {_fault(fault)}")
    say("the chain holds" if report.ok else "the chain does NOT hold")
