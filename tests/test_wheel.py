"""What is installed from a wheel works far from the project: the reference seller and the app are in it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without an index, from a copy of what is under version control or will be."""
    source = tmp_path_factory.mktemp("source")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    out = tmp_path_factory.mktemp("dist")
    # The source archive first: what a wheel is built from elsewhere.
    build = "from setuptools import build_meta as b; import sys; print(getattr(b, sys.argv[1])(sys.argv[2]))"
    archive = _last_line([sys.executable, "-c", build, "build_sdist", str(out)], source)
    unpacked = tmp_path_factory.mktemp("unpacked")
    subprocess.run([sys.executable, "-m", "tarfile", "-e", str(out / archive), str(unpacked)], check=True)
    (inside,) = unpacked.iterdir()
    return out / _last_line([sys.executable, "-c", build, "build_wheel", str(out)], inside)


def _last_line(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a program of an environment of its own, in a folder of its own; third parties are those of the tests."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home / "venv", with_pip=False)
    scheme = {"base": str(home / "venv"), "platbase": str(home / "venv")}
    library = Path(sysconfig.get_path("purelib", "venv", scheme))
    with ZipFile(wheel) as archive:
        archive.extractall(library)
    # Behind the wheel's own folder on the path, so that the project under test is not what is imported.
    (library / "third_parties.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = Path(sysconfig.get_path("scripts", "venv", scheme)) / ("python.exe" if os.name == "nt" else "python")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(
            [str(python), *arguments], cwd=home, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done

    return run


def test_a_wheel_holds_what_people_edit_once_and_no_secret(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    shipped = {name.removeprefix("warrantysim/packs/shipped/") for name in names if "/shipped/" in name}
    scenarios = {p.relative_to(ROOT).as_posix() for p in (ROOT / "scenarios").rglob("*") if p.is_file()}
    assert shipped == {"app.py", ".streamlit/config.toml", *scenarios}
    packs = ROOT / "warrantysim" / "packs"
    data = {f"warrantysim/packs/{p.relative_to(packs).as_posix()}" for p in packs.rglob("*.*") if p.suffix != ".pyc"}
    assert data <= set(names), "what ships of markets and kinds of product"
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "docs/"))]
    assert [name for name in names if name.endswith("zh_CN/LC_MESSAGES/warrantysim.mo")]


def test_it_validates_simulates_and_copies_the_packaged_seller(installed: Run) -> None:
    where = installed("-c", "import warrantysim; print(warrantysim.__file__)").stdout
    assert "elsewhere" in where
    assert installed("-m", "warrantysim", "--version").stdout.startswith("warrantysim ")
    assert "no problem found" in installed("-m", "warrantysim", "validate").stdout
    told = installed("-m", "warrantysim", "simulate", "--replications", "2", "--lang", "zh", "--quiet").stdout
    assert "USD" in told
    installed("-m", "warrantysim", "new", "mine")
    assert "mine" in installed("-m", "warrantysim", "validate", str(Path("mine") / "base.yaml")).stdout


def test_its_app_opens_on_the_packaged_seller(installed: Run) -> None:
    page = (
        "from streamlit.testing.v1 import AppTest; from warrantysim.packs import APP;"
        "at = AppTest.from_file(str(APP), default_timeout=120).run();"
        "assert not at.exception, at.exception; print(len(at.markdown))"
    )
    assert int(installed("-c", page).stdout.strip().splitlines()[-1]) > 0
    demo = (
        "from warrantysim.ui.demo import demo; from warrantysim.packs import SCENARIOS;"
        "print(*(label for label, asked in demo(SCENARIOS)))"
    )
    assert "what-ifs" in installed("-c", demo).stdout
