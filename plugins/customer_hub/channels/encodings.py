"""Which encoding a file of text has: proven by its header and by every byte, never guessed.

A header in Chinese reads as the template's in one encoding only, and so decides for the whole file:
what does not decode in that encoding is a fault of its line. A header in ASCII reads the same in
all; then one encoding must fit every byte, and be the only one that does.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Sequence

UTF_8, UTF_16, GB18030, BIG5 = "utf-8", "utf-16", "gb18030", "big5"
ENCODINGS = (UTF_8, GB18030, BIG5, UTF_16)
# Python's names. A mark at the beginning is no part of the text; Big5 is what Windows writes as such.
_CODECS = {
    UTF_8: ("utf-8-sig",),
    UTF_16: ("utf-16-le", "utf-16-be"),
    GB18030: ("gb18030",),
    BIG5: ("cp950",),
}
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NAMES = {"utf-8-sig": UTF_8, "cp950": BIG5}
MARKED = "customer_hub.marked"
_BROKEN = re.compile("[\ud800-\udfff]")
_CHINESE = re.compile("[\u3400-\u9fff]")


class Trial:
    """Tries one codec on a file block by block and remembers where it first failed."""

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.failed_at: int | None = None
        # Without its mark's own codec a byte's place is that in the file.
        plain = UTF_8 if codec == "utf-8-sig" else codec
        self._decoder = codecs.getincrementaldecoder(plain)("strict")

    def feed(self, block: bytes, offset: int, *, final: bool) -> None:
        """Decode the next block, which begins at byte `offset`."""
        if self.failed_at is not None:
            return
        pending = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(block, final)
        except UnicodeDecodeError as error:
            self.failed_at = offset - pending + error.start

    def __str__(self) -> str:
        return f"{show_codec(self.codec)} at byte {self.failed_at}"


def show_codec(codec: str) -> str:
    """Return the name of a codec as a template and an error show it."""
    return _NAMES.get(codec, codec)


def list_codecs(encodings: Sequence[str], head: bytes) -> list[str]:
    """Return the codecs that a file may have: a mark at its beginning leaves only its own."""
    marked = [codec for mark, codec in _MARKS.items() if head.startswith(mark)]
    return marked[:1] or [codec for name in encodings for codec in _CODECS[name]]


def match_codecs(
    codecs_: Sequence[str],
    head: bytes,
    is_header: Callable[[Sequence[str]], bool],
    *,
    delimiter: str,
    skip: int,
) -> list[str]:
    """Return the codecs by which the header reads as it must.

    Args:
        codecs_: that the file may have.
        head: its first block.
        is_header: tells whether cells are the header.
        delimiter: between them.
        skip: rows before the header.
    """
    return [codec for codec in codecs_ if is_header(_read_first(codec, head, delimiter, skip))]


def is_broken(text: str) -> bool:
    """Tell whether text, read with the errors `MARKED`, holds bytes that do not decode."""
    return _BROKEN.search(text) is not None


def show_broken(text: str) -> str:
    r"""Return such text with its undecodable bytes as \xNN."""
    return _BROKEN.sub(lambda match: f"\\x{ord(match[0]) & 0xFF:02x}", text)


def is_other_utf8(text: str, codec: str) -> bool:
    """Tell whether a row of a GB18030 or Big5 file was UTF-8, which decodes there as nonsense."""
    if text.isascii() or codec not in ("gb18030", "cp950"):
        return False
    try:
        return _CHINESE.search(text.encode(codec).decode("utf-8")) is not None
    except UnicodeError:
        return False


def _read_first(codec: str, head: bytes, delimiter: str, skip: int) -> list[str]:
    text = codecs.getincrementaldecoder(codec)(MARKED).decode(head, False)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for _ in range(skip):
            next(rows, [])
        return next(rows, [])
    except csv.Error:
        return []


def _mark_broken(error: UnicodeError) -> tuple[str, int]:
    """Keep each undecodable byte as a lone surrogate, which no text has."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(MARKED, _mark_broken)
