"""Mail of NetSchool: HTML both ways, an answer by the server's own draft, several class teachers, a letter goes once."""

from __future__ import annotations

import json
from typing import Any, cast

import httpx
import pytest

from connectors.kit.correspondence import Folder, Letter, MessagePort
from connectors.kit.errors import ConnectorError, Drifted, NotFound, Rejected, Unavailable
from connectors.kit.ports import Access
from tests.unit.netschool.stub import CREDENTIALS, Bench, child, said

ROW = {"id": 31, "author": "Ким А. О.", "subject": "Поездка", "sent": "2026-11-13T14:51:34.1234567", "toNames": "Орлова М. Л., Орлов И. П."}
LETTER = {"id": 31, "subject": "Поездка", "text": "<p>Едем &amp; <b>поём</b></p>", "sent": "2026-11-13T14:51:34", "mailBox": "Inbox"}
LETTER |= {
    "author": {"name": "Ким Анна Олеговна"},
    "toNames": "Орлова М. Л.",
    "noReply": False,
    "fileAttachments": [{"id": 1, "name": "план.docx"}],
}


def port(bench: Bench) -> MessagePort:
    return cast(MessagePort, bench.port)


async def opened(bench: Bench, **answers: Any) -> Access:
    bench.show(**answers)
    bench.stub.answers |= answers
    return (await bench.port.sign_in(CREDENTIALS)).access


async def test_a_register_has_pages_and_knows_what_is_unread(bench: Bench) -> None:
    register = {"rows": [ROW, ROW | {"id": 30}], "totalItems": 22, "page": 1, "fields": []}
    access = await opened(bench, **{"mail/registry": register, "mail/messages/unread": [30]})
    page = await port(bench).messages(access, child(), Folder.INBOX)
    assert [(one.origin.id, one.unread) for one in page.heads] == [("31", False), ("30", True)]
    assert (page.heads[0].recipients, page.total, page.next_page) == (("Орлова М. Л.", "Орлов И. П."), 22, 2)
    (asked,) = bench.stub.of("mail/registry")
    body = json.loads(asked.content)
    assert body["filterContext"]["selectedData"][0]["filterValue"] == "Inbox"
    assert body["order"] == {"fieldId": "sent", "ascending": False}


@pytest.mark.rule("C8")
@pytest.mark.parametrize(("changes", "may_reply"), [({}, True), ({"noReply": True}, False), ({"mailBox": "Sent"}, False)])
async def test_a_letter_is_plain_text(bench: Bench, changes: dict[str, Any], may_reply: bool) -> None:
    access = await opened(bench, **{"mail/messages/31/read": LETTER | changes})
    found = await port(bench).message(access, child(), "31")
    assert (found.text, found.may_reply) == ("Едем & поём", may_reply)
    assert [(one.name, one.url) for one in found.attachments] == [("план.docx", "")]


async def test_a_made_up_id_asks_nothing(bench: Bench) -> None:
    access = await opened(bench)
    for id_ in ("../users", "1/../2", ""):
        with pytest.raises(NotFound):
            await port(bench).message(access, child(), id_)
    assert not [one for one in bench.stub.asked if "mail" in one.url.path]


async def test_another_letter_than_the_asked_one_is_drift(bench: Bench) -> None:
    access = await opened(bench, **{"mail/messages/32/read": LETTER})
    with pytest.raises(Drifted):
        await port(bench).message(access, child(), "32")


@pytest.mark.rule("C5")
@pytest.mark.parametrize(("masters", "flagged"), [(["m1"], ["m1"]), (["m1", "m2"], []), ([], [])])
async def test_one_class_teacher_is_the_childs_and_several_are_nobodys(bench: Bench, masters: list[str], flagged: list[str]) -> None:
    groups = {"1": ["a"], "2": [], "3": masters, "4": ["m1", "t"]}

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[{"id": key, "name": f"Имя {key}"} for key in groups[request.url.params["group"]]])

    access = await opened(bench, **{"mail/recipients": answer})
    found = await port(bench).recipients(access, child())
    assert [one.key for one in found if one.is_class_teacher] == flagged
    assert {one.key for one in found} == {"a", "m1", "t", *masters}
    assert "7" not in {one.url.params["group"] for one in bench.stub.of("mail/recipients")}, "classmates are not asked for"


async def test_what_was_typed_goes_as_html_that_reads_the_same(bench: Bench) -> None:
    access = await opened(bench, **{"mail/messages": {"messageId": 77}})
    letter = Letter(subject="Вопрос", text="5 < 6 & да?\nСпасибо", recipients=("m1",))
    assert await port(bench).send(access, child(), letter) == "77"
    body = json.loads(bench.stub.of("mail/messages")[0].content)
    assert (body["text"], body["to"], body["draft"]) == ("5 &lt; 6 &amp; да?<br>Спасибо", ["m1"], False)


async def test_an_answer_goes_to_whom_the_draft_names(bench: Bench) -> None:
    draft = {"subject": "Re: Поездка", "text": "<br>", "to": [{"id": "m1", "name": "Ким"}], "cc": []}
    access = await opened(bench, **{"mail/messages/31/edit": draft, "mail/messages": lambda request: httpx.Response(200)})
    assert await port(bench).send(access, child(), Letter(subject="Поездка", text="Едем", reply_to="31")) == ""
    body = json.loads(bench.stub.of("mail/messages")[0].content)
    assert (body["subject"], body["to"], body["text"]) == ("Re: Поездка", ["m1"], "Едем")


@pytest.mark.parametrize(
    ("answer", "error"),
    [(lambda request: httpx.Response(503, content=b""), Unavailable), (said(400, {"message": "Неверный получатель"}), Rejected)],
    ids=["503", "400"],
)
async def test_a_letter_is_never_sent_twice_by_itself(bench: Bench, answer: Any, error: type[ConnectorError]) -> None:
    access = await opened(bench, **{"mail/messages": answer})
    with pytest.raises(error):
        await port(bench).send(access, child(), Letter(subject="а", text="б", recipients=("m1",)))
    assert len(bench.stub.of("mail/messages")) == 1
