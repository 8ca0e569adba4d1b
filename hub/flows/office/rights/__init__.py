"""Who may do what, as data and in one place: roles by objects by reach (RULES B6); a role that is not here may do nothing."""

from hub.flows.office.rights.matrix import MATRIX, Act, Reach, Role
from hub.flows.office.rights.posts import STAFF, Choice, may, reach, roles_for, widest

__all__ = ["MATRIX", "STAFF", "Act", "Choice", "Reach", "Role", "may", "reach", "roles_for", "widest"]
