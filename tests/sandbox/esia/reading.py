"""One person's data, read with a token of chosen scopes."""

from __future__ import annotations

from typing import Any

from sandbox.world.model import Person
from tests.sandbox.esia.conftest import Esia

ALL = (
    "openid fullname birthdate birthplace gender citizenship snils inn id_doc birth_cert_doc vehicles email mobile contacts addresses"
    " usr_org self_employed kid_fullname kid_birthdate kid_gender kid_snils kid_inn kid_birth_cert_doc kid_mobile kid_email"
)


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
