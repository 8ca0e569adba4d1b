"""Opening an account by each way that the manifest lists, renewing it, and being refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, Rejected
from connectors.kit.manifest import LoginKind
from connectors.kit.ports import Access, Arrival, DiaryAccount
from connectors.kit.secret import Secret
from tests.contract.stand import RETURN_URI, Family, Stand, walk_home
from tests.nothing_skipped import not_applicable


def needs(diary: Stand, kind: LoginKind) -> None:
    if kind not in diary.manifest.logins:
        not_applicable(f"{diary.name} has no sign-in of the kind {kind}")


async def renewable(diary: Stand, family: Family) -> DiaryAccount:
    """An account opened by the way that brings a refresh token, or that keeps what signing in again needs."""
    account = await (diary.in_browser(family) if LoginKind.BROWSER in diary.manifest.logins else diary.open(family))
    if account.access.refresh is None and not account.access.credentials:
        not_applicable(f"{diary.name} has no session that ends: what was typed goes with every call")
    return account


@pytest.mark.rule("A15")
@pytest.mark.feature("F170")
async def test_an_account_shows_its_holder_and_the_children(diary: Stand, family: Family, account: DiaryAccount) -> None:
    assert account.subject
    assert account.access.owner
    assert {diary.match(account, person).key for person in family.children} == {child.key for child in account.children}
    for person in family.children:
        child = diary.match(account, person)
        assert (child.last_name, child.first_name) in {(person["last_name"], person["first_name"]), ("", "")}


@pytest.mark.feature("F167")
async def test_a_pupils_own_account_shows_the_pupil_alone(diary: Stand) -> None:
    own = [family for family in await diary.families() if family.holder["role"] == "pupil"]
    if not own:
        not_applicable(f"no pupil of the town has an own account at {diary.name}")
    if diary.manifest.one_login_a_child:
        not_applicable(f"at {diary.name} the account is the child's cabinet, whoever opens it")
    account = await diary.open(own[0])
    (child,) = account.children
    assert child.is_self
    assert (child.last_name, child.first_name) == (own[0].holder["last_name"], own[0].holder["first_name"])


async def test_the_same_account_is_the_same_subject_each_time(diary: Stand, family: Family, account: DiaryAccount) -> None:
    again = await diary.open(family)
    assert (again.subject, again.access.owner) == (account.subject, account.access.owner)
    assert [child.key for child in again.children] == [child.key for child in account.children]


async def test_a_kept_access_opens_the_account_again(diary: Stand, account: DiaryAccount) -> None:
    again = await diary.port.account(account.access)
    assert (again.subject, again.children[0].key) == (account.subject, account.children[0].key)


async def test_the_browsers_way_opens_the_same_account(diary: Stand, family: Family, account: DiaryAccount) -> None:
    needs(diary, LoginKind.BROWSER)
    found = await diary.in_browser(family)
    assert found.subject == account.subject
    assert [child.key for child in found.children] == [child.key for child in account.children]


@pytest.mark.security("7")
async def test_an_answer_to_another_sign_in_is_refused(diary: Stand, family: Family) -> None:
    needs(diary, LoginKind.BROWSER)
    departure = await diary.port.begin(state="mine", redirect_uri=RETURN_URI)
    arrival = Arrival(params={"code": "x", "state": "other"}, keep=departure.keep, state="mine", redirect_uri=RETURN_URI)
    with pytest.raises(Rejected):
        await diary.port.finish(arrival)


@pytest.mark.security("3")
async def test_a_code_is_good_once(diary: Stand, family: Family) -> None:
    needs(diary, LoginKind.BROWSER)
    await diary.post(f"/_sandbox/{diary.name}/sign_in_as", {"person": family.holder["id"], "times": 1})
    departure = await diary.port.begin(state="s", redirect_uri=RETURN_URI)
    arrival = Arrival(params=await walk_home(diary.control, departure.url), keep=departure.keep, state="s", redirect_uri=RETURN_URI)
    await diary.port.finish(arrival)
    with pytest.raises((Rejected, AuthExpired)):
        await diary.port.finish(arrival)


@pytest.mark.parametrize("params", [{"error": "access_denied", "state": "s"}, {"state": "s"}, {"code": "", "state": "s"}])
async def test_a_refusal_at_the_provider_is_rejected(diary: Stand, params: dict[str, str]) -> None:
    needs(diary, LoginKind.BROWSER)
    with pytest.raises(Rejected):
        await diary.port.finish(Arrival(params=params, keep={}, state="s", redirect_uri=RETURN_URI))


async def test_a_ready_token_opens_the_same_account(diary: Stand, family: Family, account: DiaryAccount) -> None:
    needs(diary, LoginKind.TOKEN)
    token = Secret(str(family.holder["accounts"][diary.name]["token"]))
    found = await diary.port.sign_in({"token": token})
    assert found.subject == account.subject


@pytest.mark.feature("F170")
async def test_wrong_credentials_are_refused(diary: Stand, family: Family) -> None:
    needs(diary, LoginKind.CREDENTIALS)
    credentials = diary.credentials(family) | {diary.manifest.credentials[-1]: Secret("wrong-password")}
    with pytest.raises((Rejected, AuthExpired)):
        await diary.port.sign_in(credentials)


async def test_missing_credentials_are_refused(diary: Stand) -> None:
    with pytest.raises(Rejected):
        await diary.port.sign_in({})


async def test_a_login_kind_that_is_not_listed_is_refused(diary: Stand) -> None:
    if LoginKind.BROWSER in diary.manifest.logins:
        not_applicable(f"{diary.name} lists the browser")
    with pytest.raises(Rejected) as told:
        await diary.port.begin(state="s", redirect_uri=RETURN_URI)
    assert told.value.reason == "login_kind"


@pytest.mark.rule("C6")
async def test_an_expired_token_is_renewed_and_reading_goes_on(diary: Stand, family: Family) -> None:
    account = await renewable(diary, family)
    await diary.fault("auth_expired", times=1)
    with pytest.raises(AuthExpired):
        await diary.port.account(account.access)
    await diary.well()
    renewed = await diary.port.refresh(account.access)
    assert renewed.token != account.access.token
    assert renewed.owner == account.access.owner
    page = await diary.read(renewed, account.children[0], await diary.week())
    assert page.lessons


@pytest.mark.rule("C6")
async def test_a_refused_refresh_means_sign_in_again(diary: Stand, family: Family) -> None:
    account = await renewable(diary, family)
    await diary.fault("auth_expired")
    with pytest.raises(AuthExpired):
        await diary.port.refresh(account.access)


@pytest.mark.rule("C6")
async def test_a_foreign_refresh_token_means_sign_in_again(diary: Stand, family: Family) -> None:
    account = await renewable(diary, family)
    wrong = {name: Secret("wrong-password") for name in list(account.access.credentials)[-1:]}
    forged = replace(account.access, refresh=Secret("0" * 32), credentials={**account.access.credentials, **wrong})
    with pytest.raises(AuthExpired):
        await diary.port.refresh(forged)


@pytest.mark.rule("C6")
async def test_what_is_kept_to_sign_in_again_is_what_the_form_asked_for_and_only_where_nothing_else_renews(
    diary: Stand, account: DiaryAccount
) -> None:
    access = account.access
    assert set(access.credentials) in (set(), set(diary.manifest.credentials))
    assert not (access.refresh and access.credentials)


async def test_an_access_without_refresh_means_sign_in_again(diary: Stand) -> None:
    with pytest.raises(AuthExpired):
        await diary.port.refresh(Access(token=Secret("0" * 32)))


async def test_a_token_that_nobody_gave_out_has_expired(diary: Stand, account: DiaryAccount) -> None:
    stale = replace(account.access, token=Secret("0" * 32))
    with pytest.raises(ConnectorError) as told:
        await diary.port.account(stale)
    assert type(told.value) is AuthExpired


@pytest.mark.rule("C8")
async def test_an_account_that_changed_its_owner_is_not_opened(diary: Stand, account: DiaryAccount) -> None:
    with pytest.raises(Drifted):
        await diary.port.account(replace(account.access, owner="somebody-else"))


@pytest.mark.security("32")
def test_nothing_secret_is_printed(diary: Stand) -> None:
    access = Access(token=Secret("tell-nobody"), refresh=Secret("nobody-at-all"))
    assert "nobody" not in repr(access) + str(access)
