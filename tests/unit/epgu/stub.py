"""A stub of the progress service: envelopes as docs/wire/epgu.md writes them, what it was asked, and a connector that talks to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import httpx

from connectors.kit.diary import Datum, DiaryChild, DiaryPage, Origin
from connectors.kit.ports import Access, DiaryPort, Window
from connectors.kit.secret import Secret

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WEEK = Window(start=date(2026, 11, 16), end=date(2026, 11, 22))
SNILS = "112-233-445 95"
ACCESS = Access(token=Secret(SNILS))
HEAD = "<smev:Sender><smev:Code>EPGU01001</smev:Code><smev:Name>ЕПГУ</smev:Name></smev:Sender>"

Answer = Callable[[httpx.Request], httpx.Response]


def envelope(inside: str, *, encoding: str = "utf-8", before: str = "") -> bytes:
    soap, smev = "http://schemas.xmlsoap.org/soap/envelope/", "http://smev.gosuslugi.ru/rev120315"
    names = f'xmlns:soap="{soap}" xmlns:smev="{smev}" xmlns:epgu="urn:school-hub:epgu:1"'
    text = f'<?xml version="1.0" encoding="{encoding}"?>{before}<soap:Envelope {names}><soap:Body>{inside}</soap:Body></soap:Envelope>'
    return text.encode(encoding)


def result(operation: str, data: str = "", *, status: str = "RESULT") -> str:
    message = f"<smev:Message>{HEAD}<smev:TypeCode>GSRV</smev:TypeCode><smev:Status>{status}</smev:Status></smev:Message>"
    body = f"<smev:MessageData><smev:AppData>{data}</smev:AppData></smev:MessageData>"
    return f"<epgu:{operation}Response>{message}{body}</epgu:{operation}Response>"


def refusal(code: str, text: str = "Причина") -> str:
    return f"<epgu:Refusal><epgu:Code>{code}</epgu:Code><epgu:Text>{text}</epgu:Text></epgu:Refusal>"


def fault(code: str, kind: str = "soap:Client") -> str:
    return f"<soap:Fault><faultcode>{kind}</faultcode><faultstring>x</faultstring><detail>{refusal(code)}</detail></soap:Fault>"


def element(name: str, **fields: str) -> str:
    """`Number="1"`; a text that begins with `<` is taken as elements."""
    return f"<epgu:{name}>" + "".join(f"<epgu:{key}>{text}</epgu:{key}>" for key, text in fields.items()) + f"</epgu:{name}>"


def lesson(inside: str = "", **changes: str) -> str:
    made = {"Id": "1207604", "Date": "2026-11-16", "Number": "1", "Subject": "Биология", "Status": "held"}
    made |= {"Start": "2026-11-16T08:30:00+03:00", "End": "2026-11-16T09:15:00+03:00"} | changes
    text = element("Lesson", **{name: value for name, value in made.items() if value})
    return text.replace("</epgu:Lesson>", f"{inside}</epgu:Lesson>")


def mark(value: str, **more: str) -> str:
    return element("Mark", Value=value, **more)


STUDENT = element("Student", Id="210024", LastName="Рыбников", FirstName="Ярослав", School="МОУ «Школа № 96»", Class="8Б")
CHILD = DiaryChild(key="210024", last_name="Рыбников", first_name="Ярослав", origin=Origin(system="epgu", id="210024", fetched_at=NOW))


@dataclass
class Stub:
    """Answers by operation; `asked` are the requests."""

    students: str = STUDENT
    lessons: str = ""
    finals: str = ""
    answer: Answer | None = None
    asked: list[httpx.Request] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.answer is not None:
            return self.answer(request)
        operation = request.headers["SOAPAction"].strip('"').rpartition("#")[2]
        data = {"GetStudents": self.students, "GetFinalMarks": self.finals}.get(operation, self.lessons)
        return self.say(envelope(result(operation, data)))

    @staticmethod
    def say(body: bytes, status: int = 200, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Response(status, content=body, headers={"Content-Type": "text/xml; charset=utf-8", **named})

    def says(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.answer = lambda request: self.say(body, status, **headers)


@dataclass
class Bench:
    stub: Stub
    port: DiaryPort

    async def read(self, *data: Datum, window: Window = WEEK) -> DiaryPage:
        return await self.port.read(ACCESS, CHILD, frozenset(data or self.port.manifest.data), window)
