"""A photo that a family uploads: told by its first bytes, measured, rid of all that is not the picture. Pure (RULES E8)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from hub.flows.photos import jpeg, png_webp
from hub.flows.refusals import Reason, Refused

MOST_BYTES = 1_000_000
SMALLEST, LARGEST, MOST_PIXELS = 100, 6000, 24_000_000
"""A few bytes may unfold to gigabytes in whoever shows them; these may not."""
TOO_BIG = "Фотография больше 1 МБ. Уменьшите её или снимите с меньшим качеством."
NOT_ONE = "Это не похоже на фотографию. Подойдут JPEG, PNG или WebP."
WRONG_SIDES = f"Стороны фотографии — от {SMALLEST} до {LARGEST} точек."


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    kind: str
    data: bytes = field(repr=False)
    version: str


def picture_of(raw: bytes) -> Picture:
    """The name of the file and what its sender calls it mean nothing here. Raises `Refused`."""
    if len(raw) > MOST_BYTES:
        raise Refused(Reason.MALFORMED, TOO_BIG)
    try:
        if raw.startswith(jpeg.START):
            kind, (data, wide, high) = "image/jpeg", jpeg.cleaned(raw)
        elif raw.startswith(png_webp.PNG):
            kind, (data, wide, high) = "image/png", png_webp.cleaned_png(raw)
        else:
            kind, (data, wide, high) = "image/webp", png_webp.cleaned_webp(raw)
    except (ValueError, IndexError) as error:
        raise Refused(Reason.MALFORMED, NOT_ONE) from error
    if not (SMALLEST <= wide <= LARGEST and SMALLEST <= high <= LARGEST) or wide * high > MOST_PIXELS:
        raise Refused(Reason.MALFORMED, WRONG_SIDES)
    return Picture(kind=kind, data=data, version=hashlib.blake2b(data, digest_size=8).hexdigest())
