"""Every provider's own register is read as it writes it, and refused whole where its totals are wrong (RULES D10)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.flows.reconcile import BadRegister, read_register
from hub.flows.reconcile.forms import FORMS
from sandbox.demand_code.routes.desk import LOOK as DEMAND
from sandbox.paying.register import Look, Row, fee, written
from sandbox.rbs.routes.desk import LOOK as RBS
from sandbox.tbank.routes.desk import LOOK as TBANK
from sandbox.terminal.wire.register import FORMS as TERMINAL
from sandbox.yookassa.routes.desk import LOOK as YOOKASSA
from tests.unit.ledger.register_kit import DAY, at

pytestmark = pytest.mark.rule("D10")
LOOKS: dict[str, tuple[str, Look, str, int]] = {
    "osmp": ("osmp", TERMINAL["osmp"], "Терминал 0017, Барнаул", 0),
    "sber2 as terminals": ("sber2", TERMINAL["osmp"], "Терминал 0017, Барнаул", 0),
    "sber2 with tags": ("sber2", TERMINAL["sber"], "01", 0),
    "sber_upper with tags": ("sber_upper", TERMINAL["sber"], "01", 0),
    "sber_old with tags": ("sber_old", TERMINAL["sber"], "01", 0),
    "rbs by card": ("rbs", RBS, "CARD", 180),
    "rbs by SBP": ("rbs", RBS, "SBP", 70),
    "yookassa by card": ("yookassa", YOOKASSA, "bank_card", 350),
    "yookassa by SBP": ("yookassa", YOOKASSA, "sbp", 40),
    "tbank by card": ("tbank", TBANK, "card", 229),
    "tbank by SBP": ("tbank", TBANK, "sbp", 40),
    "demand": ("demand", DEMAND, "Салон связи 12, Барнаул", 0),
}


def rows(way: str, rate: int) -> list[Row]:
    sums = (10_650, 10_999, 1, 1_500_000)
    return [
        Row(id=f"3{n:09}", order=f"{n:010}", at=at(9 + n), amount_kop=kop, fee_kop=fee(kop, rate), way=way) for n, kop in enumerate(sums)
    ]


@pytest.mark.parametrize("name", LOOKS)
def test_a_register_is_read_as_the_provider_writes_it(name: str) -> None:
    provider, look, way, rate = LOOKS[name]
    told = rows(way, rate)
    found = read_register(written(look, told, DAY), provider)
    assert [(one.key, one.account, one.amount_kop, one.fee_kop, one.day) for one in found.lines] == [
        (one.id, one.order, one.amount_kop, one.fee_kop, DAY) for one in told
    ]
    assert (found.sum_kop, found.fee_kop) == (sum(one.amount_kop for one in told), sum(one.fee_kop for one in told))
    assert all(one.fee_due_kop in (None, one.fee_kop) for one in found.lines), "the fee is the one that was agreed"
    assert {one.by_order for one in found.lines} == {provider in ("rbs", "yookassa", "tbank", "demand")}


@pytest.mark.parametrize("name", LOOKS)
def test_wrong_totals_refuse_the_whole_file(name: str) -> None:
    provider, look, way, rate = LOOKS[name]
    with pytest.raises(BadRegister, match="totals do not match"):
        read_register(written(look, rows(way, rate), DAY, "totals"), provider)


@pytest.mark.parametrize("spoil", ["missing", "extra", "sum", "duplicate", "date"])
@pytest.mark.parametrize("name", LOOKS)
def test_a_file_that_is_wrong_elsewhere_is_read(name: str, spoil: str) -> None:
    provider, look, way, rate = LOOKS[name]
    spoilt = rows(way, rate)
    if spoil == "sum":
        spoilt[0] = Row(id=spoilt[0].id, order=spoilt[0].order, at=spoilt[0].at, amount_kop=10_550, fee_kop=fee(10_550, rate), way=way)
    count = {"missing": 3, "extra": 5, "duplicate": 5}.get(spoil, 4)
    assert len(read_register(written(look, spoilt, DAY, spoil), provider).lines) == count


@pytest.mark.parametrize("name", ["rbs by card", "yookassa by card", "tbank by card"])
def test_an_empty_day_is_a_register(name: str) -> None:
    provider, look, _, _ = LOOKS[name]
    assert read_register(written(look, [], DAY), provider).lines == ()


def test_a_line_without_tags_is_the_banks_own_and_counts_in_no_total() -> None:
    found = read_register(written(TERMINAL["sber"], rows("01", 0), DAY, "untagged"), "sber2")
    assert len(found.lines) == 4


@pytest.mark.parametrize(
    ("wrong", "to"),
    [
        ("CLIENTDOCNO:3000000000", "CLIENTDOCNO:"),
        ("CLIENTNO:0000000000;", ""),
        (";106.50;", ";106,50;"),
        ("17/11/2026;CLIENTNO:0000000000", "31/02/2026;CLIENTNO:0000000000"),
        ("8644;0123;17;4001;106.50", "8644;0123"),
    ],
)
def test_a_tagged_line_that_says_too_little_refuses_the_file(wrong: str, to: str) -> None:
    text = written(TERMINAL["sber"], rows("01", 0), DAY).decode("cp1251")
    assert wrong in text
    with pytest.raises(BadRegister):
        read_register(text.replace(wrong, to, 1).encode("cp1251"), "sber2")


def test_what_is_transferred_is_the_sum_less_the_fee() -> None:
    text = written(YOOKASSA, rows("bank_card", 350), DAY).decode("utf-8-sig")
    assert ";102.77;" in text
    with pytest.raises(BadRegister, match="transferred"):
        read_register(text.replace(";102.77;", ";102.78;", 1).encode(), "yookassa")


def test_another_currency_refuses_the_file() -> None:
    text = written(YOOKASSA, rows("bank_card", 350), DAY).decode("utf-8-sig")
    with pytest.raises(BadRegister, match="currency"):
        read_register(text.replace(";RUB;", ";USD;", 1).encode(), "yookassa")


def test_a_code_paid_in_parts_has_a_key_for_each_visit() -> None:
    told = [Row(id="3000000001", order="a", at=at() + timedelta(hours=n), amount_kop=100, part=n + 1, way="Салон") for n in range(3)]
    found = read_register(written(DEMAND, told, DAY), "demand")
    assert [one.key for one in found.lines] == ["3000000001", "3000000001:2", "3000000001:3"]


@pytest.mark.parametrize("part", ["0", "", "x", "-1"])
def test_a_part_without_a_number_refuses_the_file(part: str) -> None:
    text = written(DEMAND, [Row(id="3000000001", order="a", at=at(), amount_kop=100, way="Салон")], DAY).decode("cp866")
    with pytest.raises(BadRegister, match="part"):
        read_register(text.replace("|1|", f"|{part}|", 1).encode("cp866"), "demand")


@pytest.mark.parametrize("provider", FORMS)
def test_a_file_in_another_providers_form_is_refused(provider: str) -> None:
    own = {"rbs": YOOKASSA, "yookassa": TBANK, "tbank": DEMAND, "demand": RBS}.get(provider, RBS)
    with pytest.raises(BadRegister):
        read_register(written(own, rows("card", 0), DAY), provider)
