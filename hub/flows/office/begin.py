"""What an officer begins and another signs: a restriction, its end, a recovery in person, early full capacity (RULES A5a, A6, A17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.office.deciding.bans import school_of_ban
from hub.flows.office.officers import Officer, officer_of
from hub.flows.office.pupils import LONGEST_NAME
from hub.flows.office.rights import Act
from hub.flows.office.words import Document, reason_of
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.desk import Proposed
from hub.store.sessions import Visitor
from identity.ages import Phase, phase
from identity.family.restriction import RestrictionId
from identity.model import EdgeState, PersonId
from identity.snils import InvalidSnils, Snils
from identity.store import edges, open_recovery, person, propose_lift, propose_restriction, restrictions_of, school_of
from identity.store.school.reviews import ReviewKind, open_review, sign_first


async def restrict(
    deps: Deps,
    visitor: Visitor,
    pupil: str,
    document: Document,
    *,
    guardian: str | None = None,
    snils: str | None = None,
    until: date | None = None,
) -> Proposed:
    """The guardian is one whom the pupil's page shows, or anybody by SNILS; nothing works before the second signature."""

    def unit() -> Proposed:
        officer, child = _pupils_officer(deps, visitor, pupil, Act.RESTRICTIONS)
        who = PersonId(guardian) if guardian else None
        if who is not None and not edges.ever_between(who, child):
            raise Refused(Reason.NOT_FOUND)
        if any(one.guardian == who and one.state.value in ("proposed", "active") for one in restrictions_of(child)) and who:
            raise Refused(Reason.ALREADY_DECIDED, "Такое ограничение уже есть или ждёт второй подписи.")
        made = propose_restriction(
            deps.keys,
            school=officer.school,
            child=child,
            officer=officer.person,
            document=document.line(today=_today(deps, officer)),
            guardian=who,
            snils=_snils(snils) if snils and who is None else None,
            until=datetime.combine(until, time.max, ZoneInfo(officer.zone)) if until else None,
            now=deps.now(),
        )
        return Proposed(id=f"restriction.{made}")

    return await deps.db.write(unit)


async def lift(deps: Deps, visitor: Visitor, ban: str, reason: str | None) -> Proposed:
    """The first of two signatures to lift it."""

    def unit() -> Proposed:
        officer = officer_of(deps, visitor, school=school_of_ban(deps, ban) or "none", act=Act.RESTRICTIONS)
        reason_of(reason)
        propose_lift(RestrictionId(ban), officer.person, now=deps.now())
        return Proposed(id=f"lift.{ban}")

    return await deps.db.write(unit)


async def recover(deps: Deps, visitor: Visitor, pupil: str, who: str, document: Document) -> Proposed:
    """For the pupil, or for one of the guardians whom the pupil's page shows; the officer has seen person and document."""

    def unit() -> Proposed:
        officer, child = _pupils_officer(deps, visitor, pupil, Act.RECOVERY)
        if who != child and not edges.between(PersonId(who), child):
            raise Refused(Reason.NOT_FOUND)
        line = document.line(today=_today(deps, officer))
        made = open_recovery(deps.keys, school=officer.school, person=PersonId(who), officer=officer.person, document=line, now=deps.now())
        return Proposed(id=f"recovery.{made}")

    return await deps.db.write(unit)


async def make_capable(deps: Deps, visitor: Visitor, pupil: str, since: date, document: Document) -> Proposed:
    """A court or a marriage made the pupil fully capable before 18."""

    def unit() -> Proposed:
        officer, child = _pupils_officer(deps, visitor, pupil, Act.CAPACITY)
        today, known = _today(deps, officer), person(deps.keys, child)
        line = document.line(today=today)
        if known is None or phase(known.birth_date, deps.now(), known.zone) is not Phase.TEEN:
            raise Refused(Reason.FORBIDDEN, "Полная дееспособность раньше 18 лет бывает только у подростка.")
        if since > today:
            raise Refused(Reason.MALFORMED, "Дата, с которой документ действует, ещё не наступила.")
        review = open_review(
            deps.keys,
            kind=ReviewKind.CAPACITY,
            person=child,
            child=child,
            reason="full_capacity",
            evidence={"since": datetime.combine(since, time.min, ZoneInfo(officer.zone)).isoformat()},
            school=officer.school,
            now=deps.now(),
        )
        sign_first(deps.keys, review, officer.person, note=line, now=deps.now())
        return Proposed(id=f"case.{review}")

    return await deps.db.write(unit)


async def renew(
    deps: Deps, visitor: Visitor, pupil: str, named: tuple[str, str, str], born: date | None, keep: Sequence[str], document: Document
) -> Proposed:
    """Adoption or a changed identity: surname, first name, middle name as the document says, and which guardians stay."""
    last, first, middle = (" ".join(part.split()) for part in named)

    def unit() -> Proposed:
        officer, child = _pupils_officer(deps, visitor, pupil, Act.RESTRICTIONS)
        line = document.line(today=_today(deps, officer))
        if not (last and first) or max(map(len, (last, first, middle))) > LONGEST_NAME:
            raise Refused(Reason.MALFORMED, "Заполните новые фамилию и имя.")
        if born is not None and born > _today(deps, officer):
            raise Refused(Reason.MALFORMED, "Дата рождения записана неверно.")
        active = {edge.guardian for edge in edges.of_child(child) if edge.state is EdgeState.ACTIVE}
        if not keep or not {PersonId(one) for one in keep} <= active:
            raise Refused(Reason.MALFORMED, "Отметьте, кто из подключённых представителей остаётся.")
        review = open_review(
            deps.keys,
            kind=ReviewKind.IDENTITY,
            person=child,
            child=child,
            reason="new_identity",
            evidence={
                "last_name": last,
                "first_name": first,
                "middle_name": middle,
                "birth_date": born.isoformat() if born else "",
                "keep": " ".join(keep),
            },
            school=officer.school,
            now=deps.now(),
        )
        sign_first(deps.keys, review, officer.person, note=line, now=deps.now())
        return Proposed(id=f"case.{review}")

    return await deps.db.write(unit)


def _pupils_officer(deps: Deps, visitor: Visitor, pupil: str, act: Act) -> tuple[Officer, PersonId]:
    child = PersonId(pupil)
    return officer_of(deps, visitor, school=school_of(child) or "none", act=act), child


def _today(deps: Deps, officer: Officer) -> date:
    return deps.now().astimezone(ZoneInfo(officer.zone)).date()


def _snils(text: str) -> Snils:
    try:
        return Snils(text)
    except InvalidSnils as error:
        raise Refused(Reason.MALFORMED, "СНИЛС записан с ошибкой: проверьте цифры.") from error
