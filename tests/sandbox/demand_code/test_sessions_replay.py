"""A recorded session gets the answers that let it run to its end; each call is hashed anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.demand_code.conftest import CREATE, STATE, Salon, hashed
from tests.sandbox.paid_sessions import Session, clean, run
from tests.sandbox.stand import samples

SAMPLES = samples("demand_code")


class Hashed(Session):
    """`{hash}` stands for the hash of the other fields."""

    secret: str

    def fill(self, value: Any) -> Any:
        if isinstance(value, dict) and value.get("hash") == "{hash}":
            filled = {key: self.fill(item) for key, item in value.items() if key != "hash"}
            return {**filled, "hash": hashed(CREATE if "orderId" in filled else STATE, filled, self.secret)}
        return super().fill(value)


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_session_runs_to_its_end(salon: Salon, path: Path) -> None:
    session = Hashed(salon.shop.http)
    session.secret = salon.secret
    await run(session, path)
    clean(salon.shop, path)
