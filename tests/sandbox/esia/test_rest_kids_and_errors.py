"""The REST of persons: children, organisations, schemas and errors."""

from __future__ import annotations

import pytest

from tests.sandbox.esia.conftest import Esia
from tests.sandbox.esia.reading import ALL, Reading, oid

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


async def test_of_a_simplified_account_no_snils_is_known(esia: Esia) -> None:
    person = esia.person("simplified")
    person.snils, person.inn = "000-000-600 06", "500100732259"
    assert not {"snils", "inn"} & set(await (await Reading.make(esia, person, ALL)).get())
    person = esia.person("standard")
    assert (await (await Reading.make(esia, person, ALL)).get())["snils"] == person.snils
