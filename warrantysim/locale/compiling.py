"""Catalogues of texts from what translators write (.po) to what the program reads (.mo): done at installation."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def compile_catalogues() -> list[Path]:
    """Compile every catalogue that is newer than what was compiled of it; returns those that were."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    written = []
    for source in sorted(FOLDER.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file)
        aside = compiled.with_suffix(".part")
        with aside.open("wb") as out:
            write_mo(out, catalogue)
        aside.replace(compiled)
        written.append(compiled)
    return written


if __name__ == "__main__":
    compile_catalogues()
