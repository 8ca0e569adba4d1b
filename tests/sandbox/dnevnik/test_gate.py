"""The gate before the API: token, scope, whose data, versions, methods, spelling of ids."""

from __future__ import annotations

import pytest

from tests.sandbox.dnevnik.platform_client import Platform


async def test_without_a_token_the_answer_is_token_required(platform: Platform) -> None:
    answer = await platform.http.get("/dnevnik/v2/users/me")
    assert (answer.status_code, answer.json()["type"]) == (401, "authorizationTokenRequired")


@pytest.mark.parametrize("token", ["0" * 32, "short", "x" * 500])
async def test_an_unknown_token_is_refused(platform: Platform, token: str) -> None:
    answer = await platform.http.get("/dnevnik/v2/users/me", headers={"Access-Token": token})
    assert (answer.status_code, answer.json()["type"]) == (401, "invalidToken")


@pytest.mark.parametrize("name", ["Access-Token", "Access-token", "access-token"])
async def test_the_token_header_is_read_in_either_spelling(platform: Platform, name: str) -> None:
    answer = await platform.http.get("/dnevnik/v2/users/me", headers={name: platform.token(platform.parent)})
    assert answer.json()["id"] == platform.directory.user_id(platform.parent)


async def test_old_clients_give_the_token_in_the_query(platform: Platform) -> None:
    answer = await platform.http.get("/dnevnik/v2/users/me", params={"access_token": platform.token(platform.parent)})
    assert answer.status_code == 200


async def test_a_bearer_token_is_not_a_way_in(platform: Platform) -> None:
    answer = await platform.http.get("/dnevnik/v2/users/me", headers={"Authorization": f"Bearer {platform.token(platform.parent)}"})
    assert answer.json()["type"] == "authorizationTokenRequired"


@pytest.mark.parametrize("version", ["v1", "v2", "v2.0"])
async def test_the_versions_are_one_api(platform: Platform, version: str) -> None:
    answer = await platform.http.get(f"/dnevnik/{version}/users/me", headers={"Access-Token": platform.token(platform.parent)})
    assert answer.json()["login"] == platform.parent.accounts["dnevnik"]["login"]


async def test_doubled_and_trailing_slashes_are_tolerated(platform: Platform) -> None:
    answer = await platform.http.get("/dnevnik//v2.0//users/me/", headers={"Access-Token": platform.token(platform.parent)})
    assert answer.status_code == 200


async def test_an_address_given_whole_after_the_host_means_the_inner_one(platform: Platform) -> None:
    answer = await platform.ask("https://api.dnevnik.ru/v2.0/marks/values")
    assert "mark5" in answer.json()


@pytest.mark.parametrize(
    "address",
    [
        "persons/{other}", "persons/{other}/edu-groups", "persons/{other}/groups/{group}/schedules?startDate=2026-11-16&endDate=2026-11-20",
        "persons/{other}/schools/{school}/marks/2026-11-16/2026-11-20", "persons/{other}/subjects/1/marks/2026-11-16/2026-11-20",
        "persons/{other}/marks/2026-11-18", "lessons/2026-11-18/persons/{other}/marks", "persons/{other}/group/{group}/recentmarks",
        "persons/{other}/school/{school}/homeworks?startDate=2026-11-16&endDate=2026-11-20",
        "persons/{other}/edu-groups/{group}/allfinalmarks",
        "persons/{other}/edu-groups/{group}/final-marks", "persons/{other}/lesson-log-entries?startDate=2026-11-16&endDate=2026-11-20",
        "persons/{other}/reporting-periods/1/avg-mark", "users/me/feed?date=2026-11-16&childPersonId={other}", "tasks/{other}/undone",
        "users/{other_user}", "users/{other_user}/context", "users/{other_user}/relatives", "user/{other_user}/children",
        "person/{other}/children", "persons/{other}/school-memberships",
    ],
)  # fmt: skip
@pytest.mark.parametrize("known", [True, False], ids=["another's child", "nobody"])
async def test_anyone_elses_data_is_refused_alike_whether_they_exist_or_not(platform: Platform, address: str, known: bool) -> None:
    stranger = platform.town.people[platform.stranger.children[0]]
    other = platform.directory.person_id(stranger) if known else platform.person + 999_999
    other_user = platform.directory.user_id(stranger) if known else platform.user + 999_999
    filled = address.format(other=other, other_user=other_user, group=platform.group, school=platform.school)
    assert await platform.refused(filled) == (403, "authorizationNotOwner")


async def test_a_pupil_sees_the_own_diary_and_not_the_parents_profile(platform: Platform) -> None:
    context = await platform.get("users/me/context", person=platform.child)
    assert (context["personId"], context["roles"], context["children"]) == (platform.person, ["EduStudent"], [])
    parent = platform.directory.user_id(platform.parent)
    assert await platform.refused(f"users/{parent}", person=platform.child) == (403, "authorizationNotOwner")


