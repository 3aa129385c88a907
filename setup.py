"""Installing compiles the catalogues of texts; all else is in pyproject.toml."""

import runpy
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

COMPILING = Path(__file__).parent / "warrantysim" / "locale" / "compiling.py"


class BuildWithTexts(build_py):
    """Compile the catalogues before modules and data are gathered."""

    def run(self) -> None:
        runpy.run_path(str(COMPILING))["compile_catalogues"]()
        super().run()


setup(cmdclass={"build_py": BuildWithTexts})
