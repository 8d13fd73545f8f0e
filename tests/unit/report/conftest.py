"""Makes the hand-made traces and results, ``report_builders``, importable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
