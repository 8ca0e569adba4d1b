"""Everything that has a term ends by a job: a day before it is there, a day after it is gone (RULES A18)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from device_ingest.store import commands, troubles
from device_ingest.store import tables as ingest
from device_ingest.store.life_tables import CommandRow, TroubleRow
from hub.deps import Deps
from hub.flows import retention
from hub.settings import load
from hub.store import notices, sessions
from hub.store.connecting import flow_records, intents, registrations, steps, tries
from hub.store.database import Database
from hub.store.database.tables import tables as hub_tables
from hub.store.diaries import diary_copies, polls, validators
from hub.store.fields import delete
from hub.store.joining.tables import JoinBundle
from hub.store.outbox.tables import NoticeDecision
from hub.store.outputs import calendars, feeds
from hub.store.passes import photos, unknown_carriers, unowned_meals
from hub.store.process import repeats
from hub.store.reach import changes as phone_changes
from hub.store.reach import codes as reach_codes
from hub.store.reach import tables as reach_tables
from hub.store.school import announcements, roster, staff_codes
from hub.store.school.chats import codes as bot_codes
from hub.store.school.chats import journal as chat_journal
from hub.store.school.kiosks import codes as kiosk_codes
from hub.store.school.kiosks import doors as kiosk_doors
from hub.store.school.kiosks import tries as kiosk_tries
from hub.store.school.meals import menu, till_records
from hub.store.school.meals import words as meal_words
from hub.store.sessions import devices, visits
from hub.store.wishes import forms, mergers, receipt_contacts, swaps
from hub.store.written import absences, appeals, contradictions, letters, texts, tickets
from hub.worker import jobs
from hub.worker.jobs import BATCH, TERMS
from tests.unit.hub import term_kit as written
from tests.unit.hub.term_kit import KEYS, NOW
from tests.unit.hub.terms_elsewhere import ENDED_OTHERWISE

pytestmark = pytest.mark.rule("A18")
# What is written, the job that ends it, and for how long it is kept.
KEPT: dict[str, tuple[Any, Callable[[], object], timedelta]] = {
    "flow_records": (flow_records.FlowRecord, written.a_flow, flow_records.LIFE + timedelta(hours=1)),
    "intents": (
        intents.LinkIntent,
        lambda: intents.add(system="dnevnik", initiator="p", session="s", person="p", role="parent", now=NOW),
        intents.LIFE + timedelta(days=30),
    ),
    "repeats": (repeats.Repeat, lambda: repeats.begin(KEYS, person="p", key="k", request_hash="h", now=NOW), timedelta(hours=24)),
    "sessions": (sessions.Session, written.an_ended_session, timedelta(days=30)),
    "devices": (
        devices.KnownDevice,
        lambda: devices.know_device(KEYS, person="p", cookie="c", label="l", now=NOW),
        timedelta(days=400),
    ),
    "diary_copies": (diary_copies.DiaryCopy, written.a_copy, timedelta(days=90)),
    "notices": (notices.Notice, lambda: notices.tell(KEYS, person="p", kind="k", text="t", now=NOW), timedelta(days=365)),
    "diary_changes": (feeds.DiaryChange, written.a_change, timedelta(days=60)),
    "calendar_links": (
        calendars.CalendarLink,
        lambda: calendars.put(KEYS, person="p", child="c", secret="s", now=NOW),
        timedelta(days=365),
    ),
    "diary_polls": (polls.DiaryPoll, lambda: polls.put(link="l", child="c", next_at=NOW, failures=0), timedelta(days=7)),
    "diary_validators": (
        validators.DiaryValidator,
        lambda: validators.keep(KEYS, link="l", child="c", pairs=[("marks", "W20261116")], validator="v", at=NOW),
        timedelta(days=30),
    ),
    "visits": (visits.CabinetVisit, lambda: visits.note("p", now=NOW), timedelta(days=400)),
    "roster": (roster.RosterImport, written.an_ended_import, timedelta(days=30)),
    "link_steps": (
        steps.LinkStep,
        lambda: steps.add(KEYS, steps.NewStep(person="p", system="ruobr", whose=None, role=None, sent_to=""), {}, now=NOW),
        timedelta(minutes=10),
    ),
    "registrations": (
        registrations.DiaryRegistration,
        lambda: registrations.add(
            KEYS,
            registrations.New(
                person="p",
                system="eljur",
                whose=None,
                waits_for="letter",
                sent_to="",
                code=True,
                look_at=NOW,
                expires_at=NOW + timedelta(days=9),
            ),
            {},
            now=NOW,
        ),
        timedelta(days=4),
    ),
    "notice_log": (NoticeDecision, written.a_decision, timedelta(days=365)),
    "letters": (letters.Letter, written.a_letter, timedelta(days=7)),
    "join_bundles": (JoinBundle, written.an_ended_join, timedelta(days=365)),
    "contradictions": (contradictions.Contradiction, written.a_contradiction, timedelta(days=365)),
    "absence_notices": (absences.AbsenceNotice, written.an_absence, timedelta(days=365)),
    "login_tries": (
        tries.LoginTry,
        lambda: delete(tries.LoginTry, tries.count(KEYS, person="p", account="a", network="n", now=NOW).person != tries.LoginTry.id),
        timedelta(hours=2),
    ),
    "pupil_photos": (
        photos.PupilPhoto,
        lambda: photos.put(KEYS, "c", b"p", kind="image/png", version="v", by="p", now=NOW),
        timedelta(days=366),
    ),
    "device_nonces": (ingest.Nonce, written.a_nonce, timedelta(hours=1)),
    "doubted_events": (ingest.Quarantined, written.a_doubted_event, timedelta(days=90)),
    "unowned_meals": (
        unowned_meals.UnownedMeal,
        lambda: unowned_meals.keep(seq=1, device="d", event="e", school="1", carrier="card", token="t", at=NOW),
        timedelta(days=60),
    ),
    "unknown_carriers": (
        unknown_carriers.UnknownCarrier,
        lambda: unknown_carriers.note(school="1", carrier="card", token="t", tail="…1", at=NOW, device="d", door=""),
        timedelta(days=180),
    ),
    "staff_codes": (
        staff_codes.StaffCode,
        lambda: staff_codes.give(KEYS, "c", school="1", role="teacher", class_name="", name="n", by="p", now=NOW),
        timedelta(days=368),
    ),
    "school_announcements": (
        announcements.SchoolAnnouncement,
        lambda: announcements.put(KEYS, school="1", class_name="", author="p", title="t", text="t", until=NOW.date(), now=NOW),
        timedelta(days=365),
    ),
    "support_tickets": (
        tickets.SupportTicket,
        lambda: tickets.add(KEYS, "t", secret="s", school=None, person=None, asker=tickets.Asker(name="n"), text="t", now=NOW),
        timedelta(days=180),
    ),
    "appeals": (appeals.Appeal, written.an_appeal, timedelta(days=365)),
    "chat_codes": (
        bot_codes.BotCode,
        lambda: bot_codes.add(KEYS, intent="i", code="c", carrier="max", initiator="p", now=NOW),
        timedelta(minutes=30),
    ),
    "chat_journal": (
        chat_journal.Act,
        lambda: chat_journal.note("1", "c", [chat_journal.Done(action="member.invited")], now=NOW),
        timedelta(days=365),
    ),
    "sent_texts": (
        texts.SentText,
        lambda: texts.put(KEYS, texts.NewText(kind="k", about="a", phone="+79131234567", text="t"), now=NOW),
        timedelta(days=30),
    ),
    "kiosk_codes": (
        kiosk_codes.KioskCode,
        lambda: kiosk_codes.begin(KEYS, kiosk_codes.Purpose.PIN, contract="c", device="d", found=None, now=NOW),
        timedelta(days=2),
    ),
    "kiosk_sessions": (
        kiosk_doors.KioskSession,
        lambda: kiosk_doors.open_session(KEYS, contract="c", device="d", now=NOW),
        timedelta(minutes=10),
    ),
    "kiosk_calls": (kiosk_doors.KioskCall, lambda: kiosk_doors.heard_first(KEYS, "d", "m", now=NOW), timedelta(minutes=15)),
    "kiosk_tries": (kiosk_tries.KioskTry, lambda: kiosk_tries.paused_s(KEYS, "0270390000", now=NOW), timedelta(days=2)),
    "device_troubles": (
        TroubleRow,
        lambda: troubles.note("d", "1", troubles.TroubleKind.CLOCK, at=NOW, now=NOW),
        timedelta(days=400),
    ),
    "device_commands": (CommandRow, lambda: commands.ask("d", "LOG", by="p", now=NOW), timedelta(days=90)),
    "kept_forms": (
        forms.KeptForm,
        lambda: forms.keep(KEYS, "p", "/family", {"note": "x"}, now=NOW),
        timedelta(minutes=15),
    ),
    "contact_codes": (
        reach_tables.ReachCode,
        lambda: reach_codes.begin(KEYS, "p", "phone", "+79131234567", change="c", now=NOW),
        timedelta(days=2),
    ),
    "phone_changes": (
        reach_tables.ReachChange,
        lambda: phone_changes.add(KEYS, "p", former="+79131234567", value="+79137654321", now=NOW),
        timedelta(days=30),
    ),
    "menu_lines": (
        menu.MenuLine,
        lambda: menu.add_line("1", menu.Line(day=NOW.date(), meal=menu.Meal.LUNCH, item="i"), by="p", now=NOW),
        timedelta(days=730),
    ),
    "meal_words": (meal_words.MealWord, written.a_replaced_meal_word, timedelta(days=365)),
    "till_records": (till_records.TillRecord, written.a_till_record, timedelta(days=730)),
    "receipt_contacts": (receipt_contacts.ReceiptContact, written.a_contact, timedelta(days=30)),
    "merge_wishes": (
        mergers.MergeWish,
        lambda: mergers.add(system="mosru", initiator="p", session="s", now=NOW),
        timedelta(days=30, minutes=15),
    ),
    "swap_wishes": (
        swaps.SwapWish,
        lambda: swaps.add(
            system="vkid", parent="p", child="c", parent_link="1", child_link="2", asked_by="p", confirmed=["parent"], now=NOW
        ),
        timedelta(days=44),
    ),
}
BY_DAY = {"absence_notices", "contradictions", "menu_lines", "school_announcements"}
"""Kept from a calendar day on, not from a moment."""


@pytest.fixture
def deps(database: Database, tmp_path: Path) -> Deps:
    return Deps(settings=load({"HUB_DATA_DIR": str(tmp_path)}), db=database, keys=KEYS, now=lambda: NOW)


async def _run(deps: Deps, name: str, at: datetime) -> bool:
    return await next(job for job in jobs(replace(deps, now=lambda: at)) if job.name == name).batch()


@pytest.mark.parametrize("name", KEPT)
async def test_it_stays_to_its_term_and_is_gone_after_it(deps: Deps, name: str) -> None:
    model, write, kept = KEPT[name]
    near = timedelta(days=1) if name in BY_DAY else timedelta(seconds=1)
    await deps.db.write(write)
    await _run(deps, name, NOW + kept - near)
    assert await deps.db.read(lambda: model.select().count()) == 1
    assert await _run(deps, name, NOW + kept + near) is False
    assert await deps.db.read(lambda: model.select().count()) == 0


async def test_a_job_deletes_a_bounded_part_and_asks_for_more(deps: Deps) -> None:
    def many() -> None:
        for _ in range(BATCH + 1):
            intents.add(system="dnevnik", initiator="p", session="s", person="p", role="parent", now=NOW)

    await deps.db.write(many)
    later = NOW + timedelta(days=40)
    assert await _run(deps, "intents", later) is True
    assert await deps.db.read(lambda: intents.LinkIntent.select().count()) == 1
    assert await _run(deps, "intents", later) is False


def test_the_page_says_the_terms_that_the_jobs_use() -> None:
    assert {term.name: term.kept for term in retention.TERMS} == {name: kept for name, (_, _, kept) in KEPT.items()}
    shown = {row.what: row.days for row in retention.how_long().items}
    assert (shown["Журнал «Кто смотрел»"], shown["Копии дневника"], shown["Уведомления"]) == (1096, 90, 365)
    assert all(bool(row.days) != bool(row.hours) for row in retention.how_long().items)


def test_every_table_of_the_hub_has_a_term_or_a_reason() -> None:
    assert {name for name, _, _ in TERMS} == set(KEPT)
    with_term = {model._meta.table_name for model, _, _ in KEPT.values() if model in hub_tables()}
    assert {model._meta.table_name for model in hub_tables()} == with_term | ENDED_OTHERWISE
