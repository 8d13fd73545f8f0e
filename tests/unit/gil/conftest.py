"""Figures to advise on, and a runner that gives prepared answers."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
