"""What every identity provider's connector must do: send the browser off, take it back, refuse, and fail with the eight."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from connectors.kit.calls import FORCED
from connectors.kit.errors import ALL, AccessDenied, AuthExpired, ConnectorError, Drifted, Rejected
from connectors.kit.ports import Arrival
from tests.contract.door import Door
from tests.contract.stand import RETURN_URI
from tests.nothing_skipped import not_applicable


async def test_the_browser_goes_to_the_provider_with_our_address_and_state(door: Door) -> None:
    departure = await door.port.begin(state="0c8a4d4e-5f0b-4b9c-8d0e-6f7a3b2c1d00", redirect_uri=RETURN_URI)
    url = httpx.URL(departure.url)
    assert departure.url.startswith(f"http://localhost:9000/{door.port.manifest.instance(door.name).prefixes[0]}/")
    assert (url.params["redirect_uri"], url.params["state"]) == (RETURN_URI, "0c8a4d4e-5f0b-4b9c-8d0e-6f7a3b2c1d00")
    assert url.params["response_type"] == "code"


async def test_two_departures_are_never_the_same(door: Door) -> None:
    first, second = [await door.port.begin(state=state, redirect_uri=RETURN_URI) for state in ("a" * 36, "b" * 36)]
    assert first.url != second.url
    assert not first.keep or first.keep != second.keep


@pytest.mark.rule("A3")
async def test_the_claims_are_the_persons_who_signed_in(door: Door) -> None:
    person = (await door.people())[0]
    claims = await door.sign_in(person)
    assert claims.system == door.name
    assert claims.subject
    assert (claims.last_name, claims.first_name) == (person["last_name"], person["first_name"])


@pytest.mark.rule("A1")
async def test_the_same_person_is_the_same_subject_and_another_is_not(door: Door) -> None:
    one, other = (await door.people())[:2]
    subjects = [(await door.sign_in(person)).subject for person in (one, one, other)]
    assert subjects[0] == subjects[1]
    assert subjects[0] != subjects[2]


@pytest.mark.rule("A8")
async def test_a_snils_is_claimed_only_where_the_provider_vouches_for_it(door: Door) -> None:
    for person in (await door.people())[:6]:
        claims = await door.sign_in(person)
        if claims.snils is not None:
            assert claims.snils.digits == "".join(filter(str.isdigit, person["snils"]))


@pytest.mark.rule("A5")
async def test_children_are_those_that_the_provider_lists(door: Door) -> None:
    person = (await door.people())[0]
    claims = await door.sign_in(person)
    if claims.children is None:
        not_applicable(f"{door.name} does not tell of children")
    town = door.app.sandbox.town
    listed = {(town.people[key].last_name, town.people[key].first_name) for key in town.people[person["id"]].gosuslugi_children}
    assert {(child.last_name, child.first_name) for child in claims.children} == listed


@pytest.mark.security("3")
async def test_a_code_is_good_once(door: Door) -> None:
    arrival = await door.arrive((await door.people())[0])
    await door.port.finish(arrival)
    with pytest.raises((Rejected, AuthExpired)):
        await door.port.finish(arrival)


@pytest.mark.security("7")
async def test_an_answer_with_another_state_is_refused(door: Door) -> None:
    arrival = await door.arrive((await door.people())[0])
    with pytest.raises((Rejected, AccessDenied)):
        await door.port.finish(replace(arrival, state="another-state"))


@pytest.mark.parametrize("params", [{"error": "access_denied", "error_description": "x"}, {}, {"code": ""}])
async def test_a_refusal_and_an_empty_answer_are_refused(door: Door, params: dict[str, str]) -> None:
    departure = await door.port.begin(state="s" * 36, redirect_uri=RETURN_URI)
    arrival = Arrival(params={**params, "state": "s" * 36}, keep=departure.keep, state="s" * 36, redirect_uri=RETURN_URI)
    with pytest.raises((Rejected, AccessDenied, Drifted)):
        await door.port.finish(arrival)


async def test_a_code_nobody_gave_out_is_refused(door: Door) -> None:
    arrival = await door.arrive((await door.people())[0])
    with pytest.raises((Rejected, AuthExpired)):
        await door.port.finish(replace(arrival, params={**arrival.params, "code": "never-given-out"}))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("status", 500),
        ("status", 503),
        ("status", 401),
        ("status", 403),
        ("status", 404),
        ("status", 429),
        ("drop", None),
        ("html", 200),
        ("html", 502),
        ("garbage", None),
        ("drift", None),
        ("rate_limit", 60),
        ("auth_expired", None),
        ("error", None),
    ],
)
async def test_every_fault_after_the_return_is_one_of_the_eight(door: Door, kind: str, value: Any) -> None:
    arrival = await door.arrive((await door.people())[0])
    forced = FORCED.set(True)
    await door.fault(kind, value)
    with pytest.raises(ConnectorError) as told:
        await door.port.finish(arrival)
    FORCED.reset(forced)
    assert type(told.value) in ALL
    assert told.value.system == door.name


async def test_signing_out_leads_to_the_provider_or_nowhere(door: Door) -> None:
    url = door.port.logout_url(return_to="http://localhost:8000/")
    assert url is None or url.startswith("http://localhost:9000/")


@pytest.mark.security("32")
async def test_nothing_of_a_person_is_printed(door: Door) -> None:
    person = (await door.people())[0]
    claims = await door.sign_in(person)
    assert person["last_name"] not in repr(claims)
    assert not person["snils"] or person["snils"] not in repr(claims)
