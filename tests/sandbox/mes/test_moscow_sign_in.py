"""mos.ru step by step: the app's registration, the paid password, the SMS, the trusted browser, the tokens."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.sandbox.mes.family import VERIFIER, Door, Family, is_paid, paid


async def test_the_whole_way_opens_the_diary(door: Door) -> None:
    token = await door.whole_way()
    family = Family(door.stand, token=token)
    assert await family.get("acl/api/users/profile_info") == [{"id": 35_000_000 + door.stand.parent.number, "type": "parent"}]
    assert (await family.get("api/family/mobile/v1/profile"))["children"][0]["first_name"] == door.stand.child.first_name


async def test_a_new_token_sleeps_until_it_asks_for_its_profile(door: Door) -> None:
    family = Family(door.stand, token=await door.whole_way())
    asleep = await family.ask("api/family/mobile/v1/profile")
    assert (asleep.status_code, asleep.json()["type"]) == (403, "profile_not_chosen")
    await family.get("acl/api/users/profile_info")
    assert (await family.ask("api/family/mobile/v1/profile")).status_code == 200


async def test_the_token_says_when_it_ends_and_then_it_ends(door: Door) -> None:
    token = await door.whole_way()
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["exp"] - claims["iat"] == 10 * 86_400
    family = Family(door.stand, token=token)
    await family.get("acl/api/users/profile_info")
    await door.stand.later(days=10)
    over = await family.ask("api/family/mobile/v1/profile")
    assert (over.status_code, over.json()["type"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("headers", "body", "status", "error"),
    [
        ({}, {"software_id": "dnevnik.mos.ru", "software_statement": "a.b.c"}, 401, "invalid_token"),
        ({"Authorization": "Bearer x"}, {"software_id": "dnevnik.mos.ru"}, 400, "invalid_software_statement"),
        ({"Authorization": "Bearer x"}, {"software_statement": "a.b.c"}, 400, "invalid_software_statement"),
        ({"Authorization": "Bearer x"}, [], 400, "invalid_software_statement"),
    ],
)
async def test_a_registration_without_its_papers_is_refused(
    door: Door, headers: dict[str, str], body: Any, status: int, error: str
) -> None:
    answer = await door.post("oauth/register", json=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "dyn~other~1"}, "invalid_client"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"response_type": "token"}, "invalid_request"),
    ],
)
async def test_an_authorisation_request_that_does_not_fit_is_refused(door: Door, changes: dict[str, str], error: str) -> None:
    answer = await door.begin(**changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


async def test_the_work_must_be_paid_for_this_header_and_once(door: Door) -> None:
    await door.begin()
    cheap = next(stamp for stamp in (f"{door.proof}{counter}" for counter in range(9)) if not is_paid(stamp))
    right = paid(door.proof)
    for stamp in ("", cheap, right.removeprefix("1:"), paid("1:15:261120090000:other::AAAA==:")):
        assert await door.password(stamp=stamp) == {"errors": [{"code": "invalid_proof_of_work"}]}
    assert await door.password(password="wrong", stamp=right) == {"errors": [{"code": "invalid_credentials"}]}
    assert await door.password(stamp=right) == {"errors": [{"code": "invalid_proof_of_work"}]}


async def test_an_unknown_login_and_a_wrong_password_have_their_own_words(door: Door) -> None:
    await door.begin()
    assert await door.password(login="nobody") == {"errors": [{"code": "no_subject_found"}]}
    await door.begin()
    assert await door.password(password="wrong") == {"errors": [{"code": "invalid_credentials"}]}


async def test_five_wrong_passwords_shut_the_door_for_ten_minutes(door: Door) -> None:
    """Typed on the page, which costs no work, and counted for the app too."""
    login = str(door.stand.account()["login"])
    await door.begin()
    for _ in range(5):
        page = await door.post("login/methods/password", data={"login": login, "password": "wrong"})
    assert "Вход временно закрыт" in page.text
    assert await door.password(login=login.upper()) == {"errors": [{"code": "pswd_method_temp_locked"}], "ttl": 600}
    await door.stand.later(minutes=10)
    await door.begin()
    assert await door.password() == {"items": [{"inquire": "ask_to_send_sms"}]}


async def test_a_flow_without_its_cookie_or_after_ten_minutes_is_over(door: Door) -> None:
    await door.begin()
    stamp = paid(door.proof)
    await door.stand.later(minutes=11)
    assert await door.password(stamp=stamp) == {"errors": [{"code": "flow_expired"}]}
    await door.begin()
    door.stand.http.cookies.clear()
    assert await door.password() == {"errors": [{"code": "flow_expired"}]}
    assert (await door.bind()).json() == {"errors": [{"code": "flow_expired"}]}


async def test_the_code_comes_by_sms_to_the_persons_phone(door: Door) -> None:
    await door.begin()
    await door.password()
    asked = (await door.bind()).json()
    phone = door.stand.parent.phone or ""
    assert asked == {"inquire": "enter_sms_code", "contact": f"+7 *** *** {phone[-4:-2]}-{phone[-2:]}", "ttl": 300, "remain_attempts": 3}
    (letter,) = await door.texts()
    assert letter["kind"] == "sms" and letter["system"] == "mes" and letter["to"] == phone
    assert len(letter["code"]) == 6 and letter["code"] in letter["text"]


async def test_a_child_without_a_phone_signs_in_with_the_parents(door: Door) -> None:
    account = door.stand.account(door.stand.child)
    await door.begin()
    await door.password(login=account["login"], password=account["password"])
    await door.bind()
    assert len(await door.texts(door.stand.child if door.stand.child.phone else door.stand.parent)) == 1


async def test_three_wrong_codes_end_it(door: Door) -> None:
    await door.begin()
    await door.password()
    await door.bind()
    right = (await door.texts())[0]["code"]
    wrong = "000000" if right != "000000" else "111111"
    assert (await door.bind(wrong)).json() == {"errors": [{"code": "invalid_otp"}], "remain_attempts": 2}
    assert (await door.bind(wrong)).json() == {"errors": [{"code": "invalid_otp"}], "remain_attempts": 1}
    assert (await door.bind(wrong)).json() == {"errors": [{"code": "no_attempts"}]}
    assert (await door.bind(right)).json() == {"errors": [{"code": "no_attempts"}]}


async def test_a_code_lives_three_hundred_seconds_and_a_new_one_kills_it(door: Door) -> None:
    await door.begin()
    await door.password()
    await door.bind()
    await door.stand.later(seconds=301)
    old = (await door.texts())[0]["code"]
    assert (await door.bind(old)).json() == {"errors": [{"code": "expired"}]}
    await door.bind()
    new = (await door.texts())[0]["code"]
    assert (await door.bind(new)).status_code == 200


async def test_the_sms_is_not_sent_without_end(door: Door) -> None:
    await door.begin()
    await door.password()
    answers = [(await door.bind()).json() for _ in range(6)]
    assert [it.get("inquire") for it in answers] == ["enter_sms_code"] * 5 + [None]
    assert answers[-1] == {"errors": [{"code": "no_attempts"}]}


@pytest.mark.parametrize(("trust", "asked_again"), [("true", False), ("false", True)])
async def test_a_trusted_browser_is_not_asked_again(door: Door, trust: str, asked_again: bool) -> None:
    assert await door.to_code(trust)
    await door.begin()
    await door.password()
    await door.bind()
    answer = await door.bind((await door.texts())[0]["code"])
    assert ("<title>Доверять этому браузеру?</title>" in answer.text) is asked_again
    assert answer.status_code == (200 if asked_again else 302)


async def test_the_trust_page_can_be_switched_off_and_go_to_web_on(door: Door) -> None:
    await door.stand.control("mes/switches", {"trust_page": False, "go_to_web": True})
    await door.begin()
    assert await door.password() == {"items": [{"inquire": "go_to_web"}]}
    await door.bind()
    answer = await door.bind((await door.texts())[0]["code"])
    assert answer.headers["location"].startswith("dnevnik-mes://oauth2redirect?code=")


async def test_a_code_is_good_once_for_its_verifier_and_two_minutes(door: Door) -> None:
    code = await door.to_code()
    assert (await door.exchange(code, "another")).json()["error"] == "invalid_grant"
    first = await door.exchange(code)
    assert {"access_token", "refresh_token", "id_token", "expires_in", "scope", "token_type"} == first.json().keys()
    assert (await door.exchange(code)).json()["error"] == "invalid_grant"
    late = await door.to_code("false")
    await door.stand.later(minutes=3)
    assert (await door.exchange(late)).json()["error"] == "invalid_grant"


async def test_the_refresh_token_rotates(door: Door) -> None:
    refresh = (await door.exchange(await door.to_code())).json()["refresh_token"]
    second = await door.token(grant_type="refresh_token", refresh_token=refresh)
    assert second.status_code == 200 and "id_token" not in second.json()
    again = await door.token(grant_type="refresh_token", refresh_token=refresh)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert (await door.to_school(second.json()["access_token"])).status_code == 200


async def test_the_token_address_wants_its_client_and_a_known_grant(door: Door) -> None:
    await door.begin()
    nobody = await door.post("oauth/te", params={"grant_type": "refresh_token"}, auth=("x", "y"))
    assert (nobody.status_code, nobody.json()["error"]) == (401, "invalid_client")
    assert (await door.token(grant_type="password")).json()["error"] == "unsupported_grant_type"


async def test_parameters_of_the_token_come_in_a_form_too(door: Door) -> None:
    code = await door.to_code()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "dnevnik-mes://oauth2redirect"}
    pair = (door.client["client_id"], door.client["client_secret"])
    assert (await door.post("oauth/te", data=form | {"code_verifier": VERIFIER}, auth=pair)).status_code == 200


async def test_an_access_token_of_mos_ru_ends_after_an_hour(door: Door) -> None:
    access = (await door.exchange(await door.to_code())).json()["access_token"]
    await door.stand.later(hours=1)
    assert (await door.to_school(access)).status_code == 401
    assert (await door.to_school("")).status_code == 401


async def test_people_sign_in_on_pages_and_come_back_with_a_code(door: Door) -> None:
    page = await door.begin(display="page", state="abc")
    assert "<h1>Вход</h1>" in page.text and "default-src 'none'" in page.headers["content-security-policy"]
    account = door.stand.account()
    wrong = await door.post("login/methods/password", data={"login": account["login"], "password": "wrong"})
    assert wrong.status_code == 401 and "Неверный логин или пароль" in wrong.text
    asked = await door.post("login/methods/password", data={"login": account["login"], "password": account["password"]})
    assert "Код из СМС" in asked.text
    assert "Осталось попыток: 2" in (await door.post("login/methods/sms/verify", data={"sms-code": "nonsense"})).text
    await door.post("login/methods/sms/verify", data={"sms-code": (await door.texts())[0]["code"]})
    back = await door.post("login/ur/askToTrust", data={"trust": "false"})
    assert back.headers["location"].startswith("dnevnik-mes://oauth2redirect?state=abc&code=")


async def test_the_log_shows_no_secret(door: Door) -> None:
    token = await door.whole_way()
    await Family(door.stand, token=token).get("acl/api/users/profile_info")
    account, log = door.stand.account(), json.dumps(await door.stand.log())
    for secret in (account["password"], account["login"], token, door.client["client_secret"], (await door.texts())[0]["code"]):
        assert str(secret) not in log


async def test_a_reset_keeps_the_registered_application_and_forgets_the_rest(door: Door) -> None:
    code = await door.to_code("true")
    door.stand.app.systems["mes"].reset()
    refused = await door.exchange(code)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    asked = {"client_id": door.client["client_id"], "redirect_uri": "dnevnik-mes://oauth2redirect", "display": "script"}
    more = {"response_type": "code", "code_challenge": "x", "code_challenge_method": "S256"}
    assert (await door.stand.http.get("/mes-auth/sps/oauth/ae", params=asked | more)).status_code == 200
