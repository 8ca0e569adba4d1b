"""The head and the administrators of a school come in by what Gosuslugi says of their organisation (RULES B6)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from connectors.kit.ports import Departure
from hub.app import create_app
from identity.claims import Claims, Level, WorkClaim
from tests.flows.desk_kit import snils
from tests.flows.kit import Browser, FakeEsia, Hub, parent
from tests.flows.office_kit import OGRN, OTHER, open_office

HEAD = WorkClaim(ogrn=OGRN, is_head=True)


@dataclass
class AtWork(FakeEsia):
    """Tells where somebody works if it was asked."""

    async def begin_at_work(self, *, state: str, redirect_uri: str) -> Departure:
        left = await self.begin(state=state, redirect_uri=redirect_uri)
        return replace(left, url=f"{left.url}&scope=usr_org")


@pytest.fixture
async def office(hub: Hub) -> Hub:
    await open_office(hub, [])
    asking = AtWork(hub.clock, hub.esia.claims)
    hub.esia, hub.deps = asking, replace(hub.deps, sign_ins={"esia": asking})
    hub.app = create_app(hub.deps)
    return hub


def inna(*work: WorkClaim, **more: object) -> Claims:
    made = parent("of inna", last_name="Гущина", first_name="Инна", snils=snils(155000077), children=())
    return replace(made, **({"work": work} | more))  # type: ignore[arg-type]  # a table of fields


async def come(hub: Hub, claims: Claims, **query: str) -> Browser:
    hub.esia.claims["inna"] = claims
    browser = hub.browser()
    answer = await browser.back(await browser.leave(**query), "inna")
    assert answer.status_code == 303
    await browser.me()
    return browser


async def posts(browser: Browser) -> list[tuple[str, str]]:
    found = await (await browser.get("/api/v1/office/posts")).get_json()
    return [(one["school_ogrn"], one["role"]) for one in found["items"]]


@pytest.mark.rule("B6")
async def test_a_head_comes_in_without_a_code_and_leaves_the_post_when_gosuslugi_names_it_no_more(office: Hub) -> None:
    browser = await come(office, inna(HEAD, WorkClaim(ogrn=OTHER), WorkClaim(ogrn="1020000000000", is_head=True)), work="1")
    assert await posts(browser) == [(OGRN, "head")], "who only works there, and a school unknown here, give nothing"
    assert (await browser.get("/api/v1/office/staff")).status_code == 200
    assert await posts(await come(office, replace(inna(), work=None))) == [(OGRN, "head")], "a sign-in as a parent changes nothing"
    assert await posts(await come(office, inna(WorkClaim(ogrn=OGRN)), work="1")) == []
    assert (await browser.get("/api/v1/office/staff")).status_code == 403


@pytest.mark.rule("B6")
async def test_an_unconfirmed_account_gets_no_post_whatever_is_told(office: Hub) -> None:
    browser = await come(office, inna(HEAD, level=Level.STANDARD), work="1")
    assert await posts(browser) == []


async def test_a_post_that_the_school_gave_itself_stays_when_gosuslugi_tells_nothing(office: Hub) -> None:
    office.esia.claims["nina"] = replace(office.esia.claims["nina"], work=())  # type: ignore[type-var]  # claims, no refusal
    browser = office.browser()
    await browser.back(await browser.leave(work="1"), "nina")
    assert await posts(browser) == [(OGRN, "school_admin")]


async def test_only_the_offices_door_asks_where_somebody_works(office: Hub) -> None:
    for query, asked in (({}, False), ({"work": "1"}, True)):
        answer = await office.browser().client.get("/auth/esia/start", query_string=query, headers={"Host": "localhost:8000"})
        assert ("usr_org" in answer.headers["Location"]) == asked
    page = await (await office.browser().get("/office/enter", Accept="text/html")).get_data(as_text=True)
    assert "start?work=1" in page
