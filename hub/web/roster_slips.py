"""The office's page of slips: who has no code yet, the slips themselves shown once, a QR code on each."""

from __future__ import annotations

import re
import secrets

import segno
from markupsafe import Markup
from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.roster import listing, slips
from hub.web.answers import deps, page
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("roster_slips", __name__, url_prefix="/office/classes")

_RUN = re.compile(r"[A-Za-z0-9_-]{16,64}")


@routes.get("/<path:klass>/slips")
@hide
async def ask(klass: str) -> Response:
    """The codes are shown by the form's answer alone; this page never has them."""
    found = await listing.show_classes(deps(), await signed_in(), act=Act.CODES)
    counts = next((one for one in found.items if one.name == klass), None)
    if counts is None:
        raise Refused(Reason.NOT_FOUND)
    return await page("office/slips_form.html", here="office", tab="classes", counts=counts, klass=klass, run=secrets.token_urlsafe(18))


@routes.post("/<path:klass>/slips")
@hide
async def make(klass: str) -> Response:
    """`run` names the form: sent again, it prints nothing and kills nothing."""
    who = await signed_in_writer()
    form = await request.form
    run = form.get("run", "")
    if not _RUN.fullmatch(run):
        raise Refused(Reason.MALFORMED)
    pupils, again = form.getlist("pupil"), form.get("again") == "yes"
    sheet = await slips.print_slips(deps(), who, klass, run=run, pupils=pupils, again=again)
    codes = [qr_of(slip.href) for slip in sheet.items]
    answer = await page(
        "office/slips.html", here="office", tab="classes", sheet=sheet, klass=klass, codes=codes, run=secrets.token_urlsafe(18)
    )
    answer.headers["Cache-Control"] = "no-store"
    del answer.headers["ETag"]
    return answer


def qr_of(text: str) -> Markup:
    """SVG that stands in the page; its words are signs of the code's own alphabet and our own address."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704 - drawn by segno: numbers of a path, none of the text
