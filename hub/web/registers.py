"""The office's pages of what pupils pass with."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import registers
from hub.flows.refusals import Reason, Refused
from hub.flows.registers import Step
from hub.web.answers import deps, page
from hub.web.office_desk import to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("registers", __name__, url_prefix="/office")

SHOWN_HERE = (Reason.MALFORMED, Reason.OWN_FAMILY, Reason.ALREADY_DECIDED)
KINDS: Mapping[str, str] = {
    "card": "карта", "bracelet": "браслет", "bank_card": "банковская карта (метка терминала)", "device_pin": "код на устройстве",
}  # fmt: skip
STATES: Mapping[str, str] = {"active": "действует", "blocked": "заблокирована", "lost": "потеряна", "ended": "снята с учёта"}
STEPS: Mapping[str, str] = {
    "block": "Заблокировать",
    "unblock": "Открыть снова",
    "lose": "Потеряна",
    "found": "Нашлась",
    "end": "Снять с учёта",
}
WORDS = {"kinds": KINDS, "states": STATES, "steps": STEPS}


@routes.get("/carriers")
@hide
async def carriers() -> Response:
    found = await registers.list_carriers(deps(), await signed_in(), cursor=request.args.get("cursor") or None)
    return await page("registers/carriers.html", here="office", office=True, tab="carriers", found=found, words=WORDS)


@routes.get("/pupils/<pupil>/carriers")
@hide
async def of_pupil(pupil: str) -> Response:
    return await _of_pupil(pupil, None)


@routes.post("/pupils/<pupil>/carriers")
@hide
async def add(pupil: str) -> Response:
    """What was typed as a number is never shown again, whatever was wrong with it."""
    who, form = await signed_in_writer(), await request.form
    try:
        await registers.add_carrier(deps(), who, pupil, kind=form.get("kind", ""), number=form.get("number", ""))
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _of_pupil(pupil, error)
    return to(f"/office/pupils/{pupil}/carriers?done=added")


@routes.post("/pupils/<pupil>/carriers/<carrier>/<step>")
@hide
async def turn(pupil: str, carrier: str, step: str) -> Response:
    who = await signed_in_writer()
    if step not in set(Step):
        raise Refused(Reason.NOT_FOUND)
    try:
        await registers.turn_carrier(deps(), who, carrier, Step(step))
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _of_pupil(pupil, error)
    return to(f"/office/pupils/{pupil}/carriers?done=turned")


async def _of_pupil(pupil: str, error: Refused | None) -> Response:
    found, problem = await registers.carriers_of(deps(), await signed_in(), pupil), problem_of(error) if error else None
    done = {"added": "Записано: проход открыт.", "turned": "Готово. Семья узнала."}.get(request.args.get("done", ""), "")
    return await page(
        "registers/pupil.html",
        problem.status if problem else 200,
        here="office",
        office=True,
        tab="carriers",
        found=found,
        words=WORDS,
        problem=problem,
        done="" if problem else done,
    )
