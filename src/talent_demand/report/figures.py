"""The marts as the charts and the report need them: read in one go, and the numbers that are told from them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist
from typing import Any

import duckdb
import yaml

from talent_demand.warehouse import DEMO_SOURCE_FILE, PROJECT, BadInput, first_line, marts_path, warehouse_path

DEFAULT_MARTS = "data/talent.duckdb"
EXPOSURES = PROJECT / "models" / "marts" / "_marts__exposures.yml"


def report_meta() -> dict[str, Any]:
    """What the project's YAML says of the report: its ``thresholds`` and its ``metrics``, see there."""
    exposures = yaml.safe_load(EXPOSURES.read_text(encoding="utf-8"))["exposures"]
    return next(exposure["config"]["meta"] for exposure in exposures if exposure["name"] == "report")


META = report_meta()
MIN_POSTINGS: int = META["thresholds"]["min_postings"]
MIN_MENTIONS: int = META["thresholds"]["min_mentions"]
ONCE_IN: int = META["thresholds"]["once_in"]
METRICS: dict[str, dict[str, str]] = {
    metric["name"]: {**metric, "definition": metric["definition"].format(**META["thresholds"])}
    for metric in META["metrics"]
}
# Weeks in each of the two periods that are compared, and in the window of every line over time.
PERIOD_WEEKS = 4
# A line over time has so many points at least; with fewer, counts tell more.
LINE_POINTS = 4

