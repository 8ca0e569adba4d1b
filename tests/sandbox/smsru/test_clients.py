"""Sessions that public clients of SMS.RU held run to their end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.smsru.conftest import SmsRu
from tests.sandbox.stand import samples
from tests.sandbox.texting import Session, run

SAMPLES = samples("smsru")


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_session_runs_to_its_end(smsru: SmsRu, path: Path) -> None:
    await run(Session(smsru.client.http, {"api_id": smsru.api_id}), path)
