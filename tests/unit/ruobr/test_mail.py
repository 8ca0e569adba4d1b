"""Letters of «Электронная школа»: read only, HTML ones told from the list, a talk with its voices, the account asked whose child it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import httpx
import pytest

from connectors.kit.correspondence import Folder, Letter, MessagePort
from connectors.kit.errors import AccessDenied, AuthExpired, Drifted, NotFound, Rejected
from tests.unit.ruobr.stub import CHILD, Bench, child

ROW = {
    "id": 7, "type_id": 1, "subject": "Экскурсия", "author": "Ким Анна Олеговна", "author_id": 5, "post_date": "2026-11-12 12:40:00",
    "last_msg_text": "Сбор в 9:40.", "clean_text": "Сбор в 9:40.", "read": 0,
}  # fmt: skip
SYSTEM = ROW | {
    "id": 8,
    "type_id": 2,
    "author": "Электронная школа 2.0",
    "last_msg_text": "<p>Ночью <b>работы</b></p><script>x</script>",
    "read": 1,
}
SAID = {"id": 70, "author": "Ким", "post_date": "2026-11-12 12:40:00", "text": "Сбор в <b>9:40</b>.", "clean_text": "Сбор в 9:40."}


def port(bench: Bench) -> MessagePort:
    return cast(MessagePort, bench.port)


def letter(*said: dict[str, Any], id_: int = 7) -> dict[str, Any]:
    return {"success": True, "data": {"id": id_, "type_id": 1, "messages": list(said)}}


async def test_the_list_is_one_page_in_the_regions_time(bench: Bench) -> None:
    bench.show(mail={"success": True, "messages": [SYSTEM, ROW]})
    page = await port(bench).messages(await bench.access(), child(), Folder.INBOX)
    assert [(one.origin.id, one.unread) for one in page.heads] == [("8", False), ("7", True)]
    assert page.heads[1].sent_at == datetime(2026, 11, 12, 5, 40, tzinfo=UTC)
    assert (page.total, page.next_page) == (2, None)
    assert (await port(bench).messages(await bench.access(), child(), Folder.INBOX, page=2)).heads == ()


@pytest.mark.rule("C8")
async def test_a_letter_of_the_system_is_told_from_the_list_for_opening_it_breaks_the_api(bench: Bench) -> None:
    bench.show(mail={"messages": [SYSTEM]})
    found = await port(bench).message(await bench.access(), child(), "8")
    assert (found.text, found.may_reply) == ("Ночью работы", False)
    assert not [one for one in bench.stub.asked if one.url.path.endswith("/mail/8/")]


@pytest.mark.parametrize(
    ("said", "text"),
    [((SAID,), "Сбор в 9:40."), ((SAID | {"author": "Орлова", "text": "Идём"}, SAID), "Орлова:\nИдём\n\nКим:\nСбор в 9:40.")],
    ids=["a letter", "a talk"],
)
async def test_a_letter_and_a_talk(bench: Bench, said: tuple[dict[str, Any], ...], text: str) -> None:
    bench.show(mail={"messages": [ROW]})
    bench.stub.answers["/mail/7/"] = letter(*said)
    assert (await port(bench).message(await bench.access(), child(), "7")).text == text


@pytest.mark.parametrize("answer", [letter(id_=9), letter()])
async def test_another_letter_or_an_empty_one_is_drift(bench: Bench, answer: dict[str, Any]) -> None:
    bench.show(mail={"messages": [ROW]})
    bench.stub.answers["/mail/7/"] = answer
    with pytest.raises(Drifted):
        await port(bench).message(await bench.access(), child(), "7")


async def test_what_is_not_in_the_list_is_not_opened(bench: Bench) -> None:
    bench.show(mail={"messages": [ROW]})
    with pytest.raises(NotFound):
        await port(bench).message(await bench.access(), child(), "6")


@pytest.mark.rule("C8")
async def test_an_account_without_this_child_shows_no_letters(bench: Bench) -> None:
    bench.show(mail={"messages": [ROW]}, user={"status": "applicant", "childs": [CHILD]})
    with pytest.raises(AccessDenied):
        await port(bench).messages(await bench.access(), child(key="1"), Folder.INBOX)


async def test_an_empty_answer_is_a_refused_password(bench: Bench) -> None:
    bench.show(mail=b"false")
    with pytest.raises(AuthExpired):
        await port(bench).messages(await bench.access(), child(), Folder.INBOX)


async def test_nothing_can_be_written_and_sent_ones_are_not_shown(bench: Bench) -> None:
    bench.show(mail=lambda request: httpx.Response(500))
    access = await bench.access()
    asked = len(bench.stub.asked)
    assert await port(bench).recipients(access, child()) == ()
    for turn in (port(bench).send(access, child(), Letter(subject="а", text="б")), port(bench).messages(access, child(), Folder.SENT)):
        with pytest.raises(Rejected) as told:
            await turn
        assert told.value.text
    assert len(bench.stub.asked) == asked
