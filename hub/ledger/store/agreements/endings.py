"""A school ends all its contracts: proposed by one officer, signed by another, then worked off a part at a time (RULES B5, D9; F156)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.ledger.store.agreements.tables import Ending
from hub.store.fields import from_micros, rows
from identity.sealing import Keys

PROPOSED, SIGNED, DONE, DROPPED = "proposed", "signed", "done", "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingCard:
    id: str
    school: str
    state: str
    proposed_by: str
    proposed_at: datetime
    ended: int
    document: str = field(repr=False)


_COLUMNS = tuple(EndingCard.__dataclass_fields__)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM contract_ending"  # noqa: S608 - own names


def propose(keys: Keys, school: str, *, document: str, by: str, now: datetime) -> bool:
    """False where one waits or is being worked off already."""
    id_ = uuid.uuid4().hex
    made = Ending.insert(
        id=id_, school=school, state=PROPOSED, document=keys.seal("contract_ending", "document", id_, document), proposed_by=by,
        proposed_at=now,
    )  # fmt: skip
    return bool(made.on_conflict_ignore().as_rowcount().execute())


def open_of(school: str) -> EndingCard | None:
    found = _cards("school = ? AND state IN ('proposed', 'signed')", [school])
    return found[0] if found else None


def sign(card: EndingCard, *, by: str, now: datetime) -> bool:
    return _turn(card, SIGNED, signed_by=by, signed_at=now)


def drop(card: EndingCard, *, by: str, now: datetime) -> bool:
    """Taken back before the second signature."""
    return _turn(card, DROPPED, signed_by=by, signed_at=now, done_at=now)


def signed(*, limit: int) -> Sequence[EndingCard]:
    return _cards("state = 'signed' ORDER BY signed_at LIMIT ?", [limit])


def counted(id_: str, ended: int) -> None:
    Ending.update(ended=Ending.ended + ended).where(Ending.id == id_).execute()


def done(id_: str, *, now: datetime) -> None:
    Ending.update(state=DONE, done_at=now).where(Ending.id == id_, Ending.state == SIGNED).execute()


def document(keys: Keys, card: EndingCard) -> str:
    return keys.open("contract_ending", "document", card.id, card.document)


def _turn(card: EndingCard, then: str, **said: object) -> bool:
    same = (Ending.id == card.id) & (Ending.state == PROPOSED)
    return bool(Ending.update(state=then, **said).where(same).execute())


def _cards(where: str, values: Sequence[object]) -> list[EndingCard]:
    found = [dict(zip(_COLUMNS, row, strict=True)) for row in rows(Ending, f"{_SELECT} WHERE {where}", values)]
    return [EndingCard(**{**one, "proposed_at": from_micros(one["proposed_at"])}) for one in found]
