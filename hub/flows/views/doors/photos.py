"""A child's photo for the guard, as the family sees it."""

from __future__ import annotations

from hub.flows.views.base import View


class PhotoView(View, frozen=True, kw_only=True):
    """`agreed`: the consent holds now; `version` changes with the picture, none where there is none; `why_not`: why no new one."""

    child: str
    first_name: str
    agreed: bool
    version: str | None
    why_not: str
