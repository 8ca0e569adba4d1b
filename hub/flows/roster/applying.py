"""The worker writes a roster part by part: each part is one unit of work, so that a killed process goes on where it was (RULES A8, B5)."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import msgspec

from hub.deps import Deps
from hub.flows.office.officers import Officer
from hub.flows.roster.desk import still_officer
from hub.flows.roster.imports import LINES, REPORT, VERDICTS
from hub.flows.roster.judging import Judge
from hub.flows.roster.model import Line, Plan, Report, Trouble, Verdict, counted
from hub.store import notices
from hub.store.school import roster as store
from hub.store.school.roster import Kept
from identity.errors import IdentityError, NotAllowed
from identity.model import PersonId
from identity.snils import Snils
from identity.store import CardEntry, EntryState, PupilCard, one_row, person, put_card_guardian, put_pupil
from identity.store.edges import ever_between

PARTS_A_BATCH = 8
MOST_TRIES = 5
GONE = "not_office"
BROKEN = "broken"


async def apply_rosters(deps: Deps) -> bool:
    """A bounded piece of the oldest import under way. The worker's other jobs get their turn between the pieces."""
    for _ in range(PARTS_A_BATCH):
        found = await deps.db.read(store.next_applying)
        if found is None:
            return False
        now = deps.now()
        try:
            await deps.db.write(partial(_step, deps, found, now=now))
        except Exception:
            await deps.db.write(partial(_failed, deps, found, now=now))
            raise
    return False


def _step(deps: Deps, found: Kept, *, now: datetime) -> None:
    report = REPORT.decode(found.report)
    officer = still_officer(deps, PersonId(found.officer), found.school)
    if officer is None:
        _stop(deps, found, report, GONE, now=now)
        return
    if found.parts_done < found.parts:
        report = _part(deps, officer, found, report, now=now)
    if found.parts_done + 1 >= found.parts and store.end(found.id, store.DONE, now=now):
        _tell_officer(deps, found, f"Список учеников записан: новых {report.result.create}, изменено {report.result.update}.", now=now)


def _part(deps: Deps, officer: Officer, found: Kept, report: Report, *, now: datetime) -> Report:
    content = store.take_part(deps.keys, found.id, found.parts_done)
    if content is None:
        return report
    lines = LINES.decode(content)
    judged = {
        one.line: one for part in store.parts_of(deps.keys, found.id, only=found.parts_done) for one in VERDICTS.decode(part.verdicts)
    }
    judge = Judge(deps, officer, lines, now=now)
    done = tuple(_line(deps, officer, judge, line, judged[line.number], now=now) for line in lines)
    report = msgspec.structs.replace(report, result=counted(done, report.result))
    texts = [msgspec.json.encode(one).decode() for one in (done, report)]
    store.finish_part(found.id, found.parts_done, applied=len(lines), verdicts=texts[0], report=texts[1])
    return report


def _line(deps: Deps, officer: Officer, judge: Judge, line: Line, dry: Verdict, *, now: datetime) -> Verdict:
    """The roster may have changed since the dry run: the line is judged anew, and what is refused writes nothing at all."""
    if dry.plan is Plan.REFUSED:
        return dry
    verdict = judge.judge(line, dry.troubles)
    if verdict.plan in (Plan.REFUSED, Plan.UNCHANGED):
        return verdict
    try:
        with one_row():
            return _written(deps, officer, judge, line, verdict, now=now)
    except IdentityError:
        text = "Эту строку вам записать нельзя: её вписывает другой сотрудник."
        return Verdict(line.number, Plan.REFUSED, troubles=(*verdict.troubles, Trouble(line.number, "", text)))


def _written(deps: Deps, officer: Officer, judge: Judge, line: Line, verdict: Verdict, *, now: datetime) -> Verdict:
    child = judge.pupil_of(line)
    if child is None or judge.differs(line, child):
        card = PupilCard(
            last_name=line.last_name, first_name=line.first_name, middle_name=judge.middle_name(line, child), birth_date=line.birth_date,
            klass=line.klass, number=line.card or None,
            # Of a pupil whom the school has already, the number is not compared: an answer would tell whether it is the right one.
            snils=Snils(line.snils) if line.snils and child is None else None,
        )  # fmt: skip
        child, _ = put_pupil(deps.keys, school=officer.school, card=card, officer=officer.person, zone=officer.zone, now=now, child=child)
    if child == officer.person or ever_between(officer.person, child):
        raise NotAllowed("own_family")
    waiting = new = 0
    for typed in line.guardians:
        if judge.names(child, Snils(typed.snils)):
            continue
        entry = put_card_guardian(
            deps.keys,
            school=officer.school,
            child=child,
            snils=Snils(typed.snils),
            last_name=typed.last_name,
            first_name=typed.first_name,
            officer=officer.person,
            now=now,
        )
        new += 1
        waiting += entry.state is EntryState.SECOND_OFFICER
        _tell_guardians(deps, entry, line.first_name, now=now)
    return msgspec.structs.replace(verdict, guardians=new, waiting=waiting)


def _tell_guardians(deps: Deps, entry: CardEntry, first_name: str, *, now: datetime) -> None:
    """The guardians that the child has hear of a further one a day before it works."""
    for told in entry.tell:
        text = f"Школа вписала в карточку ({first_name}) ещё одного представителя. Записи он увидит через сутки. Ошибка? Скажите школе."
        notices.tell(deps.keys, person=PersonId(told), kind="guardian_announced", text=text, href="/help#school", now=now)


def _tell_officer(deps: Deps, found: Kept, text: str, *, now: datetime) -> None:
    if person(deps.keys, PersonId(found.officer)) is not None:
        notices.tell(
            deps.keys, person=PersonId(found.officer), kind="roster_import", text=text, href=f"/office/roster/imports/{found.id}", now=now
        )


def _failed(deps: Deps, found: Kept, *, now: datetime) -> None:
    """A part that cannot be written is tried again, and not for ever."""
    if store.count_failure(found.id) >= MOST_TRIES:
        _stop(deps, found, REPORT.decode(found.report), BROKEN, now=now)


def _stop(deps: Deps, found: Kept, report: Report, reason: str, *, now: datetime) -> None:
    text = msgspec.json.encode(msgspec.structs.replace(report, reason=reason)).decode()
    if store.end(found.id, store.FAILED, report=text, now=now):
        _tell_officer(
            deps, found, "Запись списка учеников остановилась. Записанное осталось, остального нет: загрузите файл ещё раз.", now=now
        )
