"""How a family gets into a diary: an account of its own, another child in an account that is open, a forgotten password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from connectors.kit.credentials import CredentialForm
from connectors.kit.ports import Access, DiaryAccount, DiaryPort, Waiting
from connectors.kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """The system took the form and the account is not open yet. `keep` is what opening it needs, sealed by the hub until then.

    `sent_to` completes «Письмо отправлено …»; `life_s` is how long the system waits. `code` says whether the letter's code can be typed
    in here."""

    waits_for: Waiting
    life_s: float
    keep: Mapping[str, str] = field(repr=False)
    sent_to: str = ""
    code: bool = True


@runtime_checkable
class RegistrationPort(DiaryPort, Protocol):
    """A diary where a family registers by itself, with one of `manifest.registration`. Errors: the eight.

    `register` and `confirm` are asked once and never repeated by themselves. `confirm` takes the letter's code or key and raises
    `Rejected` for a wrong one, `AuthExpired` where another way must be gone. `look` changes nothing: it says whether the person has
    confirmed it elsewhere."""

    async def register(self, form: str, given: Mapping[str, Secret]) -> DiaryAccount | Registered: ...

    async def confirm(self, keep: Mapping[str, str], code: Secret) -> DiaryAccount | Registered: ...

    async def look(self, keep: Mapping[str, str]) -> DiaryAccount | Registered: ...


class AskedKind(StrEnum):
    """What stands between an open account and a child in it."""

    APPLICATION = "application"
    INVITATION = "invitation"


class AskedState(StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Answer(StrEnum):
    """What the person can do about it."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One application of the family, or one invitation of a school. `child` is as much of the name as the system tells."""

    key: str
    kind: AskedKind
    state: AskedState
    child: str = ""
    school: str = ""
    reason: str = ""
    at: datetime | None = None
    answers: tuple[Answer, ...] = ()


@runtime_checkable
class JoiningPort(DiaryPort, Protocol):
    """A diary where a child comes into an account that is open already. What came of it `account` tells. Errors: the eight.

    `joining` are the forms as they are today, with the choices that the system offers; none where only the school can begin.
    `answer` to an unknown, foreign or answered one raises `NotFound`, `AccessDenied` or `Rejected`."""

    async def joining(self, access: Access) -> tuple[CredentialForm, ...]: ...

    async def join(self, access: Access, form: str, given: Mapping[str, Secret]) -> None: ...

    async def asked(self, access: Access) -> tuple[Asked, ...]: ...

    async def answer(self, access: Access, key: str, answer: Answer) -> None: ...


@runtime_checkable
class RecoveryPort(DiaryPort, Protocol):
    """A diary that sends its own letter about a forgotten password; the answer is the same whether it knows the address or not."""

    async def recover(self, given: Mapping[str, Secret]) -> None: ...
