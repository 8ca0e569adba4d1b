"""Which right each address of the hub asks for: every route has exactly one row here, and a route without one fails a test (RULES B6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from hub.flows.office.rights import Act, Reach


class Who(StrEnum):
    """`OPEN`: anybody; `SELF`: who is signed in, about the own things; `CHILD`: who may see the child; `OFFICE`: a post of a school;
    `CONSOLE`: an operator; `MACHINE`: another system with its own proof."""

    OPEN = "open"
    SELF = "self"
    CHILD = "child"
    OFFICE = "office"
    CONSOLE = "console"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Row:
    """`rule` matches the whole address; in an office's rows what stands behind `/office` or `/api/v1/office`."""

    rule: str
    who: Who
    act: Act | None = None
    methods: str = "GET POST PUT DELETE PATCH"
    reach: Reach = Reach.CLASS
    """Of an office's row: how far a post must go at least."""


_OFFICE = re.compile(r"(?:/api/v1)?/office(/.*)?")


def _office(act: Act, rule: str, methods: str = "GET POST PUT DELETE PATCH", *, reach: Reach = Reach.CLASS) -> Row:
    return Row(rule, Who.OFFICE, act, methods, reach)


OFFICE = (
    Row(r"/(role|enter|posts|post)", Who.SELF),
    Row(r"/roster/sample\.csv", Who.SELF),
    Row(r"", Who.OFFICE),
    _office(Act.JOINS, r"/joins(/decide|/counts|/<\w+>(/approve|/reject)?)?"),
    _office(Act.SETTINGS, r"/joins/settings|/staff/four-eyes"),
    _office(Act.ROSTER, r"/classes(/<path:klass>)?|/pupils/<pupil>", "GET"),
    _office(Act.ROSTER, r"/pupils", "GET SEARCH"),
    _office(Act.CARDS, r"/pupils", "POST"),
    _office(Act.CARDS, r"/pupils/new|/pupils/<pupil>/leave|/left|/roster/(import|imports.*|export)"),
    _office(Act.CODES, r"/classes/(<path:klass>/(slips|revoke)|invitations)|/pupils/<pupil>/(invitations|revoke)"),
    _office(Act.REVIEWS, r"/reviews.*|/recovery|/pupils/<pupil>/guardians|/swaps.*"),
    _office(Act.RESTRICTIONS, r"/restrictions.*|/pupils/<pupil>/(restrictions|new-identity)"),
    _office(Act.RECOVERY, r"/pupils/<pupil>/recoveries"),
    _office(Act.CAPACITY, r"/pupils/<pupil>/full-capacity"),
    _office(Act.ABSENCES, r"/absences.*"),
    _office(Act.MONEY, r"/money(/turnover\.csv|/days\.svg|/top-ups|/receipts)?", "GET"),
    _office(Act.CONTRACTS, r"/contracts.*|/payouts.*|/benefits.*", reach=Reach.SCHOOL),
    _office(Act.ANNOUNCEMENTS, r"/announcements.*"),
    _office(Act.APPEALS, r"/appeals.*"),
    _office(Act.CHATS, r"/chats|/chats/<chat>.*|/chats/messengers|/messengers", "GET"),
    _office(Act.CHATS, r"/chats/move", "GET", reach=Reach.SCHOOL),
    _office(Act.CHATS, r"/chats.*|/messengers.*", "POST PUT DELETE", reach=Reach.SCHOOL),
    _office(Act.DIET, r"/meals"),
    _office(Act.MENU, r"/menu.*", reach=Reach.SCHOOL),
    _office(Act.DEBITS, r"/debits.*"),
    _office(Act.LESSONS, r"/lessons.*"),
    _office(Act.DISPUTES, r"/disputes.*|/contradictions.*"),
    _office(Act.PRICES, r"/prices.*|/services.*"),
    _office(Act.PASSES, r"/guard.*"),
    _office(Act.CARRIERS, r"/card-orders.*"),
    _office(Act.CARRIERS, r"/carriers.*|/pupils/<pupil>/carriers.*"),
    _office(Act.DEVICES, r"/devices.*"),
    _office(Act.STAFF, r"/staff|/staff/<post>.*|/staff/codes.*|/contacts.*|/support.*|/breaks.*"),
)
_READ = (
    r"(lessons|marks|homework|finals|attendance|statistics|terms|whats-new|changes|diary|subject|subject.svg|attendance.svg|progress.svg"
    r"|times|report|news|progress|year)"
)
TABLE = (
    Row(
        r"/|/help|/docs|/openapi\.json|/problems/<slug>|/static/.*|/sw\.js|/offline|/manifest\.webmanifest|/healthz|/readyz|/metrics",
        Who.OPEN,
    ),
    Row(r"/auth/.*|/region|/api/v1/regions.*|(/api/v1)?/directory.*|/retention|/left|/pupil|/recovery|/api/v1/schools", Who.OPEN),
    Row(r"(/api/v1)?/support(/form|/tickets.*|/follow.*)?|/console/enter(/<code>)?", Who.OPEN),
    Row(r"/export/calendar/<secret>\.ics|/fgis/.*|/joins/my-school/notify|/pay/.*|/ingest/.*|/iclock/.*|/kiosk/.*", Who.MACHINE),
    Row(r"(/api/v1)?/console(?!/enter).*", Who.CONSOLE, Act.AUDIT),
    Row(
        r"/api/v1/me(/.*)?|(/api/v1)?/timeline|/api/v1/(links|merges|swaps|consents|delegations|proposals|appeals|joins|checklist)(/.*)?",
        Who.SELF,
    ),
    Row(
        r"/api/v1/children|/api/v1/children/diary|/api/v1/(invitations|recovery)/redeem|/api/v1/(contracts|accounts|autopay|payouts|top-ups)(/.*)?",
        Who.SELF,
    ),
    Row(
        r"/(again|appeals|checklist|connect|consents|contracts|delegations|events|family|grants|invitation|leave|money|notices|payouts)(/.*)?",
        Who.SELF,
    ),
    Row(r"/export/events\.ndjson", Who.OFFICE, Act.EXPORT, "GET", Reach.SCHOOL),
    Row(r"/export(?!/calendar|/events).*", Who.SELF),
    Row(r"/(contacts|proposals|settings)(/.*)?|/pupil/.*", Who.SELF),
    Row(r"/phone-stop|/unsubscribe/<token>", Who.OPEN),
    Row(rf"(/api/v1)?/children/<child>/{_READ}", Who.CHILD, Act.MARKS, "GET"),
    Row(r"(/api/v1)?/children/<child>/marks/<day>/<mark>", Who.CHILD, Act.MARKS),
    Row(r"(/api/v1)?/children/<child>/(announcements|school-announcements)", Who.CHILD, Act.ANNOUNCEMENTS),
    Row(r"(/api/v1)?/children/<child>/(homework/<item>/done|messages.*|calendar.*|download)", Who.CHILD),
    Row(r"(/api/v1)?/children/<child>/(absence.*)", Who.CHILD, Act.ABSENCES),
    Row(r"(/api/v1)?/children/<child>/(access-log|who-looked|who-sees|guardians)", Who.CHILD, Act.AUDIT),
    Row(r"(/api/v1)?/children/<child>/(guardians/.*|leave|login.*|delegations?|proposals.*|appeal-form)", Who.CHILD),
    Row(r"(/api/v1)?/children/<child>/(chats.*)", Who.CHILD, Act.CHATS),
    Row(r"(/api/v1)?/children/<child>/(school(/.*)?|ask|contacts)", Who.CHILD, Act.JOINS),
    Row(r"(/api/v1)?/children/<child>/appeals", Who.CHILD, Act.APPEALS),
    Row(r"(/api/v1)?/children/<child>/(money.*|tariff.*)", Who.CHILD, Act.MONEY),
    Row(r"(/api/v1)?/children/<child>/(carriers.*|cards.*|photo.*)", Who.CHILD, Act.CARRIERS),
    Row(r"(/api/v1)?/children/<child>/(menu|meal-rules)", Who.CHILD, Act.DIET),
    Row(r"(/api/v1)?/children/<child>/(timeline|passes|contradictions.*|notices(/.*)?|meals.*)", Who.CHILD, Act.PASSES),
)


def rows_of(rule: str, method: str) -> list[Row]:
    """The rows that this address has: one, or the table is wrong."""
    inside = _OFFICE.fullmatch(rule)
    if inside is None:
        return [row for row in TABLE if method in row.methods.split() and re.fullmatch(row.rule, rule)]
    told = "SEARCH" if (rule, method) == ("/office/pupils", "POST") else method
    return [row for row in OFFICE if told in row.methods.split() and re.fullmatch(row.rule, inside[1] or "")]
