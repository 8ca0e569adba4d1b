"""The gateway's other face, merchant-ws: zeep writes the envelope by the WSDL, the answer becomes what REST would have said."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import msgspec
from lxml import etree

from connectors.kit.errors import Rejected

PATH = "/payment/webservices/merchant-ws"
WSDL = Path(__file__).parent / "merchant.wsdl"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
HEADERS: Mapping[str, str] = MappingProxyType({"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""', "Accept": "text/xml"})
OPERATIONS: Mapping[str, tuple[str, str, Mapping[str, str]]] = MappingProxyType(
    {
        "register.do": ("registerOrder", "order", {"orderNumber": "merchantOrderNumber"}),
        "registerPreAuth.do": ("registerOrderPreAuth", "order", {"orderNumber": "merchantOrderNumber"}),
        "getOrderStatusExtended.do": ("getOrderStatusExtended", "order", {"orderNumber": "merchantOrderNumber"}),
        "deposit.do": ("depositOrder", "order", {"amount": "depositAmount"}),
        "reverse.do": ("reverseOrder", "order", {}),
        "refund.do": ("refundOrder", "order", {"amount": "refundAmount"}),
        "paymentOrderBinding.do": ("paymentOrderBinding", "order", {}),
        "getBindings.do": ("getBindings", "request", {}),
        "unBindCard.do": ("unBindCard", "", {}),
    }
)
"""By REST's name of the call: the operation, its one part, and the names that differ."""
_MANY = frozenset({"attributes", "binding"})
_DEEPEST = 8


@cache
def _client() -> Any:
    """Reads the WSDL once; zeep is slow to import, and a shop that speaks REST does without it."""
    from zeep import Client, Settings

    settings = Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True, xml_huge_tree=False)
    return Client(str(WSDL), settings=settings)  # type: ignore[no-untyped-call]  # zeep leaves it untyped


def prepare() -> None:
    """Half a second of imports and schemas, for a thread."""
    _client()


def request(system: str, call: str, fields: Mapping[str, str], *, user: str, password: str) -> bytes:
    """The envelope with the shop's UsernameToken (PasswordText)."""
    from zeep.wsse.username import UsernameToken

    if call not in OPERATIONS:
        raise Rejected(system, "cannot", "Этого банк по SOAP не умеет.")
    operation, part, names = OPERATIONS[call]
    told = {names.get(name, name): text for name, text in fields.items()}
    client = _client()
    given: dict[str, Any] = {part: told} if part else dict(told)
    envelope = client.create_message(client.service, operation, **given)
    signed, _ = UsernameToken(user, password).apply(envelope, {})  # type: ignore[no-untyped-call]  # zeep leaves it untyped
    return etree.tostring(signed, xml_declaration=True, encoding="UTF-8")


def as_rest(response: httpx.Response) -> httpx.Response:
    """The same answer as REST gives it; what is no SOAP envelope is left as it is."""
    found = _opened(response.content)
    if found is None:
        return response
    return httpx.Response(200, content=msgspec.json.encode(found), request=response.request)


def _opened(body: bytes) -> dict[str, Any] | None:
    from zeep.exceptions import Error
    from zeep.loader import parse_xml

    client = _client()
    try:
        root: etree._Element = parse_xml(body, client.transport, settings=client.settings)  # type: ignore[arg-type]  # it takes bytes, and must
    except (Error, ValueError):
        return None
    inner = root.find(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or inner is None or len(inner) != 1:
        return None
    answer = inner[0]
    if answer.tag == f"{{{SOAP}}}Fault":
        return _fault(answer)
    told = answer.find("return")
    found = _plain(told) if told is not None else {}
    if isinstance(bindings := found.get("bindings"), dict):
        found["bindings"] = bindings.get("binding", [])
    return found


def _fault(answer: etree._Element) -> dict[str, Any]:
    """A wrong name or password comes as a fault about the header; any other fault is the gateway's own trouble."""
    words = answer.findtext("faultstring", "")
    if "Security" in words or "security" in words:
        return {"errorCode": "5", "errorMessage": "access: the security header"}
    return {"errorCode": "7", "errorMessage": f"system: {words}"[:200]}


def _plain(element: etree._Element, depth: int = 0) -> dict[str, Any]:
    """Attributes and children by their names, as REST's objects have them."""
    found: dict[str, Any] = {str(name): str(text) for name, text in element.attrib.items() if not str(name).startswith("{")}
    if depth > _DEEPEST:
        return found
    for child in element:
        name = str(child.tag).rpartition("}")[2]
        value: Any = _plain(child, depth + 1) if len(child) or child.attrib else child.text or ""
        if name in _MANY:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found
