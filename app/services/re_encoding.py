"""What is kept of a picture: what it shows, and nothing that was written beside it."""

from io import BytesIO
from threading import Lock

from PIL import ExifTags, Image

from app.errors import Refused

MOST_PIXELS = {"JPEG": 24_000_000, "MPO": 24_000_000, "PNG": 8_000_000, "WEBP": 8_000_000}
"""By what the file is, so that unpacking takes less than 200 MB. The phone sends 2 million."""
WHOLE = 8_000_000
"""A JPEG of more pixels is a camera's own, and unpacked at half its width and height."""
FORMATS = ("JPEG", "PNG", "WEBP")
ORIENTATION = ExifTags.Base.Orientation
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By the orientation in the EXIF, how to turn a picture so that it stands upright."""
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
            return encoded(in_colour(upright(image)))
    except (BadPhoto, MemoryError):
        raise
    except Exception as error:
        # Pillow raises whatever a broken file makes it stumble over
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


def upright(image: Image.Image) -> Image.Image:
    """The picture turned as its EXIF says; as it lies where that can't be read, for it is a picture still.

    `ImageOps.exif_transpose` also writes the rest of the EXIF anew, and fails over much that cameras put in.
    """
    try:
        turn = TURNS.get(image.getexif().get(ORIENTATION, 1))
    except Exception:
        turn = None
    return image if turn is None else image.transpose(turn)


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
