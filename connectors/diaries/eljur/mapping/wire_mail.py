"""Messages of ЭлЖур as its public clients show them; an empty map is an empty list here too."""

from __future__ import annotations

import msgspec

from connectors.diaries.eljur.mapping.wire import Wire

_NULL = msgspec.Raw(b"null")


class User(Wire, frozen=True, kw_only=True):
    """`name` is the id; `info` the post («Учитель»)."""

    name: msgspec.Raw
    lastname: str | None = None
    firstname: str | None = None
    middlename: str | None = None
    info: str | None = None


class Line(Wire, frozen=True, kw_only=True):
    """A message in a folder: its beginning, and whether the family has read it."""

    id: msgspec.Raw
    date: str
    subject: str | None = None
    short_text: str | None = None
    unread: bool | int | None = None
    user_from: User | None = None
    user_to: dict[str, User] | list[User] | None = None
    with_files: bool | int | None = None


class Folder(Wire, frozen=True, kw_only=True):
    messages: dict[str, Line] | list[Line]
    total: msgspec.Raw = _NULL


class File(Wire, frozen=True, kw_only=True):
    filename: str | None = None
    link: str | None = None


class Whole(Line, frozen=True, kw_only=True):
    text: str | None = None
    files: dict[str, File] | list[File] | None = None


class Opened(Wire, frozen=True, kw_only=True):
    message: Whole


class Group(Wire, frozen=True, kw_only=True):
    key: str | None = None
    name: str | None = None
    users: dict[str, User] | list[User] | None = None
    subgroups: dict[str, Group] | list[Group] | None = None


class Receivers(Wire, frozen=True, kw_only=True):
    groups: dict[str, Group] | list[Group]


class ClassOf(Wire, frozen=True, kw_only=True):
    name: str | None = None
    hometeacher_id: msgspec.Raw = _NULL


class Relations(Wire, frozen=True, kw_only=True):
    groups: dict[str, ClassOf] | list[ClassOf] | None = None


class Rules(Wire, frozen=True, kw_only=True):
    relations: Relations


class Sent(Wire, frozen=True, kw_only=True):
    """What sending answers is not documented; an id is taken where there is one."""

    id: msgspec.Raw = _NULL
    message_id: msgspec.Raw = _NULL
