"""Sessions that public clients of the gateway held, by REST in three ways and by SOAP, run to their end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.paid_sessions import Session, clean, run
from tests.sandbox.rbs.conftest import Bank
from tests.sandbox.stand import samples

SAMPLES = samples("rbs")


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_session_runs_to_its_end(bank: Bank, path: Path) -> None:
    await run(Session(bank.shop.http, {"user_name": bank.auth["userName"], "password": bank.auth["password"]}), path)
    clean(bank.shop, path)
