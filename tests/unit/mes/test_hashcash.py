"""The stamp before the password: 15 zero bits, made for a bounded price."""

from __future__ import annotations

import hashlib
import math
import time

import pytest

from connectors.diaries.mes.hashcash import BITS, price, stamp
from connectors.kit.errors import Drifted, TimedOut
from tests.unit.mes.stub import HEADER


def zero_bits(text: str) -> int:
    return 160 - int.from_bytes(hashlib.sha1(text.encode(), usedforsecurity=False).digest()).bit_length()


def test_a_stamp_is_the_header_with_a_counter_in_hex_and_has_its_zero_bits() -> None:
    made = stamp("mes", HEADER, ends_at=math.inf)
    assert made.startswith(HEADER)
    assert int(made.removeprefix(HEADER), 16) >= 0
    assert zero_bits(made) >= BITS


@pytest.mark.parametrize(("header", "bits"), [(HEADER, 15), ("1:4:x", 4), ("something else", 15)])
def test_the_header_names_its_price(header: str, bits: int) -> None:
    assert price("mes", header) == bits


@pytest.mark.parametrize("header", ["", "1:40:261121:x", "1:15:" + "x" * 600])
def test_a_price_that_no_person_at_a_form_pays_is_refused(header: str) -> None:
    with pytest.raises(Drifted) as told:
        stamp("mes", header, ends_at=math.inf)
    assert told.value.where == "$.items[].proofOfWork"


def test_the_work_ends_with_the_persons_patience() -> None:
    with pytest.raises(TimedOut):
        stamp("mes", "1:20:261121120000:never:", ends_at=time.monotonic() - 1)
