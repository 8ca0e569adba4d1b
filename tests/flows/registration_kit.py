"""A diary in memory where one registers by a letter, waits for the school, and asks for a letter about a forgotten password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.kit.credentials import LOGIN, NEW_PASSWORD, PASSWORD, CredentialField, CredentialForm, FieldKind
from connectors.kit.diary import Datum
from connectors.kit.errors import AuthExpired, Rejected
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest
from connectors.kit.ports import Access, DiaryAccount, Waiting
from connectors.kit.registration import Answer, Asked, AskedKind, AskedState, Registered
from connectors.kit.secret import Secret
from hub.app import create_app
from tests.flows.kit import Browser, Clock, FakeDiary, Hub, account, pupil

EMAIL = CredentialField(name="email", title="Почта", kind=FieldKind.EMAIL)
FORM = CredentialForm(
    name="email",
    title="По почте",
    fields=(EMAIL, NEW_PASSWORD, CredentialField(name="middlename", title="Отчество", optional=True)),
)
CODE = CredentialForm(name="invitation", title="Код", fields=(CredentialField(name="code", title="Код", kind=FieldKind.CODE),))
RECOVERY = CredentialForm(name="recovery", title="Письмо", fields=(EMAIL,))
PAPERS = Manifest(
    id="letter_diary",
    title="Дневник по письму",
    kind=Kind.DIARY,
    documents=(),
    instances=(Instance(name="letter", title="Дневник по письму", prefixes=("letter",)),),
    data=frozenset({Datum.LESSONS}),
    logins=frozenset({LoginKind.CREDENTIALS}),
    credentials=("login", "password"),
    forms=(CredentialForm(name="password", title="Логин и пароль", fields=(LOGIN, PASSWORD)),),
    registration=(FORM,),
    recovery=RECOVERY,
)


@dataclass
class LetterDiary(FakeDiary):
    """`confirmed` by the letter's link; `letters` are the addresses that were written to; `asks` is what the account shows."""

    name: str = "letter"
    letter: str = "key-of-the-letter"
    confirmed: bool = False
    registered: list[Mapping[str, str]] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    looks: int = 0
    asks: list[Asked] = field(default_factory=list)
    answered: list[tuple[str, str]] = field(default_factory=list)
    another: bool = False
    manifest: Manifest = field(default_factory=lambda: PAPERS)

    async def register(self, form: str, given: Mapping[str, Secret]) -> DiaryAccount | Registered:
        assert form == "email"
        if self.fails:
            raise self.fails
        self.registered.append({name: secret.reveal() for name, secret in given.items()})
        return self._waits()

    def _waits(self) -> Registered:
        return Registered(waits_for=Waiting.LETTER, life_s=86400.0, keep={"password": "kept-password"}, sent_to="на почту a***@b.ru")

    async def confirm(self, keep: Mapping[str, str], code: Secret) -> DiaryAccount | Registered:
        assert keep == {"password": "kept-password"}
        if self.fails:
            raise self.fails
        if self.another:
            raise AuthExpired(self.name, "another", text="У вас уже есть вход с другим логином.")
        if code.reveal() != self.letter:
            raise Rejected(self.name, "wrong", "Код из письма не подошёл.")
        return self._opened()

    async def look(self, keep: Mapping[str, str]) -> DiaryAccount | Registered:
        assert keep
        self.looks += 1
        if self.fails:
            raise self.fails
        return self._opened() if self.confirmed else self._waits()

    def _opened(self) -> DiaryAccount:
        return self.accounts.setdefault("new", replace(account("letter-1", children=()), waits_for=Waiting.APPROVAL))

    def approve(self, *names: str) -> None:
        shown = tuple(pupil(f"k{n}", name) for n, name in enumerate(names))
        self.accounts["new"] = replace(self.accounts["new"], children=shown, waits_for=None)

    async def recover(self, given: Mapping[str, Secret]) -> None:
        if self.fails:
            raise self.fails
        self.letters.append(given["email"].reveal())

    async def joining(self, access: Access) -> tuple[CredentialForm, ...]:
        self._check(access)
        return (CODE,)

    async def join(self, access: Access, form: str, given: Mapping[str, Secret]) -> None:
        self._check(access)
        if given["code"].reveal() != "right":
            raise Rejected(self.name, "400", "Код не подошёл.")
        self.approve("Пётр")

    async def asked(self, access: Access) -> tuple[Asked, ...]:
        self._check(access)
        return tuple(self.asks)

    async def answer(self, access: Access, key: str, answer: Answer) -> None:
        self.answered.append((key, answer.value))
        self.asks = []


def invitation(key: str = "7") -> Asked:
    answers = (Answer.ACCEPT, Answer.DECLINE)
    return Asked(key=key, kind=AskedKind.INVITATION, state=AskedState.OPEN, child="Мария", school="Школа 5", answers=answers)


def with_letters(hub: Hub, clock: Clock) -> tuple[Hub, LetterDiary]:
    played = LetterDiary(clock)
    deps = replace(hub.deps, diaries={"dnevnik": hub.diary, "letter": played}, settings=replace(hub.deps.settings, polls=True))
    return Hub(create_app(deps), deps, clock, hub.esia, hub.diary), played


FIELDS = {"email": "anna@example.ru", "password": "a-new-password"}


async def send(browser: Browser, path: str, body: dict[str, Any] | None = None, method: str = "POST", **headers: Any) -> tuple[int, Any]:
    answer = await browser.send(method, f"/api/v1/links/{path}", json=body, **headers)
    return answer.status_code, await answer.get_json()


async def register(browser: Browser) -> str:
    status, body = await send(browser, "letter/registration", {"fields": FIELDS})
    assert (status, body["state"]) == (201, "waiting_letter"), body
    return str(body["id"])


async def kinds(browser: Browser) -> list[str]:
    return [one["kind"] for one in (await (await browser.get("/api/v1/me/notices")).get_json())["items"]]


async def link_of(browser: Browser) -> dict[str, Any]:
    items = (await (await browser.get("/api/v1/links")).get_json())["items"]
    found: dict[str, Any] = next(one for one in items if one["system"] == "letter")
    return found


async def post(browser: Browser, path: str, **form: str) -> tuple[int, str, str]:
    given = {"csrf_token": browser.csrf, **form}
    headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"}
    answer = await browser.client.post(path, form=given, headers=headers)
    return answer.status_code, answer.headers.get("Location", ""), await answer.get_data(as_text=True)
