"""A sandbox in one process on a Friday in November, and a writer of envelopes by hand: no SOAP library on either side."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, fromstring
from xml.sax.saxutils import escape

import httpx
import pytest

from tests.sandbox.stand import Stand, stand

SOAP, SMEV, OWN = "{http://schemas.xmlsoap.org/soap/envelope/}", "{http://smev.gosuslugi.ru/rev120315}", "{urn:school-hub:epgu:1}"
MESSAGE = {
    "Sender": "<s:Code>SHUB01001</s:Code><s:Name>School Hub</s:Name>",
    "Recipient": "<s:Code>EPGU01001</s:Code><s:Name>ЕПГУ</s:Name>",
    "TypeCode": "GSRV",
    "Status": "REQUEST",
    "Date": "2026-11-20T12:00:00+03:00",
    "ExchangeType": "2",
}


def envelope(operation: str, fields: Mapping[str, str], message: Mapping[str, str] | None = None, header: str = "") -> str:
    parts = "".join(f"<s:{name}>{value}</s:{name}>" for name, value in (MESSAGE | dict(message or {})).items() if value)
    asked = "".join(f"<e:{name}>{escape(value)}</e:{name}>" for name, value in fields.items())
    return (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:s="http://smev.gosuslugi.ru/rev120315" '
        f'xmlns:e="urn:school-hub:epgu:1">{header}<soap:Body><e:{operation}><s:Message>{parts}</s:Message>'
        f"<s:MessageData><s:AppData>{asked}</s:AppData></s:MessageData></e:{operation}></soap:Body></soap:Envelope>"
    )


class Answer:
    """An answer by its parts: `status` of the message, rows of `AppData`, or the Fault's code."""

    def __init__(self, http: httpx.Response) -> None:
        self.http = http
        self.root = fromstring(http.content)
        self.data = self.root.find(f".//{SMEV}AppData")
        self.status = self.root.findtext(f".//{SMEV}Message/{SMEV}Status")
        self.code = self.root.findtext(f".//{OWN}Refusal/{OWN}Code")
        self.faultcode = self.root.findtext(".//faultcode")

    def rows(self, name: str) -> list[Element]:
        return [] if self.data is None else self.data.findall(f"{OWN}{name}")


def text(row: Element, name: str) -> str | None:
    return row.findtext(f"{OWN}{name}")


class Portal:
    """The service as a client of it, with the town's first family of this diary."""

    def __init__(self, made: Stand) -> None:
        self.stand = made
        self.snils = str(made.account()["snils"])
        self.child_id = str(made.child.accounts["epgu"]["student_id"])

    async def send(self, body: str | bytes, **headers: str) -> httpx.Response:
        sent = {"Content-Type": "text/xml; charset=utf-8"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.stand.http.post("/epgu", content=body, headers=sent)

    async def call(self, operation: str, message: Any = None, **fields: Any) -> Answer:
        named = {name: str(value) for name, value in fields.items()}
        return Answer(await self.send(envelope(operation, named, message), SOAPAction=f'"urn:school-hub:epgu:1#{operation}"'))

    async def lessons(self, start: str, end: str) -> list[Element]:
        answer = await self.call("GetDiary", StudentId=self.child_id, From=start, To=end)
        assert answer.status == "RESULT"
        return answer.rows("Lesson")


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async for made in stand("epgu"):
        yield Portal(made)
