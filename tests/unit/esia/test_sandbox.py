"""The connector against the sandbox's Gosuslugi in one process: both dialects, every signer, levels, faults, key rotation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.kit.errors import (
    AccessDenied,
    AuthExpired,
    ConnectorError,
    Drifted,
    RateLimited,
    Rejected,
    Unavailable,
)
from connectors.kit.ports import Arrival, Departure, SignInPort
from identity.claims import Claims, Level
from sandbox.app import SandboxApp, create_app
from sandbox.world.model import Person
from tests.unit.esia.material import BACK, BASE, STATE, Material, connector, query
from tests.unit.kit.forge import CLIENT

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
COMBINATIONS = [("v1", "rsa"), ("v1", "gost_python"), ("v1", "gost_openssl"), ("current", "gost_python"), ("current", "gost_openssl")]


@dataclass(slots=True, kw_only=True)
class Gosuslugi:
    """One sandbox with our system registered, and a browser that follows no redirect."""

    app: SandboxApp
    http: httpx.AsyncClient
    material: Material
    verify: Path

    async def register(self, signer: str = "gost_python", **changes: Any) -> None:
        certificate = (self.material.rsa if signer == "rsa" else self.material.gost)[1].read_text()
        body = {"mnemonic": CLIENT, "certificate_pem": certificate, "redirect_uris": [BACK], "dialect": "both"}
        answer = await self.http.post("/_sandbox/esia/clients", json={**body, **changes})
        assert answer.status_code == 201, answer.text
        self.verify.write_text((await self.http.get("/_sandbox/esia/key.pem")).text)

    def port(self, *, dialect: str = "current", signer: str = "gost_python", **more: str) -> SignInPort:
        options = self.material.options(dialect=dialect, signer=signer, VERIFY_KEYS=str(self.verify), **more)
        return connector(options, httpx.ASGITransport(self.app), now=self.app.sandbox.clock.now)

    def person(self, level: str = "confirmed", *, kids: bool = True) -> Person:
        people = self.app.sandbox.town.people.values()
        return next(
            one for one in people if one.esia and one.esia.level == level and bool(one.gosuslugi_children) == kids and not one.esia.is_child
        )

    def approve(self, person: Person) -> None:
        self.app.sandbox.sign_in_as.choose("esia", person.id)

    async def fault(self, **body: Any) -> None:
        answer = await self.http.post("/_sandbox/faults", json={"system": "esia", **body})
        assert answer.status_code < 300, answer.text

    async def sign_in(self, port: SignInPort) -> Claims:
        return await port.finish(await self.arrival(await port.begin(state=STATE, redirect_uri=BACK)))

    async def arrival(self, departure: Departure) -> Arrival:
        answer = await self.http.get(departure.url)
        assert answer.status_code in (302, 303), answer.text
        assert answer.headers["location"].startswith(BACK)
        return Arrival(params=query(answer.headers["location"]), keep=departure.keep, state=STATE, redirect_uri=BACK)


@pytest.fixture
async def gosuslugi(material: Material, tmp_path: Path) -> AsyncIterator[Gosuslugi]:
    app = create_app(now=NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE.removesuffix("/esia")) as http:
        yield Gosuslugi(app=app, http=http, material=material, verify=tmp_path / "verify.pem")


@pytest.mark.parametrize(("dialect", "signer"), COMBINATIONS)
async def test_a_parent_signs_in_in_each_dialect_with_each_signer(
    gosuslugi: Gosuslugi, dialect: str, signer: str, request: pytest.FixtureRequest
) -> None:
    if signer == "gost_openssl":
        request.getfixturevalue("engine")
    await gosuslugi.register(signer, dialect=dialect)
    person = gosuslugi.person()
    gosuslugi.approve(person)
    told = await gosuslugi.sign_in(gosuslugi.port(dialect=dialect, signer=signer))
    assert person.esia is not None
    assert (told.system, told.subject, told.level) == ("esia", str(person.esia.oid), Level.CONFIRMED)


async def test_everything_of_the_town_arrives(gosuslugi: Gosuslugi) -> None:
    await gosuslugi.register("rsa")
    for person in [one for one in gosuslugi.app.sandbox.town.people.values() if one.esia]:
        gosuslugi.approve(person)
        told = await gosuslugi.sign_in(gosuslugi.port(dialect="v1", signer="rsa"))
        assert person.esia is not None
        assert (told.last_name, told.first_name, told.middle_name) == (person.last_name, person.first_name, person.middle_name)
        assert (told.birth_date, told.sex) == (person.birth_date, person.sex)
        assert told.level.value == person.esia.level
        assert told.snils is None if person.snils is None else str(told.snils and told.snils.canonical) == person.snils
        assert [phone.value for phone in told.phones] == ([person.phone] if person.phone else [])
        assert [mail.value for mail in told.emails] == ([person.email] if person.email else [])
        assert told.auth_time is not None
        assert abs((told.auth_time - NOW).total_seconds()) < 60
        town = gosuslugi.app.sandbox.town.people
        expected = [(town[id_].last_name, town[id_].first_name, town[id_].birth_date, town[id_].snils) for id_ in person.gosuslugi_children]
        assert told.children is not None
        assert expected == [
            (kid.last_name, kid.first_name, kid.birth_date, kid.snils.canonical if kid.snils else None) for kid in told.children
        ]


@pytest.mark.feature("F081")
async def test_a_childs_account_signs_in_as_the_child(gosuslugi: Gosuslugi) -> None:
    await gosuslugi.register("rsa")
    child = next(one for one in gosuslugi.app.sandbox.town.people.values() if one.esia and one.esia.is_child)
    gosuslugi.approve(child)
    told = await gosuslugi.sign_in(gosuslugi.port(dialect="v1", signer="rsa"))
    assert (told.first_name, told.birth_date, told.children) == (child.first_name, child.birth_date, ())
    assert told.level is not Level.CONFIRMED


async def test_a_system_with_strict_claims_works_alike(gosuslugi: Gosuslugi) -> None:
    await gosuslugi.register(claims="strict")
    gosuslugi.approve(gosuslugi.person())
    assert (await gosuslugi.sign_in(gosuslugi.port())).level is Level.CONFIRMED


async def test_three_calls_side_by_side_follow_the_token_and_nothing_else_is_read(gosuslugi: Gosuslugi) -> None:
    await gosuslugi.register()
    gosuslugi.approve(gosuslugi.person())
    await gosuslugi.sign_in(gosuslugi.port())
    requests = (await gosuslugi.http.get("/_sandbox/requests?system=esia")).json()["requests"]
    paths = [one["path"].removeprefix("/esia") for one in requests]
    assert paths[:2] == ["/aas/oauth2/v2/ac", "/aas/oauth2/v3/te"]
    assert sorted(path.removeprefix("/rs/prns/").partition("/")[2] for path in paths[2:]) == ["", "ctts", "kids"]
    assert all(one["verdicts"]["signature"] == "ok" for one in requests[:2])


async def test_only_the_diarys_scopes_are_asked(gosuslugi: Gosuslugi) -> None:
    await gosuslugi.register()
    asked = set(query((await gosuslugi.port().begin(state=STATE, redirect_uri=BACK)).url)["scope"].split())
    assert asked == {
        "openid", "fullname", "birthdate", "gender", "snils", "mobile", "email",
        "kid_fullname", "kid_birthdate", "kid_gender", "kid_snils",
    }  # fmt: skip


async def test_refused_children_are_unknown_and_not_none(gosuslugi: Gosuslugi) -> None:
    await gosuslugi.register()
    gosuslugi.approve(gosuslugi.person())
    await gosuslugi.fault(kind="error", path="*/kids*", value="ESIA-005029")
    assert (await gosuslugi.sign_in(gosuslugi.port())).children is None


async def test_a_rotated_key_is_found_as_soon_as_its_file_changes(gosuslugi: Gosuslugi) -> None:
    await gosuslugi.register()
    gosuslugi.approve(gosuslugi.person())
    port = gosuslugi.port()
    await gosuslugi.sign_in(port)
    old = gosuslugi.verify.read_text()
    await gosuslugi.http.post("/_sandbox/esia/keys/rotate", json={})
    with pytest.raises(Rejected, match="token_signature"):
        await gosuslugi.sign_in(port)
    gosuslugi.verify.write_text(old + (await gosuslugi.http.get("/_sandbox/esia/key.pem")).text)
    assert await gosuslugi.sign_in(port)


async def test_a_code_works_once(gosuslugi: Gosuslugi) -> None:
    await gosuslugi.register()
    gosuslugi.approve(gosuslugi.person())
    port = gosuslugi.port()
    arrival = await gosuslugi.arrival(await port.begin(state=STATE, redirect_uri=BACK))
    await port.finish(arrival)
    with pytest.raises(AuthExpired, match="007011"):
        await port.finish(arrival)


async def test_a_token_signed_with_gost_is_refused_with_advice(gosuslugi: Gosuslugi) -> None:
    await gosuslugi.register(token_alg="GOST3410_2012_256")
    gosuslugi.approve(gosuslugi.person())
    with pytest.raises(Rejected, match="token_alg") as caught:
        await gosuslugi.sign_in(gosuslugi.port())
    assert "RS256" in caught.value.text


async def test_a_foreign_certificate_is_told_by_its_code(gosuslugi: Gosuslugi) -> None:
    await gosuslugi.register("rsa")
    gosuslugi.approve(gosuslugi.person())
    with pytest.raises(Rejected, match=r"ESIA-0070(02|53)"):
        await gosuslugi.sign_in(gosuslugi.port())


async def test_a_missing_trusted_mark_lowers_the_level(gosuslugi: Gosuslugi) -> None:
    await gosuslugi.register()
    await gosuslugi.http.post("/_sandbox/esia/switches", json={"omit_trusted": True})
    gosuslugi.approve(gosuslugi.person())
    assert (await gosuslugi.sign_in(gosuslugi.port())).level is Level.STANDARD


async def test_a_clock_that_differs_is_told(gosuslugi: Gosuslugi) -> None:
    await gosuslugi.register()
    await gosuslugi.http.post("/_sandbox/esia/switches", json={"clock_offset_s": 90000})
    gosuslugi.approve(gosuslugi.person())
    with pytest.raises(Rejected, match="ESIA-007015"):
        await gosuslugi.sign_in(gosuslugi.port())


FAULTS: list[tuple[dict[str, Any], type[ConnectorError]]] = [
    ({"kind": "error", "path": "*/te", "value": "ESIA-007008"}, Unavailable),
    ({"kind": "error", "path": "*/te", "value": "ESIA-007005"}, Rejected),
    ({"kind": "error", "path": "*/ac", "value": "ESIA-007004"}, AccessDenied),
    ({"kind": "auth_expired", "path": "*/te"}, AuthExpired),
    ({"kind": "auth_expired", "path": "*/rs/*"}, AuthExpired),
    ({"kind": "rate_limit", "path": "*/rs/*", "value": 2}, RateLimited),
    ({"kind": "rate_limit", "path": "*/te", "value": 2}, RateLimited),
    ({"kind": "drop", "path": "*/te"}, Unavailable),
    ({"kind": "drop", "path": "*/rs/*"}, Unavailable),
    ({"kind": "status", "path": "*/te", "value": 502}, Unavailable),
    ({"kind": "status", "path": "*/rs/*", "value": 500}, Unavailable),
    ({"kind": "status", "path": "*/rs/*", "value": 403}, AccessDenied),
    ({"kind": "html", "path": "*/te", "value": 200}, Drifted),
    ({"kind": "html", "path": "*/rs/*", "value": 200}, Drifted),
    ({"kind": "garbage", "path": "*/rs/*"}, Drifted),
    ({"kind": "drift", "path": "*/te"}, Drifted),
    ({"kind": "drift", "path": "*/kids*"}, Drifted),
    ({"kind": "drift", "path": "*/rs/*"}, Drifted),
]


@pytest.mark.parametrize(("fault", "error"), FAULTS, ids=str)
async def test_every_fault_is_one_of_the_eight_with_a_sentence(
    gosuslugi: Gosuslugi, fault: dict[str, Any], error: type[ConnectorError]
) -> None:
    await gosuslugi.register("rsa")
    gosuslugi.approve(gosuslugi.person())
    await gosuslugi.fault(**fault)
    with pytest.raises(error) as caught:
        await gosuslugi.sign_in(gosuslugi.port(dialect="v1", signer="rsa"))
    assert type(caught.value) is error
    assert caught.value.text


async def test_sign_out_at_gosuslugi_returns_to_us(gosuslugi: Gosuslugi) -> None:
    await gosuslugi.register(logout_uris=["http://localhost:8000/"])
    url = gosuslugi.port().logout_url(return_to="http://localhost:8000/")
    assert url is not None
    answer = await gosuslugi.http.get(url)
    assert answer.headers["location"] == "http://localhost:8000/"
