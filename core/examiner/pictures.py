"""A picture drawn anew for showing it: smaller, upright, and without anything that was not to be seen.

It runs in a child. What stands in the file beside the picture (where it was taken and by whose telephone, texts,
whatever else was hidden there) has no way into the new one.
"""

import io
import struct
from importlib import import_module
from typing import Final

from PIL import Image, UnidentifiedImageError

from core.confined.refusal import Refused

MAX_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 1600
QUALITY: Final = 82
_FORMATS: Final = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
_DECODERS: Final = ("MpoImagePlugin", "WebPImagePlugin", "TiffImagePlugin")  # beside those of Image.preinit
_ORIENTATION: Final = 0x0112
_TURNED: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
_ERRORS: Final = (OSError, SyntaxError, ValueError, struct.error, IndexError, KeyError, TypeError, EOFError)


def load_decoders() -> None:
    """Load what is needed while files can still be opened."""
    Image.MAX_IMAGE_PIXELS = None  # the limit of the house is stricter, and is asked first
    Image.preinit()
    for name in _DECODERS:
        import_module(f"PIL.{name}")


def redraw(data: bytes, kind: str) -> bytes:
    """Return a picture as a JPEG of ``LONGEST_SIDE`` at most; transparent parts become white.

    Raises Refused for one of more than ``MAX_PIXELS``, by what its header says, and for one that is cut off.
    """
    if kind == "webp":
        _check_size(*_size_of_webp(data))  # its decoder makes room for all pixels when it opens the file
    try:
        picture = Image.open(io.BytesIO(data), formats=[_FORMATS[kind]])
        _check_size(*picture.size)
        turned = _orientation(picture)
        shown = _on_white(_small(picture))
    except (UnidentifiedImageError, *_ERRORS):
        raise Refused("broken") from None
    if turned in _TURNED:
        shown = shown.transpose(_TURNED[turned])
    drawn = io.BytesIO()
    shown.save(drawn, "JPEG", quality=QUALITY)
    return drawn.getvalue()


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise Refused("too_many_pixels", megapixels=MAX_PIXELS // 10**6)


def _size_of_webp(data: bytes) -> tuple[int, int]:
    """Return width and height as the header says, without opening the picture; raise Refused for none."""
    kind, start = data[12:16], data[20:30]
    if len(start) < 10:  # noqa: PLR2004 - bytes of the longest of the three headers
        raise Refused("broken")
    if kind == b"VP8X":
        width, height = (int.from_bytes(start[at : at + 3], "little") + 1 for at in (4, 7))
    elif kind == b"VP8L":
        bits = int.from_bytes(start[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (int.from_bytes(start[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    else:
        raise Refused("broken")
    return width, height


def _orientation(picture: Image.Image) -> int | None:
    """Return how the picture lies, as its camera noted; None where the note is missing or nonsense."""
    try:
        return picture.getexif().get(_ORIENTATION)
    except _ERRORS:
        return None


def _small(picture: Image.Image) -> Image.Image:
    if picture.mode in {"P", "PA", "1"}:
        picture = picture.convert("RGBA")
    elif picture.mode.startswith("I"):  # sixteen bits of grey
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    """Return a new picture that carries nothing of the old one but what is seen."""
    white = Image.new("RGB", picture.size, "white")
    seen = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    white.paste(seen, mask=seen if seen.mode == "RGBA" else None)
    return white
