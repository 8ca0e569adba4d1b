"""Something of each sort that has a term, written at one moment, for the table of terms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from device_ingest.store import tables as ingest
from hub.store import sessions
from hub.store.connecting import flow_records
from hub.store.diaries import diary_copies
from hub.store.fields import to_micros
from hub.store.joining import bundles as joins
from hub.store.joining import requests
from hub.store.joining.records import NewBundle
from hub.store.outbox import raw
from hub.store.outputs import feeds
from hub.store.school import roster
from hub.store.school.meals import till_records
from hub.store.school.meals import words as meal_words
from hub.store.wishes import receipt_contacts, top_ups
from hub.store.written import absences, appeals, contradictions, letters
from identity.joining import RequestState, Role
from identity.sealing import Keys, new_master_key

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
KEYS = Keys.from_master(new_master_key())


def a_flow() -> None:
    flow_records.remember(KEYS, state="s", browser="b", system="esia", keep={}, redirect_uri="http://x/", next_path="/", now=NOW)


def a_copy() -> None:
    diary_copies.store(KEYS, link="l", child="c", datum="marks", block="2026-W47", items=(), fetched_at=NOW)


def a_change() -> None:
    feeds.record(KEYS, link="l", child="c", datum="marks", block="W20261116", former=None, items={"1": msgspec.Raw(b"{}")}, at=NOW)


def an_ended_session() -> None:
    id_, _ = sessions.start(KEYS, person="p", system="esia", label="", auth_time=None, now=NOW)
    sessions.end(id_, now=NOW)


def an_ended_import() -> None:
    id_ = roster.put(KEYS, school="1", officer="p", total=1, report="{}", parts=[("[]", "[]")], now=NOW)
    roster.start(id_, now=NOW)
    roster.end(id_, roster.DONE, now=NOW)


def a_letter() -> None:
    body = letters.Written(subject="s", text="t")
    letters.claim(KEYS, "id", person="p", child="c", link="l", body=body, now=NOW)


def an_absence() -> None:
    day = NOW.date()
    told, state = absences.Told(), absences.NoticeState.SENT
    absences.add(KEYS, "id", child="c", author="p", school=None, days=(day, day), told=told, state=state, now=NOW)


def a_contradiction() -> None:
    new = contradictions.New(
        child="c", school="1", person=None, rule="r", day=NOW.date(), about="a", object="o", said=contradictions.Said(text="t")
    )
    assert contradictions.raise_(KEYS, new, now=NOW)


def an_appeal() -> None:
    about, due = appeals.About(), NOW + timedelta(days=3)
    appeals.add(KEYS, "a", school="1", child="c", author="p", kind="other", about=about, text="t", due_at=due, now=NOW)


def a_contact() -> None:
    top_ups.begin(
        top_ups.TopUpCard(
            id="t", account="a", child=None, person="p", provider="bank", method="", amount_kop=1, fee_kop=0, state="pending", word="",
            problem="", provider_id=None, pay_url=None, txn=None, refunded_kop=0, tries=0, created_at=NOW, asked_at=None,
        ),
        ask_after=NOW,
    )  # fmt: skip
    receipt_contacts.put(KEYS, "t", "p", "a@example.org")


def a_nonce() -> None:
    ingest.Nonce.insert(device="d", nonce="n", until=to_micros(NOW + timedelta(hours=1))).execute()


def a_doubted_event() -> None:
    said = {"school": "1", "device": "d", "type": "t", "written": "w", "reason": "future", "data": "{}"}
    ingest.Quarantined.insert(source="s", id="e", hash=b"h", received_at=to_micros(NOW), **said).execute()


def an_ended_join() -> None:
    new = NewBundle(
        applicant="p", child="c", school="1", school_year="2026/2027", role=Role.PUPIL, class_name="9А", legal_name="", inn="", age=15,
        evidence={}, submitted_at=NOW, expires_at=NOW + timedelta(days=30),
    )  # fmt: skip
    made = joins.add(KEYS, new, previous=None, now=NOW)
    assert made is not None
    requests.turn(KEYS, made.requests[0], RequestState.REJECTED, now=NOW)
    joins.settle(made.id, now=NOW)


def a_replaced_meal_word() -> None:
    meal_words.say(KEYS, "c", meal_words.Bans(only_hot=True), week_limit_kop=None, offline_limit_kop=None, by="p", now=NOW)
    meal_words.MealWord.update(replaced_at=NOW).execute()


def a_till_record() -> None:
    record = till_records.Record(
        school="1", child="c", device="d", event="e", kind=till_records.RecordKind.BY_NAME, title="t", amount_kop=1, offline=False, at=NOW
    )
    assert till_records.note(record, now=NOW) and not till_records.note(record, now=NOW)


def a_decision() -> None:
    at = to_micros(NOW)
    pair = raw.pairs_of({("p", "c")})["p", "c"]
    raw.add_decisions([(raw.since_id(at), pair, "hub", "e", "entered", at, at, "{}", "")])
    raw.add_sends([("d-email", raw.since_id(at), "email", 4, "", False, None, at, at)])
