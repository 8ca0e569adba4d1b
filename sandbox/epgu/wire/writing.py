"""Answers and Faults as bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from sandbox.epgu.wire.errors import FAULTS, Refusal, SoapFault
from sandbox.epgu.wire.names import SERVICE, SMEV, SOAP, own, smev, soap
from sandbox.epgu.wire.reading import Asked

for prefix, namespace in (("soap", SOAP), ("smev", SMEV), ("epgu", SERVICE)):
    register_namespace(prefix, namespace)

NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOBODY: Final = ("EPGU01001", "ЕПГУ")


def put(parent: Element, name: str, value: object | None) -> None:
    """A text element of the service; none where there is no value."""
    if value is not None and value != "":
        SubElement(parent, own(name)).text = clean(str(value))


def clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return NOT_IN_XML.sub("", text)


def _envelope() -> tuple[Element, Element]:
    root = Element(soap("Envelope"))
    return root, SubElement(root, soap("Body"))


def _bytes(root: Element) -> bytes:
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def answer(asked: Asked, status: str, now: datetime, rows: Iterable[Element] = ()) -> bytes:
    """Sender and recipient changed places; the rows stand in `AppData`."""
    root, body = _envelope()
    payload = SubElement(body, own(f"{asked.operation}Response"))
    message = SubElement(payload, smev("Message"))
    for name, source in (("Sender", "Recipient"), ("Recipient", "Sender")):
        code, title = asked.parties.get(source, NOBODY)
        party = SubElement(message, smev(name))
        SubElement(party, smev("Code")).text = clean(code or NOBODY[0])
        SubElement(party, smev("Name")).text = clean(title or NOBODY[1])
    for name, value in (
        ("TypeCode", asked.message.get("TypeCode") or "GSRV"),
        ("Status", status),
        ("Date", now.replace(microsecond=0).isoformat()),
        ("ExchangeType", asked.message.get("ExchangeType") or "2"),
        ("RequestIdRef", asked.message.get("RequestIdRef")),
        ("OriginRequestIdRef", asked.message.get("OriginRequestIdRef")),
    ):
        if value:
            SubElement(message, smev(name)).text = clean(value)
    SubElement(SubElement(payload, smev("MessageData")), smev("AppData")).extend(rows)
    return _bytes(root)


def refusal(asked: Asked, refused: Refusal, now: datetime) -> bytes:
    return answer(asked, refused.status, now, [_refusal(refused.code, refused.text)])


def _refusal(code: str, text: str) -> Element:
    row = Element(own("Refusal"))
    put(row, "Code", code)
    put(row, "Text", text)
    return row


def fault(wrong: SoapFault) -> bytes:
    root, body = _envelope()
    shape = SubElement(body, soap("Fault"))
    SubElement(shape, "faultcode").text = f"soap:{FAULTS[wrong.code][1]}"
    SubElement(shape, "faultstring").text = clean(wrong.text)
    SubElement(shape, "detail").append(_refusal(wrong.code, wrong.text))
    return _bytes(root)
