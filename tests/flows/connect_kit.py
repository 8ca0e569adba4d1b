"""Three more diaries played in memory: one by SNILS and without names, one by an account with a first-time code, one that sends a code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.kit import diary
from connectors.kit.credentials import ACCOUNT, AUTH_CODE, NEW_PASSWORD, PASSWORD, SNILS, CredentialForm
from connectors.kit.diary import Datum, DiaryChild
from connectors.kit.errors import AuthExpired, Rejected
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest
from connectors.kit.ports import Access, CodeAsked, DiaryAccount, Waiting
from connectors.kit.secret import Secret
from hub.app import create_app
from tests.flows.kit import Clock, FakeDiary, Hub, account, origin

PASSWORD_OF_PETYA = "password-of-petya"
SNILS_OF_PETYA = "087-654-303 00"


def manifest(name: str, title: str, forms: tuple[CredentialForm, ...], **more: Any) -> Manifest:
    return Manifest(
        id=name.replace("-", "_"),
        title=title,
        kind=Kind.DIARY,
        documents=(),
        instances=(Instance(name=name, title=title, prefixes=(name,)),),
        data=frozenset({Datum.LESSONS, Datum.MARKS}),
        logins=frozenset({LoginKind.CREDENTIALS}),
        credentials=forms[0].names,
        forms=forms,
        **more,
    )


def nameless(key: str = "900", group: str = "6А") -> DiaryChild:
    return DiaryChild(
        key=key,
        last_name="",
        first_name="",
        is_depersonalised=True,
        origin=origin(key),
        school=diary.School(name="Школа 5", origin=origin("s"), tz="Europe/Moscow"),
        group=diary.Group(id="g", name=group),
    )


@dataclass
class SnilsDiary(FakeDiary):
    """Opens by the child's SNILS and a password; sessions end and nothing but the password opens a new one."""

    name: str = "iv-edu"
    password: str = PASSWORD_OF_PETYA
    signed_in: list[Mapping[str, str]] = field(default_factory=list)
    children: tuple[DiaryChild, ...] = field(default_factory=lambda: (nameless(),))
    manifest: Manifest = field(
        default_factory=lambda: manifest(
            "iv-edu",
            "Кабинет Иванова",
            (CredentialForm(name="password", title="СНИЛС и пароль", fields=(SNILS, PASSWORD), given_by="Пароль даёт школа."),),
            one_login_a_child=True,
        )
    )

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        given = {name: secret.reveal() for name, secret in credentials.items()}
        self.signed_in.append(given)
        if self.fails:
            raise self.fails
        if given != {"snils": SNILS_OF_PETYA, "password": self.password}:
            raise Rejected(self.name, "wrong_pair", "СНИЛС или пароль указаны неверно")
        access = Access(token=Secret(f"session-{len(self.signed_in)}"), owner="cabinet-1", credentials=credentials)
        return DiaryAccount(access=access, subject="cabinet-1", children=self.children)

    async def account(self, access: Access) -> DiaryAccount:
        self._check(access)
        return DiaryAccount(access=access, subject="cabinet-1", children=self.children)

    async def refresh(self, access: Access) -> Access:
        self.refreshes += 1
        if not access.credentials:
            raise AuthExpired(self.name, "nothing to sign in with")
        return (await self.sign_in(access.credentials)).access


@dataclass
class AccountDiary(FakeDiary):
    """Account and password; the first time account, code and a new password."""

    name: str = "digital-school"
    code: str = "481516"
    set_password: str = ""
    waits_for: Waiting | None = None
    children: tuple[DiaryChild, ...] = field(default_factory=lambda: (nameless("k1"), nameless("k2", "3Б")))
    manifest: Manifest = field(
        default_factory=lambda: manifest(
            "digital-school",
            "Цифровая школа",
            (
                CredentialForm(name="password", title="Пароль уже есть", fields=(ACCOUNT, PASSWORD)),
                CredentialForm(name="first_time", title="Вхожу в первый раз", fields=(ACCOUNT, AUTH_CODE, NEW_PASSWORD)),
            ),
        )
    )

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        given = {name: secret.reveal() for name, secret in credentials.items()}
        if "auth_code" in given:
            if given["auth_code"] != self.code or self.set_password:
                raise Rejected(self.name, "E-103", "код использован")
            self.set_password = given["password"]
        if given["account"] != "2700000017" or given["password"] != self.set_password:
            raise AuthExpired(self.name, "E-101")
        found = replace(account("contract-1", children=self.children), waits_for=self.waits_for)
        self.accounts["family"] = found
        return found


@dataclass
class CodeDiary(FakeDiary):
    """Login and password, then the code of an SMS; `tries` is the system's own count."""

    name: str = "mes"
    sms: str = "135790"
    tries: int = 3
    entered: list[str] = field(default_factory=list)
    code_fails: Exception | None = None
    manifest: Manifest = field(
        default_factory=lambda: manifest(
            "mes", "МЭШ", (CredentialForm(name="password", title="Логин mos.ru", fields=(replace(ACCOUNT, name="login"), PASSWORD)),)
        )
    )

    async def ask_code(self, credentials: Mapping[str, Secret]) -> DiaryAccount | CodeAsked:
        if credentials["password"].reveal() != self.password:
            raise Rejected(self.name, "invalid_credentials")
        return CodeAsked(keep={"cookie": "ltp-of-anna"}, sent_to="в СМС на номер …12", tries_left=self.tries)

    async def enter_code(self, keep: Mapping[str, str], code: Secret) -> DiaryAccount | CodeAsked:
        assert keep["cookie"].startswith("ltp-of-anna")
        self.entered.append(code.reveal())
        if self.code_fails:
            raise self.code_fails
        if code.reveal() == self.sms:
            return self.accounts["anna"]
        self.tries -= 1
        if self.tries == 0:
            raise AuthExpired(self.name, "no_attempts")
        return CodeAsked(keep={"cookie": f"ltp-of-anna-{self.tries}"}, tries_left=self.tries)


@dataclass
class Connecting:
    """The hub with the three beside its own diary."""

    hub: Hub
    snils: SnilsDiary
    contract: AccountDiary
    code: CodeDiary


def connecting(hub: Hub, clock: Clock) -> Connecting:
    snils, contract, code = SnilsDiary(clock), AccountDiary(clock), CodeDiary(clock)
    code.accounts["anna"] = account("mes-anna")
    deps = replace(hub.deps, diaries={"dnevnik": hub.diary, "iv-edu": snils, "digital-school": contract, "mes": code})
    return Connecting(Hub(create_app(deps), deps, clock, hub.esia, hub.diary), snils, contract, code)
