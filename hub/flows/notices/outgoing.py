"""What was decided, as rows of the outbox: a way's row is the same for all who are told alike, but for whom and what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from hub.flows.notices.deciding import ALWAYS, Pattern, until
from hub.flows.notices.kinds import PAGE, RULES, Kind
from hub.store.fields import to_micros
from hub.store.outbox import raw


class Way(NamedTuple):
    """`first` and `ends` in microseconds; `fresh`: it ends so long after the event, else at this moment."""

    channel: str
    step: int
    rule: str
    digest: bool
    first: int
    ends: int
    fresh: bool


def ways(kind: Kind, decided: Pattern, *, now: datetime, night: datetime | None) -> list[Way]:
    """The page is written at night too."""
    found = []
    for channel, step, after, rule in decided.going:
        within = RULES[kind].fresh_for
        if channel == PAGE:
            found.append(Way(channel, step, rule, False, to_micros(now), to_micros(now + ALWAYS), False))
        elif night is not None or within is None:
            first = to_micros((night or now) + after)
            found.append(Way(channel, step, rule, night is not None, first, to_micros(until(kind, now, now, night)), False))
        else:
            found.append(Way(channel, step, rule, False, to_micros(now + after), within // timedelta(microseconds=1), True))
    return found


def decision_head(at: int, number: int) -> str:
    """What the ids of all decisions about one event begin with; the number of the person and the child follows in hex.

    So the same happening and person are one decision, however often it is looked at, and ids come nearly in order, which an index takes
    quickest. `at` in microseconds, `number` the event's place in the log.
    """
    return f"{raw.since_id(at)}{number:010x}"


def notice_head(at: int, notice: str) -> str:
    """The same for what a story told: `notice` is its id."""
    return f"{raw.since_id(at)}{notice}"


def sends_of(told: Sequence[tuple[str, int, Sequence[Way]]], made_at: int) -> list[raw.Row]:
    """The rows of the outbox of many decisions: the id of each, when it happened, and its ways; times in microseconds."""
    return [
        (f"{decision}-{channel}", decision, channel, step, rule, digest, first, at + ends if fresh else ends, made_at)
        for decision, at, going in told
        for channel, step, rule, digest, first, ends, fresh in going
    ]
