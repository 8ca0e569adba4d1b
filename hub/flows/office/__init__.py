"""The school's office at work: its own pupils, codes, decisions and signatures, never the officer's own family (RULES A7, B5, B6)."""

from hub.flows.office.begin import lift, make_capable, recover, renew, restrict
from hub.flows.office.deciding import refuse_item, sign_item
from hub.flows.office.invitations import code_again, issue_invitation, list_invitations
from hub.flows.office.pupils import Guardian, NewPupil, enter_pupil
from hub.flows.office.queue import list_reviews
from hub.flows.office.seen import list_restrictions, show_pupil

__all__ = [
    "Guardian",
    "NewPupil",
    "code_again",
    "enter_pupil",
    "issue_invitation",
    "lift",
    "list_invitations",
    "list_restrictions",
    "list_reviews",
    "make_capable",
    "recover",
    "refuse_item",
    "renew",
    "restrict",
    "show_pupil",
    "sign_item",
]
