"""Envelopes of merchant-ws: who asks for what, and the answer; most data are XML attributes without a namespace."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from sandbox.rbs.state.orders import Binding, Order
from sandbox.rbs.wire import shapes
from sandbox.rbs.wire.errors import SUCCESS, action_text

SOAP: Final = "{http://schemas.xmlsoap.org/soap/envelope/}"
OWN: Final = "{http://engine.paymentgate.ru/webservices/merchant}"
WSSE: Final = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"
WSU: Final = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}"
RENAMED: Final = {
    "merchantOrderNumber": "orderNumber", "Description": "description", "depositAmount": "amount", "refundAmount": "amount",
}  # fmt: skip
register_namespace("soap", SOAP[1:-1])
register_namespace("mer", OWN[1:-1])


@dataclass(eq=False)
class SoapFault(Exception):
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`params` are the shop's own pairs; `digest` is what a password has to give when it is sent hashed."""

    operation: str
    fields: dict[str, str]
    params: dict[str, str] = field(default_factory=dict)
    user: str = ""
    password: str = ""
    digest: tuple[bytes, bytes] | None = None

    def knows(self, password: str) -> bool:
        if self.digest is None:
            return hmac.compare_digest(self.password.encode(), password.encode())
        made = base64.b64encode(hashlib.sha1(self.digest[0] + self.digest[1] + password.encode()).digest())  # noqa: S324 - WS-Security's own
        return hmac.compare_digest(made, self.password.encode())


def read(root: Element) -> Call:
    """Attributes and plain children of whatever the operation holds, by one name each."""
    if root.tag != f"{SOAP}Envelope":
        raise SoapFault("VersionMismatch", "SOAP 1.1 is expected")
    body = root.find(f"{SOAP}Body")
    if body is None or len(body) != 1 or not body[0].tag.startswith(OWN):
        raise SoapFault("Client", "Message part was not recognized")
    token = root.find(f"{SOAP}Header/{WSSE}Security/{WSSE}UsernameToken")
    if token is None:
        raise SoapFault("Client", "An error was discovered processing the <wsse:Security> header")
    fields: dict[str, str] = {}
    params: dict[str, str] = {}
    for child in body[0]:
        if child.text and child.text.strip() and not len(child):
            fields[_local(child)] = child.text.strip()
        fields |= {name: value for name, value in child.attrib.items() if "{" not in name}
        for inner in child:
            if _local(inner) == "params":
                name, value = inner.get("name") or inner.findtext("name"), inner.get("value") or inner.findtext("value")
                params[name or ""] = value or ""
            elif inner.text and inner.text.strip():
                fields[_local(inner)] = inner.text.strip()
    password = token.find(f"{WSSE}Password")
    return Call(
        operation=_local(body[0]),
        fields={RENAMED.get(name, name): value for name, value in fields.items()},
        params={name: value for name, value in params.items() if name},
        user=token.findtext(f"{WSSE}Username", "").strip(),
        password="" if password is None else (password.text or "").strip(),
        digest=_digest(token, password),
    )


def _digest(token: Element, password: Element | None) -> tuple[bytes, bytes] | None:
    if password is None or not password.get("Type", "").endswith("#PasswordDigest"):
        return None
    try:
        nonce = base64.b64decode(token.findtext(f"{WSSE}Nonce", ""), validate=True)
    except ValueError:
        raise SoapFault("Client", "An error was discovered processing the <wsse:Security> header") from None
    return nonce, token.findtext(f"{WSU}Created", "").encode()


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def answer(operation: str, attributes: Mapping[str, Any], children: list[Element]) -> bytes:
    envelope = Element(f"{SOAP}Envelope")
    inner = SubElement(SubElement(envelope, f"{SOAP}Body"), f"{OWN}{operation}Response")
    told = SubElement(inner, "return", {name: str(value) for name, value in attributes.items() if value is not None})
    told.extend(children)
    written: bytes = tostring(envelope, encoding="utf-8", xml_declaration=True)
    return written


