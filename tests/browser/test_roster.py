"""The school's office in a real browser: a table with errors, the dry run, progress to the end, slips on paper, a code scanned."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser import walk
from tests.browser.test_access_for_all import NARROW, look
from tools.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

CODE = re.compile(r"[2-9A-Y]{4}-[2-9A-Y]{4}-[2-9A-Y]{4}")
HEAD = "Класс;Фамилия;Имя;Дата рождения;СНИЛС родителя 1;Фамилия родителя 1;Имя родителя 1"


def table(klass: str, count: int, *more: str) -> bytes:
    """As Excel saves it on a Russian Windows; each class has its own surnames."""
    letters = "абвгдежзиклмнопрстуфхцч"
    rows = [f"{klass};Чайк{klass[-1].lower()}{letters[n % 23]}{letters[n // 23]};Вера;01.09.2014;;;" for n in range(count)]
    return "\r\n".join((HEAD, *rows, *more)).encode("cp1251")


@pytest_asyncio.fixture(loop_scope="session")
async def office(page: Page, stage: Stage) -> Page:
    """A school's administrator, signed in."""
    admin = (await walk.people(stage, role="school_admin"))["people"][0]
    await walk.control(stage, "esia/sign_in_as", person=admin["id"], times=1)
    await page.goto("/auth/esia/start")
    await page.get_by_role("link", name="Школа", exact=True).click()
    return page


async def upload(page: Page, data: bytes) -> None:
    await page.goto("/office/roster/import")
    await page.get_by_label("Таблица CSV").set_input_files({"name": "classes.csv", "mimeType": "text/csv", "buffer": data})
    await page.get_by_role("button", name="Проверить").click()
    await expect(page.get_by_role("heading", name="ничего ещё не записано")).to_be_visible()


async def fill(page: Page, klass: str, count: int) -> None:
    await upload(page, table(klass, count))
    await page.get_by_role("button", name=re.compile("Записать")).click()
    await expect(page.get_by_role("heading", name="Список записан")).to_be_visible(timeout=30_000)


@pytest.mark.rule("A8")
async def test_a_table_with_errors_is_checked_applied_and_followed_to_the_end(office: Page) -> None:
    await upload(office, table("11А", 300, "11А;=HYPERLINK(1);Ян;01.09.2014;;;", "11А;Ким;Ян;41883;123-456-789 65;Ким;Ия"))
    errors = office.get_by_role("region", name="Ошибки по строкам")
    await expect(errors.get_by_role("row")).to_have_count(4)
    await expect(errors).to_contain_text("302")
    assert "456-789" not in await office.content()
    await office.get_by_role("button", name=re.compile("Записать 300 строк")).click()
    await expect(office.get_by_role("progressbar")).to_be_visible()
    # Nobody reloads: the page itself follows the worker.
    await expect(office.get_by_role("heading", name="Список записан")).to_be_visible(timeout=60_000)
    await expect(office.get_by_role("status").filter(has_text="Новых 300")).to_contain_text("не принято 2")
    await office.goto("/office/classes/11%D0%90")
    await expect(office.get_by_text("Учеников: 300.")).to_be_visible()


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
async def test_without_javascript_the_page_of_an_import_renews_itself(office: Page) -> None:
    await fill(office, "11Б", 120)
    await office.get_by_role("link", name="К классам и листкам").click()
    await expect(office.get_by_role("row", name=re.compile("11Б"))).to_contain_text("120")


@pytest.mark.rule("A7")
@pytest.mark.feature("F067")
async def test_slips_are_shown_once_print_on_paper_and_a_reprint_is_offered(office: Page, tmp_path: Path) -> None:
    await fill(office, "11В", 7)
    await office.goto("/office/classes/11%D0%92/slips")
    await office.get_by_role("button", name=re.compile("Выпустить коды")).click()
    codes = CODE.findall(await office.locator("main").inner_text())
    assert len(set(codes)) == 7
    await expect(office.locator("svg.qr")).to_have_count(7)
    await expect(office.get_by_role("button", name="Напечатать")).to_be_visible()
    paper = tmp_path / "slips.pdf"
    await office.pdf(path=paper, format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) == 2
    await office.emulate_media(media="print")
    assert not await office.get_by_role("navigation", name="Канцелярия").is_visible()
    heights = [await slip.evaluate("one => one.getBoundingClientRect().height") for slip in await office.locator(".slip").all()]
    assert all(200 < height < 260 for height in heights), heights
    await office.emulate_media(media="screen")
    await office.reload()
    await expect(office.get_by_role("status")).to_contain_text("уже показаны")
    assert not CODE.findall(await office.locator("main").inner_text())


@pytest.mark.rule("A7")
async def test_a_scanned_code_fills_its_field_leaves_the_address_and_links_the_child(office: Page, stage: Stage) -> None:
    await fill(office, "11Г", 1)
    await office.goto("/office/classes/11%D0%93/slips")
    await office.get_by_role("button", name=re.compile("Выпустить коды")).click()
    (code,) = CODE.findall(await office.locator("main").inner_text())
    asked: list[str] = []
    office.on("request", lambda request: asked.append(request.url))
    await office.context.clear_cookies()
    await office.goto(f"/invitation#code={code}")
    assert "code" not in office.url
    person = await walk.parent(stage)
    await walk.control(stage, "esia/sign_in_as", person=person["id"], times=1)
    await office.get_by_role("link", name="Войти через Госуслуги").click()
    await expect(office.get_by_label("Код", exact=True)).to_have_value(code)
    await office.get_by_label("Фамилия ребёнка").fill("чайкгаа")
    await office.get_by_label("Имя ребёнка").fill("ВЕРА")
    await office.get_by_role("button", name="Подключить ребёнка").click()
    await expect(office.get_by_role("heading", name="Вера")).to_be_visible()
    assert not [url for url in asked if code in url.split("#")[0]]


