"""An envelope to what it asks: the operation, the message's fields, the operation's fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from xml.etree.ElementTree import Element

from sandbox.epgu.wire.errors import Refusal, SoapFault
from sandbox.epgu.wire.names import NEXT_ACTOR, OPERATIONS, SERVICE, own, smev, soap

REQUIRED: Final = ("Sender", "Recipient", "TypeCode", "Status", "Date", "ExchangeType")
SNILS_DIGITS: Final = 11
DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)


@dataclass(slots=True, kw_only=True)
class Asked:
    """`parties` are Sender, Recipient and Originator as (code, name); `message` the other texts; `fields` what the operation asks."""

    operation: str
    parties: dict[str, tuple[str, str]] = field(default_factory=dict)
    message: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    signed: bool = False

    def check_message(self) -> None:
        for name in REQUIRED:
            if not (self.parties.get(name, ("", ""))[0] or self.message.get(name)):
                raise Refusal("FIELD_MISSING", name)
        try:
            datetime.fromisoformat(self.message["Date"])
        except ValueError:
            raise Refusal("DATE_FORMAT", "Message/Date") from None
        if self.message["Status"] not in ("REQUEST", "PING"):
            raise Refusal("STATUS_UNKNOWN")

    def check_fields(self, more: tuple[str, ...] = ()) -> None:
        for name in (*OPERATIONS[self.operation], *more):
            if not self.fields.get(name):
                raise Refusal("FIELD_MISSING", name)
        snils = self.fields.get("ApplicantSnils")
        if snils and sum(letter.isascii() and letter.isdigit() for letter in snils) != SNILS_DIGITS:
            raise Refusal("SNILS_FORMAT")

    def date(self, name: str) -> date:
        """An `xsd:date`; a time zone after it changes nothing."""
        found = DATE.fullmatch(self.fields[name])
        if found is None:
            raise Refusal("DATE_FORMAT", name)
        try:
            return date.fromisoformat(found[1])
        except ValueError:
            raise Refusal("DATE_FORMAT", name) from None


def read(root: Element, action: str) -> Asked:
    """`action` is the SOAPAction header without quotes, empty where there is none."""
    if root.tag != soap("Envelope"):
        raise SoapFault("WRONG_VERSION" if root.tag.endswith("}Envelope") else "WRONG_ENVELOPE")
    signed = _headers(root)
    body = root.find(soap("Body"))
    if body is None or len(body) != 1:
        raise SoapFault("WRONG_ENVELOPE")
    payload = body[0]
    namespace, name = _split(payload.tag)
    if namespace != SERVICE:
        raise SoapFault("WRONG_NAMESPACE", name)
    if name not in OPERATIONS:
        raise SoapFault("UNKNOWN_OPERATION", name[:60])
    if action and action != f"{SERVICE}#{name}":
        raise SoapFault("WRONG_ACTION")
    asked = Asked(operation=name, signed=signed)
    _message(asked, _child(payload, "Message"))
    data = _child(_child(payload, "MessageData"), "AppData")
    nested = data.find(own(name))
    asked.fields = {_of_service(item): (item.text or "").strip() for item in (data if nested is None else nested)}
    return asked


def _headers(root: Element) -> bool:
    """Whether the message is signed; an entry that must be understood and is for us ends the request."""
    header = root.find(soap("Header"))
    entries = [] if header is None else list(header)
    for entry in entries:
        if entry.get(soap("mustUnderstand")) in ("1", "true") and entry.get(soap("actor"), NEXT_ACTOR) == NEXT_ACTOR:
            raise SoapFault("NOT_UNDERSTOOD", _split(entry.tag)[1][:60])
    return any(_split(entry.tag)[1] == "Security" for entry in entries)


def _message(asked: Asked, message: Element) -> None:
    for item in message:
        name = _split(item.tag)[1]
        if len(item):
            asked.parties[name] = (item.findtext(smev("Code"), "").strip(), item.findtext(smev("Name"), "").strip())
        else:
            asked.message[name] = (item.text or "").strip()


def _child(parent: Element, name: str) -> Element:
    found = parent.find(smev(name))
    if found is not None:
        return found
    if any(_split(item.tag)[1] == name for item in parent):
        raise SoapFault("WRONG_NAMESPACE", name)
    raise SoapFault("WRONG_ENVELOPE", name)


def _of_service(item: Element) -> str:
    namespace, name = _split(item.tag)
    if namespace != SERVICE:
        raise SoapFault("WRONG_NAMESPACE", name[:60])
    return name


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    return namespace, name
