"""A plugin of dbt, which finds it by its name and loads it before it works: what dbt tells by tracebacks, in a line."""

from pathlib import Path

from dbt.flags import get_flags
from dbt.plugins.manager import dbtPlugin
from dbt_common.exceptions import DbtRuntimeError

from talent_demand.mistakes import of_encoding, of_vars
from talent_demand.warehouse import leave_at_signals


class Plugin(dbtPlugin):
    """Has nothing to say of the project."""

    def initialize(self) -> None:
        """Look at the files that dbt is about to read and at its vars, and handle the signals that end a process.

        Here dbt is in its main thread, which alone may.
        """
        leave_at_signals("dbt")
        project = Path(get_flags().PROJECT_DIR)
        if wrong := of_encoding(project) or of_vars(project, getattr(get_flags(), "VARS", None) or {}):
            raise DbtRuntimeError("\n".join(wrong))


plugins = [Plugin]
