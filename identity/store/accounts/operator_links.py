"""An operator's one-time link: made by the command, used once by one person, who opens the console from then on (ADR 27)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from peewee import IntegrityError

from identity.errors import NotAllowed, NotFound
from identity.model import ActorKind, PersonId
from identity.sealing import Keys
from identity.store.accounts.operators import Operator, operator_named
from identity.store.accounts.tables import OperatorLinkRow, OperatorRow
from identity.store.rows import changed, delete, fetch, marks, micros
from identity.store.trail import access

LINK_LIFE = timedelta(hours=24)
CODE_BYTES = 24


def open_operator_link(keys: Keys, operator: str, *, now: datetime) -> str:
    """A new code, told this once; an earlier one of this operator opens nothing any more. `NotAllowed` when somebody came already."""
    if operator_named(keys, operator).bound_at is not None:
        raise NotAllowed("already_bound")
    code = secrets.token_urlsafe(CODE_BYTES)
    delete(OperatorLinkRow).where(OperatorLinkRow.operator == operator).execute()
    OperatorLinkRow.create(operator=operator, code_hash=keys.code_hash(_text(code)), expires_at=now + LINK_LIFE)
    return code


def use_operator_link(keys: Keys, code: str, person: PersonId, *, now: datetime) -> Operator:
    """Binds the person and spends the code. `NotFound` for one that is wrong, old or spent, all alike."""
    hashes = keys.code_hashes(_text(code))
    sql = f"UPDATE operator_link SET used_at = ? WHERE code_hash IN ({marks(hashes)}) AND used_at IS NULL AND expires_at > ?"  # noqa: S608 - only question marks are put in
    at = micros(now)
    if not changed(OperatorLinkRow, sql, (at, *hashes, at)):
        raise NotFound("no such link")
    sql = f"SELECT operator FROM operator_link WHERE code_hash IN ({marks(hashes)})"  # noqa: S608 - only question marks are put in
    ((operator,),) = fetch(OperatorLinkRow, sql, hashes)
    free = (OperatorRow.id == operator) & OperatorRow.person.is_null() & OperatorRow.ended_at.is_null()
    try:
        with OperatorRow._meta.database.atomic():
            bound = OperatorRow.update(person=person, bound_at=now).where(free).execute()
    except IntegrityError as error:
        raise NotAllowed("already_operator") from error
    if not bound:
        raise NotFound("no such link")
    access.record_change(actor=operator, actor_kind=ActorKind.OPERATOR, subject=person, action="operator.bound", object=operator, now=now)
    return operator_named(keys, operator)


def operator_of(keys: Keys, person: PersonId) -> Operator | None:
    """The operator that this person is now."""
    found = fetch(OperatorRow, "SELECT id FROM operator WHERE person = ? AND ended_at IS NULL", (person,))
    return operator_named(keys, found[0][0]) if found else None


def _text(code: str) -> str:
    return f"operator {code}"
