"""What is kept of a picture: what it shows, and nothing that was written beside it."""

from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps

from app.errors import Refused

MOST_PIXELS = {"JPEG": 24_000_000, "MPO": 24_000_000, "PNG": 8_000_000, "WEBP": 8_000_000}
"""By what the file is, so that unpacking takes less than 200 MB. The phone sends 2 million."""
WHOLE = 8_000_000
"""A JPEG of more pixels is a camera's own, and unpacked at half its width and height."""
FORMATS = ("JPEG", "PNG", "WEBP")
DEEP = "I"
"""Modes that begin so have 16 bits of grey."""

# Pillow's own guard, before it reserves what a file's first bytes ask for
Image.MAX_IMAGE_PIXELS = max(MOST_PIXELS.values())
_turn = Lock()
"""One picture is unpacked at a time, so that a process stays small."""


class BadPhoto(Refused):
    """Not a picture we keep, or not the bytes its name says."""

    code = "bad_photo"


def re_encoded(data: bytes) -> bytes:
    """The picture alone as JPEG, upright, on white: no EXIF, no place, no words. Raises BadPhoto."""
    try:
        with _turn, Image.open(BytesIO(data), formats=FORMATS) as image:
            check(image)
            image.draft(None, fitting(image))
            ImageOps.exif_transpose(image, in_place=True)
            return encoded(in_colour(image))
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise BadPhoto("/content") from error


def check(image: Image.Image) -> None:
    """Refuse by what the file's head says, before its pixels are unpacked."""
    if image.width * image.height > MOST_PIXELS[image.format or ""]:
        raise BadPhoto("/size")
    # a phone's camera may put a second view behind the first (MPO), which is no animation
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise BadPhoto("/content")


def fitting(image: Image.Image) -> tuple[int, int]:
    """The size at which to unpack it, where its kind can be unpacked smaller."""
    width, height = image.size
    return image.size if width * height <= WHOLE else (width // 2, height // 2)


def in_colour(image: Image.Image) -> Image.Image:
    """Any kind of picture in plain colours; what is transparent shows white."""
    if image.mode.startswith(DEEP):
        image = image.point(lambda value: value / 256).convert("L")
    if not image.has_transparency_data:
        return of_mode(image, "RGB")
    seen = of_mode(image, "RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(seen, mask=seen.getchannel("A"))
    return white


def of_mode(image: Image.Image, mode: str) -> Image.Image:
    """The picture in this mode; not copied where it is so already."""
    return image if image.mode == mode else image.convert(mode)


def encoded(picture: Image.Image) -> bytes:
    picture.info.clear()
    out = BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
