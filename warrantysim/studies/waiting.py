"""Service beside money: the same blocks wherever a saving stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from warrantysim.experiment.service import service_table
from warrantysim.locale.wording import Lang, joined, say
from warrantysim.present.blocks import Block, Column, Kind, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.rows import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.comparison import Comparison

WAITING = "waiting"
"""Name of the stored table, see `experiment.service.service_table`."""


def service_sentences(
    frame: pd.DataFrame, lang: Lang, case: str = "", market: Callable[[str], str] = str
) -> Iterator[str]:
    """How long customers wait, how many wait longer, what promises are kept; where nine in ten wait longer, that first.

    ``case``: what is compared with the baseline, where several are; ``market``: what a market is called.
    """
    rows = rows_of(frame)
    if not rows:
        return
    yield from slow_sentences(frame, lang, case, market)
    whole = rows[0]
    told = [done_within(whole, lang)]
    if whole["longer"] == whole["longer"]:
        told.append(say("service.longer", lang, share=figures.share(whole["longer"])))
    if whole["kept"] == whole["kept"]:
        now, new = figures.share(whole["kept_now"]), figures.share(whole["kept"])
        told.append(say("service.kept" if new != now else "service.kept_same", lang, now=now, new=new))
    yield (case and say("named.text", lang, name=case)) + joined(told, lang)


def slow_sentences(
    frame: pd.DataFrame, lang: Lang, case: str = "", market: Callable[[str], str] = str
) -> Iterator[str]:
    """Where nine in ten customers surely wait longer: as a whole, else market by market."""
    slow = [row for row in rows_of(frame) if row["waits"]]
    for row in slow[:1] if slow and not slow[0]["market"] else slow:
        where = say("service.whole", lang) if not row["market"] else market(row["market"])
        ends = {name: figures.days(row[name]) for name in ("rise", "rise_low", "rise_high")}
        yield say("service.waits", lang, where=where, case=case, **ends)


def done_within(days: Mapping[str, float], lang: Lang) -> str:
    """Days within which half of the customers and nine in ten are done, ``p50`` and ``p90``, beside those of now; where
    they are told by the same figure, that nothing changes."""
    told = {name: figures.days(days[name]) for name in ("p50", "p90", "p50_now", "p90_now")}
    same = "".join(f"_{name}" for name in ("p50", "p90") if told[name] == told[f"{name}_now"])
    return say(f"service.days{same}", lang, **told)


def service_table_of(frame: pd.DataFrame, lang: Lang, case: str = "", market: Callable[[str], str] = str) -> TableOf:
    """As a whole and by market; ``market``: what one is called."""
    shown = frame.assign(
        market=[market(m) if m else say("service.whole", lang) for m in frame["market"]],
        waits=[say("service.flag", lang) if waits else "" for waits in frame["waits"]],
    )
    kinds: dict[str, Kind] = {
        **dict.fromkeys(("p50_now", "p50", "p90_now", "p90"), "days"),
        **dict.fromkeys(("longer", "kept_now", "kept"), "share"),
    }
    columns = [Column("market", say("service.column.market", lang))]
    columns += [Column(name, say(f"service.column.{name}", lang), kind, give_up=2) for name, kind in kinds.items()]
    columns.append(Column("waits", say("service.column.waits", lang), give_up=1))
    title = say("service.title", lang)
    title = (say("named.text", lang, name=title) if case else title) + case
    return TableOf(WAITING, title, shown, columns)


def wait_column(frame: pd.DataFrame, lang: Lang) -> list[Column]:
    """Days within which nine in ten customers are done, beside what a row saves; nothing where it is not known."""
    return [Column("p90", say("service.column.p90", lang), "days", give_up=1)] if "p90" in frame else []


def compared_waiting(comparison: Comparison) -> pd.DataFrame:
    """Service of every other case against the baseline, by the name of the case."""
    import pandas as pd

    years = [[run.summary.year for run in runs] for runs in comparison.runs]
    frames = [
        service_table(years[comparison.baseline], years[i], comparison.cases[i].scenario, comparison.level).assign(
            case=comparison.cases[i].name
        )
        for i in comparison.others
    ]
    return pd.concat(frames or [pd.DataFrame()], ignore_index=True)


def cases_waiting(
    frame: pd.DataFrame | None,
    names: Sequence[str],
    title: Callable[[str], str],
    lang: Lang,
    *,
    told: bool = False,
    market: Callable[[str], str] = str,
) -> Iterator[Block]:
    """Tables of several cases, or their sentences where ``told``; a case is named where there are several.

    ``market``: what one is called.
    """
    for name in [] if frame is None else names:
        mine = frame[frame["case"] == name]  # type: ignore[index]
        called = title(name) if len(names) > 1 else ""
        if told:
            yield from (Sentence(text) for text in service_sentences(mine, lang, called, market))
        else:
            yield service_table_of(mine, lang, called, market)
