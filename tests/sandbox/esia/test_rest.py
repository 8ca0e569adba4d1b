"""The REST of persons: every datum behind its scope, collections, embeds, schemas and errors."""

from __future__ import annotations

import re

import pytest

from tests.sandbox.esia.conftest import Esia
from tests.sandbox.esia.reading import ALL, Reading, oid

TECHNICAL = {"stateFacts", "trusted", "updatedOn", "status", "verifying", "containsUpCfmCode", "eTag"}


FIELDS = {
    "fullname": {"firstName", "lastName", "middleName"},
    "birthdate": {"birthDate"},
    "birthplace": {"birthPlace"},
    "gender": {"gender"},
    "citizenship": {"citizenship"},
    "snils": {"snils"},
    "inn": {"inn"},
    "id_doc": {"rIdDoc"},
    "self_employed": {"selfEmployed"},
    "openid": set(),
    "kid_snils": set(),
    "contacts": set(),
}


@pytest.mark.parametrize("scope", FIELDS)
async def test_a_datum_is_shown_to_its_scope_only(esia: Esia, scope: str) -> None:
    reading = await Reading.make(esia, esia.person(), scope)
    assert set(await reading.get()) == TECHNICAL | FIELDS[scope]


async def test_a_persons_values_are_written_as_esia_writes_them(esia: Esia) -> None:
    person = esia.person()
    told = await (await Reading.make(esia, person, ALL)).get()
    assert told["birthDate"] == person.birth_date.strftime("%d.%m.%Y")
    assert re.fullmatch(r"\d{3}-\d{3}-\d{3} \d\d", told["snils"])
    assert told["gender"] in {"M", "F"}
    assert told["citizenship"] == "RUS"
    assert told["trusted"] is True
    assert told["status"] == "REGISTERED"
    assert isinstance(told["updatedOn"], int)
    assert told["stateFacts"] == ["EntityRoot"]
    assert re.fullmatch(r"[0-9A-F]{40}", told["eTag"])
    assert person.passport is not None
    assert told["rIdDoc"] == person.passport.id


@pytest.mark.parametrize("level", ["simplified", "standard"])
async def test_an_unconfirmed_person_is_not_trusted(esia: Esia, level: str) -> None:
    assert (await (await Reading.make(esia, esia.person(level), ALL)).get())["trusted"] is False


async def test_the_mark_of_trust_can_be_left_out_by_a_switch(esia: Esia) -> None:
    reading = await Reading.make(esia, esia.person(), "fullname")
    await esia.switch(omit_trusted=True)
    assert "trusted" not in await reading.get()


COLLECTIONS = {
    "ctts": "contacts",
    "addrs": "addresses",
    "docs": "id_doc",
    "kids": "kid_fullname",
    "vhls": "vehicles",
    "orgs": "usr_org",
}


@pytest.mark.parametrize("kind", COLLECTIONS)
async def test_a_collection_lists_addresses_that_lead_to_its_records(esia: Esia, kind: str) -> None:
    person = esia.person(role="school_admin") if kind == "orgs" else esia.person(kids=True)
    reading = await Reading.make(esia, person, COLLECTIONS[kind])
    plain, full = await reading.get(f"/{kind}"), await reading.get(f"/{kind}?embed=(elements)")
    assert plain["stateFacts"] == full["stateFacts"] == ["hasSize"]
    assert plain["size"] == len(plain["elements"]) == len(full["elements"]) >= 1
    for address, record in zip(plain["elements"], full["elements"], strict=True):
        assert address.startswith("http://localhost:9000/esia/rs/")
        answer = await esia.http.get(address, headers={"Authorization": f"Bearer {reading.token}"})
        assert answer.json() == record


async def test_addresses_in_a_collection_carry_the_host_that_was_asked(esia: Esia) -> None:
    reading = await Reading.make(esia, esia.person(), "contacts")
    answer = await esia.http.get(
        f"http://127.0.0.1:9000/esia/rs/prns/{oid(reading.person)}/ctts", headers={"Authorization": f"Bearer {reading.token}"}
    )
    assert all(one.startswith("http://127.0.0.1:9000/esia/rs/prns/") for one in answer.json()["elements"])