async def test_another_familys_group_and_school_are_forbidden(platform: Platform) -> None:
    group = next(
        number
        for klass in platform.town.classes.values()
        if klass.school == platform.directory.school_of(platform.child).id
        and klass.id not in {platform.town.people[key].class_id for key in platform.parent.children}
        and (number := platform.directory.class_id(klass))
    )
    assert await platform.refused(f"edu-groups/{group}") == (403, "authorizationSystemForbidden")
    assert await platform.refused(f"edu-groups/{group}/persons") == (403, "authorizationSystemForbidden")


@pytest.mark.parametrize("address", ["edu-groups/1", "schools/1", "lessons/1", "marks/1", "works/1", "tasks/1"])
async def test_an_object_that_does_not_exist_is_unavailable(platform: Platform, address: str) -> None:
    assert await platform.refused(address) == (404, "apiResourceUnavailable")


@pytest.mark.parametrize(
    "address", ["persons/me", "persons/12a/edu-groups", "edu-groups/-5", "lessons/1.5", "schools/٣", f"marks/{'9' * 20}"]
)
async def test_an_id_that_is_no_number_is_an_invalid_parameter(platform: Platform, address: str) -> None:
    assert await platform.refused(address) == (400, "parameterInvalid")


@pytest.mark.parametrize("address", ["nothing", "users/me/nothing", "edu-groups/1/2/3/4"])
async def test_below_a_version_an_unknown_address_is_refused_in_json(platform: Platform, address: str) -> None:
    assert await platform.refused(address) == (404, "apiResourceUnavailable")


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT"])
async def test_a_method_that_an_address_does_not_have_is_not_supported(platform: Platform, method: str) -> None:
    assert await platform.refused("users/me/context", method=method) == (405, "apiMethodNotSupported")


@pytest.mark.parametrize("path", ["/dnevnik/", "/dnevnik/nowhere", "/dnevnik/v3/users/me"])
async def test_elsewhere_the_error_is_a_page_with_exactly_text_html(platform: Platform, path: str) -> None:
    answer = await platform.http.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html"
    cut = answer.content.decode().split('<div class="error__description">')[-1].split("<p>")[1].strip()[:-4]
    assert cut == "Запрошенная страница не найдена"


async def test_a_body_that_is_no_json_is_an_invalid_request(platform: Platform) -> None:
    answer = await platform.refused("lessons/many", method="POST", content=b"{not json", headers={"Content-Type": "application/json"})
    assert answer == (400, "invalidRequest")


async def test_what_only_teachers_may_do_is_forbidden(platform: Platform) -> None:
    lesson = platform.lesson_id(platform.lessons()[0])
    assert await platform.refused(f"lessons/{lesson}/log-entries", method="POST", json={}) == (403, "authorizationSystemForbidden")
    assert await platform.refused(f"lessons/{lesson}/log-entries", method="DELETE") == (403, "authorizationSystemForbidden")
    assert await platform.refused("works", method="POST", json={}) == (403, "authorizationSystemForbidden")
    assert await platform.refused(f"persons/{platform.person}/works/1/mark", method="POST", json={}) == (
        403,
        "authorizationSystemForbidden",
    )
    assert await platform.refused("teacher/1/students") == (403, "authorizationSystemForbidden")


SCOPED = {
    "users/me": "CommonInfo", "users/me/roles": "CommonInfo", "users/me/children": "FriendsAndRelatives",
    "users/me/relatives": "FriendsAndRelatives", "users/me/friends": "FriendsAndRelatives", "schools/person-schools": "EducationalInfo",
    "users/me/feed": "EducationalInfo",
}  # fmt: skip


@pytest.mark.parametrize(("address", "scope"), SCOPED.items())
async def test_a_token_without_the_scope_is_out_of_scope(fresh: Platform, address: str, scope: str) -> None:
    await fresh.register()
    others = [name for name in ("CommonInfo", "FriendsAndRelatives", "EducationalInfo") if name != scope]
    without = (await fresh.exchange(code=await fresh.code(scope=",".join(others)))).json()["accessToken"]
    with_it = (await fresh.exchange(code=await fresh.code(scope=scope))).json()["accessToken"]
    refused = await fresh.http.get(f"/dnevnik/v2/{address}", headers={"Access-Token": without})
    assert (refused.status_code, refused.json()["type"]) == (403, "authorizationOutOfScope")
    assert (await fresh.http.get(f"/dnevnik/v2/{address}", headers={"Access-Token": with_it})).status_code == 200


async def test_phone_and_mail_need_the_scope_contact_info(fresh: Platform) -> None:
    await fresh.register()
    plain = (await fresh.exchange(code=await fresh.code(scope="CommonInfo"))).json()["accessToken"]
    more = (await fresh.exchange(code=await fresh.code(scope="CommonInfo,ContactInfo"))).json()["accessToken"]
    one = (await fresh.http.get("/dnevnik/v2/users/me", headers={"Access-Token": plain})).json()
    two = (await fresh.http.get("/dnevnik/v2/users/me", headers={"Access-Token": more})).json()
    assert (one["phone"], one["email"]) == (None, None)
    assert (two["phone"], two["email"]) == (fresh.parent.phone, fresh.parent.email)
