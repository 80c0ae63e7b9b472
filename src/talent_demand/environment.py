"""Lets dbt of this environment find the project's profiles.yml and code from any folder; run once, when it is made.

The code comes before whatever PYTHONPATH names, be it another clone. dbt looks for a profile in the folder where it is
started and in the home folder, not where ``--project-dir`` points.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path

from talent_demand.warehouse import PROJECT

# Python runs these lines when it starts. A profile in the present folder or of one's own comes first, as in dbt.
LINES = (
    "import os; os.path.exists('profiles.yml') or os.environ.setdefault('DBT_PROFILES_DIR', {!r})\n"
    "import sys; sys.path.insert(0, {!r})\n"
)


def main() -> None:
    """Write the lines to a .pth file of the environment."""
    lines = LINES.format(str(PROJECT), str(PROJECT / "src"))
    Path(sysconfig.get_path("purelib"), "talent_demand_profiles.pth").write_text(lines)


if __name__ == "__main__":
    main()
