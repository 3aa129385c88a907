"""Whether a stored run can be made again: run by the model of today, its results held against those stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrantysim.analysis.cases import Case
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Block, Column, Sentence, TableOf
from warrantysim.schema.errors import BadInput
from warrantysim.studies.study import Options, Say, Stored, Study, Work

if TYPE_CHECKING:
    import pandas as pd

SHORT = 8
"""Digits of an id that are shown [count]."""


@dataclass(frozen=True)
class Reproduction:
    """What came of running it again."""

    run: str
    """The stored run's id."""
    then: str
    """Digest of the results that were stored."""
    now: str
    """Digest of today's."""
    model_then: str
    """The model that made the stored results."""
    model_now: str
    """The model of today."""
    apart: Mapping[str, float]
    """Largest relative difference of each column that differs; inf where rows do."""

    @property
    def same(self) -> bool:
        """Whether the results are the same to the last bit."""
        return self.then == self.now


class ReproduceOptions(Options):
    """Which run."""

    run: str
    """Id of the stored run [text]."""


class ReproduceStudy(Study[ReproduceOptions, Reproduction]):
    """A study of what is stored: whoever stores runs gives `Work` a way to run one again."""

    name = "reproduce"
    Options = ReproduceOptions

    def run(self, cases: Sequence[Case], ask: ReproduceOptions, work: Work) -> Reproduction:
        """As `Work.again`.

        Raises
        ------
        BadInput
            Where no runs are stored.
        """
        if work.again is None:
            raise BadInput("a reproduction is about a workspace's run and is not repeated without it")
        work.progress(self.name, 0, 1)
        found = work.again(ask.run)
        work.progress(self.name, 1, 1)
        return found

    def tables(self, found: Reproduction) -> Mapping[str, pd.DataFrame]:
        """``apart``, a row a column that differs."""
        import pandas as pd

        return {"apart": pd.DataFrame(sorted(found.apart.items()), columns=["column", "relative_difference"])}

    def facts(self, found: Reproduction) -> Mapping[str, Any]:
        """Digests and models, then and now."""
        names = ("run", "same", "then", "now", "model_then", "model_now")
        return {name: getattr(found, name) for name in names}

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """Whether it is the same, and how far apart columns are that are not."""
        page, f = Say(self.name, lang, stored.facts), stored.facts
        told = {"id": str(f["run"])[:SHORT], "then": f["then"][:12], "now": f["now"][:12]}
        blocks: list[Block] = [Sentence(page("same" if f["same"] else "differs", **told))]
        if f["model_then"] != f["model_now"]:
            blocks.append(Sentence(page("other_model", then=f["model_then"], now=f["model_now"])))
        if (apart := stored.table("apart")) is not None and len(apart):
            worst = apart.sort_values("relative_difference", ascending=False, kind="stable")
            names = ("column", "relative_difference")
            columns = [Column(name, page(name), kind) for name, kind in zip(names, ("text", "number"), strict=True)]  # type: ignore[arg-type]
            blocks.append(TableOf("apart", page("table"), worst, columns))
        return blocks


STUDY = ReproduceStudy()
