"""`hub operator`: who runs the service, and one child read with a written reason for half an hour (RULES A13)."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

from hub.cli.parts import opened, read_settings, say, say_json
from hub.flows.office.rights import STAFF
from hub.flows.office.staff import WITH_CLASS
from hub.flows.operator_reads import Card, open_child, read_child
from hub.flows.refusals import Refused
from hub.settings import SettingsError
from hub.store.school import schools, staff_codes
from identity.errors import NotAllowed
from identity.invitations import new_code, printed
from identity.sealing import Keys
from identity.store import OperatorReading
from identity.store.accounts.operator_links import open_operator_link
from identity.store.accounts.operators import Operator, add_operator, end_operator, operators

Answer = TypeVar("Answer")
_WHY = {
    "name_missing": "--name: first name and surname, for the guardians read it",
    "reason_missing": "--reason: at least two words and ten characters; the guardians read it",
}


def add(commands: Any) -> None:
    parser = commands.add_parser("operator", help="operators, and reading one child with a written reason")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _action(actions, "add", "a new operator; prints a one-time link to the console", _add, name="first name and surname")
    staff = _action(
        actions, "staff", "a one-time code that makes somebody an officer of a school, its head for example", _staff,
        school="OGRN", role="head, school_admin, class_teacher, meals_officer …", name="whom it is for",
    )  # fmt: skip
    staff.add_argument("--class", dest="class_name", default="", help="of a class teacher or tutor")
    _action(actions, "list", "who may open a child", _list)
    _action(actions, "end", "this operator opens nothing any more, the console included", _end, operator="the operator's id")
    _action(
        actions, "open", "leave to read one child for 30 minutes; the guardians are told", _open,
        operator="the operator's id", child="the child's id", reason="why, in words; shown to the guardians",
    )  # fmt: skip
    _action(
        actions, "read", "what helps to find a fault, while the leave lasts", _read, operator="the operator's id", child="the child's id"
    )


def _action(actions: Any, name: str, text: str, act: Callable[[argparse.Namespace], int], /, **wanted: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=text)
    for option, told in wanted.items():
        parser.add_argument(f"--{option}", required=True, help=told)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.set_defaults(run=lambda options, parts: act(options))
    found: argparse.ArgumentParser = parser
    return found


def _within(act: Callable[[Keys, datetime], Answer]) -> Answer:
    """One unit of work beside a running hub."""
    now = datetime.now(UTC)
    with opened(read_settings()) as (database, keys):
        try:
            return database.write_sync(lambda: act(keys, now))
        except NotAllowed as error:
            raise SettingsError((_WHY.get(error.reason, error.reason),)) from error
        except Refused as error:
            raise SettingsError(("no such child, or no leave to read it: `hub operator open` first",)) from error


def _add(options: argparse.Namespace) -> int:
    """The link is shown this once. Opening it spends nothing, and it serves nobody without a fresh Gosuslugi sign-in (ADR 27)."""

    def unit(keys: Keys, now: datetime) -> tuple[str, str]:
        id_ = add_operator(keys, options.name, now=now)
        return id_, open_operator_link(keys, id_, now=now)

    id_, code = _within(unit)
    link = f"{read_settings().public_url}/console/enter/{code}"
    if options.json:
        say_json(id=id_, name=options.name, link=link)
    else:
        say(f"{id_}\n{link}\nThe link works once and for 24 hours; whoever opens it signs in through Gosuslugi.")
    return 0


def _staff(options: argparse.Namespace) -> int:
    """Shown this once; it serves nobody without a fresh Gosuslugi sign-in with a confirmed account."""
    settings, code = read_settings(), printed(new_code())
    if options.role not in STAFF or (options.role in WITH_CLASS) != bool(options.class_name):
        raise SettingsError((f"--role: one of {', '.join(STAFF)}; --class goes with a class teacher and a tutor alone",))

    def unit(keys: Keys, now: datetime) -> datetime:
        if schools.school(options.school) is None:
            raise SettingsError((f"--school: no school with OGRN {options.school}",))
        told = {"school": options.school, "role": options.role, "class_name": options.class_name, "name": options.name}
        staff_codes.give(keys, code, by="operator", now=now, **told)
        return now + staff_codes.LIFE

    until = _within(unit)
    address = f"{settings.public_url}/office/enter"
    if options.json:
        say_json(code=code, address=address, expires_at=until.isoformat())
    else:
        say(f"{code}\n{address}\nThe code works once and until {until:%Y-%m-%d %H:%M} UTC; whoever types it signs in through Gosuslugi.")
    return 0


def _list(options: argparse.Namespace) -> int:
    found: tuple[Operator, ...] = _within(lambda keys, now: operators(keys))
    if options.json:
        say_json(
            items=[{"id": one.id, "name": one.name, "came": one.bound_at is not None, "ended": one.ended_at is not None} for one in found]
        )
    else:
        for one in found:
            say(f"{one.id}  {one.name}{'  (ended)' if one.ended_at else '' if one.bound_at else '  (has not come yet)'}")
    return 0


def _end(options: argparse.Namespace) -> int:
    ended: bool = _within(lambda keys, now: end_operator(options.operator, now=now))
    if options.json:
        say_json(ended=ended)
    else:
        say("ended" if ended else "no such operator")
    return 0 if ended else 1


def _open(options: argparse.Namespace) -> int:
    found: OperatorReading = _within(
        lambda keys, now: open_child(keys, operator=options.operator, child=options.child, reason=options.reason, now=now)
    )
    if options.json:
        say_json(id=found.id, child=found.child, until=found.until.isoformat(), told=len(found.tell))
    else:
        say(f"until {found.until:%Y-%m-%d %H:%M} UTC; {len(found.tell)} guardians were told")
    return 0


def _read(options: argparse.Namespace) -> int:
    card: Card = _within(lambda keys, now: read_child(keys, operator=options.operator, child=options.child, now=now))
    if options.json:
        say_json(**asdict(card))
    else:
        for name, value in asdict(card).items():
            say(f"{name}: {value}")
    return 0
