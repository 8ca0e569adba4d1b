"""The four forms of CloudEvents, and what a bad one among good ones does (RULES E1, E2, D12)."""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest

from device_ingest import credentials
from device_ingest.envelope import read, unpacked
from device_ingest.errors import IngestError, TooLarge, Unreadable, WrongMediaType
from device_ingest.model import MOST_BYTES, Event, Poison, Shown
from tests.ingest_kit import BATCH, LINES, ONE, Played, batch


def shown(kind: str, plain: str) -> Shown:
    return Shown(f"{kind}/{plain}", credentials.tail(plain))


NOW = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
GATE = Played(id="d1", source="/schools/1/devices/d1", key_id="device-d1")


def said(body: bytes, media: str = BATCH, **headers: str) -> list[Event | Poison]:
    return read(
        {"content-type": media} | headers,
        body,
        source=GATE.source,
        tokens=lambda kind, number: shown(kind, credentials.plain(kind, number)),
    )


def only(**changes: Any) -> Event | Poison:
    (found,) = said(json.dumps(GATE.passed(NOW) | changes).encode(), ONE)
    return found


@pytest.mark.rule("E1")
def test_one_event_reads_the_same_in_all_four_forms() -> None:
    event = GATE.passed(NOW, id_="один-1")
    binary = {f"ce-{name}": event[name] for name in ("specversion", "source", "type", "time")} | {"ce-id": "%D0%BE%D0%B4%D0%B8%D0%BD-1"}
    forms = [
        said(json.dumps(event).encode(), ONE),
        said(batch(event)),
        said(json.dumps(event).encode() + b"\n\n", LINES),
        said(json.dumps(event["data"]).encode(), "application/json", **binary),
    ]
    (first,) = forms[0]
    assert isinstance(first, Event)
    assert (first.id, first.at, first.direction, first.carrier, first.token) == ("один-1", NOW, "in", "card", "card/0001")
    assert all(form == [first] for form in forms)


@pytest.mark.rule("E2")
def test_the_same_content_written_otherwise_has_the_same_hash_and_another_content_another() -> None:
    event = GATE.passed(NOW, id_="x")
    shuffled = dict(reversed(event.items())) | {"data": dict(reversed(event["data"].items()))}
    (one,), (two,) = said(batch(event)), said(json.dumps([shuffled], indent=3).encode())
    assert isinstance(one, Event)
    assert isinstance(two, Event)
    assert one.hash == two.hash
    for changed in (
        event | {"time": "2026-11-18T08:00:01+00:00"},
        GATE.passed(NOW, id_="x", number="0002"),
        GATE.passed(NOW, id_="x", door="b"),
    ):
        (other,) = said(batch(changed))
        assert isinstance(other, Event)
        assert other.hash != one.hash


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"specversion": 1}, "specversion"),
        ({"id": ""}, "id"),
        ({"id": "x" * 129}, "id"),
        ({"id": "a\nb"}, "id"),
        ({"source": "/schools/1/devices/other"}, "other_source"),
        ({"type": "ru.schoolhub.pass.v9"}, "type"),
        ({"time": "2026-11-18T08:00:00"}, "time"),
        ({"time": "2026-W47-3T08:00:00Z"}, "time"),
        ({"time": "2026-02-30T08:00:00Z"}, "time"),
        ({"time": "0001-01-01T00:00:00+23:00"}, "time"),
        ({"time": None}, "time"),
        ({"data": {}}, "data"),
        ({"data": None}, "data"),
        ({"data": []}, "data"),
        ({"data": {"direction": "up", "credential": {"kind": "card", "number": "1"}}}, "direction"),
        ({"data": {"direction": "in", "credential": {"kind": "face", "number": "1"}}}, "kind"),
        ({"data": {"direction": "in", "credential": {"kind": "card", "number": "-- --"}}}, "credential.number"),
        ({"datacontenttype": "image/png"}, "datacontenttype"),
        ({"data_base64": "e30="}, "data"),
    ],
)
def test_a_poison_item_says_why_and_spoils_no_neighbour(bad: dict[str, Any], reason: str) -> None:
    found = said(batch(GATE.passed(NOW), GATE.passed(NOW) | bad, GATE.passed(NOW)))
    assert [type(one) for one in found] == [Event, Poison, Event]
    assert isinstance(found[1], Poison)
    assert found[1].index == 1
    assert reason in found[1].reason


@pytest.mark.rule("E1")
@pytest.mark.parametrize("item", [b"7", b"null", b'"text"', b"[]", b"{}", b'{"id": 9007199254740993}'])
def test_whatever_is_in_the_array_gets_its_verdict(item: bytes) -> None:
    found = said(b"[" + item + b"," + json.dumps(GATE.passed(NOW)).encode() + b"]")
    assert [type(one) for one in found] == [Poison, Event]


