"""``make golden``: write the golden files anew, and say what has changed in them.

A question whose answer differs in nothing that counts keeps its files to the byte, whatever platform asks it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from itertools import islice
from pathlib import Path

from tests.regression import golden
from tests.regression.asking import answer
from tests.regression.questions import QUESTIONS, Question
from tests.regression.small_seller import make
from warrantysim.version import MODEL

TOLD = 10
"""Changes told of a question."""


def main() -> int:
    """Ask every question and keep the answers."""
    asked = argparse.ArgumentParser(prog="python -m tests.regression", description=__doc__)
    asked.add_argument("questions", nargs="*", help="as small/decide; all by default")
    asked.add_argument("--full", action="store_true", help="also those that take minutes")
    options = asked.parse_args()
    known = {question.id for question in QUESTIONS}
    if unknown := set(options.questions) - known:
        asked.error(f"no question {', '.join(sorted(unknown))}; there is {', '.join(sorted(known))}")
    with tempfile.TemporaryDirectory() as folder:
        sellers = make(Path(folder))
        for question in QUESTIONS:
            if question.id in options.questions or (not options.questions and (options.full or not question.full)):
                _renew(question, sellers, Path(folder) / question.id)
    return _model()


def _model() -> int:
    """Note the figures of a model whose number was raised; say which moved where it was not."""
    stated = json.loads(golden.MODEL_FILE.read_text("utf-8"))
    new = {"model": MODEL, "figures": golden.figures()}
    moved = [id for id, figure in new["figures"].items() if figure != stated["figures"].get(id)]
    if moved and stated["model"] == MODEL:
        sys.stdout.write(f"figures moved ({', '.join(moved)}): raise MODEL in warrantysim/version.py, then once more\n")
        return 1
    golden.MODEL_FILE.write_text(json.dumps(new, indent=1) + "\n", "utf-8")
    return 0


def _renew(question: Question, sellers: Path, folder: Path) -> None:
    old, new = golden.read(question), answer(question, sellers, folder)
    told = list(islice(golden.changes(old, new), TOLD + 1))
    if told:
        golden.write(question, new)
    more = ["and more"] if len(told) > TOLD else []
    sys.stdout.write("\n  ".join([f"{question.id}: {'changed' if told else 'as it was'}", *told[:TOLD], *more]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
