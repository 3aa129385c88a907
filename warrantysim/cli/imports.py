"""``warrantysim import``: report files into a seller's books."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrantysim.cli.console import Console
from warrantysim.cli.exits import OK, USAGE, Stop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrantysim.files.books import Books
    from warrantysim.schema.root import Scenario


def add_import(commands: Any, command: Any) -> None:
    """Its arguments."""
    it = command(commands, "import", "reports of marketplaces, partners and helpdesks into a seller's books")
    it.add_argument("seller", type=Path, help="the seller's folder, as warrantysim new makes it")
    it.add_argument(
        "files", nargs="*", type=Path, metavar="FILE",
        help="report files; each is known by its header, whatever it is called and in whatever form; in any order",
    )  # fmt: skip
    it.add_argument(
        "--answer", action="append", default=[], metavar="NAME=VALUE", dest="answers",
        help="answer a question the files leave open; it is remembered; may be repeated",
    )  # fmt: skip
    it.add_argument(
        "--as", action="append", default=[], metavar="FILE=REPORT", dest="meant",
        help="which report a file is, where its header does not tell; --as REPORT: all of them",
    )  # fmt: skip
    it.add_argument(
        "--map", action="append", default=[], metavar="FIELD=HEADER", dest="mapped",
        help="which column of a log a field is, such as opened='Created at'; remembered; REPORT.FIELD for another "
        "report than the one of --as, else the claims log",
    )  # fmt: skip
    it.add_argument(
        "--replay", action="store_true",
        help="also write a what-if that plays the claims of the books' last year in place of drawn ones",
    )  # fmt: skip
    it.add_argument(
        "--accept", action="append", default=[], choices=("products", "sales", "rates", "all"),
        help="take what the books say otherwise than the workbook seller.xlsx into it: products with their prices, "
        "sales by month; and exchange rates into fx.csv beside it; the workbook as it was is kept in the folder older",
    )  # fmt: skip
    it.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Read the files, say how, and keep what they hold."""
    from warrantysim.files.books import FOLDER, Books
    from warrantysim.files.importers.answering import mapped_columns, meant_reports, parsed_answers
    from warrantysim.files.importers.importing import import_files
    from warrantysim.present.import_report import blocks_of, record_of
    from warrantysim.present.terminal import terminal_text

    seller: Path = arguments.seller
    folder = seller.parent if seller.is_file() else seller
    if not folder.is_dir():
        raise Stop(USAGE, console.say("import.no_folder", folder=folder))
    scenario = _scenario(seller, folder, console)
    meant = meant_reports(arguments.meant, [file.as_posix() for file in arguments.files])
    found = import_files(
        Books(folder / FOLDER),
        [(file.as_posix(), file) for file in arguments.files],
        parsed_answers(arguments.answers) | mapped_columns(arguments.mapped, set(meant.values())),
        when=dt.datetime.now().isoformat(timespec="minutes"),
        scenario=scenario,
        meant=meant,
        progress=lambda file, rows: console.progress(console.say("import.reading", file=Path(file).name, n=rows)),
        dry_run=arguments.dry_run,
    )
    if console.json:
        console.result_json(record_of(found))
    else:
        console.result(terminal_text(blocks_of(found, console.lang), console.width, console.lang))
    if found.again:
        console.tell("import.again", files=", ".join(found.again))
    if not arguments.dry_run:
        books = Books(folder / FOLDER)
        _propose(books, folder, scenario, arguments.accept, console)
        if arguments.replay and scenario is not None:
            _replay(books, _file(seller, folder), scenario, console)
    return OK


def _propose(books: Books, folder: Path, scenario: Scenario | None, accept: Sequence[str], console: Console) -> None:
    """Show what the books say otherwise than the workbook, and take what is wanted of it."""
    from warrantysim.files.importers.proposals import RATES, months_left_out, proposals
    from warrantysim.present.import_report import proposal_blocks
    from warrantysim.present.terminal import terminal_text
    from warrantysim.schema.errors import ScenarioError
    from warrantysim.store.seller_folder import FX, seller_folder, take_over

    try:
        own = seller_folder(folder)
        found = proposals(books, own.book(), own.markets, scenario)
        left = months_left_out(books, own.markets)
        if (found or left) and not console.json:
            console.result(terminal_text(proposal_blocks(found, left, console.lang), console.width, console.lang))
        chosen = [one for one in found if not one.lacks and ("all" in accept or one.sheet in accept)]
        if chosen:
            take_over(own, chosen)
            rates = [one for one in chosen if one.sheet == RATES]
            if len(rates) < len(chosen):
                console.tell("import.accepted", n=len(chosen) - len(rates), file=own.workbook)
            if rates:
                console.tell("import.rates", n=len(rates), file=folder / FX)
    except ScenarioError:
        if accept:
            raise


def _replay(books: Books, file: Path, scenario: Scenario, console: Console) -> None:
    """Write own claims of the last year as a what-if on the seller's scenario."""
    from warrantysim.files.importers.replay import TABLE, WHAT_IF, replay
    from warrantysim.store.atomic import new_files

    made = replay(books.table("claims"), scenario, file.name)
    with new_files(file.parent) as aside:
        (aside / TABLE).write_text(made.table, "utf-8")
        (aside / WHAT_IF).write_text(made.what_if, "utf-8")
    console.tell("import.replay", n=made.rows, file=file.parent / WHAT_IF)
    for reason, n in made.left_out.items():
        console.tell("import.replay_left", n=n, reason=reason.text(console.lang))


def _file(seller: Path, folder: Path) -> Path:
    """The seller's scenario file, whether it is there or not."""
    from warrantysim.files.loading import seller_file

    return seller if seller.is_file() else seller_file(folder)


def _scenario(seller: Path, folder: Path, console: Console) -> Scenario | None:
    """The seller's scenario; None where there is none yet, or it cannot be read yet."""
    from warrantysim.files.loading import load
    from warrantysim.schema.errors import ScenarioError

    file = _file(seller, folder)
    if not file.exists():
        console.tell("import.no_scenario", file=file)
        return None
    try:
        return load(file, []).scenario
    except ScenarioError as error:
        console.tell(
            "import.broken_scenario", file=file, n=len(error.problems), first=error.problems[0].line(console.lang)
        )
        return None
