"""The REST of persons: every datum behind its scope, collections, embeds, schemas and errors."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sandbox.world.model import Person
from tests.sandbox.esia.conftest import Esia

ALL = (
    "openid fullname birthdate birthplace gender citizenship snils inn id_doc birth_cert_doc vehicles email mobile contacts addresses"
    " usr_org self_employed kid_fullname kid_birthdate kid_gender kid_snils kid_inn kid_birth_cert_doc kid_mobile kid_email"
)
TECHNICAL = {"stateFacts", "trusted", "updatedOn", "status", "verifying", "containsUpCfmCode", "eTag"}


def oid(person: Person) -> int:
    assert person.esia is not None
    return person.esia.oid


class Reading:
    """One person's token with these scopes."""

    def __init__(self, esia: Esia, person: Person, token: str) -> None:
        self.esia, self.person, self.token = esia, person, token

    @staticmethod
    async def make(esia: Esia, person: Person, scope: str) -> Reading:
        return Reading(esia, person, (await esia.tokens(person, scope=scope))["access_token"])

    async def get(self, path: str = "", **headers: str) -> dict[str, Any]:
        answer = await self.esia.read(self.token, f"/prns/{oid(self.person)}{path}", **headers)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def refused(self, path: str) -> tuple[int, Any]:
        answer = await self.esia.read(self.token, path)
        return answer.status_code, answer.json()


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


KID_FIELDS = {
    "kid_fullname": {"firstName", "lastName", "middleName"},
    "kid_birthdate": {"birthDate"},
    "kid_gender": {"gender"},
    "kid_snils": {"snils"},
    "kid_birth_cert_doc": {"documents"},
    "kid_mobile": {"contacts"},
    "kid_school_data": set(),
}


@pytest.mark.parametrize("scope", KID_FIELDS)
async def test_a_childs_datum_is_shown_to_its_scope_only(esia: Esia, scope: str) -> None:
    told = await (await Reading.make(esia, esia.person(kids=True), scope)).get("/kids?embed=(elements)")
    assert told["elements"]
    for kid in told["elements"]:
        assert set(kid) == {"stateFacts", "id", "trusted", "eTag"} | KID_FIELDS[scope]


async def test_children_are_those_of_the_town(esia: Esia) -> None:
    person = esia.person(kids=True)
    told = await (await Reading.make(esia, person, ALL)).get("/kids?embed=(elements)")
    kids = [esia.app.sandbox.town.people[one] for one in person.gosuslugi_children]
    found = [(one["lastName"], one["firstName"], one["birthDate"], one["snils"]) for one in told["elements"]]
    assert found == [(one.last_name, one.first_name, one.birth_date.strftime("%d.%m.%Y"), one.snils) for one in kids]


async def test_a_childs_birth_certificate_is_inside_and_at_its_own_address(esia: Esia) -> None:
    reading = await Reading.make(esia, esia.person(kids=True), ALL)
    kid = (await reading.get("/kids?embed=(elements)"))["elements"][0]
    inside = kid["documents"]["elements"]
    assert [one["type"] for one in inside] == ["RF_BRTH_CERT"]
    assert (await reading.get(f"/kids/{kid['id']}/docs?embed=(elements)"))["elements"] == inside
    address = (await reading.get(f"/kids/{kid['id']}/docs"))["elements"][0]
    assert address.endswith(f"/kids/{kid['id']}/docs/{inside[0]['id']}")
    assert await reading.get(address.partition(f"/prns/{oid(reading.person)}")[2]) == inside[0]
    assert await reading.get(f"/kids/{kid['id']}") == kid


async def test_someone_without_children_has_an_empty_list(esia: Esia) -> None:
    told = await (await Reading.make(esia, esia.person("standard"), "kid_fullname")).get("/kids")
    assert (told["size"], told["elements"]) == (0, [])


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


@pytest.mark.security("12")
async def test_a_token_opens_its_own_person_only(esia: Esia) -> None:
    reading = await Reading.make(esia, esia.person(), ALL)
    for other in [oid(one) for one in esia.people if one.esia is not None and one.id != reading.person.id][:5] + [1]:
        assert (await reading.refused(f"/prns/{other}"))[0] == 403
        assert (await reading.refused(f"/prns/{other}/kids"))[0] == 403


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer x", "Basic eDp4", "Bearer eyJhbGciOiJub25lIn0.e30."])
async def test_a_bad_token_is_005011(esia: Esia, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = await esia.http.get("/esia/rs/prns/1", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"code": "ESIA-005011", "message": "SecurityErrorEnum.invalidToken"})


