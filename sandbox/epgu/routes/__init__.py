"""The service put together: the WSDL by GET, every operation by POST at one address."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from quart import Blueprint, Response, g, request

from sandbox.epgu.routes.control import control
from sandbox.epgu.routes.operations import rows_of
from sandbox.epgu.state import ID, PREFIX, State
from sandbox.epgu.wire import writing
from sandbox.epgu.wire.errors import FAULTS, REFUSALS, Refusal, SoapFault
from sandbox.epgu.wire.parsing import parse
from sandbox.epgu.wire.reading import read
from sandbox.system import Fault, Sandbox, System

DRIFT_FIELDS: Final = ("Id", "Subject", "Value", "LastName")
METHODS: Final = ["GET", "POST", "PUT", "DELETE", "PATCH"]
WSDL: Final = (Path(__file__).parents[1] / "wire" / "diary.wsdl").read_text("utf-8")
XML: Final = ("text/xml", "application/xml", "application/soap+xml")
PAGE: Final = (
    "<!DOCTYPE html><html lang='ru'><head><meta charset='utf-8'><title>Текущая успеваемость</title></head><body>"
    "<h1>Предоставление информации о текущей успеваемости</h1><p>Формат School Hub. <a href='?wsdl'>Описание WSDL</a></p></body></html>"
)


def system(sandbox: Sandbox) -> System:
    state = State()
    return System(
        id=ID,
        title="Госуслуги: текущая успеваемость",
        blueprints={PREFIX: _service(sandbox, state)},
        control=control(sandbox, state),
        reset=state.reset,
        word_fault=word_fault,
        drift_fields=DRIFT_FIELDS,
        secret_fields=frozenset({"applicantsnils"}),
    )


def word_fault(fault: Fault) -> None:
    """Which element the answer has is known only when the request is read: the fault is kept until then."""
    g.epgu_fault = fault


def _service(sandbox: Sandbox, state: State) -> Blueprint:
    routes = Blueprint("epgu", __name__)

    @routes.route("/", methods=METHODS)
    async def serve() -> Response:
        if request.method == "GET":
            return _described(f"{sandbox.base_url()}/{PREFIX}")
        if request.method != "POST":
            return Response("Метод не поддерживается\n", 405, {"Allow": "GET, POST"}, content_type="text/plain; charset=utf-8")
        if request.mimetype not in XML:
            return Response("Нужен text/xml\n", 415, content_type="text/plain; charset=utf-8")
        try:
            return _xml(await _answered(sandbox, state))
        except SoapFault as wrong:
            g.verdicts = {**getattr(g, "verdicts", {}), "fault": wrong.code}
            made = _xml(writing.fault(wrong), FAULTS[wrong.code][0])
            if wrong.retry_after_s is not None:
                made.headers["Retry-After"] = f"{wrong.retry_after_s:.0f}"
            return made

    return routes


def _described(address: str) -> Response:
    if any(name.lower() in ("wsdl", "singlewsdl") for name in request.args):
        return _xml(WSDL.replace("{address}", escape(address, {'"': "&quot;"})).encode())
    return Response(PAGE, content_type="text/html; charset=utf-8")


def _xml(body: bytes, status: int = 200) -> Response:
    return Response(body, status, content_type="text/xml; charset=utf-8")


async def _answered(sandbox: Sandbox, state: State) -> bytes:
    if request.mimetype == "application/soap+xml":
        raise SoapFault("WRONG_VERSION")
    body: bytes = await request.body
    asked = read(parse(body, request.mimetype_params.get("charset")), request.headers.get("SOAPAction", "").strip().strip('"'))
    g.verdicts = {"operation": asked.operation, "signature": "not checked" if asked.signed else "absent"}
    now = sandbox.clock.now()
    try:
        _meet_fault()
        asked.check_message()
        state.count(asked.parties["Sender"][0], now)
        rows = [] if asked.message["Status"] == "PING" else rows_of(asked, sandbox.town, state)
    except Refusal as refused:
        g.verdicts["refused"] = refused.code
        return writing.refusal(asked, refused, now)
    return writing.answer(asked, "RESULT", now, rows)


def _meet_fault() -> None:
    """A fault that was switched on, in the service's own words."""
    fault: Fault | None = getattr(g, "epgu_fault", None)
    if fault is None:
        return
    if fault.kind == "auth_expired":
        raise Refusal("CONSENT_ENDED")
    if fault.kind == "rate_limit":
        raise SoapFault("RATE_LIMIT", retry_after_s=1 if fault.value is None else float(fault.value))
    code = str(fault.value or "INTERNAL")
    if code in FAULTS:
        raise SoapFault(code, retry_after_s=60 if code in ("RATE_LIMIT", "MAINTENANCE") else None)
    raise Refusal(code if code in REFUSALS else "INTERNAL")
