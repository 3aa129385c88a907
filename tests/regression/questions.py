"""What is asked of the small seller and of its what-ifs: each question with what is said on the command line."""

from __future__ import annotations

from dataclasses import dataclass

from tests.regression.small_seller import WHAT_IFS

HAND = "policies/signed.yaml"
HOME = "policies/all-home.yaml"
FEE = "partners.flatfix-us.desks.US.repaired.by_sku.VAC-L10"

UNSOLD = ("CHG-65,JP", "PWB-20K,US", "SWT-FIT,US")
FEWER = tuple(word for place in UNSOLD for word in ("--set", f"sales[{place},*].units_per_month=0"))
"""A product for each quote, since every set of quotes is a decision of its own."""
QUICKER = ("--set", "decision.robust_draws=0", "--set", "decision.neighbours=0")


@dataclass(frozen=True)
class Question:
    """A question to a seller; its golden files are in the folder ``<seller>/<name>``."""

    seller: str
    name: str
    said: tuple[str, ...]
    """Command and arguments, from the folder of the scenarios."""
    writes: bool = True
    """Whether it takes ``--out``."""
    runs: bool = True
    """Whether it simulates, so that it takes ``--jobs``."""
    expects: int = 0
    """Exit code."""
    slow: bool = False
    """Whether it is left to the slow tests."""
    full: bool = False
    """Whether it takes minutes, so that its files are written only when asked for."""

    @property
    def id(self) -> str:
        """Seller and question."""
        return f"{self.seller}/{self.name}"


def _small(
    name: str, *said: str, writes: bool = True, runs: bool = True, expects: int = 0, slow: bool = False
) -> Question:
    return Question("small", name, said, writes, runs, expects, slow=slow)


QUESTIONS = (
    _small("validate", "validate", "small.yaml", writes=False, runs=False),
    _small("problems", "validate", "broken.yaml", "mistyped.yaml", writes=False, runs=False, expects=3),
    _small("diff", "diff", "freight-up-40.yaml", runs=False),
    _small("simulate", "simulate", "small.yaml", "--policy", HAND),
    _small("decide", "decide", "small.yaml"),
    _small("rules", "rules", "small.yaml", "--file", HAND),
    _small(
        "compare", "compare", "small.yaml", "freight-up-40.yaml", "flatfix-out.yaml", "--drivers",
        *(word for n in "12" for word in ("--policy-of", f"{n}={HAND}")),
    ),
    _small("breakeven", "breakeven", "small.yaml", "--policy", HAND, "--lever", FEE, "--low", "10", "--high", "160"),
    _small(
        "switching", "switching", "small.yaml", "--policy", HAND, "--steps", "2",
        "--x", f"{FEE}:10:160", "--y", "china_bench.fixed_per_unit:0:40",
    ),
    _small(
        "drivers", "drivers", "small.yaml", "freight-up-40.yaml", "--replications", "2",
        *(word for n in "12" for word in ("--policy-of", f"{n}={HAND}")),
    ),
    _small("sensitivity", "sensitivity", "small.yaml", "--policy", HAND, "--replications", "2"),
    _small("sweep", "sweep", "small.yaml", "--lever", "warranty", "--at", "180", "730"),
    _small("exclusions", "sweep", "small.yaml", "--policy", HAND, "--lever", "exclusions", "--replications", "3"),
    _small("faults", "faults", "small.yaml"),
    _small("forecast", "forecast", "small.yaml", "--replications", "20"),
    _small("operations", "operations", "small.yaml", "--policy", HAND),
    _small("quality", "quality", "small.yaml", "--policy", HAND),
    _small(
        "promise", "promise", "small.yaml", "--policy", HAND, "--replications", "2", "--market", "US,JP", "--sku",
        "CHG-65,VAC-L10", "--forms", "md", "--messages",
    ),
    _small(
        "kit", "promise", "small.yaml", "--policy", HAND, "--replications", "2", "--market", "JP", "--sku", "VAC-L10",
        "--forms", "md", "--kit",
    ),
    _small("quantities", "quantities", "small.yaml", "--policy", HAND),
    _small("simplify", "simplify", "small.yaml"),
    _small("finer", "simplify", "small.yaml", "--grains", "market", "--finer", "sku,market,age_band"),
    _small("quotes", "quotes", "small.yaml", *FEWER, "--set", "decision.neighbours=0", slow=True),
    Question("own", "fit", ("fit", "own.yaml", "--books", "own-books")),
    Question("own", "books", ("books", "own.yaml", "--books", "own-books", "--replications", "6")),
    Question("own", "month-end", ("month-end", "own.yaml", "--books", "paid-books", "--replications", "6")),
    Question("own", "forecast", ("forecast", "own.yaml", "--books", "own-books", "--replications", "12")),
    *(Question(name, "simulate", ("simulate", f"{name}.yaml", "--policy", HOME)) for name in WHAT_IFS),
    *(Question(name, "decide", ("decide", f"{name}.yaml", *QUICKER), slow=True) for name in WHAT_IFS),
    Question("reference", "decide", ("decide", "base.yaml"), slow=True, full=True),
)  # fmt: skip
"""Every question."""
