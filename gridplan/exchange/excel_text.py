"""Text in cells without loss: what XML cannot hold is written as Excel writes it, `_x000D_`."""

from __future__ import annotations

import re

UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
MAX_TEXT = 32_767


def escape(text: str) -> str:
    """Text as it stands in the file."""
    return UNSAFE.sub(lambda found: f"_x{ord(found.group()):04X}_", text)


def unescape(text: str) -> str:
    """Text of the file as it was meant."""
    return ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)
