"""The region that a person chose: what is offered there, to visitors and parents, by hostile hands too (RULES C4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from connectors.kit.config import ConnectorConfig
from connectors.kit.credentials import CredentialField, CredentialForm
from connectors.kit.manifest import Instance, LoginKind
from hub.app import create_app
from hub.flows.choose_region import logins_there, show_region
from hub.regions import registry
from tests.flows.asking import ask
from tests.flows.connect_kit import Connecting, connecting
from tests.flows.kit import PUBLIC, Browser, Clock, FakeDiary, Hub
from tests.flows.settings_kit import settings

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def found(hub: Hub, clock: Clock) -> Connecting:
    return connecting(hub, clock)


@pytest.fixture
async def anna(found: Connecting) -> Browser:
    browser = found.hub.browser()
    await browser.sign_in()
    return browser


async def choose(browser: Browser, region: str, *, to: str = "/connect", csrf: str | None = None, **headers: str) -> tuple[int, str]:
    given = {"Host": "localhost:8000", "Origin": PUBLIC, "Accept": "text/html", **headers}
    data = {"region": region, "next": to, "csrf_token": browser.csrf if csrf is None else csrf}
    answer = await browser.client.post("/region", form=data, headers=given)
    return answer.status_code, answer.headers.get("Location", "")


async def page(browser: Browser, path: str) -> str:
    answer = await browser.get(path, Accept="text/html")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    return await answer.get_data(as_text=True)


@pytest.mark.rule("C4")
@pytest.mark.feature("F169")
async def test_the_api_tells_each_region_with_what_works_there_today(found: Connecting, anna: Browser) -> None:
    every = await ask(anna, "/api/v1/regions")
    assert len(every["items"]) == 89
    ivanovo = next(one for one in every["items"] if one["code"] == "37")
    assert (ivanovo["name"], ivanovo["zone"]) == ("Ивановская область", "Europe/Moscow")
    assert "iv-edu" in ivanovo["systems"]
    view = await ask(anna, "/api/v1/regions/37")
    offers = {one["system"]: one for one in view["systems"]}
    assert offers["iv-edu"]["connected"] and offers["iv-edu"]["logins"] == ["snils_password"]
    assert not offers["eljur"]["connected"]
    assert "классный руководитель" in offers["iv-edu"]["given_by"]


@pytest.mark.rule("C4")
@pytest.mark.parametrize(("day", "system", "soon"), [("2023-08-31", "dnevnik", ["mes-mo"]), ("2023-09-01", "mes-mo", [])])
async def test_the_api_switches_a_region_on_its_day(found: Connecting, anna: Browser, day: str, system: str, soon: list[str]) -> None:
    view = await ask(anna, f"/api/v1/regions/50?on={day}")
    assert [one["system"] for one in view["systems"]] == [system]
    assert [one["system"] for one in view["coming"]] == soon


@pytest.mark.rule("C4")
async def test_today_is_the_regions_own_day(found: Connecting, anna: Browser) -> None:
    found.hub.clock.at = datetime(2026, 8, 31, 13, 0, tzinfo=UTC)
    await anna.sign_in()
    khabarovsk_zone, chuvashia = await ask(anna, "/api/v1/regions/79"), await ask(anna, "/api/v1/regions/21")
    assert khabarovsk_zone["day"] == "2026-08-31" and chuvashia["day"] == "2026-08-31"
    found.hub.clock.at = datetime(2026, 8, 31, 15, 0, tzinfo=UTC)
    assert [one["system"] for one in (await ask(anna, "/api/v1/regions/79"))["systems"]] == ["my-school"]
    assert [one["system"] for one in (await ask(anna, "/api/v1/regions/21"))["systems"]] == ["netschool"]


@pytest.mark.parametrize("path", ["/api/v1/regions/00", "/api/v1/regions/'", "/api/v1/regions/37?on=yesterday", "/api/v1/regions/37?on=9"])
async def test_a_region_or_day_that_is_none_is_refused(found: Connecting, anna: Browser, path: str) -> None:
    assert (await anna.get(path)).status_code in (400, 404)


async def test_a_choice_is_the_persons_on_every_device(found: Connecting, anna: Browser) -> None:
    assert (await anna.send("PUT", "/api/v1/me/region", json={"region": "27"})).status_code == 200
    other = found.hub.browser("Mozilla/5.0 (iPhone) Safari/604")
    await other.sign_in()
    assert (await ask(other, "/api/v1/regions"))["chosen"] == "27"
    assert await found.hub.rows("SELECT region FROM region_choice") == [("27",)]
    assert (await anna.send("PUT", "/api/v1/me/region", json={"region": "00"})).status_code == 404
    assert (await anna.send("PUT", "/api/v1/me/region", json={"region": "24"}, csrf="wrong")).status_code == 403


@pytest.mark.rule("A6")
async def test_ages_go_by_the_chosen_regions_clock_until_a_school_tells_its_own(found: Connecting, anna: Browser) -> None:
    async def zones() -> set[str]:
        return {zone for (zone,) in await found.hub.rows("SELECT zone FROM person")}

    assert await zones() == {"Europe/Moscow"}
    await choose(anna, "25")
    assert await zones() == {"Asia/Vladivostok"}, "the parent's own, and the child's who has no school yet"
    await anna.link()
    assert await zones() == {"Asia/Vladivostok", "Asia/Krasnoyarsk"}
    await choose(anna, "39")
    assert await zones() == {"Europe/Kaliningrad", "Asia/Krasnoyarsk"}, "a school's zone stays"


async def test_a_visitors_choice_is_the_browsers_and_goes_along_into_the_cabinet(found: Connecting) -> None:
    browser = found.hub.browser()
    assert await choose(browser, "37", to="/") == (303, "/")
    assert "Кабинет Иванова" in await page(browser, "/")
    await browser.sign_in()
    assert (await ask(browser, "/api/v1/regions"))["chosen"] == "37"
    assert await found.hub.rows("SELECT * FROM region_choice") == []


@pytest.mark.security("28")
@pytest.mark.parametrize(
    ("region", "to", "expected"),
    [("37", "https://evil.test", "/connect"), ("37", "//evil.test", "/connect"), ("37", "/auth/esia/start", "/connect")],
)
async def test_a_choice_leads_to_our_own_pages_only(found: Connecting, region: str, to: str, expected: str) -> None:
    assert await choose(found.hub.browser(), region, to=to) == (303, expected)


async def test_a_choice_needs_our_own_page(found: Connecting, anna: Browser) -> None:
    assert (await choose(anna, "37", csrf="wrong"))[0] == 403
    assert (await choose(anna, "37", Origin="https://evil.test"))[0] == 403
    assert (await choose(found.hub.browser(), "37", **{"Sec-Fetch-Site": "cross-site"}))[0] == 403
    assert (await choose(anna, "<script>"))[0] == 404


@pytest.mark.parametrize("cookie", ["00", "%00", "<b>", "37; Path=/", "x" * 5000, ""])
async def test_a_strange_cookie_is_no_region(found: Connecting, cookie: str) -> None:
    answer = await found.hub.browser().get("/", Cookie=f"hub-region={cookie}", Accept="text/html")
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<b>" not in text.split("</h1>")[-1] or cookie != "<b>"


@pytest.mark.rule("C4")
@pytest.mark.feature("F169")
@pytest.mark.feature("F170")
@pytest.mark.parametrize(("region", "form"), [("01", False), ("55", True), ("", True)])
async def test_the_form_is_offered_only_where_a_password_works(found: Connecting, anna: Browser, region: str, form: bool) -> None:
    if region:
        await choose(anna, region)
    text = await page(anna, "/connect/dnevnik")
    assert ('name="login"' in text) is form
    assert "/auth/dnevnik/start" in text
    assert ("В вашем регионе сюда входят" in text) is not form


@pytest.mark.rule("C4")
@pytest.mark.feature("F218")
async def test_a_diary_that_is_not_connected_here_leads_to_its_own_site(found: Connecting, anna: Browser) -> None:
    await choose(anna, "21")
    text = await page(anna, "/connect")
    assert "пока не подключён" in text and 'href="https://www.gosuslugi.ru/school"' in text
    assert 'href="/connect/my-school"' not in text


@pytest.mark.rule("C4")
async def test_the_first_page_offers_the_regions_diaries_by_name_and_else_the_choice(found: Connecting, anna: Browser) -> None:
    assert "Подключить дневник" in await page(anna, "/")
    await choose(anna, "37")
    text = await page(anna, "/")
    assert "Подключить Кабинет Иванова" in text and "Подключить Дневник.ру" in text
    assert "Подключить Цифровая школа" not in text
    await choose(anna, "92")
    assert "Подключить дневник" in await page(anna, "/")


async def test_a_diary_that_no_region_has_is_offered_everywhere(hub: Hub, clock: Clock) -> None:
    played = FakeDiary(clock, name="river")
    played.manifest = replace(played.manifest, id="river", instances=(Instance(name="river", title="Речной дневник", prefixes=("river",)),))
    deps = replace(hub.deps, diaries={"dnevnik": hub.diary, "river": played})
    browser = Hub(create_app(deps), deps, clock, hub.esia, hub.diary).browser()
    await browser.sign_in()
    for region, others in (("", True), ("24", False), ("55", True)):
        if region:
            await choose(browser, region)
        text = await page(browser, "/connect")
        assert "Речной дневник" in text
        assert ("/connect/dnevnik" in text) is others, "Krasnoyarsk has another diary"


async def test_a_stale_sign_in_is_renewed_before_anything_is_typed(found: Connecting, anna: Browser) -> None:
    found.hub.clock.go(minutes=6)
    text = await page(anna, "/connect/iv-edu")
    assert "Сначала войдите ещё раз" in text and 'name="password"' not in text
    assert "again=1" in text


async def test_texts_of_a_manifest_are_shown_as_text(found: Connecting, anna: Browser) -> None:
    evil = '<img src=x onerror="alert(1)">'
    form = CredentialForm(
        name='"><script>', title=evil, given_by=evil, fields=(CredentialField(name='p"><script>', title=evil, help=evil),)
    )
    found.snils.manifest = replace(found.snils.manifest, forms=(form,), title=evil)
    text = await page(anna, "/connect/iv-edu")
    assert "<img" not in text.replace('<img src="/static', "") and "<script>" not in text
    assert "&lt;img" in text


async def test_names_and_classes_of_an_answer_are_shown_as_text(found: Connecting, anna: Browser) -> None:
    evil = "<img src=x>"
    kid = found.contract.children[0]
    found.contract.children = (kid, structs.replace(kid, key=f"k{evil}"))
    found.contract.set_password = "a-password"
    answer = await anna.send(
        "POST", "/api/v1/links/digital-school", json={"credentials": {"account": "2700000017", "password": "a-password"}}
    )
    text = await page(anna, f"/connect/done/{(await answer.get_json())['id']}")
    assert "<img src=x>" not in text and "&lt;img" in text


async def test_a_diary_that_only_its_own_page_opens_shows_no_form(found: Connecting, anna: Browser) -> None:
    found.hub.diary.manifest = replace(found.hub.diary.manifest, logins=frozenset({LoginKind.BROWSER}))
    text = await page(anna, "/connect/dnevnik")
    assert '<form method="post" action="/connect/' not in text
    answer = await anna.get("/connect/dnevnik?again=1&child=x1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/auth/dnevnik/start?next=/children/x1/diary")


async def test_an_unknown_diary_and_a_foreign_link_have_no_page(found: Connecting, anna: Browser) -> None:
    for path in ("/connect/nothing", "/connect/done/nothing", "/connect/code/nothing"):
        assert (await anna.get(path)).status_code == 404


@pytest.mark.feature("F193")
@pytest.mark.feature("F223")
async def test_help_tells_each_diarys_own_recovery_without_a_sign_in(found: Connecting) -> None:
    text = await page(found.hub.browser(), "/help")
    for one in registry().systems.values():
        assert (one.title in text and one.recovery in text) or not one.given_by
    assert "Восстановить доступ" in text and "укажите почту: придёт письмо с инструкцией" in text
    assert 'href="tel:+78005552250"' in text


@pytest.mark.rule("C4")
async def test_a_server_of_one_region_is_not_offered_in_another(hub: Hub, clock: Clock, tmp_path: Path) -> None:
    played = FakeDiary(clock, name="netschool")
    played.manifest = replace(
        played.manifest, id="netschool", instances=(Instance(name="netschool", title="СГО", prefixes=("netschool",)),)
    )
    config = ConnectorConfig(instance="netschool", base_urls={"netschool": "https://sgo.mari-el.gov.ru"})
    real = settings(tmp_path, demo=False, public_url=PUBLIC, connectors={"netschool": config})
    deps = replace(hub.deps, diaries={"netschool": played}, settings=real)
    for code, connected in (("12", True), ("13", False)):
        (offer,) = [one for one in show_region(deps, code).systems if one.system == "netschool"]
        assert offer.connected is connected
        assert (logins_there(deps, "netschool", code) is not None) is connected


@pytest.mark.rule("C4")
@pytest.mark.parametrize(
    ("address", "offered"),
    [("https://authedu.mosreg.ru", {"50"}), ("https://dnevnik.edurb.ru", {"02"})],
    ids=["Подмосковье", "Башкортостан"],
)
async def test_a_platform_of_many_nodes_is_offered_where_its_address_leads(
    hub: Hub, clock: Clock, tmp_path: Path, address: str, offered: set[str]
) -> None:
    played = FakeDiary(clock, name="mes-mo")
    node = Instance(name="mes-mo", title="Дневник этого узла", prefixes=("mes-mo", "mes-mo-auth"))
    played.manifest = replace(played.manifest, id="mes", instances=(node,), logins=frozenset({LoginKind.BROWSER}))
    config = ConnectorConfig(instance="mes-mo", base_urls={"mes-mo": address, "mes-mo-auth": address})
    real = settings(tmp_path, demo=False, public_url=PUBLIC, connectors={"mes-mo": config})
    deps = replace(hub.deps, diaries={"mes-mo": played}, settings=real)
    for code in ("50", "02"):
        offers = [one for one in show_region(deps, code).systems if one.connected]
        assert [(one.system, one.title) for one in offers] == ([("mes-mo", "Дневник этого узла")] if code in offered else [])
        assert (logins_there(deps, "mes-mo", code) is not None) is (code in offered)


@pytest.mark.rule("C4")
async def test_the_demos_node_is_the_moscow_regions_alone(hub: Hub, clock: Clock) -> None:
    played = FakeDiary(clock, name="mes-mo")
    node = Instance(name="mes-mo", title="Школьный портал", prefixes=("mes-mo", "mes-mo-auth"))
    played.manifest = replace(played.manifest, id="mes", instances=(node,), logins=frozenset({LoginKind.BROWSER}))
    deps = replace(hub.deps, diaries={"mes-mo": played})
    shown = {code: [one.system for one in show_region(deps, code).systems if one.connected] for code in ("50", "02")}
    assert shown == {"50": ["mes-mo"], "02": []}
