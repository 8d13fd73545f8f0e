"""The speed-ups as a picture, by matplotlib, in a PNG or an HTML file."""

from __future__ import annotations

import base64
import html
import io
from pathlib import Path
from typing import Any

from treadle.errors import UsageError
from treadle.gil.figures import Figures
from treadle.gil.report import render

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
pre {{ overflow-x: auto }} img {{ max-width: 100% }}</style>
<h1>{title}</h1><img alt="Speed-up by number of workers; the figures are in the text below."
src="data:image/png;base64,{image}"><pre>{text}</pre></html>
"""


def require_matplotlib() -> Any:
    """The library, before anything is measured.

    Returns:
        The module ``matplotlib.figure``.

    Raises:
        UsageError: It is not installed.
    """
    try:
        import matplotlib.figure
    except ImportError:
        raise UsageError(
            "--html and --png need matplotlib: pip install 'treadle[plot]', or leave them out."
        ) from None
    return matplotlib.figure


def png(figures: Figures) -> bytes:
    """The picture.

    Args:
        figures: What was measured.

    Returns:
        A PNG file.
    """
    measured = [each for each in figures.measured if each.alone is not None]
    figure = require_matplotlib().Figure(figsize=(4.5 * len(measured), 4), layout="constrained")
    panels = figure.subplots(1, len(measured), sharey=True, squeeze=False)[0]
    for panel, each in zip(panels, measured, strict=True):
        for mode, mark in zip(each.modes, "os^", strict=True):
            workers = [point.workers for point in mode.points]
            speeds = [point.speedup for point in mode.points]
            panel.plot(workers, speeds, marker=mark, label=mode.name)
        panel.axhline(1, color="grey", linestyle=":")
        panel.set(title=f"Python {each.interpreter.name}", xlabel="workers", ylim=(0, None))
        panel.legend()
    panels[0].set_ylabel("calls a second, serial = 1")
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=120)
    return file.getvalue()


def page(figures: Figures) -> str:
    """The picture and the report as one HTML file that needs nothing else.

    Args:
        figures: What was measured.

    Returns:
        The page.
    """
    return _PAGE.format(
        title=html.escape(f"treadle gil {figures.target}"),
        image=base64.b64encode(png(figures)).decode(),
        text=html.escape(render(figures, 100)),
    )


def write(path: str, content: bytes) -> None:
    """Write a file.

    Args:
        path: Where.
        content: What.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from None
