"""Workbooks made by hand, part by part: what no spreadsheet would write."""

from __future__ import annotations

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_ROOT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
_BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{_ROOT}"><sheets><sheet name="fx" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_LINKS = (
    f'<Relationships xmlns="{_RELATED}"><Relationship Id="rId1" Type="{_ROOT}/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>'
)
_START = (
    f'<Relationships xmlns="{_RELATED}"><Relationship Id="rId1" Type="{_ROOT}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
HEADER = "<row><c t='str'><v>currency</v></c><c t='str'><v>usd_per_unit</v></c></row>"


def workbook(rows: str, **parts: bytes) -> bytes:
    """A workbook with one sheet ``fx``. ``parts``: further parts, by name below xl/."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _START)
        archive.writestr("xl/workbook.xml", _BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", _LINKS)
        sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in parts.items():
            archive.writestr(f"xl/{name}", content)
    return target.getvalue()


def cell(reference: str, value: str = "1") -> str:
    """A row with one number at a reference."""
    digits = "".join(filter(str.isdigit, reference)) or "1"
    return f'<row r="{digits}"><c r="{reference}"><v>{value}</v></c></row>'


def lying(content: bytes, part: str, size: int) -> bytes:
    """The same workbook, a part of which states another unpacked size, and the check sum of its beginning."""
    import zlib

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info, whole = archive.getinfo(part), archive.read(part)
    checksum = zlib.crc32(whole[:size]).to_bytes(4, "little")
    old = info.CRC.to_bytes(4, "little") + info.compress_size.to_bytes(4, "little") + len(whole).to_bytes(4, "little")
    new = checksum + info.compress_size.to_bytes(4, "little") + size.to_bytes(4, "little")
    assert content.count(old) == 2
    return content.replace(old, new)
