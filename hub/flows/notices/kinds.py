"""What a family is told of, as data: how urgent each kind is, which ways it may take, and until when it is worth a word; pure (F1-F3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from hub.ledger.notices import NoticeKind

PAGE, PUSH, MAX, VK, EMAIL, SMS = "page", "push", "max", "vk", "email", "sms"
CHAIN = (PUSH, MAX, VK, EMAIL, SMS)
"""In this order, the next only where the one before did not arrive; the page is written in any case."""
CHANNELS = (PAGE, *CHAIN)
FREE = frozenset(CHANNELS) - {SMS}
STEP_WITHIN: Mapping[str, timedelta] = MappingProxyType(
    {PUSH: timedelta(seconds=60), MAX: timedelta(seconds=60), VK: timedelta(seconds=60), EMAIL: timedelta(seconds=120)}
)
"""So long a step has before the next one begins."""
ARRIVES_WHEN_TAKEN = frozenset({PAGE, MAX, VK, EMAIL})
"""What their servers took is there; a push service takes also what a switched-off phone will never show."""


class Urgency(StrEnum):
    """`ORDINARY` as the person wishes; `URGENT` at night too and however late; `SERVICE` always, free, by free ways only."""

    ORDINARY = "ordinary"
    URGENT = "urgent"
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`setting` is the switch that it follows, none where it has no own one. `fresh_for`: older than that nobody is told, none for ever.

    `usual` are the ways that are on where the person never said anything; an SMS never is.
    """

    urgency: Urgency = Urgency.ORDINARY
    setting: NoticeKind | None = None
    fresh_for: timedelta | None = None
    usual: frozenset[str] = frozenset()
    sms: bool = False

    @property
    def quiet(self) -> bool:
        """Whether a night delays it."""
        return self.urgency is not Urgency.URGENT


class Kind(StrEnum):
    ENTERED = "entered"
    LEFT = "left"
    PASSED = "passed"
    LEFT_EARLY = "left_early"
    CARD_REFUSED = "card_refused"
    CARD_USED = "card_used"
    MEAL = "meal"
    MEAL_BACK = "meal_back"
    MEAL_REFUSED = "meal_refused"
    LOW_BALANCE = "low_balance"
    TOP_UP = "top_up"
    MONEY = "money"
    ANSWER = "answer"
    MARK = "mark"
    ANNOUNCEMENT = "announcement"
    DEVICE = "device"
    SERVICE = "service"


MINUTES_15 = timedelta(minutes=15)
_PASS = Rule(setting=NoticeKind.PASS, fresh_for=MINUTES_15, sms=True)
_ALARM = Rule(urgency=Urgency.URGENT, setting=NoticeKind.PASS, usual=FREE, sms=True)
_MEAL = Rule(setting=NoticeKind.MEAL, fresh_for=timedelta(hours=12), sms=True)
_DAY = timedelta(days=1)
RULES: Mapping[Kind, Rule] = MappingProxyType(
    {
        Kind.ENTERED: _PASS,
        Kind.LEFT: _PASS,
        Kind.PASSED: _PASS,
        Kind.LEFT_EARLY: _ALARM,
        Kind.CARD_REFUSED: _ALARM,
        Kind.CARD_USED: _ALARM,
        Kind.MEAL: _MEAL,
        Kind.MEAL_BACK: _MEAL,
        Kind.MEAL_REFUSED: Rule(setting=NoticeKind.MEAL, fresh_for=_DAY, usual=frozenset({PAGE, PUSH, EMAIL})),
        Kind.LOW_BALANCE: Rule(fresh_for=_DAY, usual=frozenset({PAGE, PUSH, EMAIL})),
        Kind.TOP_UP: Rule(fresh_for=_DAY, usual=frozenset({PAGE, EMAIL})),
        Kind.MONEY: Rule(fresh_for=_DAY, usual=frozenset({PAGE, EMAIL})),
        Kind.ANSWER: Rule(fresh_for=_DAY, usual=frozenset({PAGE, PUSH, EMAIL})),
        Kind.MARK: Rule(fresh_for=_DAY, usual=frozenset({PAGE})),
        Kind.ANNOUNCEMENT: Rule(fresh_for=_DAY, usual=frozenset({PAGE, PUSH})),
        Kind.DEVICE: Rule(urgency=Urgency.SERVICE, usual=frozenset({PAGE})),
        Kind.SERVICE: Rule(urgency=Urgency.SERVICE, usual=FREE),
    }
)
OF_DEVICES = frozenset(
    {Kind.ENTERED, Kind.LEFT, Kind.PASSED, Kind.LEFT_EARLY, Kind.CARD_REFUSED, Kind.CARD_USED, Kind.MEAL, Kind.MEAL_BACK}
)
"""What the event log makes; the others are raised by the stories themselves."""


class Why(StrEnum):
    """Why nothing went by a channel, or not yet."""

    CHANNEL_OFF = "channel_off"
    NOT_FOR_SMS = "not_for_sms"
    LATE = "late"
    DUPLICATE = "duplicate"
    WEAK_DEVICE = "weak_device"
    QUIET_HOURS = "quiet_hours"
    NO_FUNDS = "no_funds"
    NO_CONTRACT = "no_contract"
    NO_CONSENT = "no_consent"
    STALE_SETTING = "stale_setting"
    CAP = "cap"
    NO_ADDRESS = "no_address"
    NOT_CONFIRMED = "not_confirmed"
    NO_RIGHT = "no_right"
    CHANNEL_DOWN = "channel_down"
    FALLBACK = "fallback"
    FALLBACK_NOT_NEEDED = "fallback_not_needed"
    EXPIRED = "expired"
    UNDELIVERABLE = "undeliverable"
    UNSURE = "unsure"
