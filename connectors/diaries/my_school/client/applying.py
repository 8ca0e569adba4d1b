"""The applicant's side: consent, profile, schools, and the bundle from draft to decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from connectors.diaries.my_school.client.api import Api, Params
from connectors.diaries.my_school.errors import NO_CONSENT, VERSION
from connectors.diaries.my_school.mapping import bundles, people
from connectors.kit.errors import AccessDenied, Drifted, Rejected
from connectors.kit.school_joining import (
    Application,
    Bundle,
    ChildById,
    ChildBySnils,
    Made,
    NamedChild,
    OutsidePerson,
    OutsideProfile,
    OutsideSchool,
    Role,
    current_bundle,
)

# The format writes its times so; the instant is the same in any zone.
ZONE = ZoneInfo("Europe/Moscow")
MOST_PAGES = 20
KINDS = {role: kind for kind, role in people.PROFILES.items()}


class Applying:
    """What a person does, through the hub."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def agree(self, person: OutsidePerson) -> OutsideProfile:
        agreed_at = person.agreed_at.astimezone(ZONE).isoformat(timespec="seconds")
        told = {"oid": person.oid, "last_name": person.last_name, "first_name": person.first_name, "agreed_at": agreed_at}
        if person.middle_name:
            told["middle_name"] = person.middle_name
        if person.snils:
            told["snils"] = person.snils.reveal()
        _, body = await self._api.ask("POST", "/persons", json=told)
        return people.profile(self._api.system, body, person.oid)

    async def forget(self, oid: str) -> None:
        try:
            await self._api.ask("DELETE", "/persons", oid=oid)
        except AccessDenied as error:
            if error.detail != NO_CONSENT:
                raise

    async def profile(self, oid: str) -> OutsideProfile:
        _, body = await self._api.ask("GET", "/me", oid=oid)
        return people.profile(self._api.system, body, oid)

    async def choose_profile(self, oid: str, kind: Role, terms_version: str) -> OutsideProfile:
        told = {"kind": KINDS[kind], "terms": terms_version, "agreed": True}
        _, body = await self._api.ask("PUT", "/me/profile", oid=oid, json=told)
        return people.profile(self._api.system, body, oid)

    async def find_schools(self, oid: str, q: str, limit: int = 20) -> tuple[OutsideSchool, ...]:
        _, body = await self._api.ask("GET", "/schools", oid=oid, params={"q": q, "limit": str(limit)})
        return people.schools(self._api.system, body)

    async def school(self, oid: str, ogrn: str) -> OutsideSchool:
        _, body = await self._api.ask("GET", f"/schools/{self._api.part(ogrn)}", oid=oid)
        return people.school(self._api.system, body, ogrn)

    async def create(self, oid: str, application: Application, *, submit: bool, previous: str = "") -> Made:
        told: dict[str, Any] = {
            "role": str(application.role),
            "school_ogrn": application.school_ogrn,
            "class": application.class_name,
            "submit": submit,
        }
        if application.child is not None:
            told["child"] = _named(application.child)
        if application.school_year:
            told["school_year"] = application.school_year
        if previous:
            told["previous"] = previous
        status, body = await self._api.ask("POST", "/bundles", oid=oid, json=told, current=self._current(oid))
        made = bundles.bundle(self._api.system, body, oid)
        self._is_asked(made, application)
        return Made(bundle=made, is_new=status == 201)

    def _is_asked(self, made: Bundle, application: Application) -> None:
        """The key is what the whole protocol rests on, so an answer under another one is none (RULES B2)."""
        if made.school.ogrn != application.school_ogrn:
            raise Drifted(self._api.system, "$.data.school.ogrn", "another school")
        if application.school_year and made.school_year != application.school_year:
            raise Drifted(self._api.system, "$.data.school_year", "another year")
        if isinstance(application.child, ChildById) and made.child.id != application.child.id:
            raise Drifted(self._api.system, "$.data.child.id", "another child")

    async def change_class(self, oid: str, bundle: str, class_name: str, *, version: int) -> Bundle:
        """Sent again after a lost answer it meets its own version: a draft that says what was asked for is what was asked for."""
        try:
            return await self._act(oid, bundle, "PATCH", "", version=version, json={"class": class_name})
        except Rejected as error:
            now = current_bundle(error)
            if error.reason == VERSION and now is not None and now.id == bundle and now.class_name == class_name:
                return now
            raise

    async def submit(self, oid: str, bundle: str) -> Bundle:
        return await self._act(oid, bundle, "POST", "/submit")

    async def withdraw(self, oid: str, bundle: str) -> Bundle:
        return await self._act(oid, bundle, "POST", "/withdraw")

    async def bundle(self, oid: str, bundle: str) -> Bundle:
        return await self._act(oid, bundle, "GET", "")

    async def _act(
        self, oid: str, bundle: str, method: str, act: str, *, version: int | None = None, json: Mapping[str, str] | None = None
    ) -> Bundle:
        path = f"/bundles/{self._api.part(bundle)}{act}"
        _, body = await self._api.ask(method, path, oid=oid, version=version, json=json, current=self._current(oid))
        return bundles.bundle(self._api.system, body, oid, bundle)

    async def bundles(self, oid: str, *, child: str = "", school_ogrn: str = "", school_year: str = "") -> tuple[Bundle, ...]:
        given = {"child": child, "school_ogrn": school_ogrn, "school_year": school_year, "limit": "50"}
        wanted = {name: value for name, value in given.items() if value}
        found: list[Bundle] = []
        after = ""
        for _ in range(MOST_PAGES):
            page, after = await self._page(oid, wanted | ({"after": after} if after else {}))
            found += page
            if not after:
                return tuple(found)
        raise Drifted(self._api.system, "$.data.next", "pages without end")

    async def _page(self, oid: str, params: Params) -> tuple[tuple[Bundle, ...], str]:
        _, body = await self._api.ask("GET", "/bundles", oid=oid, params=params)
        return bundles.bundles(self._api.system, body, oid)

    def _current(self, oid: str) -> Any:
        return lambda body: bundles.current(self._api.system, body, oid)


def _named(child: NamedChild) -> dict[str, str]:
    """Exactly one of the three ways."""
    if isinstance(child, ChildById):
        return {"id": child.id}
    if isinstance(child, ChildBySnils):
        return {"snils": child.snils.reveal()}
    told = {"last_name": child.last_name, "first_name": child.first_name, "birth_date": child.birth_date.isoformat()}
    return told | ({"middle_name": child.middle_name} if child.middle_name else {})
