"""Codes on their way to a new phone or e-mail: six digits, ten minutes, five tries, and limits by person and by number (RULES F3)."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from hub.store.fields import delete_ids, from_micros, rows, to_micros
from hub.store.reach.tables import CONTACT_LABEL, ReachCode
from identity.sealing import Keys

DIGITS = 6
LIFE = timedelta(minutes=10)
MOST_TRIES = 5
AGAIN_AFTER = timedelta(seconds=60)
A_DAY = 5
"""Of one person, and of one number whoever asks for it."""
KEPT = timedelta(days=2)


def begin(keys: Keys, person: str, kind: str, value: str, *, change: str, now: datetime) -> str:
    """The code for this change; a former code of this person and kind is over."""
    former = (ReachCode.person == person) & (ReachCode.kind == kind) & ReachCode.used_at.is_null() & (ReachCode.expires_at > now)
    ReachCode.update(expires_at=now).where(former).execute()
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    ReachCode.insert(
        id=change,
        person=person,
        kind=kind,
        value_index=keys.index(CONTACT_LABEL, f"{kind}:{value}"),
        code_hash=keys.code_hash(_named(change, code)),
        created_at=now,
        expires_at=now + LIFE,
    ).execute()
    return code


def wait_s(keys: Keys, person: str, kind: str, value: str, *, now: datetime) -> float:
    """How long nobody may ask for another code, 0 where it is allowed: one a minute, five a day, by person and by number."""
    indexes = keys.indexes(CONTACT_LABEL, f"{kind}:{value}")
    since = to_micros(now - timedelta(days=1))
    by_number = f"SELECT created_at FROM reach_code WHERE value_index IN ({', '.join('?' * len(indexes))}) AND created_at > ?"  # noqa: S608 - only ? marks
    by_person = "SELECT created_at FROM reach_code WHERE person = ? AND kind = ? AND created_at > ?"
    longest = 0.0
    for sql, params in ((by_number, (*indexes, since)), (by_person, (person, kind, since))):
        made = sorted((from_micros(at) for (at,) in rows(ReachCode, sql, params)), reverse=True)
        if made and now - made[0] < AGAIN_AFTER:
            longest = max(longest, (made[0] + AGAIN_AFTER - now).total_seconds())
        if len(made) >= A_DAY:
            longest = max(longest, (made[A_DAY - 1] + timedelta(days=1) - now).total_seconds())
    return longest


def fits(keys: Keys, person: str, change: str, code: str, *, now: datetime) -> bool:
    """Whether it is the code of this change, used up now. Each try is counted whatever is wrong; the fifth ends it."""
    mine = (ReachCode.id == change) & (ReachCode.person == person) & ReachCode.used_at.is_null()
    counted = ReachCode.update(tries=ReachCode.tries + 1).where(mine, ReachCode.tries < MOST_TRIES, ReachCode.expires_at > now)
    if not counted.execute():
        return False
    ((known,),) = rows(ReachCode, "SELECT code_hash FROM reach_code WHERE id = ?", (change,))
    if not any(hmac.compare_digest(known, one) for one in keys.code_hashes(_named(change, code))):
        return False
    return bool(ReachCode.update(used_at=now).where(mine).execute())


def living(person: str, change: str, *, now: datetime) -> datetime | None:
    """Until when the code of this change may still be typed."""
    sql = "SELECT expires_at FROM reach_code WHERE id = ? AND person = ? AND used_at IS NULL AND expires_at > ? AND tries < ?"
    found = rows(ReachCode, sql, (change, person, to_micros(now), MOST_TRIES))
    return from_micros(found[0][0]) if found else None


def _named(id_: str, code: str) -> str:
    return f"reach code {id_} {code}"


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(ReachCode, "SELECT id FROM reach_code WHERE created_at < ? LIMIT ?", (to_micros(now - KEPT), limit))
