"""A roster is uploaded and checked row by row without writing a pupil; then the office has it applied, once (RULES A8, B5)."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

import msgspec

from hub.deps import Deps
from hub.flows.office.officers import Officer
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.desk import officer_here, take_turn
from hub.flows.roster.judging import Judge
from hub.flows.roster.lines import Roster, read_roster
from hub.flows.roster.model import ROWS_A_PART, Counts, Line, Plan, Report, Verdict, counted
from hub.flows.views.school.roster import CountsView, ImportList, ImportView, PreviewRow, RowError
from hub.store.school import roster as store
from hub.store.school.roster import Kept, Part
from hub.store.sessions import Visitor
from identity.snils import Snils

SHOWN_ERRORS = 200
SHOWN_ROWS = 50
LINES = msgspec.json.Decoder(tuple[Line, ...])
VERDICTS = msgspec.json.Decoder(tuple[Verdict, ...])
REPORT = msgspec.json.Decoder(Report)


async def check_import(deps: Deps, visitor: Visitor, data: bytes, *, school: str | None = None) -> str:
    """The dry run: the file is read and compared with the roster, and kept sealed for a day. The import's id."""
    now = deps.now()
    officer = await deps.db.read(lambda: officer_here(deps, visitor, school))
    take_turn(deps.memory.office_acts, visitor, "import")
    today = now.astimezone(ZoneInfo(officer.zone)).date()
    # A megabyte takes a while to read; other requests go on meanwhile.
    roster = await asyncio.to_thread(read_roster, data, today=today)

    def judge() -> tuple[Verdict, ...]:
        judging = Judge(deps, officer, roster.lines, now=now)
        return tuple(judging.judge(line, roster.troubles[line.number]) for line in roster.lines)

    verdicts = await deps.db.read(judge)
    parts = await asyncio.to_thread(_parts, roster, verdicts)
    report = Report(encoding=roster.encoding, separator=roster.separator, ignored=roster.ignored, plan=counted(verdicts))

    def keep() -> str:
        text = msgspec.json.encode(report).decode()
        return store.put(deps.keys, school=officer.school, officer=officer.person, total=len(verdicts), report=text, parts=parts, now=now)

    return await deps.db.write(keep)


async def apply_import(deps: Deps, visitor: Visitor, id_: str) -> None:
    """Hands the file to the worker, which writes it part by part. Twenty presses at once start it once."""
    now = deps.now()

    def unit() -> None:
        found, _ = _own(deps, visitor, id_)
        if found.state == store.CHECKED and now - found.created_at > store.UNAPPLIED_FOR:
            raise Refused(Reason.NOT_FOUND)
        report = REPORT.decode(found.report)
        if found.state == store.CHECKED and not report.plan.create + report.plan.update:
            raise Refused(Reason.MALFORMED, "В файле нечего записывать: новых и изменённых строк нет.")
        store.start(id_, now=now)

    await deps.db.write(unit)


async def drop_import(deps: Deps, visitor: Visitor, id_: str) -> None:
    """The office thinks better of it: nothing of the file stays. One under way cannot be taken back."""

    def unit() -> None:
        if _own(deps, visitor, id_)[0].state != store.CHECKED:
            raise Refused(Reason.FORBIDDEN, "Этот файл уже записывается или записан.")
        store.forget(id_)

    await deps.db.write(unit)


async def show_import(deps: Deps, visitor: Visitor, id_: str) -> ImportView:
    """State, progress and what is wrong with which row."""

    def unit() -> tuple[Kept, str, list[Part]]:
        found, officer = _own(deps, visitor, id_)
        return found, officer.zone, store.parts_of(deps.keys, id_)

    found, zone, parts = await deps.db.read(unit)
    return _view(found, zone, [one for part in parts for one in VERDICTS.decode(part.verdicts)])


async def preview_rows(deps: Deps, visitor: Visitor, id_: str) -> tuple[PreviewRow, ...]:
    """The first rows with what would become of them, as long as the file is kept; a SNILS is masked."""

    def unit() -> list[Part]:
        _own(deps, visitor, id_)
        return store.parts_of(deps.keys, id_, most=SHOWN_ROWS // ROWS_A_PART)

    shown: list[PreviewRow] = []
    for part in await deps.db.read(unit):
        lines = LINES.decode(part.content) if part.content else ()
        plans = {one.line: one.plan for one in VERDICTS.decode(part.verdicts)}
        shown += [_row(line, plans.get(line.number, Plan.REFUSED)) for line in lines]
    return tuple(shown)


async def list_imports(deps: Deps, visitor: Visitor, *, school: str | None = None) -> ImportList:
    """The officer's own imports, newest first, without their errors."""

    def unit() -> ImportList:
        officer = officer_here(deps, visitor, school)
        mine = [one for one in store.of_officer(officer.person) if one.school == officer.school]
        return ImportList(zone=officer.zone, items=tuple(_view(one, officer.zone, []) for one in mine))

    return await deps.db.read(unit)


def _own(deps: Deps, visitor: Visitor, id_: str) -> tuple[Kept, Officer]:
    """The officer's own import: the dry run was judged for this person (RULES B5)."""
    found = store.get(id_)
    officer = officer_here(deps, visitor, found.school if found else "")
    if found is None or found.officer != officer.person:
        raise Refused(Reason.NOT_FOUND)
    return found, officer


def _parts(roster: Roster, verdicts: tuple[Verdict, ...]) -> list[tuple[str, str]]:
    cut = range(0, len(verdicts), ROWS_A_PART)
    pairs = [(roster.lines[start : start + ROWS_A_PART], verdicts[start : start + ROWS_A_PART]) for start in cut]
    return [(msgspec.json.encode(lines).decode(), msgspec.json.encode(judged).decode()) for lines, judged in pairs]


def _row(line: Line, plan: Plan) -> PreviewRow:
    return PreviewRow(
        line=line.number,
        plan=plan.value,
        name=" ".join(part for part in (line.last_name, line.first_name, line.middle_name) if part),
        class_name=line.klass,
        guardians=tuple(f"{one.last_name} {one.first_name}, {Snils(one.snils).masked}" for one in line.guardians),
    )


def _view(found: Kept, zone: str, verdicts: list[Verdict]) -> ImportView:
    report = REPORT.decode(found.report)
    troubles = [trouble for one in verdicts for trouble in one.troubles]
    return ImportView(
        id=found.id,
        state=found.state,
        created_at=found.created_at,
        applied_at=found.applied_at,
        ended_at=found.ended_at,
        zone=zone,
        rows=found.rows,
        rows_done=found.rows_done,
        encoding=report.encoding,
        separator=report.separator,
        ignored_columns=report.ignored,
        plan=_counts(report.plan),
        result=_counts(report.result),
        reason=report.reason,
        errors=tuple(RowError(line=one.line, column=one.column, text=one.text, refused=one.fatal) for one in troubles[:SHOWN_ERRORS]),
        errors_total=len(troubles),
    )


def _counts(counts: Counts) -> CountsView:
    return CountsView(
        create=counts.create, update=counts.update, unchanged=counts.unchanged, refused=counts.refused, guardians=counts.guardians,
        second_officer=counts.waiting,
    )  # fmt: skip
