"""`/api/v1/children/{id}/photo`: the photo that the school's guard compares, with its own consent only."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import document_response, tag

from hub.flows import photos
from hub.flows.views.doors.photos import PhotoView
from hub.web.answers import deps, json
from hub.web.api.repeats import once
from hub.web.pictures import photo_answer
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_photos", __name__, url_prefix="/api/v1/children/<child>/photo")


@routes.get("")
@tag(["Проходы и питание"])
@document_response(PhotoView)
async def show_photo(child: str) -> Response:
    return json(await photos.show_photo(deps(), await signed_in(), child))


@routes.get("/picture")
@tag(["Проходы и питание"])
async def picture(child: str) -> Response:
    """The picture itself, as JPEG, PNG or WebP."""
    return photo_answer(await photos.read_photo(deps(), await signed_in(), child))


@routes.put("")
@tag(["Проходы и питание"])
@document_response(PhotoView)
async def put(child: str) -> Response:
    """The body is the picture: JPEG, PNG or WebP up to 1 MB; its metadata is dropped. Without the consent: 403 or 409."""
    who = await signed_in_writer()
    raw: bytes = await request.get_data(as_text=False)  # type: ignore[assignment]  # asked for bytes

    async def act() -> Response:
        return json(await photos.put_photo(deps(), who, child, raw))

    return await once(deps(), who, act)


@routes.delete("")
@tag(["Проходы и питание"])
@document_response(PhotoView)
async def drop(child: str) -> Response:
    """Gone at once."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await photos.drop_photo(deps(), who, child))

    return await once(deps(), who, act)
