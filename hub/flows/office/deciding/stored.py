"""Stored reviews: a stopped sign-in, a held profile, the school's own word for a guardian, early full capacity (RULES A3, A5, A6, A9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from hub.deps import Deps
from hub.flows.follow_edges import cut_off, end_everything, follow_edges
from hub.flows.office.deciding.word import Outcome, Word, guardians_of, tell
from hub.flows.office.officers import Officer
from hub.flows.refusals import Reason, Refused
from hub.flows.words import names_of, system_title
from hub.store.diaries.diary_owners import owners_of
from hub.store.school import carriers
from hub.store.written import contradictions
from identity.errors import NotFound
from identity.linking.profiles import BindState
from identity.model import PersonId
from identity.store import person, set_full_capacity
from identity.store.accounts.profiles import bind_reviewed
from identity.store.family.new_identity import NewName, renew_identity
from identity.store.school.deciding import CORRECTABLE, approve_guardian, correct_record
from identity.store.school.reviews import (
    Review,
    ReviewKind,
    ReviewState,
    is_of_school,
    refuse_review,
    review,
    sign_first,
    sign_second,
)

Done = Callable[[Deps, Officer, Review], tuple[str, ...]]


def school_of_review(deps: Deps, id_: str) -> str | None:
    """Empty where any school of the person may decide; None where there is no such review."""
    try:
        return review(deps.keys, id_).school
    except NotFound:
        return None


def sign_review(deps: Deps, officer: Officer, id_: str, word: Word) -> Outcome:
    """The first word, with what its kind asks for, or another officer's agreement, which does what was agreed."""
    found = _asked(deps, officer, id_)
    now, alone = deps.now(), found.kind is ReviewKind.PROFILE
    if found.state is ReviewState.OPEN:
        if found.kind is ReviewKind.SIGN_IN and found.reason not in CORRECTABLE:
            raise Refused(
                Reason.FORBIDDEN, "Это решает не подпись: нужно восстановление входа или объединение записей в кабинете человека."
            )
        note = word.why() if alone else word.proof(deps, officer)
        after = sign_first(deps.keys, id_, officer.person, note=note, alone=alone, now=now)
    else:
        after = sign_second(deps.keys, id_, officer.person, now=now)
    ended = _DONE[found.kind](deps, officer, after) if after.state is ReviewState.DONE else ()
    return Outcome(state=after.state.value, works_from=after.works_from, ended=ended)


def refuse_stored(deps: Deps, officer: Officer, id_: str, word: Word) -> Outcome:
    """One word is enough to say no; whom it is about hears it."""
    found = _asked(deps, officer, id_)
    refuse_review(deps.keys, id_, officer.person, reason=word.why(), now=deps.now())
    told = {
        ReviewKind.PROFILE: lambda: [PersonId(found.evidence["initiator"])],
        ReviewKind.IDENTITY: lambda: [PersonId(one) for one in found.evidence["keep"].split()],
    }.get(found.kind, lambda: [found.person])()
    tell(deps, told, "school_refused", f"{_REFUSED[found.kind]} Подойдите в школу с документом, если это не так.")
    return Outcome(state="refused")


def attach_approved(deps: Deps, officer: PersonId, found: Review) -> bool:
    """In the caller's unit: what both officers agreed to begins to work, unless something stands against it by now."""
    change = approve_guardian(deps.keys, found, officer, now=deps.now())
    if change is None or found.child is None:
        return False
    follow_edges(deps, (change,))
    child = person(deps.keys, found.child)
    tell(deps, (found.person,), "guardian_approved", f"Школа подтвердила: записи ({child.first_name if child else ''}) открыты для вас.")
    return True


def _guardian(deps: Deps, officer: Officer, found: Review) -> tuple[str, ...]:
    if not attach_approved(deps, officer.person, found):
        raise Refused(Reason.FORBIDDEN, "Подтвердить больше нельзя: связь остановлена или учётная запись не подтверждена.")
    return ()


def _sign_in(deps: Deps, officer: Officer, found: Review) -> tuple[str, ...]:
    correct_record(deps.keys, found, officer.person, now=deps.now())
    tell(deps, (found.person,), "record_corrected", "Школа сверила документы и исправила ваши данные. Войдите через Госуслуги ещё раз.")
    return ()


