"""One happening, one person, one answer a channel: goes, waits, or does not, and by which rule; pure (RULES E4, E6, F1-F3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from hub.flows.notices.kinds import CHAIN, CHANNELS, PAGE, RULES, SMS, STEP_WITHIN, Kind, Rule, Urgency, Why

ALWAYS = timedelta(days=2)
"""So long whatever has no term of its own is tried."""
AFTER_NIGHT = timedelta(hours=12)
Said = tuple[tuple[str, bool], ...]
"""A person's words about the channels of one kind, in order."""


class Going(NamedTuple):
    """A way that is to be tried, as the `step`th of its chain, so long after the first; 0 stands outside of it."""

    channel: str
    step: int
    after: timedelta
    rule: str = ""


class Pattern(NamedTuple):
    """What holds for everybody with the same wishes. `rules` is kept as it stands: "channel:rule" by spaces."""

    going: tuple[Going, ...]
    rules: str


def wanted(rule: Rule, settings: Mapping[str, bool]) -> dict[str, Why | None]:
    """By channel: None where it may go, else why not. `settings` are the person's own words; what was never said is the rule's."""
    found: dict[str, Why | None] = {}
    for channel in CHANNELS:
        if channel == SMS and not rule.sms:
            found[channel] = Why.NOT_FOR_SMS
        elif rule.urgency is Urgency.SERVICE:
            found[channel] = None if channel in rule.usual else Why.CHANNEL_OFF
        else:
            found[channel] = None if settings.get(channel, channel in rule.usual) else Why.CHANNEL_OFF
    if rule.urgency is Urgency.URGENT:
        found[PAGE] = None  # an alarm stands on the page whatever else is off
    return found


@lru_cache(maxsize=4096)
def pattern(kind: Kind, said: Said, weak: bool = False, stopped: Why | None = None, night: bool = False) -> Pattern:
    """By channel: goes, waits for the one before, or why not."""
    rule = RULES[kind]
    if weak and rule.urgency is Urgency.URGENT:
        stopped = stopped or Why.WEAK_DEVICE
    # Nobody's money moves on the word of a device that does not sign (RULES E6).
    unpaid = Why.WEAK_DEVICE if weak else None
    rules: list[str] = []
    going: list[Going] = []
    after = timedelta()
    beside = _beside(rule, dict(said))
    for channel, off in wanted(rule, dict(said)).items():
        why = off or stopped or (unpaid if channel == SMS else None)
        if why is not None:
            rules.append(f"{channel}:{why}")
        elif channel in beside:
            going.append(Going(channel, 0, timedelta()))
        else:
            first = not any(one.step for one in going)
            held = Why.QUIET_HOURS if night else "" if first else Why.FALLBACK
            going.append(Going(channel, CHAIN.index(channel) + 1, after, held))
            after += STEP_WITHIN.get(channel, timedelta())
    return Pattern(tuple(going), " ".join(rules))


def _beside(rule: Rule, settings: Mapping[str, bool]) -> frozenset[str]:
    """The ways that hold no other up. An alarm that may come by SMS waits for nothing that nobody asked for."""
    own = {PAGE}
    if rule.urgency is Urgency.URGENT and settings.get(SMS):
        own |= {channel for channel in rule.usual if channel not in settings}
    return frozenset(own)


def stopped(kind: Kind, at: datetime, *, repeated: bool, now: datetime) -> Why | None:
    """Why nobody is told of it at all."""
    if repeated:
        return Why.DUPLICATE
    fresh_for = RULES[kind].fresh_for
    return Why.LATE if fresh_for is not None and now - at > fresh_for else None


def until(kind: Kind, at: datetime, now: datetime, night: datetime | None) -> datetime:
    """When it is worth a word no more."""
    if night is not None:
        return night + AFTER_NIGHT
    fresh_for = RULES[kind].fresh_for
    return now + ALWAYS if fresh_for is None else at + fresh_for
