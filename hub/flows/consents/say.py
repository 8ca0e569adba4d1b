"""A person says a word on one purpose, or takes it back; guardians who contradict each other are told that the narrower holds."""

from __future__ import annotations

from collections.abc import Iterable

from hub.deps import Deps
from hub.flows.consents import texts
from hub.flows.consents.show import views
from hub.flows.holds import require_no_hold
from hub.flows.refusals import Reason, Refused
from hub.flows.views.self_service.consents import ConsentSaid, ConsentView
from hub.store import notices
from hub.store.passes import photos
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.consent import Consent, ConsentId, Purpose, Word
from identity.model import EdgeState, PersonId
from identity.snils import Snils
from identity.store import consent_holds, edges, person, say_consent, school_of, withdraw_consent
from identity.store.persons import by_snils

TEXT_CHANGED = "Текст согласия изменился, пока страница была открыта. Прочитайте новый и решите ещё раз."
NOT_YOUR_TURN = "Это согласие даёте не вы: до 14 лет решает родитель, с 14 о чате и данных — сам ученик."


async def say(deps: Deps, visitor: Visitor, *, subject: str, purpose: str, version: str, word: str) -> ConsentSaid:
    """One act for one purpose, to the very text that was shown; nothing else is agreed to with it."""
    now, who, whom = deps.now(), PersonId(visitor.person), PersonId(subject)

    def unit() -> ConsentSaid:
        if who != whom and word == Word.GIVEN:
            require_no_hold(deps, who)
        asked = _asked(views(deps, who), subject, purpose)
        if not asked.may_say:
            raise Refused(Reason.FORBIDDEN, NOT_YOUR_TURN)
        if asked.text.version != version:
            raise Refused(Reason.TEXT_CHANGED, TEXT_CHANGED, more={"version": asked.text.version})
        text = texts.in_force(now.date())[Purpose(purpose)]
        said = say_consent(deps.keys, who, whom, text.shown(now), Word(word), now=now)
        return _followed(deps, said)

    return await deps.db.write(unit)


async def withdraw(deps: Deps, visitor: Visitor, consent: str) -> ConsentSaid:
    """At once and alone; another's consent does not exist, twice is harmless."""
    now = deps.now()
    return await deps.db.write(lambda: _followed(deps, withdraw_consent(ConsentId(consent), PersonId(visitor.person), now=now)))


def _asked(found: Iterable[ConsentView], subject: str, purpose: str) -> ConsentView:
    one = next((view for view in found if view.subject.id == subject and view.purpose == purpose), None)
    if one is None:
        raise Refused(Reason.NOT_FOUND)
    return one


def _followed(deps: Deps, said: Consent) -> ConsentSaid:
    """What holds now, told to the others whose word counts, and to the school where guardians disagree."""
    now = deps.now()
    holds = consent_holds(deps.keys, said.subject, said.purpose, now=now)
    if said.purpose is Purpose.PHOTO and not holds.holds:
        photos.forget(said.subject)
    title = texts.titled(said.text_version)
    child = person(deps.keys, said.subject)
    name = child.first_name if child else "Ребёнок"
    if said.giver != said.subject or holds.disagree:
        does = "отозвано" if said.withdrawn_at else "дано" if said.word is Word.GIVEN else "не дано"
        text = f"{name}: согласие «{title}» {does} другим родителем."
        if holds.disagree:
            text += " Ваши ответы разошлись, поэтому согласия нет: действует более осторожный ответ. Школа об этом знает."
        for other in _others(said):
            notices.tell(deps.keys, person=other, kind="consent_changed", text=text, href="/consents", now=now)
    if holds.disagree:
        _tell_school(deps, said, title)
    return ConsentSaid(id=said.id, word=said.word.value, holds=holds.holds, disagree=holds.disagree)


def _others(said: Consent) -> list[PersonId]:
    """The other active guardians, and the pupil."""
    guardians = (edge.guardian for edge in edges.of_child(said.subject) if edge.state is EdgeState.ACTIVE)
    return [one for one in dict.fromkeys((*guardians, said.subject)) if one != said.giver]


def _tell_school(deps: Deps, said: Consent, title: str) -> None:
    """Without saying who said what: the office only learns that the narrower holds."""
    ogrn = school_of(said.subject)
    text = f"Родители ученика разошлись в согласии «{title}». Действует более осторожный ответ: согласия нет."
    for snils in schools.snils_of_officers(deps.keys, ogrn) if ogrn else ():
        officer = by_snils(deps.keys, Snils(snils))
        if officer is not None:
            notices.tell(deps.keys, person=officer.id, kind="consents_disagree", text=text, href="/office", now=deps.now())
