"""Limits through the real edge: per account, per code and per network, whatever a forged header says (RULES A7, CONTRACT)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from quart import Response

from hub.app import create_app
from hub.web.paths import own_path
from tests.flows.kit import Browser, Hub, parent
from tests.flows.settings_kit import settings

pytestmark = pytest.mark.security("29")
PROXY, ELSEWHERE = "127.0.0.1", "198.51.100.7"
_WORDS = itertools.count(1)


@dataclass
class Guesser:
    """Signed-in accounts that try invitation codes from addresses of their own choosing."""

    hub: Hub
    accounts: list[Browser] = field(default_factory=list)

    async def account(self) -> Browser:
        code = f"guesser-{len(self.accounts)}"
        self.hub.esia.claims[code] = parent(f"9{len(self.accounts):03}", last_name="Чужой", snils=None, children=())
        browser = self.hub.browser()
        await browser.sign_in(code)
        self.accounts.append(browser)
        return browser

    async def guess(self, browser: Browser, *, peer: str = PROXY, forwarded: str = "") -> Response:
        """One wrong code for an invented child; a name of its own each time, so that no answer is held back."""
        number = next(_WORDS)
        headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000", "X-CSRF-Token": browser.csrf}
        if forwarded:
            headers["X-Forwarded-For"] = forwarded
        return await browser.client.post(
            "/api/v1/invitations/redeem",
            json={"last_name": f"Имярек{number}", "first_name": "Никто", "code": "AAAA-BBBB-CCCC"},
            headers=headers,
            scope_base={"client": (peer, 5)},
        )


def behind(hub: Hub, tmp_path: Path, *proxies: str) -> Hub:
    """The same hub, told which proxies to believe."""
    deps = replace(hub.deps, settings=settings(tmp_path, trusted_proxies=tuple(ip_network(one) for one in proxies)))
    return replace(hub, app=create_app(deps), deps=deps)


async def test_the_account_is_counted_wherever_it_says_it_is(hub: Hub) -> None:
    guesser = Guesser(hub)
    thief = await guesser.account()
    answers = [await guesser.guess(thief, peer=f"203.0.113.{n}", forwarded=f"10.0.0.{n}") for n in range(11)]
    assert [one.status_code for one in answers] == [422] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


async def test_a_forged_header_does_not_move_the_network(hub: Hub) -> None:
    guesser = Guesser(hub)
    answers = []
    for n in range(11):
        answers.append(await guesser.guess(await guesser.account(), peer=ELSEWHERE, forwarded=f"203.0.113.{n}"))
    assert [one.status_code for one in answers] == [422] * 10 + [429], "eleven accounts, one network"
    assert (await guesser.guess(await guesser.account(), peer="198.51.100.99")).status_code == 422, "another network is not held"


async def test_only_a_named_proxy_is_believed(hub: Hub, tmp_path: Path) -> None:
    guesser = Guesser(behind(hub, tmp_path, "127.0.0.1/32"))
    through = [await guesser.guess(await guesser.account(), peer=PROXY, forwarded=f"203.0.113.{n}") for n in range(11)]
    assert {one.status_code for one in through} == {422}, "eleven clients behind the proxy are eleven networks"
    past = [await guesser.guess(await guesser.account(), peer=ELSEWHERE, forwarded=f"203.0.113.{n}") for n in range(11)]
    assert [one.status_code for one in past] == [422] * 10 + [429], "whoever goes past the proxy says nothing"


async def test_what_a_client_writes_before_the_proxy_is_not_believed(hub: Hub, tmp_path: Path) -> None:
    guesser = Guesser(behind(hub, tmp_path, "127.0.0.1/32"))
    answers = [await guesser.guess(await guesser.account(), forwarded=f"203.0.113.{n}, {ELSEWHERE}") for n in range(11)]
    assert [one.status_code for one in answers] == [422] * 10 + [429]


async def test_the_addresses_of_one_ipv6_customer_are_one_network(hub: Hub) -> None:
    guesser = Guesser(hub)
    answers = [await guesser.guess(await guesser.account(), peer=f"2001:db8:1:2::{n + 1:x}") for n in range(11)]
    assert [one.status_code for one in answers] == [422] * 10 + [429]
    assert (await guesser.guess(await guesser.account(), peer="2001:db8:1:3::1")).status_code == 422


async def test_sixty_failed_callbacks_a_minute_lock_nobody_out(hub: Hub) -> None:
    browser = hub.browser()
    for number in range(61):
        assert (await browser.get(f"/auth/esia/return?state=s{number}")).status_code == 400
    assert (await browser.sign_in())["person"]["first_name"] == "Анна"


async def test_an_export_is_limited_by_the_person_and_not_by_the_address(hub: Hub) -> None:
    first, second = hub.browser(), hub.browser()
    await first.sign_in()
    await second.sign_in()
    for number in range(6):
        browser = (first, second)[number % 2]
        answer = await browser.client.get(
            "/export/mine.json", headers={"Host": "localhost:8000"}, scope_base={"client": (f"203.0.113.{number}", 5)}
        )
        assert answer.status_code == 200
    assert (await second.get("/export/mine.json", **{"X-Forwarded-For": "203.0.113.77"})).status_code == 429


@pytest.mark.security("28")
@pytest.mark.parametrize(
    "hostile",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/%2F/evil.example", "/%5Cevil.example",
        "/%252F%252Fevil.example", "///evil.example", "javascript:alert(1)", "/\tevil", "/%0d%0aLocation:x", "evil.example",
        "/auth/logout", "http:evil.example", "/" + "a" * 600, "", None,
    ],
)  # fmt: skip
def test_no_way_back_leads_to_a_strangers_page(hostile: str | None) -> None:
    assert own_path(hostile, "/safe") == "/safe"
