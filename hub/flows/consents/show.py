"""A person sees every consent that is asked for: the own ones and the children's, whose word is there and whose is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from hub.deps import Deps
from hub.flows.class_chats.words import CHAT_PURPOSES, MESSENGERS
from hub.flows.consents import texts
from hub.flows.consents.texts import Text
from hub.flows.refusals import Reason, Refused
from hub.flows.views.self_service.consents import ConsentList, ConsentSubject, ConsentTextView, ConsentView, OwnWord
from hub.store.school.chats import carriers
from hub.store.sessions import Visitor
from identity.ages import Phase, phase
from identity.consent import Consent, ConsentAnswer, Purpose, Whose, Word, giver_fault, whose
from identity.model import EdgeState, Person, PersonId
from identity.store import children_of, consent_holds, consents_by, edges, person
from identity.store.school.cards import classes_of

OWN_OF_ADULT = (Purpose.DATA, Purpose.SMS)
"""A parent's own; the rest is about pupils, but for the chats of the parents' classes."""


async def list_consents(deps: Deps, visitor: Visitor) -> ConsentList:
    """For the person and each guarded child, every purpose that applies."""
    return await deps.db.read(lambda: ConsentList(items=tuple(views(deps, PersonId(visitor.person)))))


async def show_consent(deps: Deps, visitor: Visitor, subject: str, purpose: str) -> ConsentView:
    """One of them; a foreign child and an unknown purpose do not exist."""
    found = (await list_consents(deps, visitor)).items
    one = next((view for view in found if view.subject.id == subject and view.purpose == purpose), None)
    if one is None:
        raise Refused(Reason.NOT_FOUND)
    return one


def views(deps: Deps, who: PersonId) -> Iterable[ConsentView]:
    """Inside a unit of work."""
    now = deps.now()
    said = consents_by(who)
    in_force = texts.in_force(now.date())
    for subject, is_self in _subjects(deps, who, now):
        where = phase(subject.birth_date, now, subject.zone)
        chats, pupil = _chats(deps, who, subject.id, said), bool(edges.of_child(subject.id))
        for purpose in Purpose:
            if purpose in in_force and _applies(purpose, where, is_self=is_self, pupil=pupil, chats=chats):
                holds = consent_holds(deps.keys, subject.id, purpose, now=now, version=in_force[purpose].version)
                mine = _mine(said, subject.id, purpose)
                yield _view(who, subject, where, holds, in_force[purpose], mine, now=now)


def _subjects(deps: Deps, who: PersonId, now: datetime) -> Sequence[tuple[Person, bool]]:
    """The person, and the children whom an own active edge reaches; a lent view or a diary account gives no word."""
    me = person(deps.keys, who)
    if me is None:
        return ()
    guarded = {edge.child for edge in edges.of_guardian(who) if edge.state is EdgeState.ACTIVE}
    mine = [view.person for view in children_of(deps.keys, who, now=now) if view.person.id in guarded]
    return [(me, True), *((child, False) for child in mine if child.id != who)]


def _chats(deps: Deps, who: PersonId, subject: PersonId, said: Sequence[Consent]) -> frozenset[Purpose]:
    """The messengers of the subject's classes, and whatever was said of others: to be taken back."""
    children = [subject, *(edge.child for edge in edges.of_guardian(who) if subject == who and edge.state is EdgeState.ACTIVE)]
    schools = {school for school, _ in classes_of(children).values()}
    kinds = {card.carrier for school in schools for card in carriers.of_school(deps.keys, school)}
    mine = {word.purpose for word in said if word.subject == subject} & CHAT_PURPOSES
    return frozenset({MESSENGERS[kind].consent for kind in kinds if kind in MESSENGERS} | mine)


def _applies(purpose: Purpose, where: Phase, *, is_self: bool, pupil: bool, chats: frozenset[Purpose]) -> bool:
    if where is Phase.ADULT and not is_self:
        return False  # an adult pupil speaks alone
    if is_self and where.under_14:
        return False  # the guardian speaks
    if is_self and purpose is Purpose.SMS and where is not Phase.ADULT:
        return False  # an SMS is paid by whom it is sent to, and that is an adult
    if purpose in chats:
        return True
    if purpose in CHAT_PURPOSES and purpose is not Purpose.CHAT:
        return False  # the school does not use this messenger
    return purpose in OWN_OF_ADULT if is_self and not pupil else True


def _mine(said: Sequence[Consent], subject: PersonId, purpose: Purpose) -> Consent | None:
    return next((one for one in reversed(said) if one.subject == subject and one.purpose is purpose), None)


def _view(
    who: PersonId, subject: Person, where: Phase, holds: ConsentAnswer, text: Text, mine: Consent | None, *, now: datetime
) -> ConsentView:
    wanted = whose(text.purpose, where)
    is_self = subject.id == who
    in_turn = wanted is Whose.BOTH or (wanted is Whose.PUPIL) == is_self
    refused = mine is not None and mine.word is Word.REFUSED
    return ConsentView(
        subject=ConsentSubject(id=subject.id, first_name=subject.first_name, is_self=is_self),
        purpose=text.purpose.value,
        state="holds" if holds.holds else "refused" if refused else "wanted",
        whose=wanted.value,
        may_say=in_turn and giver_fault(who, subject.id, guardian=not is_self, where=where) is None,
        missing=tuple(one.value for one in holds.missing),
        disagree=holds.disagree,
        until=holds.until,
        text=text_view(text),
        mine=None if mine is None else own_word(mine, text, now),
    )


def text_view(text: Text) -> ConsentTextView:
    return ConsentTextView(
        version=text.version,
        title=text.title,
        body=text.body,
        without=text.without,
        operator=text.operator,
        processors=text.processors,
        days=text.days,
    )


def own_word(one: Consent, text: Text, now: datetime) -> OwnWord:
    alive = one.withdrawn_at is None and (one.valid_until is None or now < one.valid_until)
    return OwnWord(
        id=one.id,
        word=one.word.value,
        at=one.at,
        until=one.valid_until,
        withdrawn_at=one.withdrawn_at,
        version=one.text_version,
        current=alive and one.text_version == text.version,
    )
