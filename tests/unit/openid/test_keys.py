"""The provider's keys as they change: a new one at once, invented ones seldom asked for."""

from __future__ import annotations

import pytest

from connectors.kit.errors import Rejected
from tests.unit.openid.stub import Provider, published


@pytest.mark.security("11")
async def test_a_key_changed_just_before_signing_is_fetched_at_once(op: Provider) -> None:
    port = op.port()
    await op.finish(port)
    op.key, op.keys = "op-2", [published("op-2")]
    assert await op.finish(port)
    op.key, op.keys = "op-3", [published("op-2"), published("op-3")]
    assert await op.finish(port)
    assert len(op.asked("/jwks")) == 3


@pytest.mark.security("11")
async def test_a_new_key_under_an_old_name_is_fetched_too(op: Provider) -> None:
    port = op.port()
    await op.finish(port)
    op.key, op.keys = "op-2", [published("op-2", kid="op-1")]
    op.header["kid"] = "op-1"
    assert await op.finish(port)


@pytest.mark.security("11")
async def test_invented_key_ids_do_not_make_us_ask_each_time(op: Provider) -> None:
    port = op.port()
    await op.finish(port)
    for number in range(20):
        op.header["kid"] = f"../../{number}"
        with pytest.raises(Rejected) as told:
            await op.finish(port)
        assert told.value.reason == "token_key"
    assert len(op.asked("/jwks")) <= 3
    op.header = {}
    assert await op.finish(port), "whoever is honest still comes in"


@pytest.mark.security("11")
async def test_a_token_without_kid_is_tried_with_each_key(op: Provider) -> None:
    op.header["kid"] = None
    op.keys = [published("op-2"), published("op-1")]
    assert await op.finish()


@pytest.mark.security("11")
async def test_a_key_without_a_name_fits_a_token_that_names_one(op: Provider) -> None:
    op.keys = [published("op-1", kid=None, alg=None, use=None)]
    assert await op.finish()
