"""Activation with the code that is good once, sign-in, the lock, the ends of a session."""

from __future__ import annotations

import pytest

from tests.sandbox.digital_school.cabinet import API, PASSWORD, Family, code
from tests.sandbox.stand import Stand


@pytest.fixture
def known(cabinet: Stand) -> Family:
    """A family that was activated before and holds a new code."""
    return Family(cabinet)


@pytest.fixture
def new(cabinet: Stand) -> Family:
    """A family that was never activated."""
    return Family(cabinet, next(who for who, _ in cabinet.families if who.esia is None))


async def test_a_contract_has_an_account_of_ten_digits_and_a_code_of_six(known: Family) -> None:
    assert (len(known.account["account"]), len(known.account["auth_code"])) == (10, 6)


async def test_a_new_family_needs_the_code_first(new: Family) -> None:
    assert code(await new.knock()) == "E-102"
    assert code(await new.activate()) == ""
    assert code(await new.knock()) == "E-101"
    assert code(await new.knock(password=PASSWORD)) == ""


async def test_a_family_that_was_activated_signs_in_and_may_set_another_password_once(known: Family) -> None:
    assert code(await known.knock()) == ""
    assert code(await known.activate()) == ""
    assert code(await known.knock()) == "E-101"
    assert code(await known.knock(password=PASSWORD)) == ""
    assert code(await known.activate(new_password="Drugoj-parol-2")) == "E-103"


async def test_activation_ends_all_sessions_of_the_account(known: Family) -> None:
    await known.knock()
    await known.activate()
    assert code(await known.ask("children")) == "E-110"


async def test_an_unknown_account_and_a_wrong_secret_get_one_answer(known: Family) -> None:
    answers = [
        await known.knock(password="x"), await known.knock(account="2799999999"),
        await known.activate(auth_code="000000"), await known.activate(account="2799999999"),
    ]  # fmt: skip
    assert len({answer.content for answer in answers}) == 1
    assert code(answers[0]) == "E-101"


@pytest.mark.parametrize("password", ["short", "1234567", "x" * 65])
async def test_a_weak_password_does_not_spend_the_code(new: Family, password: str) -> None:
    assert code(await new.activate(new_password=password)) == "E-104"
    assert code(await new.activate(new_password=new.account["account"])) == "E-104"
    assert code(await new.activate()) == ""


@pytest.mark.parametrize("is_known", [True, False])
async def test_five_wrong_tries_lock_for_half_an_hour_known_or_not(known: Family, is_known: bool) -> None:
    account = known.account["account"] if is_known else "2799999999"
    for wrong in ("a", "b", "c", "d"):
        assert code(await known.knock(account=account, password=wrong)) == "E-101"
    assert code(await known.activate(account=account, auth_code="000000")) == "E-101"
    locked = await known.knock(account=account)
    assert (locked.status_code, code(locked), locked.headers["retry-after"]) == (423, "E-105", "1800")
    assert code(await known.activate(account=account)) == "E-105"
    await known.stand.later(minutes=30)
    assert code(await known.knock(account=account)) == ("" if is_known else "E-101")


@pytest.mark.parametrize("body", [{}, {"account": "12"}, {"account": 2700000019, "password": "x"}, {"account": "2700000019"}, [], "x"])
async def test_a_malformed_body_is_refused(known: Family, body: object) -> None:
    answer = await known.stand.http.post(f"{API}/session", json=body)
    assert (answer.status_code, code(answer)) == (400, "E-400")


async def test_account_numbers_are_read_with_spaces(known: Family) -> None:
    account = known.account["account"]
    assert code(await known.knock(account=f" {account[:4]} {account[4:7]} {account[7:]}")) == ""


async def test_a_session_ends_by_idling_by_age_and_by_leaving(known: Family) -> None:
    await known.knock()
    await known.stand.later(minutes=59)
    assert code(await known.ask("children")) == ""
    await known.stand.later(minutes=60)
    assert code(await known.ask("children")) == "E-110"
    await known.knock()
    for _ in range(9):
        await known.stand.later(minutes=50)
        assert code(await known.ask("children")) == ""
    await known.stand.later(minutes=50)
    assert code(await known.ask("children")) == "E-110"
    await known.knock()
    assert code(await known.stand.http.delete(f"{API}/session", headers=known.headers)) == ""
    assert code(await known.ask("children")) == "E-110"


async def test_a_closed_contract_shows_nothing(known: Family) -> None:
    await known.knock()
    await known.stand.control("digital-school/contracts", {"account": known.account["account"], "closed": True})
    assert code(await known.ask("children")) == "E-120"
    assert code(await known.knock()) == "E-120"
    assert code(await known.activate()) == "E-120"
    assert code(await known.knock(password="x")) == "E-101"


async def test_a_new_code_kills_the_one_before(new: Family) -> None:
    issued = await new.stand.control("digital-school/codes", {"account": new.account["account"]})
    if issued["auth_code"] != new.account["auth_code"]:
        assert code(await new.activate()) == "E-101"
    assert code(await new.activate(auth_code=issued["auth_code"])) == ""


async def test_the_request_log_hides_codes_passwords_and_sessions(known: Family) -> None:
    await known.activate()
    await known.knock(password=PASSWORD)
    await known.ask("children")
    text = str(await known.stand.log())
    for secret in (known.account["auth_code"], PASSWORD, known.headers["X-Session"]):
        assert secret not in text


async def test_a_reset_brings_the_first_state_back(known: Family) -> None:
    await known.activate()
    known.stand.app.systems["digital-school"].reset()
    assert code(await known.knock()) == ""
    assert code(await known.activate()) == ""


async def test_no_word_of_a_session_no_data(known: Family) -> None:
    answer = await known.stand.http.get(f"{API}/children")
    assert (answer.status_code, code(answer)) == (401, "E-110")
