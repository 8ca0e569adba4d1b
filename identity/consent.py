"""Consents, pure: one purpose, one act, one text; whose word a purpose needs, what holds when guardians disagree (RULES A14)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

from identity.ages import Phase
from identity.model import PersonId

ConsentId = NewType("ConsentId", str)


class Purpose(StrEnum):
    """Chats are a purpose for each messenger: who agreed to one processor did not agree to another."""

    DATA = "data"
    CONTRACT = "contract"
    PAID_SERVICES = "paid_services"
    PHOTO = "photo"
    CHAT = "chat"
    CHAT_MAX = "chat_max"
    CHAT_LINK = "chat_link"
    SMS = "sms"
    DIET = "diet"


class Word(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"


class Whose(StrEnum):
    """Whose word a purpose needs at an age."""

    GUARDIAN = "guardian"
    PUPIL = "pupil"
    BOTH = "both"


_FROM_14: Mapping[Purpose, Whose] = MappingProxyType(
    {
        Purpose.DATA: Whose.PUPIL,
        Purpose.CONTRACT: Whose.BOTH,
        Purpose.PAID_SERVICES: Whose.BOTH,
        Purpose.PHOTO: Whose.BOTH,
        Purpose.CHAT: Whose.PUPIL,
        Purpose.CHAT_MAX: Whose.PUPIL,
        Purpose.CHAT_LINK: Whose.PUPIL,
        Purpose.SMS: Whose.GUARDIAN,
        Purpose.DIET: Whose.BOTH,
    }
)


def whose(purpose: Purpose, where: Phase) -> Whose:
    """Under 14 the guardian; from 14 by the table; from 18 the person alone. An SMS is paid by whom it is sent to."""
    if where.under_14:
        return Whose.GUARDIAN
    if where is Phase.ADULT:
        return Whose.PUPIL
    return _FROM_14[purpose]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText:
    """What the person saw: the version, and whom it names. `with_offer` and `preticked` make it no consent."""

    purpose: Purpose
    version: str
    operator: str
    processors: tuple[str, ...] = ()
    valid_until: datetime | None = None
    with_offer: bool = False
    preticked: bool = False


class ConsentFault(StrEnum):
    WITH_OFFER = "with_offer"
    PRETICKED = "preticked"
    NO_VERSION = "no_version"
    NO_OPERATOR = "no_operator"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    NOT_YOURS = "not_yours"


def text_fault(text: ConsentText, now: datetime) -> ConsentFault | None:
    if text.with_offer:
        return ConsentFault.WITH_OFFER
    if text.preticked:
        return ConsentFault.PRETICKED
    if not text.version.strip():
        return ConsentFault.NO_VERSION
    if not text.operator.strip():
        return ConsentFault.NO_OPERATOR
    if text.valid_until is not None and text.valid_until <= now:
        return ConsentFault.ENDS_BEFORE_IT_BEGINS
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One word that was said; withdrawing it leaves it here with the time."""

    id: ConsentId
    subject: PersonId
    giver: PersonId
    purpose: Purpose
    word: Word
    text_version: str
    at: datetime
    operator: str = ""
    processors: tuple[str, ...] = ()
    valid_until: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentAnswer:
    """`missing`: whose word is still wanted; `disagree`: guardians contradict each other, so the narrower holds and the school is told."""

    holds: bool
    missing: tuple[Whose, ...] = ()
    disagree: bool = False
    until: datetime | None = None


def answer(
    words: Iterable[Consent],
    *,
    subject: PersonId,
    guardians: Collection[PersonId],
    purpose: Purpose,
    where: Phase,
    now: datetime,
    version: str | None = None,
) -> ConsentAnswer:
    """Whether a purpose may be served now. Only the latest word of each giver counts; a no of any guardian whose word is wanted wins."""
    latest: dict[PersonId, Consent] = {}
    for one in sorted(words, key=lambda word: word.at):
        if one.subject == subject and one.purpose is purpose:
            latest[one.giver] = one
    wanted = whose(purpose, where)
    of_guardians = [latest[one] for one in guardians if one in latest and one != subject]
    yes = [one for one in of_guardians if _says_yes(one, now, version)]
    no = [one for one in of_guardians if one.word is Word.REFUSED or one.withdrawn_at is not None]
    own = latest.get(subject)
    missing: list[Whose] = []
    if wanted in (Whose.GUARDIAN, Whose.BOTH) and (no or not yes):
        missing.append(Whose.GUARDIAN)
    if wanted in (Whose.PUPIL, Whose.BOTH) and not (own and _says_yes(own, now, version)):
        missing.append(Whose.PUPIL)
    ends = [one.valid_until for one in (*yes, *([own] if own else [])) if one.valid_until is not None]
    return ConsentAnswer(
        holds=not missing,
        missing=tuple(missing),
        disagree=bool(yes and no) and wanted is not Whose.PUPIL,
        until=min(ends) if ends and not missing else None,
    )


def _says_yes(word: Consent, now: datetime, version: str | None) -> bool:
    alive = word.withdrawn_at is None and (word.valid_until is None or now < word.valid_until)
    return word.word is Word.GIVEN and alive and version in (None, word.text_version)


def giver_fault(giver: PersonId, subject: PersonId, *, guardian: bool, where: Phase) -> ConsentFault | None:
    """A guardian speaks for a child under 18, a pupil from 14 for himself."""
    if giver == subject:
        return ConsentFault.NOT_YOURS if where.under_14 else None
    return None if guardian and where is not Phase.ADULT else ConsentFault.NOT_YOURS
