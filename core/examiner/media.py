"""Sound and film: whether they are what they begin as. Nothing is decoded. It runs in a child."""

import struct
from collections.abc import Iterator
from typing import Final

from core.confined.refusal import Refused

_STILL: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"}
_SOUND: Final = {b"M4A ", b"M4B "}
_FILM: Final = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"3gp4", b"3gp5"}
_HEADER: Final = 8
_TO_THE_END, _LONG = 0, 1  # sizes of a box that are none
_TAG: Final = b"ID3"
_TAG_HEADER: Final = 10
_RATES: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # kbit/s of MPEG-1 layer 3
_RATES_2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # of MPEG-2 and 2.5
_SAMPLES: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_FRAMES: Final = 3  # in a row that must fit together


def kind_of(data: bytes) -> str | None:
    """Return the kind of a film or sound file, None for anything else."""
    if data[4:8] == b"ftyp":
        return _kind_of_boxes(data)
    if _is_mp3(data):
        return "mp3"
    if data.startswith(_TAG):
        raise Refused("broken")
    if data.startswith((b"RIFF", b"\x1aE\xdf\xa3", b"OggS", b"fLaC", b"FLV", b"#!AMR")):
        raise Refused("media")
    return None


def _kind_of_boxes(data: bytes) -> str:
    brand = data[8:12]
    if brand in _STILL:
        raise Refused("heic")
    if brand not in _SOUND | _FILM:
        raise Refused("media")
    if not {b"moov", b"mdat"} <= set(_boxes(data)):
        raise Refused("broken")
    return "m4a" if brand in _SOUND else "mp4"


def _boxes(data: bytes) -> Iterator[bytes]:
    """Yield the kinds of the outer boxes, which must fill the file exactly."""
    at = 0
    while at < len(data):
        try:
            size, kind = struct.unpack_from(">I4s", data, at)
            if size == _LONG:
                (size,) = struct.unpack_from(">Q", data, at + _HEADER)
        except struct.error:
            raise Refused("broken") from None
        size = len(data) - at if size == _TO_THE_END else size
        if size < _HEADER or at + size > len(data):
            raise Refused("broken")
        yield kind
        at += size


def _is_mp3(data: bytes) -> bool:
    at = 0
    if data.startswith(_TAG):
        if len(data) < _TAG_HEADER:
            return False
        a, b, c, d = data[6:10]
        at = _TAG_HEADER + (a << 21 | b << 14 | c << 7 | d)
    for _frame in range(_FRAMES):
        length = _frame_bytes(data[at : at + 4])
        if not length:
            return False
        at += length
    return True


def _frame_bytes(header: bytes) -> int:
    """Return the length of the frame of layer 3 that a header begins, 0 for what is no such header."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - the marks of a frame
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate, samples, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version not in _SAMPLES or layer != 1 or not 0 < rate < len(_RATES) or samples >= len(_SAMPLES[version]):
        return 0
    is_first = version == 3  # noqa: PLR2004 - MPEG-1
    bits = (_RATES if is_first else _RATES_2)[rate] * 1000
    return (144 if is_first else 72) * bits // _SAMPLES[version][samples] + padding
