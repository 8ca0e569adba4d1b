"""Sessions that public clients of YooKassa held run to their end."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.sandbox.paid_sessions import Session, clean, run
from tests.sandbox.stand import samples
from tests.sandbox.yookassa.conftest import Yoo

SAMPLES = samples("yookassa")


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_session_runs_to_its_end(yoo: Yoo, path: Path) -> None:
    basic = base64.b64encode(":".join(yoo.auth).encode()).decode()
    await run(Session(yoo.shop.http, {"basic": basic}), path)
    clean(yoo.shop, path)
