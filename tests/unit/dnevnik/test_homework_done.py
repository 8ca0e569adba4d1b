"""The one write of dnevnik.ru: the status of a homework, by the ids as they are, repeated when the line breaks."""

from __future__ import annotations

import json
from typing import Any, cast

import httpx
import pytest

from connectors.kit.correspondence import HomeworkDonePort
from connectors.kit.errors import NotFound, Rejected
from tests.unit.dnevnik.stub import ACCESS, PERSON, Bench, child

WORK = 9_007_199_254_740_993


@pytest.mark.parametrize(("done", "action"), [(True, "Complete"), (False, "Cancel")])
async def test_the_status_is_set_by_work_and_person(bench: Bench, done: bool, action: str) -> None:
    bench.stub.answers = {f"/works/{WORK}/persons/{PERSON}/status": {"id": 1, "status": "Completed"}}
    await cast(HomeworkDonePort, bench.port).set_done(ACCESS, child(), str(WORK), done=done)
    (asked,) = bench.stub.asked
    assert (asked.method, json.loads(asked.content)) == ("POST", {"action": action})
    assert asked.headers["Access-Token"] and "access_token" not in str(asked.url)


async def test_a_made_up_id_asks_nothing(bench: Bench) -> None:
    for id_ in ("", "1/../2", "x"):
        with pytest.raises(NotFound):
            await cast(HomeworkDonePort, bench.port).set_done(ACCESS, child(), id_, done=True)
    assert bench.stub.asked == []


async def test_an_unknown_action_is_the_systems_refusal(bench: Bench) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        body: dict[str, Any] = {"type": "parameterInvalid", "description": "action"}
        return httpx.Response(400, json=body)

    bench.stub.answers = {f"/works/{WORK}/persons/{PERSON}/status": refuse}
    with pytest.raises(Rejected):
        await cast(HomeworkDonePort, bench.port).set_done(ACCESS, child(), str(WORK), done=True)
