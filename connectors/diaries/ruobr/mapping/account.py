"""Whose account it is and which children it shows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from connectors.diaries.ruobr.manifest import ZONE
from connectors.diaries.ruobr.mapping import wire
from connectors.kit.answers import decode, decode_both, original
from connectors.kit.diary import DiaryChild, Group, Origin, School
from connectors.kit.errors import Drifted
from connectors.kit.local_time import iso_day
from connectors.kit.plain_text import plain_text
from connectors.kit.record import Original

MAX_CHILDREN = 10
_SEX = {1: "M", 2: "F"}
_PARALLEL = re.compile(r"\s*([0-9]{1,2})(?![0-9])")
# A parent's object lists the children, which are records of their own; of a child the account's switches say nothing of the diary.
_APART = frozenset({"childs", "push_settings", "user_img", "success"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What `user/` said."""

    owner: str
    last_name: str
    first_name: str
    middle_name: str
    birth_date: date | None
    role: str
    children: tuple[DiaryChild, ...]


def family(system: str, body: bytes, *, login: str, fetched_at: datetime) -> Family:
    """Raises `Drifted` for an answer that is no account, or that shows more children than a family has (RULES C8)."""
    user, plain = decode_both(system, body, wire.User)
    is_self = user.status == "child"
    if user.status not in ("child", "applicant"):
        raise Drifted(system, "$.status", "neither child nor applicant")
    pupils = [decode(system, body, wire.Child)] if is_self else decode(system, body, wire.Applicant).childs
    if len(pupils) > MAX_CHILDREN:
        raise Drifted(system, "$.childs", f"more than {MAX_CHILDREN}")
    if len({pupil.id for pupil in pupils}) != len(pupils):
        raise Drifted(system, "$.childs", "a child twice")
    originals = [plain] if is_self else plain["childs"]
    children = _children(system, pupils, originals, fetched_at=fetched_at, is_self=is_self)
    return Family(
        owner=str(user.user_id) if user.user_id is not None else owner_of(login),
        last_name=plain_text(user.last_name),
        first_name=plain_text(user.first_name),
        middle_name=plain_text(user.middle_name),
        birth_date=children[0].birth_date if is_self else None,
        role=user.status,
        children=children,
    )


def owner_of(login: str) -> str:
    """A parent's answer may name no id; the login then stands for the account, hashed, because logins are made of surnames."""
    return hashlib.sha256(f"ruobr:{login.upper()}".encode()).hexdigest()[:32]


def _children(
    system: str, pupils: Sequence[wire.Child], originals: Sequence[Any], *, fetched_at: datetime, is_self: bool
) -> tuple[DiaryChild, ...]:
    return tuple(
        _child(system, pupil, plain, fetched_at=fetched_at, is_self=is_self, where="$" if is_self else f"$.childs[{index}]")
        for index, (pupil, plain) in enumerate(zip(pupils, originals, strict=True))
    )


def _child(system: str, pupil: wire.Child, plain: Any, *, fetched_at: datetime, is_self: bool, where: str) -> DiaryChild:
    key = str(pupil.id)
    school, group = plain_text(pupil.school), plain_text(pupil.group)
    return DiaryChild(
        key=key,
        last_name=plain_text(pupil.last_name),
        first_name=plain_text(pupil.first_name),
        middle_name=plain_text(pupil.middle_name),
        birth_date=iso_day(system, pupil.birth_date, f"{where}.birth_date") if pupil.birth_date else None,
        sex=_SEX.get(pupil.gender or 0),
        origin=Origin(system=system, id=key, fetched_at=fetched_at),
        # The school has a name and no id here, and the zone is the region's.
        school=School(name=school, origin=Origin(system=system, id=school, fetched_at=fetched_at), tz=ZONE) if school else None,
        group=Group(id=group, name=group, parallel=_parallel(group)) if group else None,
        ids={"child": key} | ({"user": str(pupil.user_id)} if pupil.user_id is not None else {}),
        is_self=is_self,
        raw=_raw(plain),
    )


def _parallel(group: str) -> int | None:
    match = _PARALLEL.match(group)
    return int(match[1]) if match else None


def _raw(plain: Any) -> Original:
    return original(plain, without=_APART)
