"""Two outside systems played in memory, browsers that keep cookies, and records to play with."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from quart import Quart, Response
from quart.typing import TestClientProtocol

from connectors.kit import diary
from connectors.kit.diary import Datum, DiaryChild, DiaryPage, Origin
from connectors.kit.errors import AuthExpired, Rejected
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest
from connectors.kit.ports import Access, Arrival, Departure, DiaryAccount, Window
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.store import fields
from hub.store.sessions import Session
from identity.claims import ChildClaim, Claims, Level
from identity.snils import Snils

PUBLIC = "http://localhost:8000"
START = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def go(self, **span: float) -> None:
        self.at += timedelta(**span)


def kid(number: int, first: str, *, last: str = "Орлов", born: date = date(2014, 5, 6)) -> ChildClaim:
    snils = ["112-233-445 95", "087-654-303 00", "200-300-400 48", "300-400-500 66"][number]
    return ChildClaim(source_id=f"kid-{number}", last_name=last, first_name=first, birth_date=born, snils=Snils(snils))


def parent(subject: str = "1000", **changes: Any) -> Claims:
    made = Claims(
        system="esia",
        subject=subject,
        level=Level.CONFIRMED,
        last_name="Орлова",
        first_name="Анна",
        middle_name="Игоревна",
        birth_date=date(1985, 3, 4),
        snils=Snils("123-456-789 64"),
        children=(kid(1, "Пётр"),),
    )
    return replace(made, **changes)


@dataclass
class FakeEsia:
    """Answers with the claims that the test set for a code; `log` keeps what was asked."""

    clock: Clock
    claims: dict[str, Claims | Exception] = field(default_factory=dict)
    name: str = "esia"
    finished: int = 0
    manifest: Manifest = field(
        default_factory=lambda: Manifest(
            id="esia",
            title="Госуслуги",
            kind=Kind.SIGN_IN,
            documents=(),
            instances=(Instance(name="esia", title="Госуслуги", prefixes=("esia",)),),
        )
    )

    async def begin(self, *, state: str, redirect_uri: str) -> Departure:
        return Departure(url=f"https://esia.test/ac?state={state}&redirect_uri={redirect_uri}", keep={"nonce": f"nonce of {state}"})

    async def finish(self, arrival: Arrival) -> Claims:
        self.finished += 1
        assert arrival.keep["nonce"] == f"nonce of {arrival.state}"
        found = self.claims[arrival.params["code"]]
        if isinstance(found, Exception):
            raise found
        return found if found.auth_time else replace(found, auth_time=self.clock())

    def logout_url(self, *, return_to: str) -> str | None:
        return f"https://esia.test/idp/ext/Logout?redirect_url={return_to}"


def origin(id_: str, at: datetime = START) -> Origin:
    return Origin(system="dnevnik", id=id_, fetched_at=at)


def pupil(key: str = "77", first: str = "Пётр", last: str = "Орлов", **more: Any) -> DiaryChild:
    return DiaryChild(
        key=key,
        last_name=last,
        first_name=first,
        origin=origin(key),
        school=diary.School(name="Школа 5", origin=origin("s"), tz="Asia/Krasnoyarsk"),
        group=diary.Group(id="g", name="6А"),
        **more,
    )


@dataclass
class FakeDiary:
    """A diary in memory: `pages` by kind; `fails` is raised instead of an answer; `delay` is awaited first."""

    clock: Clock
    accounts: dict[str, DiaryAccount] = field(default_factory=dict)
    lessons: list[diary.Lesson] = field(default_factory=list)
    marks: list[diary.Mark] = field(default_factory=list)
    homework: list[diary.Homework] = field(default_factory=list)
    attendance: list[diary.Attendance] = field(default_factory=list)
    finals: list[diary.Final] = field(default_factory=list)
    averages: list[diary.SubjectAverage] = field(default_factory=list)
    announcements: list[diary.Announcement] = field(default_factory=list)
    terms: list[diary.Term] = field(default_factory=list)
    statistics: list[Any] = field(default_factory=list)
    fails: Exception | None = None
    dead_tokens: set[str] = field(default_factory=set)
    refreshes: int = 0
    refresh_fails: Exception | None = None
    reads: list[tuple[frozenset[Datum], Window]] = field(default_factory=list)
    before_read: Callable[[], Any] | None = None
    before_refresh: Callable[[], Any] | None = None
    name: str = "dnevnik"
    password: str = "secret"
    manifest: Manifest = field(
        default_factory=lambda: Manifest(
            id="dnevnik",
            title="Дневник.ру",
            kind=Kind.DIARY,
            documents=(),
            instances=(Instance(name="dnevnik", title="Дневник.ру", prefixes=("dnevnik",)),),
            data=frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.ATTENDANCE, Datum.FINALS, Datum.AVERAGES}),
            logins=frozenset({LoginKind.BROWSER, LoginKind.CREDENTIALS}),
            credentials=("login", "password"),
        )
    )

    async def begin(self, *, state: str, redirect_uri: str) -> Departure:
        return Departure(url=f"https://dnevnik.test/oauth2?state={state}&redirect_uri={redirect_uri}", keep={"a": "b"})

    async def finish(self, arrival: Arrival) -> DiaryAccount:
        if self.fails:
            raise self.fails
        return self.accounts[arrival.params["code"]]

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        if self.fails:
            raise self.fails
        found = self.accounts.get(credentials["login"].reveal())
        if found is None or credentials["password"].reveal() != self.password:
            raise Rejected("dnevnik", "authorizationFailed", "Неверный логин или пароль")
        return found

    async def account(self, access: Access) -> DiaryAccount:
        self._check(access)
        return next(one for one in self.accounts.values() if one.subject == access.owner)

    async def refresh(self, access: Access) -> Access:
        self.refreshes += 1
        if self.before_refresh:
            await self.before_refresh()
        if self.refresh_fails or access.refresh is None:
            raise self.refresh_fails or AuthExpired("dnevnik", "no refresh token")
        return replace(access, token=Secret(f"{access.token.reveal()}+"), expires_at=None)

    async def read(self, access: Access, child: DiaryChild, data: Any, window: Window) -> DiaryPage:
        self.reads.append((frozenset(data), window))
        if self.before_read:
            await self.before_read()
        self._check(access)
        at = self.clock()

        def mine(records: list[Any]) -> tuple[Any, ...]:
            return tuple(msgspec.structs.replace(one, origin=msgspec.structs.replace(one.origin, fetched_at=at)) for one in records)

        return DiaryPage(**{datum.value: mine(getattr(self, datum.value)) for datum in data})

    def _check(self, access: Access) -> None:
        if self.fails:
            raise self.fails
        if access.token.reveal() in self.dead_tokens:
            raise AuthExpired("dnevnik", "invalidToken")


def account(
    subject: str = "owner-1", token: str = "t1", children: tuple[DiaryChild, ...] | None = None, refresh: str | None = "r1"
) -> DiaryAccount:
    return DiaryAccount(
        access=Access(token=Secret(token), owner=subject, refresh=Secret(refresh) if refresh else None),
        subject=subject,
        last_name="Орлова",
        first_name="Анна",
        children=(pupil(),) if children is None else children,
    )


@dataclass
class Browser:
    """A browser: keeps cookies, follows nothing by itself."""

    client: TestClientProtocol
    agent: str = "Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36"
    csrf: str = ""

    async def get(self, path: str, **headers: str) -> Response:
        return await self.client.get(path, headers={"Host": "localhost:8000", "User-Agent": self.agent, **headers})

    async def send(
        self, method: str, path: str, *, json: Any = None, csrf: str | None = None, origin: str | None = PUBLIC, **headers: str
    ) -> Response:
        given = {"Host": "localhost:8000", "User-Agent": self.agent, "X-CSRF-Token": self.csrf if csrf is None else csrf, **headers}
        if origin is not None:
            given["Origin"] = origin
        return await self.client.open(path, method=method, json=json, headers=given)

    def cookie(self, name: str) -> str:
        jar = self.client.cookie_jar
        assert jar is not None
        return next((cookie.value or "" for cookie in jar if cookie.name == name), "")

    async def leave(self, system: str = "esia", **query: str) -> str:
        """Starts at `/auth/<system>/start`; returns the state that went to the provider."""
        answer = await self.client.get(f"/auth/{system}/start", query_string=query, headers={"Host": "localhost:8000"})
        assert answer.status_code == 303, await answer.get_data(as_text=True)
        return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]

    async def back(self, state: str, code: str, system: str = "esia", **more: str) -> Response:
        return await self.get(f"/auth/{system}/return?state={state}&code={code}" + "".join(f"&{k}={v}" for k, v in more.items()))

    async def sign_in(self, code: str = "anna") -> dict[str, Any]:
        answer = await self.back(await self.leave(), code)
        assert answer.status_code == 303, await answer.get_data(as_text=True)
        return await self.me()

    async def me(self) -> dict[str, Any]:
        answer = await self.get("/api/v1/me")
        assert answer.status_code == 200, await answer.get_data(as_text=True)
        found: dict[str, Any] = await answer.get_json()
        self.csrf = found["csrf_token"]
        return found

    async def link(self, code: str = "anna") -> Response:
        return await self.back(await self.leave("dnevnik"), code, "dnevnik")


@dataclass
class Hub:
    app: Quart
    deps: Deps
    clock: Clock
    esia: FakeEsia
    diary: FakeDiary

    def change(self, **changes: Any) -> None:
        """From here on the stories have these instead; the application stays, for making it anew costs more than most tests."""
        self.deps = replace(self.deps, **changes)
        self.app.extensions["hub"] = self.deps

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database really holds."""
        return await self.deps.db.read(lambda: fields.rows(Session, sql, ()))

    def browser(self, agent: str = "Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36") -> Browser:
        return Browser(self.app.test_client(), agent)


_NUMBERS = itertools.count(1)


def lesson(day: date, number: int, subject: str = "Алгебра", id_: str | None = None) -> diary.Lesson:
    return diary.Lesson(
        origin=origin(id_ or f"lesson-{day}-{number}"), school_date=day, subject=subject, status=diary.LessonStatus.HELD, number=number
    )


def mark(day: date, value: str, *, id_: str | None = None, lesson: str | None = None, subject: str = "Алгебра", **more: Any) -> diary.Mark:
    return diary.Mark(
        origin=origin(id_ or f"mark-{next(_NUMBERS)}"),
        subject=subject,
        value=value,
        lesson=lesson,
        lesson_date=day,
        scale=diary.Scale.FIVE,
        **more,
    )