def _profile(deps: Deps, _officer: Officer, found: Review) -> tuple[str, ...]:
    outcome = bind_reviewed(deps.keys, found.evidence, found.person, now=deps.now())
    if outcome.state is not BindState.ACTIVE:
        raise Refused(Reason(str(outcome.reason)))
    title = system_title(deps, found.evidence["system"])
    told = (PersonId(found.evidence["initiator"]), found.person)
    tell(deps, told, "profile_allowed", f"Школа проверила: профиль «{title}» подключён.")
    gone = (outcome.moved_from,) if outcome.moved_from else ()
    end_everything(deps, gone)
    return gone


def _capacity(deps: Deps, officer: Officer, found: Review) -> tuple[str, ...]:
    """Guardians see no more from that day on, unless the pupil lets them (RULES A6)."""
    if found.first_by is None:
        raise Refused(Reason.ALREADY_DECIDED)
    since = datetime.fromisoformat(found.evidence["since"])
    before = guardians_of(found.person)
    set_full_capacity(
        deps.keys, found.person, since=since, document=found.note, officer=found.first_by, second=officer.person, now=deps.now()
    )
    name = names_of(person(deps.keys, found.person))
    tell(deps, (found.person,), "full_capacity", "Школа внесла документ о полной дееспособности. Кто видит ваши записи, решаете вы.")
    tell(deps, before, "full_capacity", f"Школа внесла документ о полной дееспособности: {name}. Записи открывает теперь сам ученик.")
    return ()


def _identity(deps: Deps, officer: Officer, found: Review) -> tuple[str, ...]:
    """A new record goes on; what anybody held of the old one is destroyed, and whoever was not kept is out at once (RULES A5a)."""
    if found.first_by is None:
        raise Refused(Reason.ALREADY_DECIDED)
    told = found.evidence
    name = NewName(
        last_name=told["last_name"],
        first_name=told["first_name"],
        middle_name=told["middle_name"],
        birth_date=date.fromisoformat(told["birth_date"]) if told["birth_date"] else None,
    )
    keep = {PersonId(one) for one in told["keep"].split()}
    holders = {owner for _, owner in owners_of(found.person)}
    done = renew_identity(
        deps.keys,
        found.person,
        name,
        school=officer.school,
        keep=keep,
        document=found.note,
        officers=(found.first_by, officer.person),
        now=deps.now(),
    )
    carriers.rebind(former=done.old, to=done.new)
    contradictions.rebind(former=done.old, to=done.new)
    gone = (*done.left, done.old)
    cut_off(deps, {*holders, *done.left, *keep}, done.old)
    end_everything(deps, gone)
    text = "Школа завела ребёнку новую запись по документу. Прежняя закрыта. Дневник подключите к новой заново."
    tell(deps, keep, "record_renewed", text)
    return gone


_DONE: Mapping[ReviewKind, Done] = {
    ReviewKind.GUARDIAN: _guardian,
    ReviewKind.SIGN_IN: _sign_in,
    ReviewKind.PROFILE: _profile,
    ReviewKind.CAPACITY: _capacity,
    ReviewKind.IDENTITY: _identity,
}
_REFUSED: Mapping[ReviewKind, str] = {
    ReviewKind.GUARDIAN: "Школа не подтвердила, что вы представитель ребёнка.",
    ReviewKind.SIGN_IN: "Школа не подтвердила новые данные: вход остался остановлен.",
    ReviewKind.PROFILE: "Школа не разрешила подключить профиль.",
    ReviewKind.CAPACITY: "Школа не подтвердила документ о полной дееспособности.",
    ReviewKind.IDENTITY: "Школа не стала заводить новую запись.",
}


def _asked(deps: Deps, officer: Officer, id_: str) -> Review:
    found = review(deps.keys, id_)
    if found.school not in ("", officer.school):
        raise Refused(Reason.NOT_FOUND)
    if found.state in (ReviewState.DONE, ReviewState.REFUSED):
        raise Refused(Reason.ALREADY_DECIDED)
    if found.school == "" and not is_of_school(deps.keys, id_, officer.school):
        raise Refused(Reason.NOT_FOUND)
    return found
