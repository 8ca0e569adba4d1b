"""One happening, one person, one answer a channel: goes, waits, or does not, and by which rule; pure (RULES E4, E6, F1-F3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.flows.notices.hours import quiet_until
from hub.flows.notices.kinds import CHAIN, CHANNELS, PAGE, RULES, SMS, STEP_WITHIN, Kind, Rule, Urgency, Why
from hub.store.outbox.quiet import Quiet

ALWAYS = timedelta(days=2)
"""So long whatever has no term of its own is tried."""
AFTER_NIGHT = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What every guardian of the child is told, or not. `weak`: the device does not sign; `repeated`: the same pass within five seconds."""

    kind: Kind
    at: datetime
    weak: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Going:
    """A way that is to be tried from `next_at` on, as the `step`th of its chain."""

    channel: str
    step: int
    next_at: datetime
    expires_at: datetime
    rule: str = ""
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """`rules` is kept as it stands: "channel:rule" by spaces."""

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


def decide(happening: Happening, settings: Mapping[str, bool], quiet: Quiet, zone: str, *, now: datetime) -> Decided:
    """`zone` is the school's, for who named none."""
    rule = RULES[happening.kind]
    stopped = _stopped(happening, rule, now)
    allowed = wanted(rule, settings)
    night = quiet_until(quiet, zone, now) if rule.quiet else None
    rules: list[str] = []
    going: list[Going] = []
    at = night or now
    # Nobody's money moves on the word of a device that does not sign (RULES E6).
    unpaid = Why.WEAK_DEVICE if happening.weak else None
    for channel, off in allowed.items():
        why = off or stopped or (unpaid if channel == SMS else None)
        if why is not None:
            rules.append(f"{channel}:{why}")
            continue
        if channel == PAGE:
            going.append(Going(PAGE, 0, now, now + ALWAYS))
            continue
        first = not any(one.step for one in going)
        until = night + AFTER_NIGHT if night else _until(happening, rule, now)
        held = Why.QUIET_HOURS if night else "" if first else Why.FALLBACK
        going.append(Going(channel, CHAIN.index(channel) + 1, at, until, held, night is not None))
        at += STEP_WITHIN.get(channel, timedelta())
    return Decided(tuple(going), " ".join(rules))


def _stopped(happening: Happening, rule: Rule, now: datetime) -> Why | None:
    """Why nobody is told of it at all."""
    if happening.repeated:
        return Why.DUPLICATE
    if happening.weak and rule.urgency is Urgency.URGENT:
        return Why.WEAK_DEVICE
    if rule.fresh_for is None:
        return None
    return Why.LATE if now - happening.at > rule.fresh_for else None


def _until(happening: Happening, rule: Rule, now: datetime) -> datetime:
    return now + ALWAYS if rule.fresh_for is None else happening.at + rule.fresh_for
