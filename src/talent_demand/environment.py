"""Lets dbt of this environment find the project's profiles.yml from any folder; run once, when it is made.

dbt looks for it in the folder where it is started and in the home folder, not where ``--project-dir`` points.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path

from talent_demand.warehouse import PROJECT

# Python runs this line when it starts. A profile in the present folder or of one's own comes first, as in dbt.
LINE = "import os; os.path.exists('profiles.yml') or os.environ.setdefault('DBT_PROFILES_DIR', {!r})\n"


def main() -> None:
    """Write the line to a .pth file of the environment."""
    Path(sysconfig.get_path("purelib"), "talent_demand_profiles.pth").write_text(LINE.format(str(PROJECT)))


if __name__ == "__main__":
    main()
