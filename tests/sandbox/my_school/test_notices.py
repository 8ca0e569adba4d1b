"""Changes are asked for by number, and told by signed notices that wait until they are received."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.my_school.hub_side import System, oid, refused

URL = "http://localhost:8000/my-school/notify"


class Receiver:
    """The hub's address: keeps what came, answers `status`."""

    def __init__(self) -> None:
        self.status = 204
        self.came: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.came.append(request)
        return httpx.Response(self.status)

    @property
    def seqs(self) -> list[str]:
        return [json.loads(it.content)["seq"] for it in self.came]


@pytest.fixture
def receiver(system: System) -> Iterator[Receiver]:
    made, outbound = Receiver(), system.stand.app.sandbox.outbound
    outbound.transport = httpx.MockTransport(made)
    yield made
    outbound.transport = None


def is_signed(request: httpx.Request, secret: str) -> bool:
    head = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode()
    seal = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), head + request.content, hashlib.sha256).digest()
    return bool(request.headers["webhook-signature"] == f"v1,{base64.b64encode(seal).decode()}")


async def settled(system: System) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await system.stand.http.get("/_sandbox/my-school/notices")).json()["notices"]
    return found


async def test_every_change_has_a_number_and_is_had_by_it(system: System) -> None:
    made = await system.submitted()
    feed = await system.data("GET", "changes")
    assert [(it["event"], it["bundle"], it["oid"]) for it in feed["items"]] == [
        ("created", made["id"], oid(system.father)),
        ("submitted", made["id"], oid(system.father)),
    ]
    await system.decide(await system.officer(), made["requests"][0])
    (last,) = (await system.data("GET", f"changes?after={feed['next']}"))["items"]
    assert (last["event"], last["state"], last["version"]) == ("approved", "partial", 3)
    assert (await system.data("GET", f"changes?after={last['seq']}")) == {"items": [], "next": last["seq"]}
    assert refused(await system.call("GET", "changes?after=x")) == (400, "malformed")


async def test_numbers_go_on_over_a_reset_and_a_restart(system: System) -> None:
    await system.submitted()
    before = int((await system.data("GET", "changes"))["next"])
    await system.stand.control("reset", {})
    await system.sign_in()
    await system.submitted()
    assert int((await system.data("GET", f"changes?after={before}"))["items"][0]["seq"]) == before + 1
    started = system.stand.app.sandbox.clock.now().timestamp() * 1000
    assert abs(started - before) < 3_600_000


async def test_a_system_hears_of_those_who_agreed_to_it_only(system: System) -> None:
    await system.submitted()
    await system.stand.control("my-school/clients", {"client_id": "another", "client_secret": "another-secret"})
    answer = await system.stand.http.post(
        "/my-school/oauth/token", data={"grant_type": "client_credentials", "client_id": "another", "client_secret": "another-secret"}
    )
    system.token = answer.json()["access_token"]
    assert (await system.data("GET", "changes"))["items"] == []


async def test_a_notice_is_signed_and_names_nobody(system: System, receiver: Receiver) -> None:
    told = await system.data("PUT", "subscription", None, {"url": URL})
    made = await system.submitted()
    assert all(it["received"] for it in await settled(system))
    first, second = receiver.came
    assert str(first.url) == URL and is_signed(first, told["secret"]) and is_signed(second, told["secret"])
    body = json.loads(second.content)
    assert set(body) == {"type", "seq", "bundle", "version", "state", "at"}
    assert (body["type"], body["bundle"], body["state"]) == ("bundle.changed", made["id"], "submitted")
    assert second.headers["webhook-id"] == f"chg_{body['seq']}"


async def test_what_was_not_received_goes_out_before_the_next(system: System, receiver: Receiver) -> None:
    await system.data("PUT", "subscription", None, {"url": URL})
    receiver.status = 503
    made = await system.submitted(submit=False)
    await settled(system)
    receiver.status = 204
    await system.data("POST", f"bundles/{made['id']}/submit", system.father)
    told = await settled(system)
    assert [it["answers"] for it in told] == [[503, 204], [204]]
    assert receiver.seqs == [told[0]["seq"], told[0]["seq"], told[1]["seq"]]


async def test_after_ten_tries_a_notice_is_given_up(system: System, receiver: Receiver) -> None:
    await system.data("PUT", "subscription", None, {"url": URL})
    receiver.status = 500
    made = await system.submitted(submit=False)
    await settled(system)
    for version in range(1, 11):
        body = {"class": f"{version}Я"}
        await system.data("PATCH", f"bundles/{made['id']}", system.father, body, If_Match=f'"{version}"')
        await settled(system)
    assert [len(it["answers"]) for it in await settled(system)][:2] == [10, 1]  # type: ignore[arg-type]  # a list in the JSON


@pytest.mark.parametrize("tamper", ["signature", "state", "time"])
async def test_a_spoilt_notice_may_be_sent(system: System, receiver: Receiver, tamper: str) -> None:
    told = await system.data("PUT", "subscription", None, {"url": URL})
    await system.submitted()
    await settled(system)
    receiver.came.clear()
    await system.stand.control("my-school/notices/repeat", {"tamper": tamper, "times": 2, "reverse": True})
    assert receiver.seqs == sorted(receiver.seqs, reverse=True) and len(receiver.seqs) == 4
    assert is_signed(receiver.came[0], told["secret"]) is (tamper != "signature")
    assert (json.loads(receiver.came[0].content)["state"] == "complete") is (tamper == "state")


async def test_notices_go_to_this_machine_only_and_end_with_the_subscription(system: System, receiver: Receiver) -> None:
    for url in ("http://example.org/", "ftp://localhost/", "http://localhost@example.org/"):
        assert refused(await system.call("PUT", "subscription", None, {"url": url})) == (422, "value")
    await system.data("PUT", "subscription", None, {"url": URL})
    await system.data("DELETE", "subscription")
    await system.submitted()
    assert await settled(system) == [] and receiver.came == []


async def test_no_answer_holds_nothing_up(system: System) -> None:
    def closed(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("closed")

    outbound = system.stand.app.sandbox.outbound
    outbound.transport = httpx.MockTransport(closed)
    await system.data("PUT", "subscription", None, {"url": URL})
    made = await system.submitted()
    told = await settled(system)
    outbound.transport = None
    assert (made["state"], [it["answers"] for it in told]) == ("submitted", [[None], []])
