"""A pupil's photo for the guard: only with its own consent, never compared by a machine (RULES E8)."""

from hub.flows.photos.mine import drop_photo, put_photo, read_photo, show_photo

__all__ = ["drop_photo", "put_photo", "read_photo", "show_photo"]
