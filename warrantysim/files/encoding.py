"""Which encoding a text is in, by evidence: a mark at its beginning, a valid form, or what it says when it is read.

Nearly any bytes decode as gb18030 and as cp1252, so that decoding proves nothing. Each encoding is asked how its
readers really write: Chinese in common characters, Western text in single letters between plain ones, Japanese in
kana and common kanji. The likeliest is taken where it is clearly so; else the file is refused with how it would read.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Iterator

from warrantysim.schema.errors import ScenarioError, refuse, told

MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe\0\0", "utf-32", "UTF-32"),
    (b"\0\0\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
"""Marks at the beginning of a file, the encoding each announces and its name."""
LOOKED_AT = 20_000
"""Words that are judged [words]."""
LEAST = 0.4
"""Evidence below which no encoding is taken [-1 to 1]."""
CLEARLY = 0.25
"""How much more evidence the encoding taken must have than any other [0-1]."""
SAMPLE = 3
"""Words shown as they were read [words]."""

_WORD = re.compile(rb"[^\s,;\"\0]*[\x80-\xff][^\s,;\"\0]*")
_LETTERS = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿŠšŽžŒœŸ")
_SIGNS = frozenset("€£¥§©®°±²³µ·½¼¾×–—‘’“”…«»•™¿¡\xa0")
_NEVER_BEFORE_A_LETTER = frozenset("£¥§©®±²³·½¼¾×…•™")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def decode(content: bytes, where: str) -> tuple[str, str]:
    """Text and the encoding it was read in.

    Raises
    ------
    ScenarioError
        For binary content, for text that is not what its mark announces, and where no encoding is clearly likelier.
    """
    for mark, encoding, name in MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), encoding
            except UnicodeDecodeError as error:
                at = error.start + (len(mark) if encoding == "utf-8-sig" else 0)
                message = told("the text is not {name}, which its first bytes announce; save it as UTF-8", name=name)
                raise refuse(f"{where}:{_line(content, at)}", message, "encoding") from None
    if b"\0" in content:
        if (found := _two_bytes(content)) is not None:
            return found
        raise refuse(where, "the file is binary (it holds NUL bytes); expected text", "encoding")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        encoding = _likeliest(content, f"{where}:{_line(content, error.start)}")
    return content.decode(encoding), encoding


def sample(text: str, encoding: str) -> tuple[str, ...]:
    """Some words that rest on the encoding, as they were read; none where it was certain."""
    if encoding in {"utf-8", "utf-8-sig"}:
        return ()
    words = re.finditer(r"[^\s,;|\"]*[^\x00-\x7f][^\s,;|\"]*", text)
    return tuple(itertools.islice(dict.fromkeys(found[0][:40] for found in words), SAMPLE))


def _line(content: bytes, at: int) -> int:
    return content.count(b"\n", 0, at) + 1


def _two_bytes(content: bytes) -> tuple[str, str] | None:
    """UTF-16 without a mark: most letters are plain ones, and every other byte is 0."""
    head = content[:4000]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = head[first::2].count(0)
        if len(content) % 2 == 0 and zeros > 0.3 * len(head) / 2 and head[1 - first :: 2].count(0) == 0:
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                return None
            return None if _CONTROL.search(text) else (text, encoding)
    return None


def _likeliest(content: bytes, where: str) -> str:
    words = odd_words(content)
    ranked, clear = ranked_encodings(content, words)
    if clear:
        return ranked[0]
    raise _unclear(where, ranked, words)


def odd_words(content: bytes) -> list[bytes]:
    """The first words that hold bytes beyond ASCII, at most `LOOKED_AT`."""
    odd = (line for line in io.BytesIO(content) if not line.isascii())
    return [found[0] for found in itertools.islice(itertools.chain.from_iterable(map(_WORD.finditer, odd)), LOOKED_AT)]


def ranked_encodings(content: bytes, words: list[bytes]) -> tuple[list[str], bool]:
    """The encodings some text that is not UTF-8 may be in, likeliest first, and whether the first clearly is."""
    evidence: dict[str, float] = {}
    for encoding, judge in _JUDGES.items():
        try:
            if not _PRIVATE.search(content.decode(encoding)):  # characters no file has
                evidence[encoding] = _mean(judge, encoding, words)
        except UnicodeDecodeError:
            continue
    ranked = sorted(evidence, key=lambda encoding: -evidence[encoding])
    clearly = len(ranked) == 1 or (ranked and evidence[ranked[0]] - evidence[ranked[1]] >= CLEARLY)
    return ranked, bool(clearly and evidence[ranked[0]] >= LEAST)


def _unclear(where: str, ranked: list[str], words: list[bytes]) -> ScenarioError:
    if not ranked:
        return refuse(where, "the text is in no encoding that is read; save it as UTF-8", "encoding")
    word = words[0][:40]
    said = [told("{word!r} ({encoding})", word=word.decode(one, "replace"), encoding=one) for one in ranked[:2]]
    readings = said[0] if len(said) == 1 else told("{one} or {other}", one=said[0], other=said[1])
    return refuse(
        where, "the encoding cannot be told: it may say {readings}; save the file as UTF-8", readings=readings
    )


def _mean(judge: Callable[[str], Iterator[float]], encoding: str, words: list[bytes]) -> float:
    """Mean evidence of the letters that are not plain; words are parted at plain letters, as no encoding splits."""
    found = [one for word in words for one in judge(word.decode(encoding, "replace"))]
    return sum(found) / len(found) if found else 0.0


def _western(word: str) -> Iterator[float]:
    for i, letter in enumerate(word):
        if letter < "\x80":
            continue
        before, after = word[i - 1 : i], word[i + 1 : i + 2]
        if letter in _LETTERS:
            beside = [one for one in (before, after) if one]
            foreign = any(one >= "\x80" for one in beside)
            small = letter.islower() and all(one.islower() for one in beside)
            raised = letter.isupper() and before.islower()
            yield (0.8 if small else -0.6) if foreign else -0.6 if raised else 1.0 if beside else 0.5
        elif letter in _SIGNS:
            inside = before.isalpha() and after.isalpha()
            if letter == "’":
                yield 1.0 if inside else 0.5
            else:
                yield -0.6 if inside or (after.isalpha() and letter in _NEVER_BEFORE_A_LETTER) else 0.5
        else:
            yield -0.8


def _lone(word: str, i: int) -> bool:
    """Whether a character stands by itself behind a small plain letter, as none in Chinese or Japanese does."""
    return "a" <= word[i - 1 : i] <= "z" and not word[i + 1 : i + 2] > "\x7f"


def _chinese(word: str) -> Iterator[float]:
    for i, letter in enumerate(word):
        if letter < "\x80":
            continue
        packed = letter.encode("gb18030", "replace")
        if _lone(word, i):
            yield -0.4
        elif len(packed) != 2:
            yield -1.0
        elif packed[1] < 0xA1 or packed[0] < 0xA1:  # beyond GB 2312: rare
            yield -0.4
        elif 0xB0 <= packed[0] <= 0xD7:  # the 3,755 common characters
            yield 1.0
        else:
            yield 0.7 if packed[0] in (0xA1, 0xA3) else 0.4 if 0xD8 <= packed[0] <= 0xF7 else -0.4


def _japanese(word: str) -> Iterator[float]:
    for i, letter in enumerate(word):
        if letter < "\x80":
            continue
        packed = letter.encode("cp932", "replace")
        if _lone(word, i):
            yield -0.4
        elif "\u3040" <= letter <= "\u30ff":
            yield 1.0
        elif len(packed) == 1:  # half-width kana
            yield -0.3
        elif 0x88 <= packed[0] <= 0x97:  # the 2,965 common kanji
            yield 0.7
        else:
            yield 0.5 if packed[0] == 0x81 else -0.4


_JUDGES: dict[str, Callable[[str], Iterator[float]]] = {
    "cp1252": _western,
    "gb18030": _chinese,
    "cp932": _japanese,
}
