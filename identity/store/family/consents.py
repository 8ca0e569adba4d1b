"""Consents kept word by word: one purpose, one act, one text version; a withdrawal stands beside what it withdraws (RULES A14)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from identity.ages import phase
from identity.consent import (
    Consent,
    ConsentAnswer,
    ConsentFault,
    ConsentId,
    ConsentText,
    Purpose,
    Word,
    answer,
    giver_fault,
    text_fault,
)
from identity.errors import NotAllowed, NotFound
from identity.model import ActorKind, EdgeState, PersonId
from identity.sealing import Keys
from identity.store import edges, persons
from identity.store.family.standing import standing
from identity.store.family.tables import ConsentRow
from identity.store.rows import fetch, instant, instant_of, marks, new_id
from identity.store.trail import access

_COLUMNS = "id, subject, giver, purpose, word, text_version, operator, processors, valid_until, at, withdrawn_at"


def say_consent(keys: Keys, giver: PersonId, subject: PersonId, text: ConsentText, word: Word, *, now: datetime) -> Consent:
    """One word on one purpose. A second one on the same purpose is a new act and the latest counts."""
    fault = text_fault(text, now) or _not_yours(keys, giver, subject, now=now)
    if fault is not None:
        raise NotAllowed(fault)
    id_ = ConsentId(new_id())
    ConsentRow.create(
        id=id_,
        subject=subject,
        giver=giver,
        purpose=text.purpose.value,
        word=word.value,
        text_version=text.version.strip(),
        operator=text.operator.strip(),
        processors=msgspec.json.encode(text.processors).decode(),
        valid_until=text.valid_until,
        at=now,
    )
    _note(giver, subject, f"consent.{word.value}", text.purpose, now=now)
    return _one(id_)


def withdraw_consent(id_: ConsentId, by: PersonId, *, now: datetime) -> Consent:
    """Whoever gave it withdraws it, alone and at once; twice is harmless."""
    found = _one(id_)
    if found.giver != by:
        raise NotFound("no such consent")
    if ConsentRow.update(withdrawn_at=now).where(ConsentRow.id == id_, ConsentRow.withdrawn_at.is_null()).execute():
        _note(by, found.subject, "consent.withdrawn", found.purpose, now=now)
    return _one(id_)


def consents_of(subject: PersonId) -> tuple[Consent, ...]:
    return _select("subject = ?", (subject,))


def words_of(subjects: Collection[PersonId], purpose: Purpose) -> tuple[Consent, ...]:
    """Of many people, what was said on one purpose."""
    wanted = tuple(subjects)
    return _select(f"purpose = ? AND subject IN ({marks(wanted)})", (purpose.value, *wanted)) if wanted else ()


def consents_by(giver: PersonId) -> tuple[Consent, ...]:
    return _select("giver = ?", (giver,))


def consent_holds(keys: Keys, subject: PersonId, purpose: Purpose, *, now: datetime, version: str | None = None) -> ConsentAnswer:
    """Whether a purpose may be served for this person now; a guardian whom a restriction keeps away has no word."""
    known = persons.person(keys, subject)
    if known is None:
        return ConsentAnswer(holds=False)
    active = dict.fromkeys(edge.guardian for edge in edges.of_child(subject) if edge.state is EdgeState.ACTIVE)
    who = persons.by_ids(keys, active).values()
    guardians = [one.id for one in who if subject not in standing(keys, one, now=now).restricted]
    return answer(
        consents_of(subject),
        subject=subject,
        guardians=guardians,
        purpose=purpose,
        where=phase(known.birth_date, now, known.zone),
        now=now,
        version=version,
    )


def _not_yours(keys: Keys, giver: PersonId, subject: PersonId, *, now: datetime) -> ConsentFault | None:
    known = persons.by_ids(keys, (giver, subject))
    who, whom = known.get(giver), known.get(subject)
    if who is None or whom is None:
        raise NotFound("no such person")
    guards = any(edge.state is EdgeState.ACTIVE for edge in edges.between(giver, subject))
    guards = guards and subject not in standing(keys, who, now=now).restricted
    if giver != subject and not guards:
        raise NotFound("no such person")
    return giver_fault(giver, subject, guardian=guards, where=phase(whom.birth_date, now, whom.zone))


def _select(where: str, params: Sequence[object]) -> tuple[Consent, ...]:
    found = fetch(ConsentRow, f"SELECT {_COLUMNS} FROM consent WHERE {where} ORDER BY at, id", params)  # noqa: S608 - where is written here
    return tuple(
        Consent(
            id=ConsentId(id_),
            subject=PersonId(subject),
            giver=PersonId(giver),
            purpose=Purpose(purpose),
            word=Word(word),
            text_version=version,
            operator=operator,
            processors=msgspec.json.decode(processors, type=tuple[str, ...]) if processors else (),
            valid_until=instant(until),
            at=instant_of(at),
            withdrawn_at=instant(withdrawn),
        )
        for id_, subject, giver, purpose, word, version, operator, processors, until, at, withdrawn in found
    )


def _one(id_: ConsentId) -> Consent:
    found = next(iter(_select("id = ?", (id_,))), None)
    if found is None:
        raise NotFound("no such consent")
    return found


def _note(giver: PersonId, subject: PersonId, action: str, purpose: Purpose, *, now: datetime) -> None:
    kind = ActorKind.PUPIL if giver == subject else ActorKind.GUARDIAN
    access.record_change(actor=giver, actor_kind=kind, subject=subject, action=action, object=purpose, now=now)
