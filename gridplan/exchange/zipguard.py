"""Zip archives of unknown origin: refused before they can fill memory, and before an XML parser sees them."""

from __future__ import annotations

import io
import re
import zipfile
from typing import NoReturn

from gridplan.case import CaseError, Problem

MAX_PART = 64_000_000
MAX_TOTAL = 128_000_000
MAX_PARTS = 2_000
CHUNK = 1 << 20
ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def safe_zip(data: bytes, file: str) -> zipfile.ZipFile:
    """The archive in `data`, once sizes, names and XML parts were looked at.

    Raises:
        CaseError: for what is no archive, unpacks to too much, has names that lead out of it, or XML that
            declares entities.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        _refuse(file, f"is no workbook: {error}", hint="save it as .xlsx")
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        _refuse(file, f"holds {len(parts):,} parts", f"at most {MAX_PARTS:,}")
    total = sum(part.file_size for part in parts)
    largest = max(parts, key=lambda part: part.file_size, default=None)
    if total > MAX_TOTAL or (largest is not None and largest.file_size > MAX_PART):
        _refuse(file, f"unpacks to {total:,} bytes", f"at most {MAX_TOTAL:,} bytes, {MAX_PART:,} a part")
    for part in parts:
        if part.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", part.filename):
            _refuse(file, f"has a part whose name leads out of it: {part.filename[:60]!r}")
        if part.filename.casefold().endswith((".xml", ".rels", ".vml")):
            _check_xml(archive, part, file)
    return archive


def _check_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo, file: str) -> None:
    """No DOCTYPE and no entities, in UTF-8 only, in which they can be seen."""
    try:
        with archive.open(part) as stream:
            last = b""
            while chunk := stream.read(CHUNK):
                if not last and chunk[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
                    _refuse(file, f"{part.filename}: is not UTF-8", "XML in UTF-8")
                if ENTITY.search(last + chunk):
                    _refuse(file, f"{part.filename}: declares entities", "XML without DOCTYPE")
                last = chunk[-16:]
    except Exception as error:  # zlib.error, lzma.LZMAError: of whichever method the part claims
        if isinstance(error, CaseError):
            raise
        _refuse(file, f"{part.filename}: cannot be unpacked: {error}")


def _refuse(file: str, message: str, allowed: str = "", hint: str = "") -> NoReturn:
    raise CaseError([Problem(file, None, "", "", message, allowed, hint, check="file")])
