"""What the outside system is still to be told: in order within a bundle, tried again until it answers, never lost by a crash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.store.fields import rows, to_micros
from hub.store.joining.tables import JoinErrand
from identity.sealing import Keys
from identity.store.rows import new_id

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)


class Act(StrEnum):
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REJECT = "reject"
    LOOK = "look"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """`by` is the officer of a decision."""

    id: str
    bundle: str
    act: Act
    request: str | None
    by: str
    tries: int


def add(keys: Keys, bundle: str, act: Act, *, request: str | None = None, by: str = "", now: datetime) -> None:
    id_ = new_id()
    ((last,),) = rows(JoinErrand, "SELECT COALESCE(MAX(number), 0) FROM join_errand WHERE bundle = ?", (bundle,))
    JoinErrand.insert(
        id=id_,
        bundle=bundle,
        number=last + 1,
        act=act.value,
        request=request,
        load=keys.seal("join_errand", "load", id_, by) if by else "",
        state="waiting",
        tries=0,
        due_at=now,
        created_at=now,
    ).execute()


def due(keys: Keys, *, now: datetime, limit: int) -> list[Errand]:
    """The first that waits of each bundle, where its time has come."""
    sql = (
        "SELECT id, bundle, act, request, load, tries FROM join_errand e WHERE state = 'waiting' AND due_at <= ? AND NOT EXISTS"
        " (SELECT 1 FROM join_errand f WHERE f.bundle = e.bundle AND f.state = 'waiting' AND f.number < e.number)"
        " ORDER BY due_at, id LIMIT ?"
    )
    return [
        Errand(
            id=id_,
            bundle=bundle,
            act=Act(act),
            request=request,
            by=keys.open("join_errand", "load", id_, load) if load else "",
            tries=tries,
        )
        for id_, bundle, act, request, load, tries in rows(JoinErrand, sql, (to_micros(now), limit))
    ]


def done(id_: str) -> None:
    JoinErrand.update(state="done", error=None).where(JoinErrand.id == id_).execute()


def refused(id_: str, error: str) -> None:
    """The system will not have it: it is asked no more, and the office is shown why."""
    JoinErrand.update(state="refused", error=error[:80]).where(JoinErrand.id == id_).execute()


def later(errand: Errand, error: str, *, now: datetime, after_s: float | None = None) -> None:
    """Tried again, each time later, up to a quarter of an hour."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(errand.tries, 10))
    if after_s is not None:
        wait = max(wait, timedelta(seconds=after_s))
    JoinErrand.update(tries=errand.tries + 1, error=error[:80], due_at=now + wait).where(
        JoinErrand.id == errand.id, JoinErrand.state == "waiting"
    ).execute()


def drop_waiting(bundle: str, act: Act) -> None:
    """No longer needed: the other side knows."""
    JoinErrand.update(state="done").where(JoinErrand.bundle == bundle, JoinErrand.act == act.value, JoinErrand.state == "waiting").execute()


def standing(bundle: str) -> tuple[bool, str]:
    """Whether something of this bundle still waits to be told, and the last refusal's code."""
    found = rows(JoinErrand, "SELECT state, error FROM join_errand WHERE bundle = ? ORDER BY number", (bundle,))
    refusals = [str(error or "") for state, error in found if state == "refused"]
    return any(state == "waiting" for state, _ in found), refusals[-1] if refusals else ""


def count_waiting() -> int:
    return int(rows(JoinErrand, "SELECT COUNT(*) FROM join_errand WHERE state = 'waiting'", ())[0][0])