@pytest.mark.rule("D12")
@pytest.mark.parametrize("number", ["4111111111111111", "4111 1111-1111 1111"])
def test_a_bank_cards_number_is_refused_and_repeated_nowhere(number: str) -> None:
    found = only(data={"direction": "in", "credential": {"kind": "card", "number": number}})
    assert isinstance(found, Poison)
    assert found.reason == "bank_card_number"
    assert "1111" not in repr(found)


@pytest.mark.rule("D12")
def test_the_carriers_number_is_nowhere_in_what_is_kept() -> None:
    found = only(data={"direction": "in", "credential": {"kind": "card", "number": "00 12-34 567"}})
    assert isinstance(found, Event)
    assert found.token == "card/001234567"
    assert json.loads(found.text)["credential"] == {"kind": "card", "tail": "…4567"}


@pytest.mark.parametrize(
    ("body", "media", "refused"),
    [
        (b"[", BATCH, Unreadable),
        (b"{}", BATCH, Unreadable),
        (b"\xff\xfe", BATCH, Unreadable),
        (b"[" * 100_000, BATCH, Unreadable),
        (batch(*range(1001)), BATCH, TooLarge),
        (b"1\n" * 1001, LINES, TooLarge),
        (b"<xml/>", "text/xml", WrongMediaType),
        (b"{}", "application/json", WrongMediaType),
        (b"{}", f"{ONE}; charset=windows-1251", WrongMediaType),
    ],
)
def test_a_message_that_is_no_list_of_events_is_refused_whole(body: bytes, media: str, refused: type[IngestError]) -> None:
    with pytest.raises(refused):
        said(body, media)


def test_a_line_that_is_no_json_is_one_verdict() -> None:
    found = said(b"\n".join([b"{", json.dumps(GATE.passed(NOW)).encode(), b"\xff"]), LINES)
    assert [type(one) for one in found] == [Poison, Event, Poison]


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
@pytest.mark.parametrize("size", [MOST_BYTES + 1, 200 * MOST_BYTES])
def test_a_bomb_is_stopped_at_the_limit(pack: Any, size: int) -> None:
    packed = pack(b"\0" * size)
    with pytest.raises(TooLarge):
        unpacked(packed, "gzip" if pack is gzip.compress else "deflate")


@pytest.mark.parametrize(
    ("body", "encoding", "refused"),
    [
        (gzip.compress(b"x" * 100, mtime=0)[:-9], "gzip", Unreadable),
        (gzip.compress(b"[]", mtime=0) + b"tail", "gzip", Unreadable),
        (b"plain", "gzip", Unreadable),
        (b"plain", "br", WrongMediaType),
        (b"x" * (MOST_BYTES + 1), "", TooLarge),
    ],
)
def test_a_body_that_does_not_unpack_says_so(body: bytes, encoding: str, refused: type[IngestError]) -> None:
    with pytest.raises(refused):
        unpacked(body, encoding)


def test_a_packed_body_is_read_as_it_was() -> None:
    packed = ((gzip.compress(b"[]", mtime=0), "GZIP"), (zlib.compress(b"[]"), "deflate"), (b"[]", "identity"))
    assert [unpacked(body, encoding) for body, encoding in packed] == [b"[]"] * 3


UNREADABLE = {
    "no UTF-8": b'{"id": "\xff"}',
    "half a surrogate": b'{"data": "\\ud800"}',
    "no number": b'{"data": NaN}',
    "junk after a number": b"5 oops",
    "a wrong member before junk": b'{"id": 5, oops}',
    "too deep": b'{"data": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "a comma in a string": b'{"id": "a,]\\",[", oops}',
    "nothing": b"",
}


@pytest.mark.rule("E1")
@pytest.mark.parametrize("item", UNREADABLE.values(), ids=UNREADABLE)
def test_an_item_that_nobody_can_read_spoils_no_neighbour(item: bytes) -> None:
    good = json.dumps(GATE.passed(NOW, id_="good")).encode()
    last = json.dumps(GATE.passed(NOW, id_="last")).encode()
    found = said(b"[" + b",".join((good, item, last)) + b"]")
    assert [type(one) for one in found] == [Event, Poison, Event]
    if item:
        assert [type(one) for one in said(b"\n".join((good, item, last)), LINES)] == [Event, Poison, Event]
        assert [type(one) for one in said(item, ONE)] == [Poison]


@pytest.mark.rule("E1")
@pytest.mark.parametrize("body", [b'["\xff', b'{"a": \xff}', b"[5 oops", b"[NaN] x", b'["' + b'\\"' * 400_000, b"[" * 9000, b"[5 oops}"])
def test_a_body_without_an_end_is_unreadable_as_a_whole(body: bytes) -> None:
    with pytest.raises(Unreadable):
        said(body)
