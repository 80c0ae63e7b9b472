"""A plugin of dbt, which finds it by its name and loads it before it works: it leaves in one line when asked to end."""

from dbt.plugins.manager import dbtPlugin

from talent_demand.warehouse import leave_at_signals


class Plugin(dbtPlugin):
    """Has nothing to say of the project."""

    def initialize(self) -> None:
        """Handle the signals that end a process; here dbt is in its main thread, which alone may."""
        leave_at_signals("dbt")


plugins = [Plugin]
