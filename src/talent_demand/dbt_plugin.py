"""What dbt does around a build: opens the warehouse, waiting while another program has it, and publishes the marts.

dbt-duckdb calls it (see profiles.yml). The warehouse is attached to a database in memory, under a name of its own, so
that it does not matter what its file is called.
"""

from __future__ import annotations

import atexit
import gc
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.flags import get_flags
from dbt_common.exceptions import DbtRuntimeError

from talent_demand import mistakes, publish
from talent_demand.warehouse import (
    DATABASE,
    BadInput,
    attach,
    check_paths,
    first_line,
    holder,
    marts_path,
    quoted,
    reason,
    spill_folder,
    warehouse_path,
)


class Plugin(BasePlugin):
    """Hook into dbt-duckdb, which calls it for each connection and, by the macro end_build, at the end of a build."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Keep how many seconds to wait."""
        self.wait_seconds = plugin_config["wait_seconds"]
        self.failure: str | None = None
        # dbt holds its whole manifest in memory; to look through it for garbage every few hundred new objects took a
        # tenth of a small build.
        gc.set_threshold(100_000)

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Say where the warehouse lies: relative to the project, wherever dbt is started."""
        if not hasattr(self, "path"):
            self.project = Path(get_flags().PROJECT_DIR).resolve()
            (self.attachment,) = creds.attach
            self.path = warehouse_path(self.project)
            # Else dbt-duckdb, which attaches it once more, would take it for another file.
            self.attachment.path = str(self.path)
        config["temp_directory"] = str(spill_folder(self.path))
        # What dbt-duckdb opens with, it tells by a traceback.
        self.memory = config.pop("memory_limit", "80%")

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Attach the warehouse as soon as it can be opened.

        Raises:
            DbtRuntimeError: it cannot, or another program has it for too long; dbt prints that without a traceback.

        """
        # dbt asks for several connections: what did not open after a minute is not waited for again.
        if self.failure is None:
            try:
                marts = marts_path(self.project)
                check_paths(self.path, marts)
                publish.check_target(marts, self.path)
                limit_memory(conn, self.memory)
                self.wait(conn)
                keep_drafts(spill_folder(self.path))
            except (BadInput, OSError) as error:
                self.failure = str(error)
        if self.failure is not None:
            raise DbtRuntimeError(self.failure)
        self.connection = conn

    def wait(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Attach the warehouse; tell once that another program has it; raises BadInput where it cannot be had."""
        start = time.monotonic()
        is_told = False
        while True:
            try:
                return attach(conn, self.path)
            except (OSError, duckdb.Error) as error:
                if not holder(error) or time.monotonic() > start + self.wait_seconds:
                    raise BadInput(f"cannot open {self.path}: {reason(error)}") from None
                if not is_told:
                    print(f"waiting for {self.path}: {reason(error)}", file=sys.stderr)
                    is_told = True
            time.sleep(0.2)

    def store(self, target_config: Any) -> None:
        """Find the mistakes in seeds and models; publish the marts, where the build that ends is one to publish.

        ``target_config.config``: the ``seeds`` to load and the chosen ``editions``, by the macro start_build, or the
        build, by end_build; gets ``mistakes``, and of a build ``told``, ``warning`` or ``failure``.
        """
        build = target_config.config
        with self.connection.cursor() as cursor:
            cursor.execute(f"use {DATABASE}")
            if "seeds" in build:
                build["mistakes"] = mistakes.of_files(cursor, build["seeds"]) or mistakes.of_editions(
                    build["seeds"], build["editions"]
                )
                return
            build["mistakes"] = mistakes.of_seeds(cursor, build["results"], build["nodes"])
            for each in (mistakes.of_models, mistakes.of_raw):
                build["mistakes"] += each(cursor, build["results"])
            if not build["is_build"]:
                return
            path = marts_path(self.project)
            # Of a retry, the flags are those of the build that failed.
            context = click.get_current_context(silent=True)
            run = publish.carried_on(cursor, build, bool(context and context.info_name == "retry"))
            why_not = publish.missing_from_whole_build(build["nodes"], run, build["results"], build["is_sample"])
            if why_not:
                build["told"] = f"{path} stays as it was: {why_not}"
                return
            try:
                build["told"] = publish.publish(cursor, publish.tagged(build["nodes"]), path, self.path)
            except publish.NoPostings as error:
                build["warning"] = str(error)
            except BadInput as error:
                build["failure"] = str(error)


def limit_memory(connection: duckdb.DuckDBPyConnection, limit: str) -> None:
    """Bound what DuckDB holds in memory; raises BadInput where the limit is no amount."""
    try:
        connection.execute(f"set memory_limit = {quoted(limit)}")
    except duckdb.Error as error:
        raise BadInput(f"TALENT_MEMORY is {limit!r}: {first_line(error)}") from None


def keep_drafts(folder: Path) -> None:
    """Have temporary files (dbt-duckdb's of Python models) lie where whoever opens the warehouse clears them."""
    folder.mkdir(exist_ok=True)
    tempfile.tempdir = str(folder)

    @atexit.register
    def remove() -> None:
        # What Python keeps of the models that it read there.
        shutil.rmtree(folder / "__pycache__", ignore_errors=True)
        with suppress(OSError):
            folder.rmdir()
