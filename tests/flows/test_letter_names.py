"""A letter's form names one letter: other words under the same name are refused, kept, and go by the next press (RULES A12)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from connectors.kit.errors import ConnectorError, TimedOut
from tests.flows.family_kit import form, told
from tests.flows.kit import Browser, Hub
from tests.flows.written_kit import TYPED, FakeMail, letters_of, with_mail


@pytest.fixture
def mail(hub: Hub) -> FakeMail:
    return with_mail(hub)


@pytest.fixture
async def family(hub: Hub, mail: FakeMail) -> tuple[Browser, Browser, str]:
    return await letters_of(hub)


@pytest.mark.rule("A12")
@pytest.mark.parametrize(
    ("error", "status"), [(None, 201), (TimedOut("dnevnik", "30 s"), 202)], ids=["it went", "nobody knows whether it went"]
)
@pytest.mark.parametrize(
    "changes", [{"text": "Другой вопрос"}, {"subject": "Другое"}, {"recipients": ["t2"]}], ids=["text", "subject", "to"]
)
async def test_other_words_under_the_name_of_a_letter_are_refused_and_it_stays_as_it_was(
    mail: FakeMail, family: tuple[Browser, Browser, str], error: ConnectorError | None, status: int, changes: dict[str, Any]
) -> None:
    anna, _, path = family
    mail.sends_fail = error
    assert (await anna.send("POST", path, json=TYPED | {"form": "f1"})).status_code == status
    mail.sends_fail = None
    sent = len(mail.sent)
    other = await anna.send("POST", path, json=TYPED | changes | {"form": "f1"})
    assert (other.status_code, (await other.get_json())["type"]) == (422, "/problems/repeat_other")
    assert (await anna.send("POST", path, json=TYPED | {"form": "f1"})).status_code == status, "the same once more is the same"
    assert len(mail.sent) == sent
    assert (await anna.send("POST", path, json=TYPED | changes | {"form": "f2"})).status_code == 201


async def test_a_step_back_and_other_words_keep_the_words_and_go_by_the_next_press(
    mail: FakeMail, family: tuple[Browser, Browser, str]
) -> None:
    anna, _, path = family
    own = path.removeprefix("/api/v1")
    letter = (await told(await anna.get(path)))["items"][0]["id"]
    for address, typed in (
        (f"{own}/new", {"form": "f1", "to": "t1", "subject": "Вопрос"}), (f"{own}/{letter}/answer", {"form": "f2", "subject": "Письмо 0"}),
    ):  # fmt: skip
        await form(anna, address, text="Первое", **typed)
        answer = await form(anna, address, text="Второе", **typed)
        text = str(await answer.get_data(as_text=True))
        assert (answer.status_code, "Второе" in text, "Это ещё не ушло" in text) == (422, True, True)
        named = re.findall(r'name="form" value="([^"]+)"', text)[-1]
        assert named != typed["form"]
        assert (await form(anna, address, text="Второе", **typed | {"form": named})).status_code == 303
    assert [one.text for one in mail.sent] == ["Первое", "Второе"] * 2
