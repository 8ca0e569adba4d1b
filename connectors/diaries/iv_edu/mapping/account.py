"""The one child that a session opens: an id, a school and a class, and no name."""

from __future__ import annotations

import re
from datetime import datetime

from connectors.diaries.iv_edu.manifest import ZONE
from connectors.diaries.iv_edu.mapping import wire
from connectors.kit.answers import decode_both, original
from connectors.kit.diary import DiaryChild, Group, Origin, School
from connectors.kit.errors import Drifted
from connectors.kit.plain_text import plain_text

# The SNILS is the key to the cabinet: it stays in the credentials and nowhere else.
_APART = frozenset({"snils", "today"})
_OFFSET = "+03:00"


def digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def child(system: str, body: bytes, *, snils: str, fetched_at: datetime) -> DiaryChild:
    """Refuses an answer about another child than the one whose SNILS opened the session (RULES C8)."""
    me, plain = decode_both(system, body, wire.Me)
    if snils and digits(me.snils) != digits(snils):
        raise Drifted(system, "$.snils", "another child's session")
    if me.school.utc_offset != _OFFSET:
        raise Drifted(system, "$.school.utc_offset", "another zone than the documented one")
    key = str(me.student_id)
    legal, name, group = plain_text(me.school.legal_name), plain_text(me.school.name), plain_text(me.group)
    school = School(
        name=name or legal,
        origin=Origin(system=system, id=me.school.ogrn or name, fetched_at=fetched_at),
        legal_name=legal,
        short_name=name,
        inn=me.school.inn or None,
        ogrn=me.school.ogrn or None,
        tz=ZONE,
    )
    return DiaryChild(
        key=key,
        last_name="",
        first_name="",
        origin=Origin(system=system, id=key, fetched_at=fetched_at),
        school=school,
        group=Group(id=group, name=group, parallel=me.parallel, study_year=me.year) if group else None,
        ids={"student_id": key},
        is_depersonalised=True,
        raw=original(plain, without=_APART),
    )
