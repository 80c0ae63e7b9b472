"""What dbt does before it opens the warehouse: wait while another program has it, and say so (see profiles.yml)."""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from talent_demand.warehouse import holder, reason


class Plugin(BasePlugin):
    """Hook into dbt-duckdb, which calls it before each connection."""

    def initialize(self, plugin_config: dict) -> None:
        """Keep how many seconds to wait."""
        self.wait_seconds = plugin_config["wait_seconds"]
        # dbt holds its whole manifest in memory; to look through it for garbage every few hundred new objects took a
        # tenth of a small build.
        gc.set_threshold(100_000)

    def update_connection_config(self, creds, config: dict) -> None:
        """Return when the warehouse can be opened.

        Raises:
            DbtRuntimeError: it cannot, or another program has it for too long; dbt prints that without a traceback.

        """
        path = Path(creds.path)
        start = time.monotonic()
        is_told = False
        while path.exists():
            try:
                duckdb.connect(str(path), config=config).close()
                return
            except duckdb.Error as error:
                if not holder(error) or time.monotonic() > start + self.wait_seconds:
                    raise DbtRuntimeError(f"cannot open {path}: {reason(error)}") from None
                if not is_told:
                    print(f"waiting for {path}: {reason(error)}", file=sys.stderr)
                    is_told = True
            time.sleep(0.2)
