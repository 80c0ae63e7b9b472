"""dbt-spark's session method for a project that is written in DuckDB's SQL, with Python models in that same session.

Models and tests are translated as they are run. Stock dbt-spark hands Python models to Databricks only, and its session
method writes a seed's nulls, quotes and backslashes wrongly. Everything else is dbt-spark's.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dbt.adapters.base import AdapterPlugin, PythonJobHelper, available
from dbt.adapters.contracts.connection import Connection
from dbt.adapters.spark import SparkAdapter, SparkConnectionManager, SparkCredentials
from dbt.adapters.spark.session import SessionConnectionWrapper
from dbt.adapters.sparksession.translation import SESSION_FUNCTIONS, translate, translate_in_steps
from dbt_common.exceptions import DbtRuntimeError
from pyspark.sql import SparkSession
from sqlglot.errors import SqlglotError

NAME = "sparksession"

# Workers run Python models with this same Python, unless the cluster's own is named.
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)

# Where Spark is not configured it runs in this process, and nobody else has to reach it.
if "SPARK_CONF_DIR" not in os.environ and "SPARK_HOME" not in os.environ:
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")


class SessionCredentials(SparkCredentials):
    """The profile: dbt-spark's, of this type."""

    @property
    def type(self) -> str:
        """Name in the profile."""
        return NAME


class SessionConnection(SessionConnectionWrapper):
    """dbt-spark's session connection with bindings that Spark reads as they were meant."""

    @classmethod
    def _fix_binding(cls, value: Any) -> str:
        """A seed's value as a literal; the column's type is cast to."""
        if value is None:
            return "null"
        escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"


class ConnectionManager(SparkConnectionManager):
    """dbt-spark's connections under this adapter's name."""

    TYPE = NAME

    @classmethod
    def open(cls, connection: Connection) -> Connection:
        """Open a connection to the process's session."""
        connection = super().open(connection)
        connection.handle = SessionConnection(connection.handle.handle)
        # The first statement makes the session, with the profile's settings.
        connection.handle.handle.cursor().execute("select 1")
        session = SparkSession.builder.getOrCreate()
        for name, function in SESSION_FUNCTIONS.items():
            if not session.catalog.functionExists(name):
                session.sql(function)
        return connection


class SessionPythonJob(PythonJobHelper):
    """Runs a Python model in the process and session that run the SQL."""

    def __init__(self, parsed_model: dict, credentials: SparkCredentials) -> None:
        """Take the model; credentials are the session's own."""
        self.path = parsed_model["original_file_path"]

    def submit(self, compiled_code: str) -> None:
        """Run the model and write its table.

        Raises:
            DbtRuntimeError: with the last line of the error.

        """
        # A module that cannot be imported: Spark sends its functions to the workers by value.
        namespace = {"__name__": "dbt_python_model", "spark": SparkSession.builder.getOrCreate()}
        try:
            exec(compile(compiled_code, self.path, "exec"), namespace)
        except Exception as error:
            raise DbtRuntimeError(f"{self.path}: {error}") from error


@contextmanager
def told_in_a_line() -> Iterator[None]:
    """What a translation fails at as dbt's own error."""
    try:
        yield
    except (ValueError, SqlglotError) as error:
        raise DbtRuntimeError(f"cannot be translated for Spark: {str(error).splitlines()[0]}") from error


class SparkSessionAdapter(SparkAdapter):
    """dbt-spark's adapter with Python models in the session; dbt takes the name of its version from the class."""

    ConnectionManager = ConnectionManager

    @classmethod
    def type(cls) -> str:
        """Name in the profile."""
        return NAME

    @available
    def translate(self, sql: str) -> str:
        """A query in DuckDB's dialect as one in Spark's.

        Raises:
            DbtRuntimeError: it cannot be read, with what is wrong in one line.

        """
        with told_in_a_line():
            return translate(sql)

    @available
    def translate_model(self, sql: str, schema: str, name: str) -> str:
        """A model's query in Spark's dialect; what it reads many times is made a table until the model is done.

        Raises:
            DbtRuntimeError: it cannot be read, with what is wrong in one line.

        """
        with told_in_a_line():
            steps, query = translate_in_steps(sql, f"{schema}.{name}__")
        self.steps.tables = list(steps)
        for table, step in steps.items():
            self.execute(f"drop table if exists {table}")
            self.execute(f"create table {table} using parquet as {step}")
        return query

    # Each thread runs a model.
    steps = threading.local()

    def post_model_hook(self, config: Any, context: Any) -> None:
        """After a model, whether it failed or not: drop what was made for it alone."""
        for table in getattr(self.steps, "tables", []):
            self.execute(f"drop table if exists {table}")
        self.steps.tables = []
        super().post_model_hook(config, context)

    @property
    def default_python_submission_method(self) -> str:
        """Where Python models run."""
        return "session"

    @property
    def python_submission_helpers(self) -> dict:
        """The ways to run a Python model."""
        return {"session": SessionPythonJob}


Plugin = AdapterPlugin(
    adapter=SparkSessionAdapter,
    credentials=SessionCredentials,
    include_path=str(Path(__file__).parent),
    dependencies=["spark"],
)
