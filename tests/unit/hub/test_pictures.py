"""Photos keep the picture and lose the rest; what is none, or would unfold too far, is refused (RULES E8)."""

from __future__ import annotations

import pytest

from hub.flows.photos.pictures import LARGEST, MOST_BYTES, picture_of
from hub.flows.refusals import Refused
from tests.picture_kit import SECRET, jpeg, png, webp

pytestmark = pytest.mark.rule("E8")


@pytest.mark.parametrize(("raw", "kind"), [(jpeg(), "image/jpeg"), (png(), "image/png"), (webp(), "image/webp")])
@pytest.mark.security("7")
def test_place_owner_and_camera_are_gone_and_the_picture_stays(raw: bytes, kind: str) -> None:
    assert SECRET in raw
    found = picture_of(raw)
    assert found.kind == kind and SECRET not in found.data and b"Photoshop" not in found.data
    assert picture_of(found.data) == found, "what is clean stays as it is"


def test_a_jpeg_still_knows_which_way_up_it_is_and_ends_where_it_ends() -> None:
    turned, upright = picture_of(jpeg(way=6)).data, picture_of(jpeg(way=1)).data
    assert b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06" in turned and b"Exif" not in upright
    assert picture_of(jpeg(way=99)).data == upright
    assert turned.endswith(b"\x77\x88\xff\xd9") and b"\x12\xff\x00\x34\xff\xd0\x56" in turned


@pytest.mark.security("7")
@pytest.mark.parametrize(
    "raw",
    [
        b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"GIF89a" + bytes(200), b"\xff\xd8\xff\xd9",
        jpeg()[:90], jpeg()[:-40], png()[:-20], png().replace(b"IDAT", b"IDXT"), webp()[:-9], webp(more=b"ANMF\0\0\0\0"),
        png(LARGEST + 1, 200), png(50_000, 50_000), png(99, 150), jpeg(120, 20), jpeg(0, 0), webp(16_000, 16_000), png(6000, 6000),
        png(extra=bytes(MOST_BYTES)), b"\x89PNG\r\n\x1a\n" + bytes(40), b"RIFF\xff\xff\xff\xffWEBPVP8 ", b"\xff\xd8" + b"\xff" * 500,
    ],
)  # fmt: skip
def test_what_is_no_small_still_photo_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused):
        picture_of(raw)


@pytest.mark.parametrize("make", [jpeg, png, webp])
def test_a_picture_cut_anywhere_never_breaks_the_reader(make: object) -> None:
    whole: bytes = make()  # type: ignore[operator]  # one of three makers
    for end in range(len(whole) - 1, 0, -7):
        for raw in (whole[:end], whole[:end] + b"\xff" * 9, whole[end:]):
            try:
                assert picture_of(raw).data
            except Refused:
                continue
