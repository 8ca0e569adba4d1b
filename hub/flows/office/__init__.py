"""The school's office at work: its own pupils and their invitation codes, never the officer's own family (RULES A7, B5, B6)."""

from hub.flows.office.invitations import issue_invitation, list_invitations
from hub.flows.office.pupils import Guardian, NewPupil, enter_pupil

__all__ = ["Guardian", "NewPupil", "enter_pupil", "issue_invitation", "list_invitations"]