async def test_a_code_scanned_before_the_sign_in_is_offered_on_the_next_page(page: Page, stage: Stage) -> None:
    await page.goto("/help#code=ABCD-EFGH-JKMN")
    assert "code" not in page.url
    person = await walk.parent(stage)
    await walk.control(stage, "esia/sign_in_as", person=person["id"], times=1)
    await page.goto("/auth/esia/start")
    await page.get_by_role("link", name="Код с листка прочитан").click()
    await expect(page.get_by_label("Код", exact=True)).to_have_value("ABCD-EFGH-JKMN")
    await page.reload()
    await expect(page.get_by_label("Код", exact=True)).to_have_value("")


@pytest.mark.parametrize("context", [{}, NARROW, {"color_scheme": "dark"}], indirect=True, ids=["wide", "phone", "dark"])
async def test_no_page_of_the_roster_has_an_accessibility_fault(office: Page, request: pytest.FixtureRequest) -> None:
    klass = {"wide": "10К", "phone": "10Л", "dark": "10М"}[request.node.callspec.id]
    await upload(office, table(klass, 3, f"{klass};1;2;3;4;5;6"))
    addresses = ["/office", "/office/pupils", "/office/pupils/new", "/office/roster/import", office.url]
    await fill(office, klass, 3)
    addresses += [office.url, f"/office/classes/{klass}", f"/office/classes/{klass}/slips"]
    await office.goto(f"/office/classes/{klass}")
    await office.get_by_role("link", name=re.compile("Чайк")).first.click()
    addresses.append(office.url)
    faults, wide = [], []
    for address in addresses:
        faults += await look(office, address)
        if await office.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(address)
    assert not faults
    assert not wide


async def applied(office: Page, stage: Stage, klass: str) -> None:
    """A parent of somebody under 14 asks this office to take the child."""
    ogrn = (await (await office.request.get("/api/v1/office/posts")).json())["here"]["school_ogrn"]
    parent = await walk.parent(stage)
    browser = office.context.browser
    assert browser is not None
    family = await browser.new_context(base_url=stage.hub, locale="ru-RU")
    await walk.control(stage, "esia/sign_in_as", person=parent["id"], times=1)
    await (await family.new_page()).goto("/auth/esia/start")
    me = await (await family.request.get("/api/v1/me")).json()
    asked = {"school_ogrn": ogrn, "class": klass, "role": "legal_representative"}
    headers = {"Origin": stage.hub, "X-CSRF-Token": me["csrf_token"]}
    for child in me["children"]:
        await family.request.post("/api/v1/joins", data=asked | {"child": child["id"]}, headers=headers)
    await family.close()


@pytest.mark.rule("B4")
async def test_the_queue_is_decided_by_keyboard_and_the_keys_can_be_switched_off(office: Page, stage: Stage) -> None:
    await applied(office, stage, "5Я")
    await office.goto("/office?class=5%D0%AF")
    rows = office.locator("[data-row]")
    before = await rows.count()
    assert before >= 2
    for key in ("j", "j", "k", "x", "?"):
        await office.keyboard.press(key)
    await expect(office.get_by_text("Отмечено: 1")).to_be_visible()
    await expect(office.get_by_text("следующее и прошлое заявление")).to_be_visible()
    await office.keyboard.press("r")
    await office.keyboard.type("jkx")
    await expect(office.get_by_label("Почему отклоняем")).to_have_value("jkx")
    await office.get_by_label("Почему отклоняем").fill("")
    await office.get_by_role("heading", level=1).click()
    await office.keyboard.press("a")
    await office.keyboard.press("Enter")
    await expect(office.get_by_text("Одобрено: 1.")).to_be_visible()
    await office.get_by_text("Клавиши", exact=True).click()
    await office.get_by_label("Клавиши мне мешают").check()
    await office.get_by_role("heading", level=1).click()
    await office.keyboard.press("j")
    assert await office.evaluate("document.activeElement.tagName") == "BODY"


@pytest.mark.parametrize("context", [{**NARROW, "color_scheme": "dark"}], indirect=True, ids=["phone in the dark"])
async def test_no_page_of_the_office_has_an_accessibility_fault(office: Page, stage: Stage) -> None:
    await applied(office, stage, "5Ю")
    await office.goto("/office?state=all")
    first = await office.locator("[data-row] a").first.get_attribute("href")
    pages = (
        "?class=5%D0%AE&state=all",
        "/classes",
        "/left",
        "/meals",
        "/announcements",
        "/staff",
        "/carriers",
        "/devices",
        "/enter",
        "/role",
    )
    addresses = [f"/office{path}" for path in pages] + ([first] if first else [])
    faults, wide = [], []
    for address in addresses:
        faults += await look(office, address)
        if await office.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(address)
    assert not faults
    assert not wide
