"""The 14th and the 18th birthday: both sides are told once, and at 18 the guardians' view ends (RULES A6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from babel.dates import format_date

from hub.deps import Deps
from hub.flows.follow_edges import cut_off
from hub.flows.guardianship.telling import first_name
from hub.flows.views.people.guardianship import AgeNote
from hub.store import notices
from identity.ages import ADULT, GRACE_AFTER_14, PUPIL_ACTS_ALONE, Phase, birthday, phase, reaches
from identity.model import Person
from identity.store.children import Reminder
from identity.store.family.parting import end_at_age, pupils_at

BATCH = 200
TOLD = (Phase.NEARING, Phase.GRACE, Phase.ADULT)


def age_note(one: Person, deps: Deps) -> AgeNote:
    """What the pages of parent and pupil say about the birthdays."""
    if one.birth_date is None:
        return AgeNote(phase=Phase.UNKNOWN.value)
    fourteen = reaches(one.birth_date, PUPIL_ACTS_ALONE, one.zone)
    return AgeNote(
        phase=phase(one.birth_date, deps.now(), one.zone).value,
        fourteen=fourteen.date(),
        grace_until=(fourteen + GRACE_AFTER_14).date(),
        adult=birthday(one.birth_date, ADULT),
    )


@dataclass(slots=True)
class Birthdays:
    """The worker's job: goes through the guarded pupils page by page; a repeat tells nobody twice."""

    deps: Deps
    _after: str = ""

    async def batch(self) -> bool:
        """True while there is another page."""
        deps, now, after = self.deps, self.deps.now(), self._after

        def unit() -> str:
            found, following = pupils_at(deps.keys, TOLD, now=now, after=after, limit=BATCH)
            for one in found:
                _ACTS[phase(one.pupil.birth_date, now, one.pupil.zone)](deps, one)
            return following or ""

        self._after = await deps.db.write(unit)
        return bool(self._after)


def _nearing(deps: Deps, one: Reminder) -> None:
    pupil, when = one.pupil, _day(one.pupil, PUPIL_ACTS_ALONE)
    for guardian in one.guardians:
        text = (
            f"{first_name(pupil)}: {when} исполнится 14 лет. С этого дня ребёнок действует сам и видит, кто его видит; вы продолжите"
            " видеть записи до 18 лет. Помогите подтвердить учётную запись Госуслуг: это бесплатно в банке или МФЦ."
        )
        _tell(deps, one, guardian, "turning_14", text)
    text = (
        f"{when} вам исполнится 14 лет. С этого дня вы решаете сами. Подтвердите учётную запись Госуслуг в банке или МФЦ:"
        " после дня рождения прежний вход работает ещё 90 дней."
    )
    _tell(deps, one, pupil.id, "turning_14", text)


def _turned_14(deps: Deps, one: Reminder) -> None:
    pupil = one.pupil
    for guardian in one.guardians:
        text = (
            f"{first_name(pupil)}: исполнилось 14 лет. Вы видите записи до 18 лет, решает теперь сам ученик."
            " Ещё 90 дней вы можете сменить пароль его логина, и он об этом узнает."
        )
        _tell(deps, one, guardian, "turned_14", text)
    text = "Вам исполнилось 14 лет: теперь вы решаете сами и видите, кто видит вас. Логин от родителя действует ещё 90 дней."
    _tell(deps, one, pupil.id, "turned_14", text)


def _of_age(deps: Deps, one: Reminder) -> None:
    """The edges end, and with them what each guardian had opened for this child (RULES A15)."""
    pupil = one.pupil
    if pupil.birth_date is None:
        return
    cut_off(deps, {edge.guardian for edge in end_at_age(pupil, now=deps.now())}, pupil.id)
    for guardian in one.guardians:
        text = f"{first_name(pupil)}: исполнилось 18 лет, ваш просмотр закончился. Открыть его снова может только сам взрослый ученик."
        _tell(deps, one, guardian, "turned_18", text, href="/family")
    text = "Вам исполнилось 18 лет: родители больше не видят ваши записи. Если хотите, откройте им просмотр сами."
    _tell(deps, one, pupil.id, "turned_18", text)


_ACTS: dict[Phase, Callable[[Deps, Reminder], None]] = {Phase.NEARING: _nearing, Phase.GRACE: _turned_14, Phase.ADULT: _of_age}


def _tell(deps: Deps, one: Reminder, whom: str, kind: str, text: str, *, href: str | None = None) -> None:
    link = href or f"/children/{one.pupil.id}/who-sees"
    notices.tell_once(deps.keys, about=one.pupil.id, person=whom, kind=kind, text=text, href=link, now=deps.now())


def _day(pupil: Person, years: int) -> str:
    assert pupil.birth_date is not None, "only a pupil of known age has a phase"
    return str(format_date(birthday(pupil.birth_date, years), "d MMMM", locale="ru"))
