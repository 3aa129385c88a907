"""Installing compiles the catalogues of texts; a wheel takes along what stands beside the package in a checkout.

All else is in pyproject.toml.
"""

import runpy
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
COMPILING = ROOT / "warrantysim" / "locale" / "compiling.py"
SHIPPED = ("app.py", ".streamlit/config.toml", "scenarios")
"""Files and folders that `warrantysim.packs` finds in the wheel; MANIFEST.in takes them into the source archive."""


class BuildWithTextsAndScenarios(build_py):
    """Compile the catalogues before modules and data are gathered, then add what ships."""

    def run(self) -> None:
        runpy.run_path(str(COMPILING))["compile_catalogues"]()
        super().run()
        if not self.editable_mode:
            self.ship(Path(self.build_lib) / "warrantysim" / "packs" / "shipped")

    def ship(self, folder: Path) -> None:
        """Copy it anew: a build folder may hold what an earlier build left."""
        shutil.rmtree(folder, ignore_errors=True)
        for name in SHIPPED:
            source, target = ROOT / name, folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copyfile(source, target)


setup(cmdclass={"build_py": BuildWithTextsAndScenarios})
