"""Sessions that public clients of T-Bank held run to their end; each call is signed anew."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.paid_sessions import Session, clean, run
from tests.sandbox.stand import samples
from tests.sandbox.tbank.conftest import Bank, made_token

SAMPLES = samples("tbank")


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_session_runs_to_its_end(bank: Bank, path: Path) -> None:
    def sign(fields: Mapping[str, Any]) -> str:
        return made_token({name: value for name, value in fields.items() if name != "Password"}, bank.password)

    await run(Session(bank.shop.http, {"terminal": bank.key, "password": bank.password}, sign=sign), path)
    clean(bank.shop, path)