def fault(wrong: SoapFault) -> bytes:
    envelope = Element(f"{SOAP}Envelope")
    inner = SubElement(SubElement(envelope, f"{SOAP}Body"), f"{SOAP}Fault")
    SubElement(inner, "faultcode").text = f"soap:{wrong.code}"
    SubElement(inner, "faultstring").text = wrong.text
    written: bytes = tostring(envelope, encoding="utf-8", xml_declaration=True)
    return written


def element(tag: str, text: str | None = None, /, **attributes: Any) -> Element:
    made = Element(tag, {key: str(value) for key, value in attributes.items() if value is not None})
    made.text = text
    return made


def status(order: Order, binding: Binding | None, language: str) -> tuple[dict[str, Any], list[Element]]:
    """getOrderStatus: everything but the shop's pairs is an attribute."""
    paid = order.paid
    told: dict[str, Any] = {
        "orderStatus": order.status,
        "orderNumber": order.number,
        "amount": order.amount,
        "currency": shapes.CURRENCY,
        "authCode": 2,
        "date": order.created_at.isoformat(timespec="milliseconds"),
        "orderDescription": order.description,
        "merchantLogin": order.shop,
        "actionCodeDescription": action_text(order.action, language) if order.action else "",
        "clientId": None if binding is None else binding.client,
        "bindingId": None if binding is None else binding.id,
        "errorCode": 0,
        "errorMessage": SUCCESS[language],
    }
    if paid is not None and paid.masked is not None:
        told |= {"pan": paid.masked, "expiration": paid.expiry, "cardholderName": paid.holder, "ip": paid.ip}
    if order.approval is not None:
        told["approvalCode"] = order.approval
    return told, [element("params", name=name, value=value) for name, value in order.params.items()]


def extended(order: Order, binding: Binding | None, language: str) -> tuple[dict[str, Any], list[Element]]:
    told = {
        "orderNumber": order.number,
        "orderStatus": order.status,
        "actionCode": order.action,
        "actionCodeDescription": action_text(order.action, language),
        "amount": order.amount,
        "currency": shapes.CURRENCY,
        "date": order.created_at.isoformat(timespec="milliseconds"),
        "orderDescription": order.description,
        "errorCode": 0,
        "errorMessage": SUCCESS[language],
    }
    paid = order.paid
    more = [element("merchantOrderParams", name=name, value=value) for name, value in order.params.items()]
    more.append(element("attributes", name="mdOrder", value=order.id))
    if paid is not None:
        told["ip"] = paid.ip
        if paid.masked is not None:
            card = {"maskedPan": paid.masked, "expiration": paid.expiry, "cardholderName": paid.holder, "approvalCode": order.approval}
            more.append(element("cardAuthInfo", **card))
    if binding is not None:
        more.append(element("bindingInfo", clientId=binding.client, bindingId=binding.id))
    if order.paid_at is not None:
        more.append(element("authDateTime", order.paid_at.isoformat(timespec="milliseconds")))
        more += [element("terminalId", shapes.TERMINAL), element("authRefNum", order.reference)]
    info = shapes.amounts(order)
    del info["feeAmount"]
    more.append(element("paymentAmountInfo", **info))
    if paid is not None and paid.masked is not None:
        more.append(element("bankInfo", bankName="TEST CARD", bankCountryCode="RU", bankCountryName="Россия"))
    for it in order.refunds:
        more.append(element("refunds", referenceNumber=it.reference, actionCode="0", amount=it.amount, date=it.at.isoformat()))
    return told, more


def bindings(rows: list[dict[str, Any]]) -> list[Element]:
    """A list inside a list, as the service has it."""
    told = Element("bindings")
    told.extend([element("binding", **{name: row[name] for name in ("bindingId", "maskedPan", "expiryDate")}) for row in rows])
    return [told] if rows else []
