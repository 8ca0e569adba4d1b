"""Diaries that believe whoever names a number: only what Gosuslugi vouched for opens them (RULES A5a, A8, A15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import msgspec
import pytest

from connectors.kit.config import ConnectorConfig
from connectors.kit.credentials import CredentialField, CredentialForm, FieldKind
from connectors.kit.diary import DiaryChild
from connectors.kit.errors import NotFound, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.ports import Access, DiaryAccount
from connectors.kit.secret import Secret
from hub.app import create_app
from identity.claims import Level
from tests.flows.asking import WEEK, ask
from tests.flows.connect_kit import manifest, nameless
from tests.flows.desk_kit import put_on_card, snils
from tests.flows.kit import Browser, Clock, FakeDiary, Hub, account, kid, parent, pupil
from tests.flows.office_kit import OGRN, open_office, signed

ANNA, PETYA_ID = "123-456-789 64", "1100220026"
OWN = CredentialForm(name="own", title="По СНИЛС", fields=(CredentialField(name="snils", title="Ваш СНИЛС", kind=FieldKind.OWN_SNILS),))
BY_ID = CredentialForm(name="id", title="По номеру", fields=(CredentialField(name="esia_id", title="Номер", kind=FieldKind.GOSUSLUGI_ID),))


@dataclass
class Believing(FakeDiary):
    """Opens for every number that it knows; `asked` keeps the numbers."""

    asked: list[str] = field(default_factory=list)
    shown: dict[str, tuple[DiaryChild, ...]] = field(default_factory=dict)

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        (number,) = (secret.reveal() for secret in credentials.values())
        self.asked.append(number)
        if self.fails:
            raise self.fails
        if number not in self.shown:
            raise NotFound(self.name, "nobody")
        access = Access(token=Secret(number), owner=f"owner of {number}")
        return DiaryAccount(access=access, subject=number, children=self.shown[number])


def _epgu() -> Manifest:
    return manifest("epgu", "Госуслуги", (OWN,))


def _fgis() -> Manifest:
    return manifest("fgis", "Федеральное расписание", (BY_ID,), one_login_a_child=True)


@dataclass
class Own:
    hub: Hub
    epgu: Believing
    fgis: Believing

    def let_type(self) -> None:
        config = ConnectorConfig(instance="fgis", base_urls={}, options={"TYPED_IDS": "1"}, demo=True)
        self.hub.deps = replace(self.hub.deps, settings=replace(self.hub.deps.settings, connectors={"fgis": config}))
        self.hub.app = create_app(self.hub.deps)

    async def petya_signs_in(self, id_: str = PETYA_ID) -> Browser:
        petya = kid(1, "Пётр")
        self.hub.esia.claims["petya"] = parent(
            id_, last_name="Орлов", first_name="Пётр", middle_name="", birth_date=petya.birth_date, snils=petya.snils, children=()
        )
        return await signed(self.hub, "petya")


@pytest.fixture
def own(hub: Hub, clock: Clock) -> Own:
    epgu, fgis = Believing(clock, name="epgu", manifest=_epgu()), Believing(clock, name="fgis", manifest=_fgis())
    epgu.shown[ANNA] = (pupil(),)
    fgis.shown |= {PETYA_ID: (nameless(PETYA_ID),), "1100220183": (nameless("1100220183"),)}
    hub.deps = replace(hub.deps, diaries={"dnevnik": hub.diary, "epgu": epgu, "fgis": fgis})
    hub.app = create_app(hub.deps)
    hub.diary.accounts["anna"] = account()
    return Own(hub=hub, epgu=epgu, fgis=fgis)


async def post(browser: Browser, system: str, credentials: dict[str, str], **more: Any) -> tuple[int, str]:
    answer = await browser.send("POST", f"/api/v1/links/{system}", json={"credentials": credentials, **more})
    body = await answer.get_json()
    return answer.status_code, str(body.get("state") or body["type"].rpartition("/")[2])


async def child_of(browser: Browser) -> str:
    return str((await browser.me())["children"][0]["id"])


@pytest.mark.rule("A8")
@pytest.mark.feature("F180")
@pytest.mark.parametrize("given", [{}, {"snils": ""}, {"snils": ANNA}, {"snils": "12345678964"}])
async def test_the_parents_own_snils_opens_the_diary_without_being_typed(own: Own, given: dict[str, str]) -> None:
    anna = await signed(own.hub, "anna")
    assert await post(anna, "epgu", given) == (201, "active")
    assert own.epgu.asked == [ANNA]
    found = await ask(anna, f"/api/v1/children/{await child_of(anna)}/lessons?{WEEK}")
    assert [one["system"] for one in found["sources"]] == ["epgu"]


@pytest.mark.rule("A8")
@pytest.mark.security("30")
@pytest.mark.parametrize("given", ["087-654-303 00", "300-400-500 66", "wrong", "123"])
async def test_another_persons_snils_is_refused_before_anything_is_asked(own: Own, given: str) -> None:
    own.epgu.shown["087-654-303 00"] = (pupil("88", "Чужой"),)
    anna = await signed(own.hub, "anna")
    assert await post(anna, "epgu", {"snils": given}) == (422, "wrong_credentials")
    assert own.epgu.asked == []


async def test_a_refusal_says_what_to_do_where_nothing_was_typed(own: Own) -> None:
    own.epgu.fails = Rejected("epgu", "CONSENT_ENDED", "Дайте согласие на портале.")
    anna = await signed(own.hub, "anna")
    answer = await anna.send("POST", "/api/v1/links/epgu", json={"credentials": {}})
    assert (answer.status_code, (await answer.get_json())["detail"]) == (422, "Дайте согласие на портале.")


@pytest.mark.rule("A4")
@pytest.mark.parametrize("changes", [{"snils": None}, {"level": Level.STANDARD}, {"level": Level.SIMPLIFIED, "snils": None}])
async def test_without_a_confirmed_account_the_page_says_what_is_missing(own: Own, changes: dict[str, Any]) -> None:
    own.hub.esia.claims["ivan"] = parent("3000", **changes)
    ivan = await signed(own.hub, "ivan")
    assert await post(ivan, "epgu", {"snils": ANNA}) == (403, "level_too_low")
    assert own.epgu.asked == []


@pytest.mark.rule("A16")
async def test_a_stale_sign_in_connects_nothing(own: Own) -> None:
    anna = await signed(own.hub, "anna")
    own.hub.clock.go(minutes=6)
    for system in ("epgu", "fgis"):
        assert await post(anna, system, {}) == (403, "not_fresh")
    assert own.epgu.asked + own.fgis.asked == []


async def test_a_form_that_asks_nothing_is_one_button(own: Own) -> None:
    anna = await signed(own.hub, "anna")
    page = await (await anna.get("/connect/epgu", Accept="text/html")).get_data(as_text=True)
    assert 'name="snils"' not in page
    assert ANNA not in page
    assert "Подключить" in page
    form = {"csrf_token": anna.csrf, "form": "own"}
    headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"}
    done = await anna.client.post("/connect/epgu", form=form, headers=headers)
    assert (done.status_code, own.epgu.asked) == (303, [ANNA])


@pytest.mark.rule("A15")
@pytest.mark.parametrize("given", [{}, {"esia_id": PETYA_ID}])
@pytest.mark.parametrize("named", [True, False])
async def test_a_child_who_signed_in_is_found_by_the_own_account(own: Own, given: dict[str, str], named: bool) -> None:
    await own.petya_signs_in()
    anna = await signed(own.hub, "anna")
    child = await child_of(anna)
    assert await post(anna, "fgis", given, **({"person": child, "role": "child"} if named else {})) == (201, "active")
    assert own.fgis.asked == [PETYA_ID]
    found = await ask(anna, f"/api/v1/children/{child}/lessons?{WEEK}")
    assert [one["system"] for one in found["sources"]] == ["fgis"]


async def test_a_pupil_opens_the_own_diary(own: Own) -> None:
    await signed(own.hub, "anna")
    petya = await own.petya_signs_in()
    assert await post(petya, "fgis", {}) == (201, "active")
    assert own.fgis.asked == [PETYA_ID]


@pytest.mark.rule("A15")
@pytest.mark.security("30")
async def test_a_typed_id_opens_nothing_while_the_operator_has_not_allowed_it(own: Own) -> None:
    anna = await signed(own.hub, "anna")
    child = await child_of(anna)
    for given in ({}, {"esia_id": PETYA_ID}, {"esia_id": "1"}):
        assert await post(anna, "fgis", given, person=child) == (409, "relation_unproven")
    assert await post(anna, "fgis", {"esia_id": "abc"}, person=child) == (422, "wrong_credentials")
    assert own.fgis.asked == []


@pytest.mark.rule("A15")
async def test_where_it_is_allowed_a_guardian_types_the_id_of_a_child_without_an_account(own: Own) -> None:
    own.let_type()
    anna = await signed(own.hub, "anna")
    child = await child_of(anna)
    assert await post(anna, "fgis", {"esia_id": PETYA_ID}, person=child) == (201, "active")
    assert [one["child"] for one in (await ask(anna, f"/api/v1/children/{child}/lessons?{WEEK}"))["items"]] == []


@pytest.mark.rule("A5a")
@pytest.mark.rule("A15")
async def test_an_id_that_is_another_childs_here_is_refused_like_one_that_nobody_has(own: Own) -> None:
    own.let_type()
    await signed(own.hub, "anna")
    await own.petya_signs_in("1100220183")
    own.hub.esia.claims["ivan"] = parent(
        "3000", first_name="Иван", snils=snils(155000033), children=(kid(3, "Олег", born=date(2014, 1, 2)),)
    )
    ivan = await signed(own.hub, "ivan")
    oleg = await child_of(ivan)
    held = await ivan.send("POST", "/api/v1/links/fgis", json={"credentials": {"esia_id": "1100220183"}, "person": oleg})
    assert own.fgis.asked == []
    unknown = await ivan.send("POST", "/api/v1/links/fgis", json={"credentials": {"esia_id": "999"}, "person": oleg})
    first, second = [{**await one.get_json(), "request_id": ""} for one in (held, unknown)]
    assert (held.status_code, first) == (422, second)


@pytest.mark.rule("A5a")
async def test_an_id_that_is_bound_to_one_child_is_not_bound_to_another(own: Own) -> None:
    own.let_type()
    anna = await signed(own.hub, "anna")
    assert (await post(anna, "fgis", {"esia_id": PETYA_ID}, person=await child_of(anna)))[0] == 201
    own.hub.esia.claims["ivan"] = parent(
        "3000", first_name="Иван", snils=snils(155000033), children=(kid(3, "Олег", born=date(2014, 1, 2)),)
    )
    ivan = await signed(own.hub, "ivan")
    assert await post(ivan, "fgis", {"esia_id": PETYA_ID}, person=await child_of(ivan)) == (422, "wrong_credentials")


@pytest.mark.rule("A5a")
@pytest.mark.security("30")
async def test_a_child_whose_typed_id_is_known_gets_no_second_one(own: Own) -> None:
    own.let_type()
    anna = await signed(own.hub, "anna")
    child = await child_of(anna)
    assert (await post(anna, "fgis", {"esia_id": PETYA_ID}, person=child))[0] == 201
    assert await post(anna, "fgis", {"esia_id": "1100220183"}, person=child) == (422, "wrong_credentials")
    assert (await post(anna, "fgis", {"esia_id": PETYA_ID}, person=child))[0] == 201


@pytest.mark.parametrize(("group", "name", "status"), [("6А", "Школа 5", 201), ("6Б", "Школа 5", 422), ("6А", "Гимназия № 77", 422)])
async def test_a_typed_id_must_lead_to_the_school_and_class_of_the_child(own: Own, group: str, name: str, status: int) -> None:
    own.let_type()
    await open_office(own.hub, [])
    anna = await signed(own.hub, "anna")
    await put_on_card(own.hub, kid(1, "Пётр"))
    found = nameless(PETYA_ID, group)
    assert found.school is not None
    ogrn = OGRN if name == "Школа 5" else "1027700009999"
    own.fgis.shown[PETYA_ID] = (_at(found, ogrn),)
    assert (await post(anna, "fgis", {"esia_id": PETYA_ID}, person=await child_of(anna)))[0] == status


def _at(child: DiaryChild, ogrn: str) -> DiaryChild:
    assert child.school is not None
    return msgspec.structs.replace(child, school=msgspec.structs.replace(child.school, ogrn=ogrn))


@pytest.mark.security("29")
async def test_guessed_ids_are_counted_like_wrong_passwords(own: Own) -> None:
    own.let_type()
    anna = await signed(own.hub, "anna")
    child = await child_of(anna)
    for number in range(10):
        assert (await post(anna, "fgis", {"esia_id": f"77{number}"}, person=child))[0] == 422
    assert (await post(anna, "fgis", {"esia_id": PETYA_ID}, person=child))[0] == 429


async def test_a_parent_of_two_says_whose_diary_it_is(own: Own) -> None:
    own.hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр"), kid(3, "Олег", born=date(2012, 1, 2))))
    anna = await signed(own.hub, "anna")
    assert await post(anna, "fgis", {}) == (400, "malformed")
    page = await (await anna.get("/connect/fgis", Accept="text/html")).get_data(as_text=True)
    assert 'name="child"' in page
    assert page.count("<option") == 3
    await own.petya_signs_in()
    assert await post(anna, "fgis", {}) == (201, "active")
