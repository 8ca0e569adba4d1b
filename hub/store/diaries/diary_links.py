"""Opened diary accounts: the sealed access of each link, its state, and the children that it is bound to (RULES A15, C6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec
import peewee

from connectors.kit.diary import DiaryChild
from connectors.kit.ports import Access
from connectors.kit.secret import Secret
from hub.store.fields import InstantField, SealedColumn, changed, delete, insert, rows, to_micros
from identity.sealing import Keys


class LinkState(StrEnum):
    ACTIVE = "active"
    NEEDS_LOGIN = "needs_login"


class DiaryLink(peewee.Model):
    """`id` is the account link's id. `version` grows with each new access; `refresh_until` is one process's claim to refresh;
    `waits_for` is what the account still lacks outside, in the word of `connectors.kit.ports.Waiting`, since `waits_since`;
    `look_at` is when it is looked at again whether that came, or another child."""

    id = peewee.TextField(primary_key=True)
    system = peewee.TextField()
    person = peewee.TextField(index=True)
    access = peewee.TextField()
    version = peewee.IntegerField(default=1)
    state = peewee.TextField()
    refresh_until = InstantField(null=True)
    waits_for = peewee.TextField(null=True)
    waits_since = InstantField(null=True)
    look_at = InstantField(null=True)
    looks = peewee.IntegerField(null=True)
    checked_at = InstantField()
    created_at = InstantField()

    class Meta:
        table_name = "diary_link"


class DiaryPupil(peewee.Model):
    """A child that the account lists: `pupil` is the diary's own record, sealed; `child` is null until the owner says who it is."""

    id = peewee.TextField(primary_key=True)
    link = peewee.TextField(index=True)
    child = peewee.TextField(index=True, null=True)
    pupil = peewee.TextField()

    class Meta:
        table_name = "diary_pupil"