@pytest.mark.parametrize(
    ("scope", "types"), [("contacts", ["MBT", "EML"]), ("mobile", ["MBT"]), ("email", ["EML"]), ("mobile email", ["MBT", "EML"])]
)
async def test_contacts_follow_their_scopes(esia: Esia, scope: str, types: list[str]) -> None:
    person = esia.person()
    told = await (await Reading.make(esia, person, scope)).get("/ctts?embed=(elements)")
    assert [one["type"] for one in told["elements"]] == types
    values = {one["type"]: one["value"] for one in told["elements"]}
    assert person.phone is not None
    phone = f"+7({person.phone[2:5]}){person.phone[5:]}"
    assert values == {kind: value for kind, value in {"MBT": phone, "EML": person.email}.items() if kind in types}
    assert {one["vrfStu"] for one in told["elements"]} == {"VERIFIED"}


async def test_a_simplified_accounts_mail_waits_for_its_letter(esia: Esia) -> None:
    told = await (await Reading.make(esia, esia.person("simplified"), "contacts")).get("/ctts?embed=(elements)")
    mail = next(one for one in told["elements"] if one["type"] == "EML")
    assert (mail["vrfStu"], mail["vrfValStu"], mail["isCfmCodeExpired"]) == ("NOT_VERIFIED", "VERIFYING", True)


async def test_the_main_document_is_among_the_documents(esia: Esia) -> None:
    reading = await Reading.make(esia, esia.person(), "id_doc")
    main = (await reading.get())["rIdDoc"]
    passport = await reading.get(f"/docs/{main}")
    assert passport["type"] == "RF_PASSPORT"
    assert {"series", "number", "issueDate", "issueId", "issuedBy", "vrfStu"} <= set(passport)


async def test_another_documents_scope_does_not_open_the_passport(esia: Esia) -> None:
    told = await (await Reading.make(esia, esia.person(), "medical_doc")).get("/docs?embed=(elements)")
    assert told["elements"] == []


async def test_an_address_names_both_kinds(esia: Esia) -> None:
    told = await (await Reading.make(esia, esia.person(), "addresses")).get("/addrs?embed=(elements)")
    assert {one["type"] for one in told["elements"]} == {"PLV", "PRG"}
    assert {"addressStr", "fiasCode", "zipCode", "region", "countryId"} <= set(told["elements"][0])


@pytest.mark.parametrize(
    ("embed", "inline"),
    [
        ("(contacts.elements,documents.elements)", True),
        ("(contacts.elements-1,documents.elements-1)", True),
        ("(contacts,documents)", False),
        ("contacts,documents", False),
    ],
)
async def test_a_person_embeds_its_collections(esia: Esia, embed: str, inline: bool) -> None:
    told = await (await Reading.make(esia, esia.person(), ALL)).get(f"?embed={embed}")
    for name in ("contacts", "documents"):
        assert told[name]["size"] == len(told[name]["elements"])
        assert all(isinstance(one, dict if inline else str) for one in told[name]["elements"])
    assert "addresses" not in told


async def test_an_embed_without_its_scope_is_left_out(esia: Esia) -> None:
    told = await (await Reading.make(esia, esia.person(kids=True), "fullname kid_fullname")).get("?embed=(contacts.elements,kids.elements)")
    assert "contacts" not in told
    assert told["kids"]["elements"][0]["firstName"]


@pytest.mark.parametrize("kind", [*COLLECTIONS, "roles"])
async def test_a_collection_without_its_scope_is_005029(esia: Esia, kind: str) -> None:
    reading = await Reading.make(esia, esia.person(kids=True), "openid fullname")
    expected = (403, {"code": "ESIA-005029", "message": "SecurityErrorEnum.scopeNotAllowed"})
    assert await reading.refused(f"/prns/{oid(reading.person)}/{kind}") == expected
    assert await reading.refused(f"/prns/{oid(reading.person)}/{kind}/1") == expected


async def test_a_token_opens_its_own_person_only(esia: Esia) -> None:
    reading = await Reading.make(esia, esia.person(), ALL)
    for other in [*[oid(one) for one in esia.people if one.esia is not None and one.id != reading.person.id][:5], 1]:
        assert (await reading.refused(f"/prns/{other}"))[0] == 403
        assert (await reading.refused(f"/prns/{other}/kids"))[0] == 403
