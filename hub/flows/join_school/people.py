"""Who may apply for whom, and on what evidence: the pupil for himself, or a guardian whom something else than a diary vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.store.joining.records import Bundle
from identity.claims import Level
from identity.joining import Role, Why
from identity.model import EdgeState, EvidenceKind, Person, PersonId, PersonState
from identity.store import edges, person
from identity.store.family.standing import standing
from identity.store.school.enrolment import applicants_edges

_WORDS: Mapping[Why, tuple[Reason, str]] = {
    Why.BIRTH_DATE_MISSING: (
        Reason.NOT_ALLOWED_YET,
        "Дата рождения неизвестна, а от неё зависит, кто подаёт заявление. Добавьте её на Госуслугах («Документы» → «Семья и дети») и"
        " войдите снова, или обратитесь в школу с документом.",
    ),
    Why.PUPIL_ACTS_ALONE: (
        Reason.PUPIL_DECIDES,
        "Ученику уже 14 лет: заявление подаёт он сам. Попросите его войти через Госуслуги своей учётной записью.",
    ),
    Why.TOO_YOUNG: (Reason.FORBIDDEN, "До 14 лет заявление подаёт родитель или опекун из своего кабинета."),
    Why.REPRESENTATIVE_UNDER_18: (
        Reason.FORBIDDEN,
        "Родителю младше 18 лет доступ открывает школа: обратитесь туда с паспортом и свидетельством о рождении.",
    ),
    Why.LEVEL_TOO_LOW: (
        Reason.LEVEL_TOO_LOW,
        "Заявление подают со стандартной или подтверждённой учётной записью Госуслуг. Подтвердите её и войдите сюда снова.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An applicant and a child whom he may apply for. `evidence` is when each kind was last given."""

    applicant: Person
    child: Person
    evidence: Mapping[EvidenceKind, datetime]

    @property
    def is_self(self) -> bool:
        return self.applicant.id == self.child.id


def pair_of(deps: Deps, applicant: str, child: str) -> Pair:
    """In the caller's unit. A foreign child and none at all look the same."""
    who, whom = PersonId(applicant), PersonId(child)
    me, pupil = person(deps.keys, who), person(deps.keys, whom)
    if me is None or pupil is None or PersonState.CLOSED in (me.state, pupil.state):
        raise Refused(Reason.NOT_FOUND)
    if who == whom:
        return Pair(applicant=me, child=me, evidence=_own(me, deps.now()))
    if whom in standing(deps.keys, me, now=deps.now()).restricted:
        raise Refused(Reason.NOT_FOUND)
    found = applicants_edges(who, whom, now=deps.now())
    if not found:
        _refuse_unlisted(who, whom)
    return Pair(applicant=me, child=pupil, evidence={one.evidence.kind: one.evidence.at for one in found})


def _own(me: Person, now: datetime) -> Mapping[EvidenceKind, datetime]:
    kind = EvidenceKind.ESIA_CONFIRMED if me.level is Level.CONFIRMED else EvidenceKind.OWN_SIGN_IN
    return {kind: me.level_at or now}


def _refuse_unlisted(who: PersonId, whom: PersonId) -> None:
    """A child that Gosuslugi shows no more is still seen for two weeks, but nothing is done for it (RULES A2)."""
    states = {edge.state for edge in edges.between(who, whom)}
    if EdgeState.TO_CONFIRM in states and EdgeState.FROZEN not in states:
        raise Refused(
            Reason.NOT_ALLOWED_YET,
            "Госуслуги больше не показывают этого ребёнка у вас. Проверьте «Документы» → «Семья и дети» и войдите снова.",
        )
    raise Refused(Reason.NOT_FOUND)


def may_read(deps: Deps, who: str, bundle: Bundle) -> bool:
    """In the caller's unit: the applicant, while something ties him to the child and nothing keeps them apart; and the pupil himself."""
    if who == bundle.child:
        return True
    me = person(deps.keys, PersonId(who))
    if who != bundle.applicant or me is None:
        return False
    child = PersonId(bundle.child)
    if child in standing(deps.keys, me, now=deps.now()).restricted:
        return False
    between = edges.between(me.id, child)
    return bool(between) and all(one.state is not EdgeState.FROZEN for one in between)


def refusal(why: Why) -> Refused:
    reason, detail = _WORDS[why]
    return Refused(reason, detail, more={"reason": why.value})


def check_role(role: Role, pair: Pair) -> None:
    """Who applies for somebody else is a representative, and who applies for himself a pupil."""
    if role is Role.PUPIL and not pair.is_self:
        raise Refused(Reason.PUPIL_DECIDES, "Как ученик заявление подаёт только он сам, войдя своей учётной записью Госуслуг.")
    if role is Role.LEGAL_REPRESENTATIVE and pair.is_self:
        raise Refused(Reason.MALFORMED, "За себя подают как ученик: выберите «Обучающийся» (role: pupil).")