SENIORITY_LEVELS = ("entry", "mid", "senior", "lead", "director", "vp", "executive")
LEVEL_NAMES = {"vp": "VP"}
CATEGORIES = {
    "ml_engineering": "ML engineering",
    "data_science": "Data science",
    "ai_infrastructure": "AI infrastructure",
    "ai_product": "AI product",
    "ai_strategy": "AI strategy",
}
REJECT_REASONS = {
    "missing_title": "No title",
    "no_text_and_no_url": "Neither text nor address",
    "implausible_date": "Date too far in the past or the future",
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Names that a capital first letter does not spell right.
SPELLINGS = {
    **{name: name.upper() for name in ("aws", "cuda", "etl", "gcp", "gpu", "llm", "nlp", "roi", "sql", "ux/ui")},
    "ab testing": "A/B testing",
    "ai product": "AI product",
    "ai strategy": "AI strategy",
    "data bricks": "Databricks",
    "generative ai": "Generative AI",
    "huggingface": "Hugging Face",
    "mlops": "MLOps",
    "numpy": "NumPy",
    "pandas": "pandas",
    "pytorch": "PyTorch",
    "sagemaker": "SageMaker",
    "scikit-learn": "scikit-learn",
    "tensorflow": "TensorFlow",
}


@dataclass(frozen=True)
class Week:
    """One week of ``weekly_job_volume``: its Monday and counts of postings."""

    start: date
    jobs: int
    ai_jobs: int
    complete: bool


@dataclass(frozen=True)
class Marts:
    """What is read from the marts.

    ``weeks`` are consecutive; ``outside`` is the number of postings beyond the bounds of the data, which count
    in every total but in nothing that is told over time. ``skill_weeks`` and ``category_weeks`` map (Monday, name) to
    the number of the week's postings that mention it. ``seniority`` maps a level to (all, AI) postings, ``employers``
    are (name, AI postings, all postings) of the ten with the most AI postings, ``sources`` are (name, unique postings,
    accepted rows), most postings first, and ``rejected`` are (reason, rows). ``warnings`` are signs that collection
    moved and not demand, newest first, in words; ``revised`` are (Monday, postings as first told, postings now) of the
    weeks that later loads changed, the largest change first.
    """

    weeks: tuple[Week, ...] = ()
    outside: int = 0
    skill_weeks: Mapping[tuple[date, str], int] = field(default_factory=dict)
    category_weeks: Mapping[tuple[date, str], int] = field(default_factory=dict)
    skill_category: Mapping[str, str] = field(default_factory=dict)
    seniority: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    employers: tuple[tuple[str, int, int], ...] = ()
    sources: tuple[tuple[str, int, int], ...] = ()
    rejected: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()
    revised: tuple[tuple[date, int, int], ...] = ()
    postings: int = 0
    ai_postings: int = 0
    ai_share: float | None = None
    demo_postings: int = 0
    rows: int = 0
    first_date: date | None = None
    last_date: date | None = None
    without_text: int = 0
    estimated_dates: int = 0
    without_level: int = 0
    ai_without_employer: int = 0
    ai_employers: int = 0


def readable_marts() -> Path:
    """File that is read: the published marts where they exist, else the warehouse."""
    return marts_path() if marts_path().exists() else warehouse_path()


@contextmanager
def open_marts(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file with marts for reading, in one transaction, for one block.

    Raises:
        BadInput: the file is missing, locked or no DuckDB file, or the marts are not built in it.

    """
    if not path.is_file():
        fault = "is no file" if path.exists() else "does not exist"
        raise BadInput(f"{path} {fault}: load postings and run `dbt build` first, or name another file")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except (OSError, duckdb.Error) as error:
        raise BadInput(f"cannot open {path}: {first_line(error)}") from None
    try:
        connection.execute("begin transaction")
        yield connection
    except duckdb.CatalogException as error:
        raise BadInput(f"{path} holds no finished marts, run `dbt build` first: {first_line(error)}") from None
    except duckdb.Error as error:
        raise BadInput(f"{path}: {first_line(error)}") from None
    finally:
        connection.close()


def read_marts(path: Path) -> Marts:
    """Read all that is shown from schema ``marts``; errors as ``open_marts``."""
    with open_marts(path) as connection:
        return _read(connection)


def _read(connection: duckdb.DuckDBPyConnection) -> Marts:
    def rows(sql: str) -> list[tuple]:
        return connection.execute(sql).fetchall()

    (metrics,) = rows(
        "select {postings[sql]}, {ai_postings[sql]}, {ai_share[sql]} from marts.fct_job_postings".format(**METRICS)
    )
    postings, ai_postings, ai_share = metrics
    (totals,) = rows("""
        select min(posted_date), max(posted_date), count(*) filter (where not has_text),
            count(*) filter (where is_date_estimated), count(*) filter (where seniority_rule is null),
            count(*) filter (where is_ai_posting and nullif(trim(company), '') is null)
        from marts.fct_job_postings
    """)
    first_date, last_date, without_text, estimated, without_level, nameless = totals
    weeks = rows("""
        select week_start, job_count, ai_job_count, is_complete_week
        from marts.weekly_job_volume where is_in_bounds order by week_start
    """)
    ((outside,),) = rows("""
        select coalesce(sum(job_count), 0)::bigint from marts.weekly_job_volume where not is_in_bounds
    """)
    if outside:
        ((first_date, last_date),) = rows("""
            select min(posted_date), max(posted_date)
            from marts.fct_job_postings inner join marts.weekly_job_volume using (week_start) where is_in_bounds
        """)
    skills = rows("select week_start, skill, count from marts.weekly_skills where count > 0 order by week_start, skill")
    categories = rows("""
        select week_start, category, count(distinct posting_id) from marts.fct_posting_skills
        group by week_start, category order by week_start, category
    """)
    seniority = rows("""
        select seniority_level, count(*), count(*) filter (where is_ai_posting) from marts.fct_job_postings
        group by seniority_level
    """)
    # One employer is written in several cases: the spelling that most postings use stands for it.
    employers = rows("""
        with spellings as (
            select trim(company) as company, count(*) filter (where is_ai_posting) as ai_jobs, count(*) as jobs
            from marts.fct_job_postings where nullif(trim(company), '') is not null group by trim(company)
        ),
        ranked as (
            select *, row_number() over (partition by lower(company) order by jobs desc, company) as spelling
            from spellings
        )
        select max(company) filter (where spelling = 1), sum(ai_jobs)::bigint as ai_jobs, sum(jobs)::bigint,
            count(*) over ()
        from ranked group by lower(company) having sum(ai_jobs) > 0
        order by ai_jobs desc, lower(company) limit 10
    """)
    ((demo,),) = rows(f"""
        select count(distinct posting_id) from marts.fct_posting_observations where source_file = '{DEMO_SOURCE_FILE}'
    """)
    warnings = rows("select message from marts.collection_spells order by last_week desc, first_week, kind, source")
    revised = rows("""
        select week_start, arg_min(coalesce(new_value, 0), changed_at) as told,
            arg_max(coalesce(new_value, 0), changed_at) as now
        from marts.weekly_changes where measure = 'job_count' group by week_start
        having told <> now order by abs(now - told) desc, week_start
    """)
    sources = rows("""
        with postings as (
            select coalesce(nullif(trim(source), ''), 'not named') as source, count(*) as jobs
            from marts.fct_job_postings group by 1
        ),
        observations as (
            select coalesce(nullif(trim(source), ''), 'not named') as source, count(*) as observations
            from marts.fct_posting_observations group by 1
        )
        select source, coalesce(jobs, 0) as jobs, coalesce(observations, 0)
        from postings full join observations using (source) order by jobs desc, source
    """)
    return Marts(
        weeks=tuple(Week(*row) for row in weeks),
        outside=outside,
        skill_weeks={(week, skill): count for week, skill, count in skills},
        category_weeks={(week, category): count for week, category, count in categories},
        skill_category=dict(rows("select skill, category from marts.dim_skills")),
        seniority={level: (jobs, ai) for level, jobs, ai in seniority},
        employers=tuple((company, ai, jobs) for company, ai, jobs, _ in employers),
        sources=tuple(sources),
        rejected=tuple(
            rows("select reason, count(*) as n from marts.rejected_postings group by reason order by n desc, reason")
        ),
        warnings=tuple(message for (message,) in warnings),
        revised=tuple(revised),
        postings=postings,
        ai_postings=ai_postings,
        ai_share=ai_share,
        demo_postings=demo,
        rows=sum(count for _, _, count in sources),
        first_date=first_date,
        last_date=last_date,
        without_text=without_text,
        estimated_dates=estimated,
        without_level=without_level,
        ai_without_employer=nameless,
        ai_employers=employers[0][3] if employers else 0,
    )


@dataclass(frozen=True)
class Change:
    """A share of postings in one period and in the period before it: counts of postings."""

    count: int
    total: int
    count_before: int
    total_before: int

    @property
    def share(self) -> float:
        """Share in the later period, 0 to 1."""
        return self.count / self.total

    @property
    def share_before(self) -> float:
        """Share in the earlier period, 0 to 1."""
        return self.count_before / self.total_before

    @property
    def points(self) -> float:
        """Change in percentage points."""
        return 100 * (self.share - self.share_before)

    @property
    def z(self) -> float:
        """Change in standard errors of the difference of two shares (pooled)."""
        pooled = (self.count + self.count_before) / (self.total + self.total_before)
        error = math.sqrt(pooled * (1 - pooled) * (1 / self.total + 1 / self.total_before))
        return (self.share - self.share_before) / error if error else 0.0

    def beyond_chance(self, among: int = 1) -> bool:
        """Whether steady shares would differ so much at most once in ``ONCE_IN`` times.

        ``among``: of how many changes this is one that was picked for its size (Bonferroni).
        """
        return abs(self.z) >= NormalDist().inv_cdf(1 - 1 / (2 * ONCE_IN * among))


@dataclass(frozen=True)
class Periods:
    """Four complete weeks and four earlier ones that they are compared with; empty where there are not so many."""

    recent: tuple[Week, ...]
    before: tuple[Week, ...]

    @property
    def jobs(self) -> int:
        """Postings in the later four weeks."""
        return sum(week.jobs for week in self.recent)

    @property
    def jobs_before(self) -> int:
        """Postings in the earlier four weeks."""
        return sum(week.jobs for week in self.before)

    @property
    def comparable(self) -> bool:
        """Whether both periods are there and hold enough postings to be compared."""
        return bool(self.before) and min(self.jobs, self.jobs_before) >= MIN_POSTINGS

    @property
    def ai(self) -> Change:
        """AI postings among all postings."""
        return Change(
            sum(week.ai_jobs for week in self.recent),
            self.jobs,
            sum(week.ai_jobs for week in self.before),
            self.jobs_before,
        )

    def of(self, counts: Mapping[tuple[date, str], int], name: str) -> Change:
        """Postings that mention ``name`` among all postings; ``counts`` as in ``Marts.skill_weeks``."""
        return Change(
            sum(counts.get((week.start, name), 0) for week in self.recent),
            self.jobs,
            sum(counts.get((week.start, name), 0) for week in self.before),
            self.jobs_before,
        )

    @property
    def why_not(self) -> str:
        """Why the two are not compared, as a sentence; empty where they are."""
        if self.comparable:
            return ""
        if not self.before:
            return f"Too early to tell a change: that takes {2 * PERIOD_WEEKS} complete weeks."
        return (
            f"Too few to tell a change: the last {PERIOD_WEEKS} complete weeks hold {number(self.jobs)} and the "
            f"{PERIOD_WEEKS} before {number(self.jobs_before)} postings, and each must hold at least {MIN_POSTINGS}."
        )


def periods(weeks: Sequence[Week]) -> Periods:
    """The last four complete weeks and the four before them."""
    complete = [week for week in weeks if week.complete]
    if len(complete) < 2 * PERIOD_WEEKS:
        return Periods((), ())
    return Periods(tuple(complete[-PERIOD_WEEKS:]), tuple(complete[-2 * PERIOD_WEEKS : -PERIOD_WEEKS]))


def skill_totals(marts: Marts) -> list[tuple[str, int]]:
    """Every mentioned skill with the number of postings that mention it, most first, equal ones by name."""
    totals: Counter[str] = Counter()
    for (_, skill), count in marts.skill_weeks.items():
        totals[skill] += count
    return sorted(totals.items(), key=lambda item: (-item[1], item[0]))


def movers(marts: Marts) -> tuple[list[tuple[str, Change]], list[tuple[str, Change]], int]:
    """Skills that gained and those that lost most, in points, at most five each, and of how many they were picked.

    Empty where nothing is compared.
    """
    compared = periods(marts.weeks)
    if not compared.comparable:
        return [], [], 0
    changes = [(skill, compared.of(marts.skill_weeks, skill)) for skill, _ in skill_totals(marts)]
    changes = [(skill, change) for skill, change in changes if change.count + change.count_before >= MIN_MENTIONS]
    gained = sorted((item for item in changes if item[1].points > 0), key=lambda item: (-item[1].points, item[0]))
    lost = sorted((item for item in changes if item[1].points < 0), key=lambda item: (item[1].points, item[0]))
    return gained[:5], lost[:5], len(changes)


def pooled_shares(weeks: Sequence[Week], counts: Mapping[tuple[date, str], int], name: str) -> list[float | None]:
    """Share of postings that mention ``name`` in each week and the three before it, 0 to 1.

    None where the four are not all there and complete, hold fewer than ``MIN_POSTINGS`` postings, or the week itself
    holds none: the line would go on without anything new.
    """
    shares: list[float | None] = []
    for end in range(1, len(weeks) + 1):
        window = weeks[max(end - PERIOD_WEEKS, 0) : end]
        jobs = sum(week.jobs for week in window)
        whole = len(window) == PERIOD_WEEKS and all(week.complete for week in window)
        if not whole or jobs < MIN_POSTINGS or not window[-1].jobs:
            shares.append(None)
        else:
            shares.append(sum(counts.get((week.start, name), 0) for week in window) / jobs)
    return shares


def pooled_ai_shares(weeks: Sequence[Week]) -> list[float | None]:
    """Share of AI postings in each week and the three before it, as ``pooled_shares``."""
    return pooled_shares(weeks, {(week.start, "ai"): week.ai_jobs for week in weeks}, "ai")


def ends(weeks: Sequence[Week]) -> Periods:
    """The four weeks of the last and of the first point of every line over time, see ``pooled_shares``.

    Empty where no line is drawn, or where the two have weeks in common.
    """
    told = [i for i, share in enumerate(pooled_ai_shares(weeks)) if share is not None]
    if len(told) < LINE_POINTS or told[-1] - told[0] < PERIOD_WEEKS:
        return Periods((), ())
    first, last = (tuple(weeks[i - PERIOD_WEEKS + 1 : i + 1]) for i in (told[0], told[-1]))
    return Periods(last, first)


def ticks(first: date, count: int, room: int) -> list[tuple[float, str, str]]:
    """Marks of a time axis of ``count`` weeks from Monday ``first`` with at most ``room`` labels.

    Each is (place in weeks from the start, label, second line): Mondays where there are few weeks, else every so many
    months; the second line holds the year where it changes.
    """
    if count <= 16:
        mondays = range(0, count, math.ceil(count / max(room, 1)))
        days = [first + timedelta(weeks=week) for week in mondays]
        years = [str(day.year) if i == 0 or day.year != days[i - 1].year else "" for i, day in enumerate(days)]
        labels = [f"{day.day} {MONTHS[day.month - 1]}" for day in days]
        return [(week + 0.5, label, year) for week, label, year in zip(mondays, labels, years, strict=True)]
    end = first + timedelta(weeks=count)
    for step in (1, 2, 3, 6, 12, 24, 60, 120, 600):
        months = range(first.year * 12 + first.month - 1, end.year * 12 + end.month)
        days = [date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0]
        days = [day for day in days if first <= day < end]
        if len(days) <= room:
            break
    marks = []
    for i, day in enumerate(days):
        year = str(day.year) if i == 0 or day.year != days[i - 1].year else ""
        marks.append(((day - first).days / 7, MONTHS[day.month - 1], year))
    return marks or [(0.5, f"{first.day} {MONTHS[first.month - 1]}", str(first.year))]


def number(value: int) -> str:
    """A count with thousands separated: 1,711."""
    return f"{value:,}"


def percent(share: float, digits: int | None = None) -> str:
    """A share as text: 27%, and 4.1% below ten where ``digits`` does not say."""
    if 0 < share < 0.0005:
        return "<0.1%"
    if digits is None:
        digits = 1 if 0 < 100 * share < 9.95 else 0
    return f"{100 * share:.{digits}f}%"


def from_to(change: Change) -> tuple[str, str]:
    """Both shares of a change as text, with as many digits as tell them apart."""
    digits = 0 if round(100 * change.share) != round(100 * change.share_before) else 1
    return percent(change.share_before, digits), percent(change.share, digits)


def plural(count: int, noun: str) -> str:
    """A count with its noun: 1 posting, 2 postings."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def agree(count: int, verb: str) -> str:
    """A verb in the form that goes with a count: 1 names, 2 name."""
    return f"{verb}s" if count == 1 else verb


def day_text(day: date) -> str:
    """A date as people write it: 29 Mar 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def dates_text(first: date, last: date) -> str:
    """Two dates without what they have in common: 2 to 29 Mar 2026, 29 Sep to 26 Oct 2025."""
    if first == last:
        return day_text(first)
    begin = day_text(first).split()
    end = day_text(last).split()
    while len(begin) > 1 and begin[-1] == end[len(begin) - 1]:
        begin.pop()
    return f"{' '.join(begin)} to {day_text(last)}"


def span_text(weeks: Sequence[Week]) -> str:
    """The days of consecutive weeks: 2 to 29 Mar 2026."""
    return dates_text(weeks[0].start, weeks[-1].start + timedelta(days=6))


def month_text(weeks: Sequence[Week]) -> str:
    """The month in which the middle of consecutive weeks lies: Oct 2025."""
    middle = weeks[len(weeks) // 2].start
    return f"{MONTHS[middle.month - 1]} {middle.year}"


def skill_name(skill: str) -> str:
    """A canonical skill as it is shown."""
    return SPELLINGS.get(skill) or skill[:1].upper() + skill[1:]


def sentence_start(text: str) -> str:
    """Text with a capital first letter."""
    return text[:1].upper() + text[1:]


def level_name(level: str) -> str:
    """A seniority level as it is shown."""
    return LEVEL_NAMES.get(level, level.capitalize())


def category_name(category: str) -> str:
    """A skill category as it is shown."""
    return CATEGORIES.get(category, category.replace("_", " ").capitalize())


def shorten(text: str, length: int) -> str:
    """Text on one line with at most ``length`` characters."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def demo_text(marts: Marts) -> str:
    """That postings are generated, as a sentence without its full stop."""
    if marts.demo_postings == marts.postings:
        return "Generated for demonstration, not the labour market"
    return f"{number(marts.demo_postings)} of them {'is' if marts.demo_postings == 1 else 'are'} generated"


def source_names(marts: Marts) -> str:
    """The largest four sources by name and how many more there are; five are all named."""
    names = [shorten(source, 32) for source, _, _ in marts.sources[: 5 if len(marts.sources) <= 5 else 4]]
    more = len(marts.sources) - len(names)
    if more:
        return f"{', '.join(names)} and {number(more)} more"
    return ", ".join(names)


def volume_message(marts: Marts) -> str:
    """What the weekly volume says, in one sentence."""
    compared = ends(marts.weeks)
    if compared.comparable:
        before, now = from_to(compared.ai)
        if not compared.ai.beyond_chance():
            return f"AI roles make up {percent(compared.ai.share)} of new postings"
        way = "up" if compared.ai.points > 0 else "down"
        return f"AI roles make up {now} of new postings, {way} from {before} in {month_text(compared.before)}"
    if marts.postings >= MIN_POSTINGS:
        return f"AI roles make up {percent(marts.ai_postings / marts.postings, 0)} of all postings"
    return "Job postings a week"


def skills_message(marts: Marts) -> str:
    """What the ranking of skills says, in one sentence."""
    totals = skill_totals(marts)
    if marts.postings < MIN_POSTINGS or len(totals) < 2 or totals[0][1] < MIN_MENTIONS:
        return "The most mentioned skills"
    (first, count), (second, count_second) = totals[:2]
    if count == count_second:
        return f"{sentence_start(skill_name(first))} and {skill_name(second)} are mentioned most"
    share = percent(count / marts.postings)
    return f"{sentence_start(skill_name(first))} is the skill asked for most, in {share} of postings"


def seniority_message(marts: Marts) -> str:
    """What the seniority levels say, in one sentence."""
    if marts.postings < MIN_POSTINGS:
        return "Seniority of the postings"
    above = sum(marts.seniority.get(level, (0, 0))[0] for level in SENIORITY_LEVELS[2:])
    if marts.without_level > marts.postings / 2:
        return (
            f"{percent(marts.without_level / marts.postings)} of postings name no level, "
            f"{percent(above / marts.postings)} are senior or above"
        )
    entry = marts.seniority.get("entry", (0, 0))[0]
    return (
        f"{percent(above / marts.postings)} of postings are senior or above, "
        f"{percent(entry / marts.postings)} entry level"
    )


def trend_change(marts: Marts, skills: Sequence[str]) -> tuple[str, Change] | None:
    """The skill among ``skills`` that moved most over the whole time, where that is more than chance explains."""
    compared = ends(marts.weeks)
    if not compared.comparable:
        return None
    changes = [(skill, compared.of(marts.skill_weeks, skill)) for skill in skills]
    sure = [
        (skill, change)
        for skill, change in changes
        if change.beyond_chance(len(changes)) and change.count + change.count_before >= MIN_MENTIONS
    ]
    return max(sure, key=lambda item: (abs(item[1].points), item[0]), default=None)


def trend_message(marts: Marts, skills: Sequence[str]) -> str:
    """What the leading skills over time say, in one sentence; ``skills`` are those drawn, the most mentioned first."""
    compared = ends(marts.weeks)
    if changed := trend_change(marts, skills):
        skill, change = changed
        before, now = from_to(change)
        verb = "rises" if change.points > 0 else "falls"
        since = month_text(compared.before)
        return f"{sentence_start(skill_name(skill))} {verb} to {now} of new postings, from {before} in {since}"
    if skills and compared.comparable:
        changes = [(skill, compared.of(marts.skill_weeks, skill)) for skill in skills]
        skill, change = max(changes, key=lambda item: item[1].count)
        if change.count >= MIN_MENTIONS:
            return f"{sentence_start(skill_name(skill))} leads: {percent(change.share)} of new postings mention it"
    count = skill_totals(marts)[0][1] if skills else 0
    if marts.postings >= MIN_POSTINGS and count >= MIN_MENTIONS:
        skill, share = skills[0], percent(count / marts.postings)
        return f"{sentence_start(skill_name(skill))} leads: {share} of all postings mention it"
    return "The leading skills, week by week"