@pytest.mark.parametrize(("age_s", "status"), [(3599, 200), (3600, 401)])
async def test_an_access_token_lives_an_hour(esia: Esia, age_s: int, status: int) -> None:
    reading = await Reading.make(esia, esia.person(), "fullname")
    esia.pass_seconds(age_s)
    answer = await esia.read(reading.token, f"/prns/{oid(reading.person)}")
    assert answer.status_code == status
    if status == 401:
        assert answer.json() == {"code": "ESIA-005013", "message": "SecurityErrorEnum.expiredToken"}


async def test_an_error_may_come_in_a_list_of_one(esia: Esia) -> None:
    await esia.switch(rest_error_list=True)
    answer = await esia.http.get("/esia/rs/prns/1")
    assert answer.json() == [{"code": "ESIA-005011", "message": "SecurityErrorEnum.invalidToken"}]


@pytest.mark.parametrize("path", ["/wives", "/ctts/1", "/kids/1/docs", "/kids/1"])
async def test_an_unknown_record_is_404(esia: Esia, path: str) -> None:
    reading = await Reading.make(esia, esia.person(), ALL)
    assert (await reading.refused(f"/prns/{oid(reading.person)}{path}"))[0] == 404


@pytest.mark.parametrize("path", ["//prns/{}", "/prns/{}/", "/prns//{}//ctts/", "/prns/{}//vhls?embed=(elements)"])
async def test_doubled_and_trailing_slashes_do_no_harm(esia: Esia, path: str) -> None:
    reading = await Reading.make(esia, esia.person(), ALL)
    answer = await esia.http.get(
        f"http://localhost:9000/esia/rs{path.format(oid(reading.person))}", headers={"Authorization": f"Bearer {reading.token}"}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(("version", "absent"), [(1, {"rIdDoc", "selfEmployed", "containsUpCfmCode"}), (2, {"selfEmployed"}), (3, set())])
async def test_the_accept_header_chooses_the_schema(esia: Esia, version: int, absent: set[str]) -> None:
    reading = await Reading.make(esia, esia.person(), "fullname id_doc self_employed")
    accept = f'application/json; schema="https://esia.gosuslugi.ru/rs/model/prn/Person-{version}"'
    answer = await esia.read(reading.token, f"/prns/{oid(reading.person)}", Accept=accept)
    assert {"rIdDoc", "selfEmployed", "containsUpCfmCode"} - set(answer.json()) == absent
    assert f"prn/Person-{version}" in answer.headers["content-type"]
    assert answer.headers["content-type"].startswith("application/json")


async def test_roles_are_inline_and_organisations_are_links(esia: Esia) -> None:
    person = esia.person(role="school_admin")
    reading = await Reading.make(esia, person, "usr_org")
    role = (await reading.get("/roles"))["elements"][0]
    school = esia.app.sandbox.town.schools[person.school or ""]
    assert (role["fullName"], role["ogrn"], role["admin"], role["prnOid"]) == (school.legal_name, school.ogrn, True, oid(person))
    link = (await reading.get("/orgs"))["elements"][0]
    assert link == f"http://localhost:9000/esia/rs/orgs/{role['oid']}"
    told = (await esia.read(reading.token, f"/orgs/{role['oid']}")).json()
    assert (told["type"], told["ogrn"], told["inn"]) == ("LEGAL", school.ogrn, school.inn)


async def test_a_foreign_organisation_is_closed(esia: Esia) -> None:
    person = esia.person(role="school_admin")
    reading = await Reading.make(esia, person, "usr_org")
    own = (await reading.get("/roles"))["elements"][0]["oid"]
    parent = await Reading.make(esia, esia.person(), "usr_org")
    assert (await parent.refused(f"/orgs/{own}"))[0] == 403
    assert (await reading.refused("/orgs/1"))[0] == 403


async def test_the_old_bulk_scope_opens_what_it_used_to(esia: Esia) -> None:
    told = await (await Reading.make(esia, esia.person(), "http://esia.gosuslugi.ru/usr_inf")).get()
    assert {"firstName", "snils", "birthDate", "gender", "rIdDoc"} <= set(told)


async def test_the_token_of_a_removed_person_opens_nothing(esia: Esia) -> None:
    reading = await Reading.make(esia, esia.person(), ALL)
    assert (await esia.http.post("/_sandbox/reset", json={})).status_code == 200
    assert (await reading.refused(f"/prns/{oid(reading.person)}"))[0] == 401