TABLES = (DiaryLink, DiaryPupil)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(DiaryLink, "access"), SealedColumn(DiaryPupil, "pupil"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    id: str
    system: str
    person: str
    state: LinkState


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A link with its access, for a call outside."""

    link: Link
    access: Access
    version: int


_PUPIL = msgspec.json.Decoder(DiaryChild)


class _Kept(msgspec.Struct, omit_defaults=True):
    token: str
    owner: str = ""
    refresh: str | None = None
    expires_at: datetime | None = None
    extra: dict[str, str] = {}
    credentials: dict[str, str] = {}


def seal_access(keys: Keys, id_: str, access: Access) -> str:
    kept = _Kept(
        token=access.token.reveal(),
        owner=access.owner,
        refresh=access.refresh.reveal() if access.refresh else None,
        expires_at=access.expires_at,
        extra=dict(access.extra),
        credentials={name: secret.reveal() for name, secret in access.credentials.items()},
    )
    return keys.seal("diary_link", "access", id_, msgspec.json.encode(kept).decode())


def _open(keys: Keys, id_: str, sealed: str) -> Access:
    kept = msgspec.json.decode(keys.open("diary_link", "access", id_, sealed), type=_Kept)
    return Access(
        token=Secret(kept.token),
        owner=kept.owner,
        refresh=Secret(kept.refresh) if kept.refresh else None,
        expires_at=kept.expires_at,
        extra=kept.extra,
        credentials={name: Secret(text) for name, text in kept.credentials.items()},
    )


def save(keys: Keys, *, id_: str, system: str, person: str, access: Access, now: datetime) -> None:
    """Keeps a newly opened account, or a new access of a known one."""
    sealed = seal_access(keys, id_, access)
    sql = (
        "INSERT INTO diary_link (id, system, person, access, version, state, checked_at, created_at) VALUES (?, ?, ?, ?, 1, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET access = excluded.access, version = diary_link.version + 1, state = excluded.state,"
        " checked_at = excluded.checked_at, refresh_until = NULL"
    )
    at = to_micros(now)
    changed(DiaryLink, sql, (id_, system, person, sealed, LinkState.ACTIVE.value, at, at))


def hand_over(id_: str, person: str) -> None:
    """The account was opened anew by somebody who has it from now on."""
    DiaryLink.update(person=person).where(DiaryLink.id == id_, DiaryLink.person != person).execute()


def pupil_id(link: str, key: str) -> str:
    return f"{link}.{hashlib.sha256(key.encode()).hexdigest()[:24]}"


def pupils_of_child(child: str) -> Sequence[str]:
    """The records, whoever's diary they are in, that are bound to this child."""
    return [id_ for (id_,) in rows(DiaryPupil, "SELECT id FROM diary_pupil WHERE child = ? ORDER BY id", (child,))]


def rebind(ids: Iterable[str], *, former: str, to: str) -> None:
    """The child's record was joined to another, or parted from it: these records follow."""
    DiaryPupil.update(child=to).where(DiaryPupil.id.in_(list(ids)), DiaryPupil.child == former).execute()


def bind(keys: Keys, *, link: str, pupils: Iterable[tuple[str | None, DiaryChild]]) -> None:
    """Sets which persons the account's children are, None for one still to be picked; what the account no longer lists is dropped."""
    changed(DiaryPupil, "DELETE FROM diary_pupil WHERE link = ?", (link,))
    for child, pupil in pupils:
        id_ = pupil_id(link, pupil.key)
        sealed = keys.seal("diary_pupil", "pupil", id_, msgspec.json.encode(_without_raw(pupil)).decode())
        insert(DiaryPupil, id=id_, link=link, child=child, pupil=sealed)


def _without_raw(pupil: DiaryChild) -> DiaryChild:
    return msgspec.structs.replace(pupil, raw=None)


def opened(keys: Keys, id_: str) -> Opened | None:
    return opened_all(keys, (id_,)).get(id_)


def opened_all(keys: Keys, ids: Iterable[str]) -> dict[str, Opened]:
    wanted = tuple(ids)
    marks = ", ".join("?" * len(wanted))
    sql = f"SELECT id, system, person, state, access, version FROM diary_link WHERE id IN ({marks})"  # noqa: S608 - only question marks
    found = {}
    for id_, system, person, state, access, version in rows(DiaryLink, sql, wanted) if wanted else ():
        link = Link(id=id_, system=system, person=person, state=LinkState(state))
        found[id_] = Opened(link=link, access=_open(keys, id_, access), version=version)
    return found


def find(id_: str) -> Link | None:
    for system, person, state in rows(DiaryLink, "SELECT system, person, state FROM diary_link WHERE id = ?", (id_,)):
        return Link(id=id_, system=system, person=person, state=LinkState(state))
    return None


def of_child(person: str, child: str) -> Sequence[Link]:
    """The diary accounts that this person opened and that show this child; nobody else's (RULES A15)."""
    sql = (
        "SELECT l.id, l.system, l.state FROM diary_link l JOIN diary_pupil b ON b.link = l.id"
        " WHERE l.person = ? AND b.child = ? ORDER BY l.created_at, l.id"
    )
    return [Link(id=i, system=s, person=person, state=LinkState(t)) for i, s, t in rows(DiaryLink, sql, (person, child))]


def of_children(person: str, children: Iterable[str]) -> dict[str, list[Link]]:
    """The same for several children, in one query."""
    found: dict[str, list[Link]] = {child: [] for child in children}
    marks = ", ".join("?" * len(found))
    sql = (
        "SELECT b.child, l.id, l.system, l.state FROM diary_link l JOIN diary_pupil b ON b.link = l.id"  # noqa: S608 - only question marks
        f" WHERE l.person = ? AND b.child IN ({marks}) ORDER BY l.created_at, l.id"
    )
    for child, id_, system, state in rows(DiaryLink, sql, (person, *found)) if found else ():
        found[child].append(Link(id=id_, system=system, person=person, state=LinkState(state)))
    return found


def everyones(children: Iterable[str]) -> dict[str, list[Link]]:
    """Whoever's accounts show these children, in one query; what one of them says is its owner's alone (RULES A15)."""
    found: dict[str, list[Link]] = {child: [] for child in children}
    marks = ", ".join("?" * len(found))
    sql = (
        "SELECT b.child, l.id, l.system, l.state, l.person FROM diary_link l JOIN diary_pupil b ON b.link = l.id"  # noqa: S608 - only question marks
        f" WHERE b.child IN ({marks}) ORDER BY l.created_at, l.id"
    )
    for child, id_, system, state, person in rows(DiaryLink, sql, tuple(found)) if found else ():
        found[child].append(Link(id=id_, system=system, person=person, state=LinkState(state)))
    return found


def showing(system: str, child: str) -> Sequence[str]:
    """The accounts of this system that show this child, whoever opened them."""
    sql = "SELECT l.id FROM diary_link l JOIN diary_pupil b ON b.link = l.id WHERE l.system = ? AND b.child = ?"
    return [id_ for (id_,) in rows(DiaryLink, sql, (system, child))]


def of_person(keys: Keys, person: str) -> Sequence[tuple[Link, str | None, DiaryChild | None]]:
    """Every diary link of the person with each child that it lists; the child is None while nobody said who it is."""
    sql = (
        "SELECT l.id, l.system, l.state, p.id, p.child, p.pupil FROM diary_link l LEFT JOIN diary_pupil p ON p.link = l.id"
        " WHERE l.person = ? ORDER BY l.created_at, l.id, p.id"
    )
    found = []
    for id_, system, state, row_id, child, sealed in rows(DiaryLink, sql, (person,)):
        link = Link(id=id_, system=system, person=person, state=LinkState(state))
        found.append((link, child, _pupil(keys, row_id, sealed) if row_id else None))
    return found


def _pupil(keys: Keys, id_: str, sealed: str) -> DiaryChild:
    return _PUPIL.decode(keys.open("diary_pupil", "pupil", id_, sealed))


def pupils(keys: Keys, link: str) -> Sequence[tuple[str | None, DiaryChild]]:
    """The children that the account lists, and who they are."""
    found = rows(DiaryPupil, "SELECT id, child, pupil FROM diary_pupil WHERE link = ? ORDER BY id", (link,))
    return [(child, _pupil(keys, id_, sealed)) for id_, child, sealed in found]


def pupil(keys: Keys, link: str, child: str) -> DiaryChild | None:
    """The diary's own record of the child, to be handed back to its connector."""
    return pupils_of(keys, {(link, child)}).get((link, child))


def pupils_of(keys: Keys, wanted: AbstractSet[tuple[str, str]]) -> dict[tuple[str, str], DiaryChild]:
    """The same by (link, child), in one query."""
    links = sorted({link for link, _ in wanted})
    marks = ", ".join("?" * len(links))
    sql = f"SELECT id, link, child, pupil FROM diary_pupil WHERE link IN ({marks}) AND child IS NOT NULL ORDER BY id"  # noqa: S608 - only question marks
    found: dict[tuple[str, str], DiaryChild] = {}
    for id_, link, child, sealed in rows(DiaryPupil, sql, links) if links else ():
        if (link, child) in wanted and (link, child) not in found:
            found[link, child] = _pupil(keys, id_, sealed)
    return found


def shows(link: str, child: str) -> bool:
    """Whether the link is still there and still shows this child."""
    return bool(rows(DiaryPupil, "SELECT 1 FROM diary_pupil WHERE link = ? AND child = ? LIMIT 1", (link, child)))


def remove(id_: str) -> None:
    """Destroys the tokens and the bindings."""
    delete(DiaryPupil, DiaryPupil.link == id_)
    delete(DiaryLink, DiaryLink.id == id_)


def unbind(person: str, child: str) -> Sequence[str]:
    """The person may no longer see this child: the bindings go, and with its last one an account's tokens. Returns the links touched."""
    touched = [link.id for link in of_child(person, child)]
    for link in touched:
        delete(DiaryPupil, DiaryPupil.link == link, DiaryPupil.child == child)
        if not rows(DiaryPupil, "SELECT 1 FROM diary_pupil WHERE link = ? LIMIT 1", (link,)):
            remove(link)
    return touched


def drop_pupil(link: str, child: str | None, key: str) -> None:
    """One listed child goes, picked or not; with the last one the account's tokens."""
    if child is not None:
        delete(DiaryPupil, DiaryPupil.link == link, DiaryPupil.child == child)
    else:
        delete(DiaryPupil, DiaryPupil.id == pupil_id(link, key), DiaryPupil.child.is_null())
    if not rows(DiaryPupil, "SELECT 1 FROM diary_pupil WHERE link = ? LIMIT 1", (link,)):
        remove(link)
