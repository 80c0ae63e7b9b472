import re
from datetime import date, timedelta

import pytest

LEVEL_WORDS = {
    "entry": r"junior|jr|intern|entry level|associate",
    "mid": r"staff|mid level",
    "senior": r"senior|sr|principal",
    "lead": r"lead|manager",
    "director": r"director",
    "vp": r"vp|vice president",
    "executive": r"chief|cto",
}


def postings(project):
    return project.query("from raw.job_postings order by source_row")


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    from conftest import Project

    project = Project(tmp_path_factory.mktemp("generated"))
    project.finished = project.script("generate_postings")
    return project


def test_it_says_what_it_made(generated):
    assert re.fullmatch(
        r"2,000 demo postings from 2025-09-29 to 2026-03-29 \(seed 42\) are in raw\.job_postings of \S+\n",
        generated.finished.stdout,
    )
    assert generated.finished.stderr == ""


def test_the_same_seed_gives_the_same_postings(generated, project):
    project.environment["PYTHONHASHSEED"] = "7"
    project.script("generate_postings")
    assert postings(project) == postings(generated)
    project.script("generate_postings", "--seed", "43")
    assert postings(project) != postings(generated)


def test_weeks_and_dates(generated, project):
    query = (
        "select min(d), max(d), count(distinct date_trunc('week', d)) from "
        "(select try_cast(left(posted_date, 10) as date) as d from raw.job_postings)"
    )
    assert generated.query(query) == [(date(2025, 9, 29), date(2026, 3, 29), 26)]
    project.script("generate_postings", "--weeks", "3", "--end-date", "2024-05-08", "--count", "300")
    ((first, last, weeks),) = project.query(query)
    assert (first.weekday(), last, weeks) == (0, date(2024, 5, 8), 3)
    assert first == date(2024, 4, 22)


def test_the_mix(generated):
    titles = [title or "" for (title,) in generated.query("select title from raw.job_postings")]
    for level, words in LEVEL_WORDS.items():
        found = sum(bool(re.search(rf"\b(?:{words})\b", title, re.IGNORECASE)) for title in titles)
        assert found > 10, level
    texts = " ".join(text or "" for (text,) in generated.query("select description from raw.job_postings"))
    for spelling in ("k8s", "sklearn", "R&D", "R\\&D", "spark joy", "work ethic", "applicable law", "PYTHON", "&amp;"):
        assert spelling in texts, spelling
    assert "Lead Generation Specialist" in titles
    ((unique, sources),) = generated.query(
        "select count(distinct (lower(title), lower(trim(company)), location)), count(distinct source) "
        "from raw.job_postings"
    )
    assert unique >= 1500
    assert sources == 5
    ((urls,),) = generated.query("select count(distinct url) from raw.job_postings")
    assert urls == 2000


@pytest.mark.parametrize(
    ("dirt", "share"),
    [
        ("company is null", 0.015),
        ("description = ''", 0.015),
        ("trim(title) = ''", 0.005),
        ("posted_date is null", 0.005),
        ("posted_date in ('2026-02-30', 'soon')", 0.01),
    ],
)
def test_dirty_rows(generated, dirt, share):
    ((found,),) = generated.query(f"select count(*) / 2000.0 from raw.job_postings where {dirt}")
    # Four standard deviations of a share of 2,000 draws.
    assert abs(float(found) - share) < 4 * (share * (1 - share) / 2000) ** 0.5


def test_planted_trends(generated):
    ((llm_early, llm_late, hadoop_early, hadoop_late),) = generated.query(
        """
        select
            avg((text like '%llm%' or text like '%large language%')::int) filter (where day < '2025-11-24'),
            avg((text like '%llm%' or text like '%large language%')::int) filter (where day >= '2026-02-02'),
            avg((text like '%hadoop%')::int) filter (where day < '2025-11-24'),
            avg((text like '%hadoop%')::int) filter (where day >= '2026-02-02')
        from (select lower(description) as text, posted_date as day from raw.job_postings)
        """
    )
    assert llm_late > 2 * llm_early > 0
    assert hadoop_early > 2 * hadoop_late
    weeks = dict(
        generated.query(
            "select date_trunc('week', try_cast(left(posted_date, 10) as date))::date, count(*) "
            "from raw.job_postings group by 1"
        )
    )
    usual = weeks[date(2025, 12, 15)]
    assert weeks[date(2025, 12, 22)] < 0.7 * usual
    assert weeks[date(2025, 12, 29)] < 0.7 * usual


