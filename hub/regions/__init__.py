"""Which diary a child's region has, from which day, and how one signs in there: dated data and the questions to it (RULES C4)."""

from hub.regions.registry import (
    Login,
    Phone,
    Placed,
    Region,
    Registry,
    Role,
    System,
    registry,
)

__all__ = ["Login", "Phone", "Placed", "Region", "Registry", "Role", "System", "registry"]
