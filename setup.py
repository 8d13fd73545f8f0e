"""Compile the hot path; everything else about the package is in pyproject.toml.

The compiled modules are ordinary Python files in Cython's pure-Python mode, so the same
source runs uncompiled. Declarations that Python has no words for stand in a .pxd file of
the same name beside the module, which Cython finds by itself. ``TREADLE_PURE=1`` compiles
nothing.
"""

import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

# The one list of compiled modules; the Makefile reads it from here.
COMPILED = [
    "src/treadle/engine/conflicts.py",
    "src/treadle/engine/kernel.py",
    "src/treadle/engine/resource.py",
    "src/treadle/engine/site.py",
    "src/treadle/engine/task.py",
    "src/treadle/instrument/hooks.py",
    "src/treadle/schedulers/base.py",
    "src/treadle/schedulers/bounded_dpor.py",
    "src/treadle/schedulers/delay.py",
    "src/treadle/schedulers/dfs.py",
    "src/treadle/schedulers/dpor.py",
    "src/treadle/schedulers/events.py",
    "src/treadle/schedulers/pct.py",
    "src/treadle/schedulers/pos.py",
    "src/treadle/schedulers/races.py",
    "src/treadle/schedulers/random_walk.py",
    "src/treadle/schedulers/randomised.py",
    "src/treadle/schedulers/surw.py",
    "src/treadle/schedulers/wakeup.py",
]

DIRECTIVES = {
    "language_level": "3",
    "annotation_typing": False,  # types are declared in the .pxd files only
    "binding": False,  # plain METH_FASTCALL builtins: the cheapest thing a hook can be
    "boundscheck": False,
    "embedsignature": True,
    "freethreading_compatible": False,
    "nonecheck": True,  # an error of ours must be an exception, not a crash of the interpreter
    "wraparound": False,
}


class BuildCompiled(build_ext):
    """Translate to C, with our directives and under build/, before compiling the C."""

    def build_extensions(self) -> None:
        """Replace every Python source by the C made from it, then build as usual."""
        translated = cythonize(
            self.extensions,
            build_dir=self.build_temp,
            compiler_directives=DIRECTIVES,
            force=self.force,
            include_path=["src"],
            nthreads=self.parallel or 0,
            quiet=True,
        )
        c_sources = {extension.name: extension.sources for extension in translated}
        for extension in self.extensions:
            extension.sources = c_sources[extension.name]
            if self.compiler.compiler_type == "unix":
                # Otherwise a wheel is for the most part debugging data.
                extension.extra_compile_args = ["-g0"]
        super().build_extensions()


def extensions() -> list[Extension]:
    """The compiled modules that exist, none where a pure build is asked for."""
    if os.environ.get("TREADLE_PURE"):
        return []
    return [
        Extension(path.removeprefix("src/").removesuffix(".py").replace("/", "."), [path])
        for path in COMPILED
        if Path(path).exists()
    ]


setup(ext_modules=extensions(), cmdclass={"build_ext": BuildCompiled})
