"""What two sources say differently about a child's day: each raised once, then asked about, answered, or gone by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete, delete_ids
from identity.sealing import Keys

KEPT = timedelta(days=365)


class OddState(StrEnum):
    """`ASKED`: the school was, by an appeal or a dispute; `ANSWERED` by it; `DISMISSED` by the family; `GONE`: a late word explains it."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    GONE = "gone"


class Contradiction(peewee.Model):
    """`person` is set where a diary said a part of it: then only its owner sees it (RULES A15). `about` is the timeline's item."""

    id = peewee.TextField(primary_key=True)
    child = peewee.TextField()
    school = peewee.TextField()
    person = peewee.TextField(null=True)
    rule = peewee.TextField()
    day = peewee.TextField()
    about = peewee.TextField()
    body = peewee.TextField()
    state = peewee.TextField()
    appeal = peewee.TextField(null=True)
    dispute = peewee.TextField(null=True)
    closed_by = peewee.TextField(null=True)
    raised_at = InstantField()
    changed_at = InstantField()

    class Meta:
        table_name = "contradiction"
        indexes = ((("child", "day"), False), (("school", "state", "day"), False))


Contradiction.add_index(Contradiction.index(Contradiction.person, where=peewee.SQL("person IS NOT NULL"), name="contradiction_person"))
TABLES = (Contradiction,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(Contradiction, "body"),)


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What people read of it; `txn` and `account` of a debit; `answer` is the school's."""

    text: str = ""
    txn: str = ""
    account: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    child: str
    school: str
    person: str | None
    rule: str
    day: date
    about: str
    object: str
    said: Said = field(repr=False)

    @property
    def id(self) -> str:
        """The same contradiction is the same row, whoever finds it again; it is made of opaque ids."""
        return hashlib.sha256(f"{self.child}\n{self.rule}\n{self.object}\n{self.person or ''}".encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    id: str
    child: str
    school: str
    person: str | None
    rule: str
    day: date
    about: str
    state: OddState
    appeal: str | None
    dispute: str | None
    raised_at: datetime
    said: Said = field(repr=False)


_SAID = msgspec.json.Decoder(Said)


def raise_(keys: Keys, new: New, *, now: datetime) -> str | None:
    """Its id where it is new; one that had gone by itself is open again without a word."""
    id_ = new.id
    made = Contradiction.insert(
        id=id_,
        child=new.child,
        school=new.school,
        person=new.person,
        rule=new.rule,
        day=new.day.isoformat(),
        about=new.about,
        body=_sealed(keys, id_, new.said),
        state=OddState.OPEN.value,
        raised_at=now,
        changed_at=now,
    ).on_conflict_ignore()
    if made.as_rowcount().execute():
        return id_
    turn(id_, before=(OddState.GONE,), after=OddState.OPEN, by=None, now=now)
    return None


def find(keys: Keys, id_: str) -> Odd | None:
    row = Contradiction.get_or_none(Contradiction.id == id_)
    return None if row is None else _odd(keys, row)


def of_children(keys: Keys, children: Collection[str], *, since: date, person: str, limit: int = 200) -> Sequence[Odd]:
    """What this person may see and has not gone by itself, the newest day first."""
    seen = Contradiction.person.is_null() | (Contradiction.person == person)
    mine = Contradiction.child.in_(list(children)) & (Contradiction.day >= since.isoformat()) & (Contradiction.state != OddState.GONE.value)
    found = Contradiction.select().where(mine & seen).order_by(Contradiction.day.desc(), Contradiction.id).limit(limit)
    return [_odd(keys, row) for row in found] if children else []


def open_of(children: Collection[str], *, since: date, until: date) -> frozenset[str]:
    """The ids of what nobody has said anything of yet."""
    mine = Contradiction.child.in_(list(children)) & (Contradiction.state == OddState.OPEN.value)
    days = (Contradiction.day >= since.isoformat()) & (Contradiction.day <= until.isoformat())
    return frozenset(row.id for row in Contradiction.select(Contradiction.id).where(mine & days)) if children else frozenset()


def known(ids: Collection[str]) -> Mapping[str, OddState]:
    """How those of them stand that were raised before."""
    found = Contradiction.select(Contradiction.id, Contradiction.state).where(Contradiction.id.in_(list(ids))) if ids else ()
    return {row.id: OddState(row.state) for row in found}


def of_person(keys: Keys, person: str, *, limit: int = 500) -> Sequence[Odd]:
    """For the own export: about this person, what the person's own diaries said, and what the person decided."""
    about = ((Contradiction.child == person) & Contradiction.person.is_null()) | (Contradiction.person == person)
    said = (Contradiction.closed_by == person) & Contradiction.state.in_([OddState.ASKED.value, OddState.DISMISSED.value])
    found = Contradiction.select().where(about | said).order_by(Contradiction.day.desc(), Contradiction.id).limit(limit)
    return [_odd(keys, row) for row in found]


def of_school(keys: Keys, school: str, *, state: OddState, limit: int = 200) -> Sequence[Odd]:
    """What the devices and accounts say; what a family's own diary says is the family's."""
    mine = (Contradiction.school == school) & (Contradiction.state == state.value) & Contradiction.person.is_null()
    return [_odd(keys, row) for row in Contradiction.select().where(mine).order_by(Contradiction.day.desc(), Contradiction.id).limit(limit)]


def turn(id_: str, *, before: Collection[OddState], after: OddState, by: str | None, now: datetime) -> bool:
    """One conditional step: of two at once one wins."""
    changes = {"state": after.value, "closed_by": by, "changed_at": now}
    mine = (Contradiction.id == id_) & Contradiction.state.in_([state.value for state in before])
    return bool(Contradiction.update(changes).where(mine).execute())


def note_asked(id_: str, *, appeal: str | None, dispute: str | None) -> None:
    """By what the school was asked."""
    Contradiction.update(appeal=appeal, dispute=dispute).where(Contradiction.id == id_).execute()


def note_answer(keys: Keys, odd: Odd, answer: str) -> None:
    said = msgspec.structs.replace(odd.said, answer=answer)
    Contradiction.update(body=_sealed(keys, odd.id, said)).where(Contradiction.id == odd.id).execute()


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another."""
    Contradiction.update(child=to).where(Contradiction.child == former).execute()
    Contradiction.update(person=to).where(Contradiction.person == former).execute()
    Contradiction.update(closed_by=to).where(Contradiction.closed_by == former).execute()


def forget(person: str) -> None:
    """Somebody leaves, or a child's record is erased."""
    Contradiction.update(closed_by=None).where(Contradiction.closed_by == person).execute()
    delete(Contradiction, (Contradiction.child == person) | (Contradiction.person == person))


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """A year after the day itself."""
    return delete_ids(Contradiction, "SELECT id FROM contradiction WHERE day < ? LIMIT ?", ((now - KEPT).date().isoformat(), limit))


def _sealed(keys: Keys, id_: str, said: Said) -> str:
    return keys.seal("contradiction", "body", id_, msgspec.json.encode(said).decode())


def _odd(keys: Keys, row: Contradiction) -> Odd:
    return Odd(
        id=row.id,
        child=row.child,
        school=row.school,
        person=row.person,
        rule=row.rule,
        day=date.fromisoformat(row.day),
        about=row.about,
        state=OddState(row.state),
        appeal=row.appeal,
        dispute=row.dispute,
        raised_at=row.raised_at,
        said=_SAID.decode(keys.open("contradiction", "body", row.id, row.body)),
    )
