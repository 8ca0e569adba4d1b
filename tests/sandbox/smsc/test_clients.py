"""Sessions that public clients of SMSC.ru held run to their end."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.sandbox.smsc.conftest import Smsc
from tests.sandbox.stand import samples
from tests.sandbox.texting import Session, run

SAMPLES = samples("smsc")


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_session_runs_to_its_end(smsc: Smsc, path: Path) -> None:
    values = {"psw": smsc.psw, "psw_md5": hashlib.md5(smsc.psw.encode()).hexdigest()}
    await run(Session(smsc.client.http, values), path)
