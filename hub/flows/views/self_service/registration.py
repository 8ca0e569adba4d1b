"""What a family waits for at a diary, and how a child gets into an account."""

from __future__ import annotations

import datetime as dt

from hub.flows.views.base import View
from hub.flows.views.regions import PhoneView


class WaitingView(View, frozen=True, kw_only=True):
    """What is waited for, in words: `steps` are what to do meanwhile, `phones` whom to call. `code`: the letter's code can be typed in.

    `until` is set where the waiting ends by itself; `joining`: the child is asked for on the page of this link."""

    waits_for: str
    title: str
    text: str
    steps: tuple[str, ...] = ()
    phones: tuple[PhoneView, ...] = ()
    site: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    code: bool = False
    tries_left: int | None = None
    joining: bool = False


class RegisteredView(View, frozen=True, kw_only=True):
    """`state` as of a link; `id` is for `POST /links/{id}/code`, `/check` and `DELETE /links/{id}`, whose answers name the link."""

    id: str
    state: str
    sent_to: str = ""
    expires_at: dt.datetime | None = None


class ChoiceView(View, frozen=True, kw_only=True):
    value: str
    title: str


class FieldView(View, frozen=True, kw_only=True):
    """`kind` says how it is typed: text, date (2014-05-06), choice, code, password, email …"""

    name: str
    title: str
    kind: str
    help: str = ""
    optional: bool = False
    choices: tuple[ChoiceView, ...] = ()


class FormView(View, frozen=True, kw_only=True):
    name: str
    title: str
    given_by: str
    button: str
    fields: tuple[FieldView, ...]


class AskedView(View, frozen=True, kw_only=True):
    """An application or an invitation; `answers` are what the person can do: accept, decline, withdraw."""

    key: str
    kind: str
    state: str
    child: str
    school: str
    reason: str
    at: dt.datetime | None
    answers: tuple[str, ...]


class JoiningView(View, frozen=True, kw_only=True):
    """How another child gets into this account: forms of today, and what is under way. Both empty where only the school can do it."""

    link: str
    system: str
    title: str
    forms: tuple[FormView, ...]
    items: tuple[AskedView, ...]


class RegistrationForms(View, frozen=True, kw_only=True):
    """How a family without an account gets one, and how the diary's own letter about a forgotten password is asked for."""

    system: str
    title: str
    forms: tuple[FormView, ...]
    recovery: FormView | None


class RecoveryStarted(View, frozen=True, kw_only=True):
    """The same whether the diary knows the address or not."""

    state: str = "letter_sent"
