"""Paid services of a school, each with its group and teacher, and what families said to each at its price (RULES A14, D8)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import peewee

from hub.store.fields import InstantField, delete, from_micros, rows

OPEN, ENDED = "open", "ended"
GIVEN, REFUSED = "given", "refused"


class PaidService(peewee.Model):
    """`classes` is JSON, none for the whole school; `teacher` is the post that holds the lessons."""

    id = peewee.TextField(primary_key=True)
    school = peewee.TextField(index=True)
    title = peewee.TextField()
    group_name = peewee.TextField()
    classes = peewee.TextField()
    teacher = peewee.TextField()
    state = peewee.TextField()
    made_by = peewee.TextField()
    made_at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        table_name = "paid_service"


class ServiceWord(peewee.Model):
    """`version` names the service, the group and the price that the person saw: another price asks anew."""

    id = peewee.TextField(primary_key=True)
    service = peewee.TextField()
    child = peewee.TextField(index=True)
    person = peewee.TextField(index=True)
    version = peewee.TextField()
    price_kop = peewee.BigIntegerField()
    word = peewee.TextField()
    at = InstantField()
    withdrawn_at = InstantField(null=True)

    class Meta:
        table_name = "service_word"
        indexes = ((("service", "child"), False),)


TABLES = (PaidService, ServiceWord)
SEALED = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCard:
    id: str
    school: str
    title: str
    group: str
    classes: tuple[str, ...]
    teacher: str
    state: str

    def for_class(self, klass: str) -> bool:
        return not self.classes or klass in self.classes


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    id: str
    service: str
    child: str
    person: str
    version: str
    price_kop: int
    word: str
    at: datetime
    withdrawn_at: datetime | None


def add(*, id_: str, school: str, title: str, group: str, classes: Sequence[str], teacher: str, by: str, now: datetime) -> bool:
    """False where this form made it already."""
    made = PaidService.insert(
        id=id_,
        school=school,
        title=title,
        group_name=group,
        classes=msgspec.json.encode(list(classes)).decode(),
        teacher=teacher,
        state=OPEN,
        made_by=by,
        made_at=now,
    ).on_conflict_ignore()
    return bool(made.as_rowcount().execute())


def get(id_: str) -> ServiceCard | None:
    return next(iter(_cards("WHERE id = ?", id_)), None)


def of_school(school: str) -> Sequence[ServiceCard]:
    """Open ones first, by title and group."""
    return _cards("WHERE school = ? ORDER BY state DESC, title, group_name, id", school)


def end(id_: str, *, now: datetime) -> bool:
    return bool(PaidService.update(state=ENDED, ended_at=now).where(PaidService.id == id_, PaidService.state == OPEN).execute())


def say(service: str, child: str, person: str, *, version: str, price_kop: int, word: str, now: datetime) -> None:
    """The word before this one of the same person on the same child counts no more."""
    withdraw(service, child, person, now=now)
    ServiceWord.insert(
        id=secrets.token_urlsafe(12),
        service=service,
        child=child,
        person=person,
        version=version,
        price_kop=price_kop,
        word=word,
        at=now,
    ).execute()


def withdraw(service: str, child: str, person: str, *, now: datetime) -> bool:
    mine = (ServiceWord.service == service) & (ServiceWord.child == child) & (ServiceWord.person == person)
    return bool(ServiceWord.update(withdrawn_at=now).where(mine, ServiceWord.withdrawn_at.is_null()).execute())


def words_on(service: str) -> Sequence[Said]:
    """Every word on this service that was ever said, the oldest first."""
    return _said("WHERE service = ? ORDER BY at, id", service)


def words_of_child(child: str) -> Sequence[Said]:
    return _said("WHERE child = ? ORDER BY at, id", child)


def words_of_person(person: str) -> Sequence[Said]:
    """For the own export."""
    return _said("WHERE person = ? ORDER BY at, id", person)


def rebind(*, former: str, to: str) -> None:
    """A record was joined to another."""
    ServiceWord.update(child=to).where(ServiceWord.child == former).execute()
    ServiceWord.update(person=to).where(ServiceWord.person == former).execute()


def forget(person: str) -> None:
    """The person left, or the child's record is erased; what was paid stays in the ledger."""
    delete(ServiceWord, (ServiceWord.person == person) | (ServiceWord.child == person))


def _cards(where: str, *values: object) -> list[ServiceCard]:
    sql = f"SELECT id, school, title, group_name, classes, teacher, state FROM paid_service {where}"  # noqa: S608 - own words
    return [
        ServiceCard(
            id=id_,
            school=school,
            title=title,
            group=group,
            classes=tuple(msgspec.json.decode(classes, type=list[str])),
            teacher=teacher,
            state=state,
        )
        for id_, school, title, group, classes, teacher, state in rows(PaidService, sql, values)
    ]


def _said(where: str, *values: object) -> list[Said]:
    sql = f"SELECT id, service, child, person, version, price_kop, word, at, withdrawn_at FROM service_word {where}"  # noqa: S608 - own words
    return [
        Said(
            id=id_,
            service=service,
            child=child,
            person=person,
            version=version,
            price_kop=int(kop),
            word=word,
            at=from_micros(at),
            withdrawn_at=None if gone is None else from_micros(gone),
        )
        for id_, service, child, person, version, kop, word, at, gone in rows(ServiceWord, sql, values)
    ]
