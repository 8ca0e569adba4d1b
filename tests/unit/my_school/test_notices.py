"""Notices by Standard Webhooks: taken only signed with a secret in use, in time, and about a bundle."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest

from connectors.kit.errors import ConnectorError, Drifted, Rejected
from connectors.kit.school_joining import BundleState, reason_of
from connectors.kit.secret import Secret
from tests.unit.my_school.stub import NOW, Bench

KEY, OLD = b"k" * 24, b"o" * 24
SECRET, OLD_SECRET = (Secret("whsec_" + base64.b64encode(key).decode()) for key in (KEY, OLD))
TOLD = {"type": "bundle.changed", "seq": "17", "bundle": "b-1", "version": 4, "state": "partial", "at": "2026-11-21T12:00:00+03:00"}


def body(**changes: Any) -> bytes:
    return json.dumps(TOLD | changes).encode()


def signed(content: bytes, key: bytes = KEY, id_: str = "chg_17", at: int | None = None) -> dict[str, str]:
    stamp = str(int(NOW.timestamp()) if at is None else at)
    seal = hmac.digest(key, b".".join((id_.encode(), stamp.encode(), content)), "sha256")
    return {"webhook-id": id_, "webhook-timestamp": stamp, "webhook-signature": "v1," + base64.b64encode(seal).decode()}


def test_a_signed_notice_is_read_however_its_headers_are_written(bench: Bench) -> None:
    headers = {name.title(): value for name, value in signed(body()).items()} | {"Content-Type": "application/json"}
    notice = bench.port.read_notice(headers, body(), (SECRET,))
    assert (notice.id, notice.seq, notice.bundle, notice.version, notice.state) == ("chg_17", "17", "b-1", 4, BundleState.PARTIAL)
    assert notice.at == NOW


def test_it_reads_the_same_three_times_and_in_any_order(bench: Bench) -> None:
    """Whether it is news is for the bundle's version to say, not for the reader."""
    assert len({bench.port.read_notice(signed(body()), body(), (SECRET,)) for _ in range(3)}) == 1
    assert bench.port.read_notice(signed(body(seq="3"), id_="chg_3"), body(seq="3"), (SECRET,)).seq == "3"


def test_the_old_secret_is_good_while_it_is_kept(bench: Bench) -> None:
    headers = signed(body(), OLD)
    assert bench.port.read_notice(headers, body(), (SECRET, OLD_SECRET)).seq == "17"
    with pytest.raises(Rejected):
        bench.port.read_notice(headers, body(), (SECRET,))


def test_one_good_signature_of_several_is_enough(bench: Bench) -> None:
    headers = signed(body())
    headers["webhook-signature"] = f"v2,abc v1,bm9uZQ== {headers['webhook-signature']}"
    assert bench.port.read_notice(headers, body(), (SECRET,)).seq == "17"


REFUSED: list[tuple[str, dict[str, str], bytes, tuple[Secret, ...]]] = [
    ("notice_unsigned", {}, body(), (SECRET,)),
    ("notice_unsigned", signed(body()) | {"webhook-signature": "v2,abc"}, body(), (SECRET,)),
    ("notice_unsigned", signed(body()) | {"webhook-timestamp": "soon"}, body(), (SECRET,)),
    ("notice_unsigned", signed(body()) | {"webhook-timestamp": "٣"}, body(), (SECRET,)),
    ("notice_unsigned", signed(body()) | {"webhook-id": "ключ"}, body(), (SECRET,)),
    ("notice_unsigned", signed(body()) | {"webhook-signature": " ".join(["v1,x"] * 9)}, body(), (SECRET,)),
    ("notice_unsigned", signed(b" " * 20_000), b" " * 20_000, (SECRET,)),
    ("notice_forged", signed(body(), b"z" * 24), body(), (SECRET,)),
    ("notice_forged", signed(body()), body(state="complete"), (SECRET,)),
    ("notice_forged", signed(body()) | {"webhook-id": "chg_18"}, body(), (SECRET,)),
    ("notice_forged", signed(body()) | {"webhook-timestamp": str(int(NOW.timestamp()) + 1)}, body(), (SECRET,)),
    ("notice_forged", signed(body()) | {"webhook-signature": "v1,подпись"}, body(), (SECRET,)),
    ("notice_forged", signed(body()), body(), ()),
    ("notice_forged", signed(body(), b""), body(), (Secret("whsec_"), Secret("plain"), Secret("whsec_!!!"))),
    ("notice_time", signed(body(), at=int(NOW.timestamp()) - 301), body(), (SECRET,)),
    ("notice_time", signed(body(), at=int(NOW.timestamp()) + 301), body(), (SECRET,)),
    ("notice_time", signed(body(), at=0), body(), (SECRET,)),
]


@pytest.mark.parametrize(("code", "headers", "content", "secrets"), REFUSED)
def test_what_is_not_signed_so_is_refused(
    bench: Bench, code: str, headers: dict[str, str], content: bytes, secrets: tuple[Secret, ...]
) -> None:
    with pytest.raises(ConnectorError) as told:
        bench.port.read_notice(headers, content, secrets)
    assert (type(told.value), reason_of(told.value)) == (Rejected, code)


def test_the_window_is_five_minutes_of_the_hubs_clock(bench: Bench) -> None:
    headers = signed(body())
    for minutes in (-5, 5):
        bench.clock.at = NOW + timedelta(minutes=minutes)
        assert bench.port.read_notice(headers, body(), (SECRET,)).seq == "17"


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"[]", "$"),
        (b"", "$"),
        (body(type="bundle.gone"), "$.type"),
        (body(seq="18"), "$.seq"),
        (body(bundle="../x"), "$.bundle"),
        (body(version="new"), "$.version"),
        (body(at="2026-11-21T12:00:00"), "$.at"),
    ],
)
def test_a_signed_body_in_another_format_is_drift(bench: Bench, content: bytes, where: str) -> None:
    with pytest.raises(Drifted) as told:
        bench.port.read_notice(signed(content), content, (SECRET,))
    assert told.value.where == where


def test_nothing_is_asked_for_it(bench: Bench) -> None:
    bench.port.read_notice(signed(body()), body(), (SECRET,))
    assert bench.stub.asked == []
