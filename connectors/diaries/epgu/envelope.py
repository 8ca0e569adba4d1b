"""The SMEV 2 envelope: zeep writes requests by the WSDL and opens answers with its guarded parser; nothing is sent from here."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

WSDL = Path(__file__).parent / "service.wsdl"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SMEV = "http://smev.gosuslugi.ru/rev120315"
OURS = "urn:school-hub:epgu:1"
# What may stand more than once; each becomes a list.
_MANY = frozenset({"Student", "Lesson", "Homework", "Mark", "Criterion", "FinalMark"})
_WITH_ATTRIBUTES = frozenset({"Criterion"})
_DEEPEST = 32

Plain = dict[str, Any]


class NoEnvelope(ValueError):
    """The body is no SOAP 1.1 envelope, or one that may not be opened; the text says where it differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An answer: `status` of its SMEV message and what lies in AppData; or a Fault with its detail."""

    status: str = ""
    data: Plain | None = None
    fault: str | None = None
    refusal: Plain | None = None


@cache
def _client() -> Any:
    """Reads the WSDL once. zeep is slow to import, and a hub without this service does without it."""
    from zeep import Client, Settings

    # No document type, no entity, nothing from elsewhere, no endless text.
    settings = Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True, xml_huge_tree=False)
    return Client(str(WSDL), settings=settings)  # type: ignore[no-untyped-call]  # zeep leaves it untyped


def prepare() -> None:
    """Half a second of imports and schemas, for a thread."""
    _client()


def action(operation: str) -> str:
    return f'"{OURS}#{operation}"'


def request(operation: str, fields: Mapping[str, str], *, sender: str, now: datetime) -> bytes:
    """The request's bytes: the form that zeep made once for this question, with its values."""
    made = deepcopy(_form(operation, frozenset(fields), sender))
    values = {f"{{{SMEV}}}Date": now.isoformat(timespec="seconds"), **{f"{{{OURS}}}{name}": text for name, text in fields.items()}}
    for place in made.iter(*values):
        place.text = values[str(place.tag)]
    return etree.tostring(made, xml_declaration=True, encoding="UTF-8")


@lru_cache(maxsize=64)
def _form(operation: str, fields: frozenset[str], sender: str) -> etree._Element:
    """`service` is only looked at for its messages: calls go through the hub's one caller."""
    client = _client()
    message = {
        "Sender": {"Code": sender, "Name": "School Hub"},
        "Recipient": {"Code": "EPGU01001", "Name": "ЕПГУ"},
        "TypeCode": "GSRV",
        "Status": "REQUEST",
        "Date": "-",
        "ExchangeType": "2",
    }
    data = dict.fromkeys(fields, "-")
    made: etree._Element = client.create_message(client.service, operation, Message=message, MessageData={"AppData": data})
    return made


def opened(body: bytes, operation: str) -> Opened:
    """Raises `NoEnvelope`. A payload's elements become texts, lists and dicts by their names: zeep's own reading takes ten times longer."""
    answer = _body(_parsed(body))
    if answer.tag == f"{{{SOAP}}}Fault":
        detail = answer.find("detail")
        refusal = detail.find(f"{{{OURS}}}Refusal") if detail is not None else None
        return Opened(fault=answer.findtext("faultcode", ""), refusal=None if refusal is None else _plain(refusal))
    if answer.tag != f"{{{OURS}}}{operation}Response":
        raise NoEnvelope("/Envelope/Body")
    status = answer.findtext(f"{{{SMEV}}}Message/{{{SMEV}}}Status")
    data = answer.find(f"{{{SMEV}}}MessageData/{{{SMEV}}}AppData")
    if status is None or data is None:
        raise NoEnvelope(f"/Envelope/Body/{operation}Response/{'Message/Status' if status is None else 'MessageData/AppData'}")
    refusal = data.find(f"{{{OURS}}}Refusal")
    return Opened(status=status, data=_plain(data), refusal=None if refusal is None else _plain(refusal))


def _parsed(body: bytes) -> etree._Element:
    from zeep.exceptions import Error
    from zeep.loader import parse_xml

    client = _client()
    try:
        root: etree._Element = parse_xml(body, client.transport, settings=client.settings)  # type: ignore[arg-type]  # it takes bytes, and must
    except (Error, ValueError) as error:
        raise NoEnvelope("/") from error
    if root.getroottree().docinfo.doctype:
        raise NoEnvelope("/")
    return root


def _body(root: etree._Element) -> etree._Element:
    body = root.find(f"{{{SOAP}}}Body") if root.tag == f"{{{SOAP}}}Envelope" else None
    if body is None or len(body) != 1:
        raise NoEnvelope("/Envelope/Body")
    return body[0]


def _plain(element: etree._Element, depth: int = 0) -> Plain:
    """Elements of the service's own namespace by their names, attributes beside them; texts stay as they were written."""
    if depth > _DEEPEST:
        raise NoEnvelope("/Envelope/Body")
    found: Plain = {}
    for child in element:
        name = _name(str(child.tag))
        if not name:
            continue
        value: Any = child.text or ""
        if name in _WITH_ATTRIBUTES:
            value = {str(key): str(text) for key, text in child.attrib.items()}
        elif len(child):
            value = _plain(child, depth + 1)
        if name in _MANY:
            found.setdefault(name, []).append(value)
        elif name in found:
            raise NoEnvelope(f"/AppData//{name}")
        else:
            found[name] = value
    return found


@lru_cache(maxsize=500)
def _name(tag: str) -> str:
    """The name of an element of ours; empty for another's, and for what has no tag."""
    return tag[len(OURS) + 2 :] if tag.startswith(f"{{{OURS}}}") else ""
