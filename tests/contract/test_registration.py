"""Every diary where a family registers by itself: a letter opens the account, and nothing before it does."""

from __future__ import annotations

import itertools
from typing import Any, cast

import pytest

from connectors.kit.calls import FORCED
from connectors.kit.credentials import FieldKind
from connectors.kit.errors import AuthExpired, ConnectorError, RateLimited, Rejected, Unavailable
from connectors.kit.ports import DiaryAccount, Waiting
from connectors.kit.registration import Registered, RegistrationPort
from connectors.kit.secret import Secret
from tests.contract.offering import offering
from tests.contract.stand import Stand
from tests.nothing_skipped import not_applicable

PASSWORD = "pridumannyi-parol-1"
_NUMBERS = itertools.count(1)
FAULTS: list[tuple[str, object, type[ConnectorError]]] = [
    ("status", 500, Unavailable),
    ("drop", None, Unavailable),
    ("rate_limit", 60, RateLimited),
    ("html", None, Unavailable),
]


@pytest.fixture(params=offering(RegistrationPort))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def port(diary: Stand) -> RegistrationPort:
    return cast(RegistrationPort, diary.port)


async def typed(diary: Stand) -> dict[str, Secret]:
    """What a newcomer types, with a real invitation where the form asks for one."""
    form = diary.manifest.registration[0]
    number = next(_NUMBERS)
    given = {"email": f"dasha{number}@example.ru", "login": f"novaya-mama-{number}", "firstname": "Дарья" + "а" * number}
    given |= {one.name: "Новосёлова" for one in form.fields if one.name in ("surname", "lastname")}
    if any(one.name == "code" for one in form.fields):
        families = await diary.families()
        pupil, account = families[0].children[0], families[0].holder["accounts"][diary.name]
        made = await diary.post(f"/_sandbox/{diary.name}/invitations", {"pupil": pupil["id"]})
        given |= {"code": made["code"], "vendor": made["vendor"]} | {k: str(account[k]) for k in ("devkey",) if k in account}
    names = {one.name for one in form.fields if not one.optional or one.name in given}
    known = given | {one.name: PASSWORD for one in form.fields if one.kind is FieldKind.NEW_PASSWORD}
    return {name: Secret(known[name]) for name in names}


async def register(diary: Stand, port: RegistrationPort) -> tuple[Registered, str]:
    """What is waited for, and the address of the letter."""
    given = await typed(diary)
    made = await port.register(diary.manifest.registration[0].name, given)
    assert isinstance(made, Registered)
    return made, given["email"].reveal()


async def letter(diary: Stand, to: str) -> Secret:
    query = {"kind": "mail", "to": to}
    items: list[dict[str, Any]] = (await diary.control.get("/inbox", params=query, headers={"Accept": "application/json"})).json()["items"]
    return Secret(max((one for one in items if one.get("code")), key=lambda one: str(one["at"]))["code"])


@pytest.mark.feature("F221")
async def test_the_letters_code_opens_the_account_once(diary: Stand, port: RegistrationPort) -> None:
    made, address = await register(diary, port)
    assert made.waits_for is Waiting.LETTER
    assert made.life_s > 0
    assert isinstance(await port.look(made.keep), Registered), "nothing is open before the letter"
    code = await letter(diary, address)
    opened = await port.confirm(made.keep, code)
    assert isinstance(opened, DiaryAccount)
    assert opened.subject
    assert opened.children or opened.waits_for
    try:
        again = await port.confirm(made.keep, code)
    except (Rejected, AuthExpired):
        return
    # Where the code stands beside the password, a spent one is only not looked at.
    assert isinstance(again, DiaryAccount)
    assert again.subject == opened.subject


async def test_a_letter_that_was_confirmed_elsewhere_is_seen_by_a_look(diary: Stand, port: RegistrationPort) -> None:
    made, address = await register(diary, port)
    await port.confirm(made.keep, await letter(diary, address))
    opened = await port.look(made.keep)
    assert isinstance(opened, DiaryAccount)
    assert (await port.account(opened.access)).subject == opened.subject


@pytest.mark.parametrize("code", ["000000", "no such key", "../confirm", "x" * 300, ""])
async def test_a_wrong_code_of_the_letter_is_rejected_in_russian(diary: Stand, port: RegistrationPort, code: str) -> None:
    made, _ = await register(diary, port)
    with pytest.raises(Rejected) as told:
        await port.confirm(made.keep, Secret(code))
    assert "письм" in told.value.text


async def test_a_wrong_invitation_is_rejected_in_russian(diary: Stand, port: RegistrationPort) -> None:
    given = await typed(diary)
    if "code" not in given:
        not_applicable(f"{diary.name} asks for no invitation")
    with pytest.raises(Rejected) as told:
        await port.register(diary.manifest.registration[0].name, given | {"code": Secret("nosuchcode")})
    assert "Код приглашения" in told.value.text


@pytest.mark.security("32")
async def test_nothing_that_was_typed_is_printed(diary: Stand, port: RegistrationPort) -> None:
    made, address = await register(diary, port)
    assert PASSWORD not in repr(made)
    assert address not in made.sent_to, "the address is shown masked"


@pytest.mark.parametrize(("kind", "value", "expected"), FAULTS, ids=[kind for kind, _, _ in FAULTS])
async def test_a_fault_becomes_its_error_and_sends_no_second_letter(
    diary: Stand, port: RegistrationPort, kind: str, value: object, expected: type[ConnectorError]
) -> None:
    given = await typed(diary)
    live = FORCED.set(True)
    await diary.fault(kind, value)
    with pytest.raises(expected):
        await port.register(diary.manifest.registration[0].name, given)
    FORCED.reset(live)
    await diary.well()