def test_append_adds_and_a_plain_run_replaces(project):
    project.script("generate_postings", "--count", "100")
    project.script("generate_postings", "--count", "50", "--append")
    counts = "select count(*), count(distinct url) from raw.job_postings"
    assert project.query(counts) == [(150, 150)]
    finished = project.script("generate_postings", "--count", "70")
    assert finished.stdout.endswith(", in place of 150 earlier ones\n")
    assert project.query(counts) == [(70, 70)]


def test_other_postings_are_another_load(project):
    query = "select distinct loaded_at from raw.job_postings"
    loads = []
    for arguments in (["--seed", "1"], ["--seed", "2"], ["--seed", "1", "--append"], ["--seed", "1"]):
        project.script("generate_postings", "--count", "30", *arguments)
        loads.append(set(project.query(query)))
    assert loads[0] == loads[3]
    assert loads[1].isdisjoint(loads[0])
    assert len(loads[2] - loads[1]) == 1 and loads[2] > loads[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--count", "0"],
        ["--weeks", "0"],
        ["--end-date", "yesterday"],
        ["--seed", "-1"],
        ["--count", "many"],
        ["--nope"],
    ],
)
def test_wrong_usage(project, arguments):
    finished = project.script("generate_postings", *arguments, check=False)
    assert finished.returncode == 2
    assert "Traceback" not in finished.stderr
    assert finished.stderr.splitlines()[-1].startswith("generate_postings.py: error:")
    assert not project.warehouse.exists()


def test_too_many_weeks(project):
    finished = project.script("generate_postings", "--weeks", "5000", check=False)
    assert (finished.returncode, finished.stderr.count("\n")) == (1, 1)


def test_the_year_end_dip_is_where_the_year_ends():
    from talent_demand import demo as generate_postings

    weights = generate_postings.week_weights(date(2025, 9, 29), 26)
    assert weights.sum() == pytest.approx(1)
    first = date(2025, 9, 29)
    dips = [first + timedelta(days=7 * n) for n in range(1, 26) if weights[n] < 0.6 * weights[n - 1]]
    assert dips == [date(2025, 12, 22)]


def test_demo_postings_never_go_where_others_are(project, tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("title,url\nCook,https://x.example/1\n")
    project.script("load_postings", path)
    for options in ([], ["--append"]):
        finished = project.script("generate_postings", *options, check=False)
        assert finished.returncode == 1 and finished.stderr.count("\n") == 1, finished.stderr
        assert "holds 1 posting that you loaded" in finished.stderr
    assert project.script("generate_postings", "--if-empty").stdout == ""
    assert project.query("select count(*) from raw.job_postings") == [(1,)]


def test_an_empty_warehouse_is_filled_once(project):
    assert "20 demo postings" in project.script("generate_postings", "--count", "20", "--if-empty").stdout
    assert project.script("generate_postings", "--count", "30", "--if-empty").stdout == ""
    assert project.query("select count(*) from raw.job_postings") == [(20,)]


def test_demo_postings_leave_by_name(project, tmp_path):
    project.script("generate_postings", "--count", "30")
    path = tmp_path / "jobs.csv"
    path.write_text("title,url\nCook,https://jobs.example/1\n")
    told = project.script("load_postings", path).stdout
    assert "30 generated demo postings count with these: take them out with python scripts/load_postings.py" in told
    project.script("load_postings", "--unload", "demo")
    assert project.query("select title from raw.job_postings") == [("Cook",)]
    assert "generated demo" not in project.script("load_postings", path).stdout
    finished = project.script("load_postings", "--unload", "demo", check=False)
    assert finished.returncode == 1 and "no such load" in finished.stderr
