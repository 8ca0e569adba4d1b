"""Moscow: the password with its stamp, the code of the SMS, the exchanges, and the renewal."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from connectors.diaries.mes.client.port import Moscow
from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, RateLimited, Rejected, Unavailable
from connectors.kit.manifest import LoginKind
from connectors.kit.ports import Access, CodeAsked, CodePort, DiaryAccount
from connectors.kit.secret import Secret
from tests.unit.mes.stub import (
    BIND,
    CREDENTIALS,
    HEADER,
    HOME,
    PASSWORD,
    PROFILE,
    REGISTER,
    TOKEN,
    TRUST,
    TRUST_PAGE,
    Bench,
    answered,
)


def port_of(bench: Bench) -> Moscow:
    assert isinstance(bench.port, Moscow)
    return bench.port


async def asked(bench: Bench) -> CodeAsked:
    found = await port_of(bench).ask_code(CREDENTIALS)
    assert isinstance(found, CodeAsked)
    return found


async def opened(bench: Bench) -> DiaryAccount:
    found = await port_of(bench).enter_code((await asked(bench)).keep, Secret("123456"))
    assert isinstance(found, DiaryAccount)
    return found


def errors(*codes: str, **more: Any) -> Any:
    return {"errors": [{"code": code} for code in codes], **more}


@pytest.mark.feature("F170")
async def test_a_password_with_its_stamp_brings_a_code_to_the_phone(bench: Bench) -> None:
    bench.at_mos_ru()
    found = await asked(bench)
    assert isinstance(bench.port, CodePort)
    assert (found.sent_to, found.tries_left) == ("в СМС на номер …34", 3)
    (sent,) = bench.stub.to(PASSWORD)
    body = json.loads(sent.content)
    assert (body["login"], body["password"]) == ("roditel@mail.example", "pa ss&word")
    assert body["proofOfWork"].startswith(HEADER)
    assert sent.headers["cookie"] == "sps_flow=f1"


async def test_our_registration_and_a_fresh_challenge_go_first(bench: Bench) -> None:
    bench.at_mos_ru()
    await asked(bench)
    (registered,) = bench.stub.to(REGISTER)
    assert registered.headers["authorization"] == "Bearer our-token"
    assert json.loads(registered.content)["software_statement"] == "our-statement"
    (query,) = bench.stub.params("sps/oauth/ae")
    assert (query["client_id"], query["display"], query["code_challenge_method"]) == ("dyn-1", "script", "S256")
    assert query["redirect_uri"] == "dnevnik-mes://oauth2redirect"


async def test_the_code_opens_the_account_and_wakes_the_token(bench: Bench) -> None:
    bench.at_mos_ru()
    account = await opened(bench)
    assert (account.subject, account.access.token.reveal()) == (str(PROFILE), TOKEN)
    assert account.access.expires_at is not None
    code = bench.stub.to(BIND)[1]
    assert (code.content, code.headers["cookie"]) == (b"sms-code=123456", "sps_flow=f1")
    (exchange,) = bench.stub.to("sps/oauth/te")
    assert exchange.headers["authorization"].startswith("Basic ")
    assert dict(exchange.url.params)["code"] == "code-1"
    paths = [one.url.path for one in bench.stub.asked]
    assert paths.index("/mes/acl/api/users/profile_info") < paths.index("/mes/api/family/mobile/v1/profile")


@pytest.mark.parametrize("word", ["ask_to_send_sms", "go_to_web"])
async def test_both_words_before_the_code_mean_the_same(bench: Bench, word: str) -> None:
    bench.at_mos_ru(**{PASSWORD: {"items": [{"inquire": word}]}})
    assert (await asked(bench)).tries_left == 3


async def test_the_page_that_asks_for_trust_is_answered_and_nothing_is_remembered_there(bench: Bench) -> None:
    bench.at_mos_ru(**{TRUST: answered(302, None, Location=HOME)})
    bench.stub.answers[BIND] = (bench.stub.answers[BIND][0], answered(200, TRUST_PAGE, Content_Type="text/html"))
    assert (await opened(bench)).subject == str(PROFILE)
    (told,) = bench.stub.to(TRUST)
    assert told.content == b"trust=false"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("invalid_credentials", Rejected),
        ("no_subject_found", Rejected),
        ("pswd_method_temp_locked", RateLimited),
        ("flow_expired", AuthExpired),
        ("invalid_proof_of_work", Rejected),
        ("something_new", Rejected),
    ],
)
async def test_a_refused_password_is_typed_and_no_code_is_asked_for(bench: Bench, code: str, error: type[ConnectorError]) -> None:
    bench.at_mos_ru(**{PASSWORD: errors(code, ttl=600)})
    with pytest.raises(error) as told:
        await asked(bench)
    assert type(told.value) is error
    assert not bench.stub.to(BIND)


async def test_a_locked_password_says_when_to_come_again_and_not_that_it_was_wrong(bench: Bench) -> None:
    bench.at_mos_ru(**{PASSWORD: errors("pswd_method_temp_locked", ttl=600)})
    with pytest.raises(RateLimited) as told:
        await asked(bench)
    assert told.value.after_s == 600
    assert "на время закрыл" in told.value.text


async def test_a_wrong_code_may_be_tried_again_while_tries_are_left(bench: Bench) -> None:
    bench.at_mos_ru()
    bench.stub.answers[BIND] = (bench.stub.answers[BIND][0], errors("invalid_otp", remain_attempts=2), answered(302, None, Location=HOME))
    first = await asked(bench)
    again = await port_of(bench).enter_code(first.keep, Secret("000000"))
    assert isinstance(again, CodeAsked)
    assert again.tries_left == 2
    assert isinstance(await port_of(bench).enter_code(again.keep, Secret("123456")), DiaryAccount)


async def test_without_the_platforms_count_ours_goes_on_counting(bench: Bench) -> None:
    bench.at_mos_ru()
    bench.stub.answers[BIND] = (bench.stub.answers[BIND][0], errors("invalid_otp"))
    step: CodeAsked | DiaryAccount = await asked(bench)
    left = []
    for _ in range(2):
        assert isinstance(step, CodeAsked)
        step = await port_of(bench).enter_code(step.keep, Secret("000000"))
        assert isinstance(step, CodeAsked)
        left.append(step.tries_left)
    assert isinstance(step, CodeAsked)
    assert left == [2, 1]
    with pytest.raises(AuthExpired):
        await port_of(bench).enter_code(step.keep, Secret("000000"))


@pytest.mark.parametrize(
    "told", [errors("no_attempts"), errors("expired"), errors("flow_expired"), errors("invalid_otp", remain_attempts=0)]
)
async def test_a_code_that_came_too_late_or_too_often_means_begin_anew(bench: Bench, told: Any) -> None:
    bench.at_mos_ru()
    bench.stub.answers[BIND] = (bench.stub.answers[BIND][0], told)
    first = await asked(bench)
    with pytest.raises(AuthExpired):
        await port_of(bench).enter_code(first.keep, Secret("000000"))


@pytest.mark.security("3")
async def test_neither_a_password_nor_a_code_is_sent_twice_when_the_platform_stumbles(bench: Bench) -> None:
    bench.at_mos_ru(**{PASSWORD: answered(503)})
    with pytest.raises(Unavailable):
        await asked(bench)
    assert len(bench.stub.to(PASSWORD)) == 1
    bench.at_mos_ru()
    bench.stub.answers[BIND] = (bench.stub.answers[BIND][0], answered(503))
    first = await asked(bench)
    with pytest.raises(Unavailable):
        await port_of(bench).enter_code(first.keep, Secret("123456"))
    assert len(bench.stub.to(BIND)) == 2


async def test_what_is_kept_between_the_steps_is_no_other_familys(bench: Bench) -> None:
    bench.at_mos_ru()
    kept = (await asked(bench)).keep
    for keep in ({}, {**kept, "cookies": "no json"}, {**kept, "tries": "many"}):
        with pytest.raises(AuthExpired):
            await port_of(bench).enter_code(keep, Secret("123456"))


async def test_without_a_registration_of_ours_a_password_is_not_even_sent(unconfigured: Bench) -> None:
    unconfigured.at_mos_ru()
    with pytest.raises(Rejected) as told:
        await asked(unconfigured)
    assert told.value.reason == "not_configured"
    assert unconfigured.port.manifest.logins == {LoginKind.TOKEN}
    assert unconfigured.port.manifest.login_forms == ()
    assert not unconfigured.stub.asked


async def test_a_ready_token_needs_no_registration(unconfigured: Bench) -> None:
    unconfigured.show()
    found = await port_of(unconfigured).ask_code({"token": Secret(f'"Bearer {TOKEN}"')})
    assert isinstance(found, DiaryAccount)
    assert found.access.refresh is None


@pytest.mark.parametrize("credentials", [{}, {"login": Secret("x")}, {"password": Secret("x")}, {"token": Secret("two words")}])
async def test_what_is_missing_is_refused_before_anything_is_asked(bench: Bench, credentials: dict[str, Secret]) -> None:
    with pytest.raises(Rejected):
        await port_of(bench).ask_code(credentials)
    assert not bench.stub.asked


async def test_a_caller_without_a_code_is_told_that_one_is_needed(bench: Bench) -> None:
    bench.at_mos_ru()
    with pytest.raises(Rejected) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert told.value.reason == "needs_code"


@pytest.mark.rule("C6")
async def test_a_renewal_spends_the_refresh_token_and_keeps_the_next_with_our_registration(bench: Bench) -> None:
    bench.at_mos_ru()
    access = (await opened(bench)).access
    bench.stub.answers["sps/oauth/te"] = {"access_token": "mos-2", "refresh_token": "mos-refresh-2"}
    renewed = await bench.port.refresh(access)
    assert (renewed.owner, renewed.extra) == (access.owner, access.extra)
    spent = bench.stub.params("sps/oauth/te")[-1]
    assert (spent["grant_type"], spent["refresh_token"]) == ("refresh_token", "mos-refresh")
    assert renewed.refresh is not None
    assert json.loads(renewed.refresh.reveal()) == {"client_id": "dyn-1", "client_secret": "dyn-secret", "refresh_token": "mos-refresh-2"}
    assert "mos-refresh" not in repr(renewed)


@pytest.mark.rule("C6")
async def test_a_spent_refresh_token_is_kept_anew_even_where_the_school_stumbles_behind_it(bench: Bench) -> None:
    bench.at_mos_ru()
    access = (await opened(bench)).access
    bench.stub.answers["acl/api/users/profile_info"] = answered(502, b"<html>")
    assert (await bench.port.refresh(access)).refresh is not None


@pytest.mark.rule("C6")
@pytest.mark.parametrize(
    "answer",
    [
        answered(400, {"error": "invalid_grant", "error_description": "spent"}),
        answered(401, {"error": "invalid_client"}),
        answered(404, b""),
    ],
)
async def test_a_refused_renewal_means_sign_in_again(bench: Bench, answer: Any) -> None:
    bench.at_mos_ru()
    access = (await opened(bench)).access
    bench.stub.answers["sps/oauth/te"] = answer
    with pytest.raises(AuthExpired):
        await bench.port.refresh(access)


@pytest.mark.parametrize("refresh", [None, Secret("r" * 32), Secret('{"client_id": 1}')])
async def test_a_refresh_token_that_is_not_ours_asks_nobody(bench: Bench, refresh: Secret | None) -> None:
    with pytest.raises(AuthExpired):
        await bench.port.refresh(replace(Access(token=Secret(TOKEN)), refresh=refresh))
    assert not bench.stub.asked


@pytest.mark.parametrize("answer", [{"items": []}, {"items": [{"inquire": "login_with_qr_code"}]}, {"steps": 1}])
async def test_a_sign_in_that_asks_for_no_password_has_drifted(bench: Bench, answer: Any) -> None:
    bench.at_mos_ru(**{"sps/oauth/ae": answer})
    with pytest.raises(Drifted):
        await asked(bench)


async def test_a_step_that_only_mos_ru_itself_can_ask_sends_the_person_there(bench: Bench) -> None:
    bench.at_mos_ru(**{PASSWORD: {"items": [{"inquire": "change_password"}]}})
    with pytest.raises(Rejected) as told:
        await asked(bench)
    assert "на своём сайте" in told.value.text


async def test_the_school_gives_no_token_that_is_none(bench: Bench) -> None:
    bench.at_mos_ru(**{"v3/auth/sudir/auth": {"user_authentication_for_mobile_response": {"mesh_access_token": "a b"}}})
    with pytest.raises(Drifted):
        await opened(bench)


async def test_moscow_does_not_open_in_the_browser(bench: Bench) -> None:
    with pytest.raises(Rejected) as told:
        await bench.port.begin(state="s", redirect_uri="http://localhost:8000/auth/mes/return")
    assert told.value.reason == "login_kind"


async def test_the_answer_of_a_trusted_browser_may_bring_the_code_at_once(bench: Bench) -> None:
    bench.at_mos_ru(**{PASSWORD: lambda request: httpx.Response(302, headers={"Location": HOME})})
    assert isinstance(await port_of(bench).ask_code(CREDENTIALS), DiaryAccount)
