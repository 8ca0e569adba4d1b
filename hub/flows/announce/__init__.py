"""The school's own announcements: written in the office, read by the families of the school or of one class (F009)."""

from hub.flows.announce.read import announced_to, list_for_child
from hub.flows.announce.telling import Announcing
from hub.flows.announce.write import NewAnnouncement, announce, change, list_of_school, withdraw

__all__ = ["Announcing", "NewAnnouncement", "announce", "announced_to", "change", "list_for_child", "list_of_school", "withdraw"]
