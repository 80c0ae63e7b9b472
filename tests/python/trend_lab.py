"""The trend marts on made postings: the project's compiled SQL, run on facts that a test makes, without a build."""

import random
import re
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from conftest import read_seed

MONDAY = date(2026, 1, 5)
# Columns of fct_job_postings that the trend models read, with what a posting is unless a test says otherwise.
COLUMNS = {
    "posting_id": ("varchar", None),
    "employer_id": ("varchar", None),
    "company": ("varchar", None),
    "source": ("varchar", "board"),
    "search_term": ("varchar", None),
    "country_code": ("varchar", "DE"),
    "role_family": ("varchar", None),
    "seniority_level": ("varchar", "mid"),
    "seniority_rule": ("varchar", None),
    "posted_date": ("date", None),
    "week_start": ("date", None),
    "is_date_estimated": ("boolean", False),
    "has_text": ("boolean", True),
    "is_ai_posting": ("boolean", False),
    "ai_involvement": ("varchar", "none"),
    "extracted_skills": ("varchar[]", ()),
    "observation_count": ("bigint", 1),
    "first_seen_at": ("timestamp", None),
    "last_seen_at": ("timestamp", None),
}


def posting(day, skills=(), **fields):
    """One posting of ``day`` as a dict of ``COLUMNS``."""
    row = {name: default for name, (_, default) in COLUMNS.items()}
    row |= {"posted_date": day, "week_start": day - timedelta(days=day.weekday()), "extracted_skills": list(skills)}
    return row | fields


def bursts(seed, *, weeks=12, weekly=1000, planted=0.0, mix=(0.2, 0.5, 0.8), before=(0.6, 0.1)):
    """Postings of two boards whose mix moves while what each asks for stays.

    An employer has 1 to 12 openings of one kind in a week. Board a asks for SQL in ``before[0]`` of its postings and
    board b in ``before[1]``; in the last third of the weeks both do so ``planted`` (0 to 1) more often.
    """
    rng = random.Random(seed)
    rows = []
    for week in range(weeks):
        third = 3 * week // weeks
        made = 0
        while made < weekly:
            burst = min(rng.choice((1, 1, 1, 2, 3, 5, 12)), weekly - made)
            of_a = rng.random() < mix[third]
            share = before[0 if of_a else 1] + (planted if third == 2 else 0)
            skills = ["sql"] if rng.random() < share else []
            employer = f"{seed}-{week}-{made}"
            for i in range(burst):
                day = MONDAY + timedelta(days=7 * week + rng.randrange(7))
                rows.append(
                    posting(
                        day,
                        skills,
                        posting_id=f"{employer}-{i}",
                        employer_id=employer,
                        source="board a" if of_a else "board b",
                    )
                )
            made += burst
    return rows


class Lab:
    """A DuckDB in memory with the dimensions, in which compiled models are run on made facts."""

    def __init__(self, target):
        """Read compiled models from ``target``, dbt's target folder."""
        self.compiled = target / "compiled" / "talent_demand" / "models"
        self.connection = duckdb.connect()
        self.connection.execute("create schema marts; create schema intermediate; create schema seeds")
        seeds = {
            "marts.dim_skills": (("skill", "category"), read_seed("ai_skills")),
            "seeds.ai_title_keywords": (("keyword",), read_seed("ai_title_keywords")),
            "marts.dim_role_families": (("role_family",), read_seed("role_families")),
            "seeds.seniority_levels": (("seniority_level",), read_seed("seniority_levels")),
            "seeds.boards": (("source", "display_name"), read_seed("boards")),
        }
        for table, (columns, rows) in seeds.items():
            self._table(table, dict.fromkeys(columns, "varchar"), [[row[name] for name in columns] for row in rows])

    def _table(self, table, types, rows):
        columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
        self.connection.execute(f"create or replace table {table} ({columns})")
        if rows:
            arrays = [pa.array(list(values)) for values in zip(*rows, strict=True)]
            self.connection.register("made", pa.table(arrays, names=list(types)))
            casts = ", ".join(f"cast({name} as {kind})" for name, kind in types.items())
            self.connection.execute(f"insert into {table} select {casts} from made")
            self.connection.unregister("made")

    def load(self, rows):
        """Make ``rows``, see ``posting``, the facts."""
        types = {name: kind for name, (kind, _) in COLUMNS.items()}
        self._table("marts.fct_job_postings", types, [[row[name] for name in types] for row in rows])

    def load_table(self, made):
        """Make the rows of an Arrow table the facts; columns of ``COLUMNS`` that it lacks are as usual."""
        columns = ", ".join(
            f"cast({name if name in made.column_names else self._literal(default)} as {kind}) as {name}"
            for name, (kind, default) in COLUMNS.items()
        )
        self.connection.register("made", made)
        self.connection.execute(f"create or replace table marts.fct_job_postings as select {columns} from made")
        self.connection.unregister("made")

    @staticmethod
    def _literal(value):
        if isinstance(value, str):
            return f"'{value}'"
        return "null" if value is None else "[]" if value == () else str(value)

    def build(self, *models):
        """Run compiled models, in this order, each as a table."""
        for model in models:
            # dbt puts compiled tests into folders that are named after their file.
            (path,) = (path for path in self.compiled.rglob(f"{model}.sql") if path.parent.suffix != ".yml")
            sql = re.sub(r'"\w+"\."(marts|intermediate|seeds)"\.', r'"\1".', path.read_text())
            schema = "intermediate" if model.startswith("int_") else "marts"
            self.connection.execute(f"create or replace table {schema}.{model} as {sql}")

    def query(self, sql):
        """Rows of a query as dicts."""
        result = self.connection.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


LATE = ("dim_weeks", "int_late_counts", "int_late_delays", "int_late_weeks", "int_expected_counts")
COLLECTION = (
    *LATE,
    "dim_days",
    "int_collection_counts",
    "int_collection_levels",
    "int_collection_runs",
    "int_collection_weeks",
    "collection_spells",
)
CHANGES = (
    *COLLECTION,
    "int_trend_windows",
    "int_trend_names",
    "int_trend_voices",
    "int_trend_postings",
    "int_trend_counts",
    "int_trend_cells",
    "int_trend_changes",
    "int_trend_errors",
    "int_trend_echoes",
    "int_trend_spells",
    "trend_changes",
)
WEEKLY = (
    *COLLECTION,
    "weekly_job_volume",
    "int_trend_names",
    "int_trend_voices",
    "weekly_trends",
)
