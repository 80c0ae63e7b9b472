"""Columns whose names are not known, taken for a field by how the name ends or by the values."""

import json

import duckdb
import pytest

from test_load_postings import load, loaded, project  # noqa: F401

LONG = "You bake bread and rolls and serve our guests and keep the oven clean. " * 4


def rows_of(project, path, fields):  # noqa: F811
    """Load a file; returns what was said and its rows' fields by name."""
    finished = load(project, path)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout, [dict(zip(fields, row, strict=True)) for row in loaded(project, ", ".join(fields))]


@pytest.mark.parametrize(
    ("header", "row", "want"),
    [
        ("program_title,bakery_url,kind", "Baker,https://oven.example/1,x", {"title": "Baker"}),
        ("Card_jobTitle__aB3xY,Card_href,x", "Baker,https://oven.example/1,x", {"title": "Baker"}),
        ("title,详细页url,x", "Baker,https://oven.example/1,x", {"url": "https://oven.example/1"}),
        ("title,css-1ab href,x", "Baker,https://oven.example/1,x", {"url": "https://oven.example/1"}),
        ("title,url,css-9", "Baker,https://oven.example/1,3 days ago", {"posted_date": "3 days ago"}),
        ("title,url,seit wann", "Baker,https://oven.example/1,05.08.2026", {"posted_date": "05.08.2026"}),
        ("title,url,css-9", f"Baker,https://oven.example/1,{LONG}", {"description": LONG.strip()}),
        ("title,url,css-9", "Baker,https://oven.example/1,Hybrid work", {"workplace": "Hybrid work"}),
        ("title,url,css-9", "Baker,https://oven.example/1,€50k - €60k", {"salary": "€50k - €60k"}),
        ("title,url,mode", "Baker,https://oven.example/1,Presencial", {"workplace": "Presencial"}),
        ("title,url,profile_employer_name", "Baker,https://oven.example/1,Oven", {"company": "Oven"}),
        ("c1,c2,c3", "Senior Baker,https://oven.example/senior-baker-oslo-7,Hybrid", {"title": "Senior Baker"}),
    ],
)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_guess(project, tmp_path, header, row, want, form):  # noqa: F811
    path = tmp_path / f"jobs.{form}"
    names, cells = header.split(","), row.strip().split(",", 2)
    cells[2] = cells[2].strip()
    text = json.dumps([dict(zip(names, cells, strict=True))])
    path.write_text(text if form == "json" else header + "\n" + ",".join(cells[:2]) + f',"{cells[2]}"\n')
    if form == "json" and header.startswith("c1"):
        assert load(project, path).returncode == 1
        return
    said, rows = rows_of(project, path, [*want])
    assert rows == [want]
    assert any(f"{name} taken from " in said for name in want) or "mode" in names


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("title,company_page,x", "Baker,https://oven.example,y"),
        ("title,logo_url,x", "Baker,https://oven.example/1.png,y"),
        ("title,start of work,x", "Baker,2025-08-05,y"),
        ("title,Date de début de la mission,x", "Baker,2025-08-05,y"),
        ("title,css-1,css-2", "Baker,2025-08-05,2025-08-07"),
        ("title,from when,x", "Baker,2999-08-05,y"),
        ("title,company_description,x", f"Baker,{LONG},y"),
        ("title,company revenue,x", "Baker,$50 to $100 (USD),y"),
        ("title,last funding,x", "Baker,$5 million,y"),
        ("title,recruiter name,company_size", "Baker,Ann Lee,50"),
        ("title,category_title,x", "Baker,Food,y"),
    ],
)
def test_what_only_looks_like_a_field_is_none(project, tmp_path, header, row):  # noqa: F811
    path = tmp_path / "jobs.csv"
    path.write_text(f"{header}\n{row}\n")
    said, rows = rows_of(project, path, ["title", "url", "posted_date", "description", "salary", "company"])
    assert rows == [{"title": "Baker"} | dict.fromkeys(("url", "posted_date", "description", "salary", "company"))]
    assert "taken from" not in said


def test_a_known_name_goes_before_a_guess(project, tmp_path):  # noqa: F811
    path = tmp_path / "jobs.jsonl"
    records = [
        {"title": "Baker", "company": "Oven", "x href": f"https://oven.example/{number}"} for number in range(300)
    ]
    records[250]["url"] = "https://oven.example/known"
    path.write_text("\n".join(map(json.dumps, records)))
    _, rows = rows_of(project, path, ["url"])
    assert [rows[number]["url"] for number in (0, 250)] == ["https://oven.example/0", "https://oven.example/known"]


def test_a_cell_that_does_not_look_like_its_guess_stays(project, tmp_path):  # noqa: F811
    path = tmp_path / "jobs.csv"
    rows = "".join(f"Baker,https://oven.example/{number},$2{number} an hour\n" for number in range(20))
    path.write_text(f"title,css-1,css-2\n{rows}Cook,see the shop,ask us\n")
    _, rows = rows_of(project, path, ["url", "salary", "other_fields"])
    assert rows[0] == {"url": "https://oven.example/0", "salary": "$20 an hour", "other_fields": None}
    assert rows[-1] == {"url": None, "salary": None, "other_fields": '{"css-1": "see the shop", "css-2": "ask us"}'}


def test_records_of_xml_that_are_not_called_as_usual(project, tmp_path):  # noqa: F811
    path = tmp_path / "jobs.xml"
    record = "<entry><program_title>{}</program_title><link>https://oven.example/{}</link><site>Oven</site></entry>"
    path.write_text("<jobs>" + record.format("Baker", 1) + record.format("Cook", 2) + "</jobs>")
    _, rows = rows_of(project, path, ["title", "url"])
    assert [row["title"] for row in rows] == ["Baker", "Cook"]


def test_a_table_in_tabs_whose_first_column_has_no_name(project, tmp_path):  # noqa: F811
    path = tmp_path / "jobs.tsv"
    path.write_text("\n\ttitle\tcompany\turl\n0\tBaker\tOven\thttps://oven.example/1\n")
    _, rows = rows_of(project, path, ["title", "company", "url"])
    assert rows == [{"title": "Baker", "company": "Oven", "url": "https://oven.example/1"}]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_whose_header_is_not_latin(project, tmp_path, encoding):  # noqa: F811
    path = tmp_path / "jobs.csv"
    path.write_bytes("职位名称,公司名称,链接\n面包师,面包店,https://oven.example/1\n".encode(encoding))
    _, rows = rows_of(project, path, ["title", "company"])
    assert rows == [{"title": "面包师", "company": "面包店"}]


@pytest.mark.parametrize(
    ("header", "row", "want"),
    [
        ("Título,valor_min,valor_max,Termo de Pesquisa", "P,20,30,pão", {"salary_min": "20", "search_term": "pão"}),
        ("titre,Pays de l'offre,Secteur d'activité", "B,Laos,Pain", {"location": "Laos", "industry": "Pain"}),
        ("name,employment_name,schedule_name", "P,part,day", {"employment_type": "part"}),
        ("title,area,city,country,url", "Baker,Food,Oslo,Norway,u", {"location": "Oslo, Norway"}),
        ("titre,designation,enseigne", "Boulanger,FOUR SARL,Le Four", {"title": "Boulanger", "company": "Le Four"}),
        ("Título,Local,Salario_Inf,Salario_Sup", "Padeiro,Recife - PE,2000,3000", {"location": "Recife - PE"}),
        ("Título,Local,Salario_Inf,Salario_Sup", "P,R,2000,3000", {"salary_min": "2000", "salary_max": "3000"}),
        ("title,Main_task,url", "Baker,You bake.,https://oven.example/1", {"description": "Main task:\nYou bake."}),
        (
            "채용공고 제목,회사 이름,공고 링크",
            "제빵사,오븐,https://o.example/1",
            {"title": "제빵사", "company": "오븐"},
        ),
        ("求人タイトル,事業所名,勤務場所", "パン職人,オーブン,大阪", {"title": "パン職人", "location": "大阪"}),
        ("職務名稱,公司名稱,工作地區", "麵包師,烤箱,台北", {"title": "麵包師", "company": "烤箱", "location": "台北"}),
    ],
)
def test_names_of_more_tables(project, tmp_path, header, row, want):  # noqa: F811
    path = tmp_path / "jobs.csv"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    _, rows = rows_of(project, path, [*want])
    assert rows == [want]


def test_a_table_of_markdown(project, tmp_path):  # noqa: F811
    path = tmp_path / "README.md"
    path.write_text(
        "# Jobs\n\nAdd yours.\n\n| Company | Role | Location | Application | Date Posted |\n|---|:--:|---|---|---|\n"
        '| **[Oven](https://oven.example)** | Baker | Oslo | <a href="https://o.example/1"><img src=""></a> | 1d |\n'
        "| ↳ | [Cook](https://o.example/x) | Bergen | [Apply](https://o.example/2) | 2d |\n",
        encoding="utf-8",
    )
    _, rows = rows_of(project, path, ["title", "company", "location", "url"])
    assert [tuple(text.strip() for text in row.values()) for row in rows] == [
        ("Baker", "Oven", "Oslo", "https://o.example/1"),
        ("Cook", "Oven", "Bergen", "https://o.example/2"),
    ]


def test_the_employer_above_is_that_of_the_row_above(project, tmp_path):  # noqa: F811
    path = tmp_path / "jobs.parquet"
    companies = "[null, '↳', 'Oven', ' ↳', null, '↳', 'Oven']"
    duckdb.execute(f"copy (select unnest({companies}) as company, 'Baker' as title, 'bread' as text) to '{path}'")
    _, rows = rows_of(project, path, ["company"])
    assert [row["company"] for row in rows] == [None, None, "Oven", "Oven", None, None, "Oven"]


DUMPS = {
    "mysql": "-- x\nDROP TABLE IF EXISTS `jobs`;\nCREATE TABLE `jobs` (\n  `id` int NOT NULL,\n  `title` varchar(99),\n"
    "  `company` varchar(9),\n  `url` text,\n  PRIMARY KEY (`id`)\n);\nINSERT INTO `jobs` VALUES "
    "(1,'Baker\\'s help, (m)',NULL,'https://o.example/1'),(2,'Cook;\\nwell','Grill ''n'' Co','https://o.example/2');",
    "sqlite": "BEGIN TRANSACTION;\nCREATE TABLE jobs (id INTEGER, title TEXT(9), company TEXT, url TEXT UNIQUE);\n"
    "CREATE TABLE users (id INTEGER, name TEXT);\nINSERT INTO users VALUES(1,'Ann');\n"
    "INSERT INTO jobs VALUES(1,'Baker''s help, (m)',NULL,'https://o.example/1');\n"
    "INSERT INTO jobs VALUES(2,'Cook;\nwell','Grill ''n'' Co','https://o.example/2');",
    "named": "INSERT INTO jobs (title, company, url) VALUES ('Baker''s help, (m)', null, 'https://o.example/1'),\n"
    "(E'Cook;\\nwell', 'Grill ''n'' Co', 'https://o.example/2');",
    "postgres": "SET x = 0;\nCOPY public.jobs (id, title, company, url) FROM stdin;\n"
    "1\tBaker's help, (m)\t\\N\thttps://o.example/1\n2\tCook;\\nwell\tGrill 'n' Co\thttps://o.example/2\n\\.\n",
}


@pytest.mark.parametrize("dump", DUMPS)
def test_a_dump_of_a_database(project, tmp_path, dump):  # noqa: F811
    path = tmp_path / "jobs.sql"
    path.write_text(DUMPS[dump])
    said, rows = rows_of(project, path, ["title", "company", "url"])
    assert [tuple(row.values()) for row in rows] == [
        ("Baker's help, (m)", None, "https://o.example/1"),
        ("Cook;\nwell", "Grill 'n' Co", "https://o.example/2"),
    ]
    assert ("tables left out: users" in said) == (dump == "sqlite")


def test_a_row_of_a_dump_that_cannot_be_read_is_told(project, tmp_path):  # noqa: F811
    path = tmp_path / "jobs.sql"
    path.write_text("INSERT INTO jobs (title, url) VALUES ('Baker', 'u/1'), ('Cook', 'u")
    said, rows = rows_of(project, path, ["title"])
    assert rows == [{"title": "Baker"}] and "1 piece of the file could not be read: line 1 (no value of SQL)" in said


@pytest.mark.parametrize(
    ("header", "row", "want"),
    [
        ("title,company,company name", "Baker,recABCDEFGHIJKLMN,Oven", {"company": "Oven"}),
        ("title,Employer", "Baker,Oven (https://www.notion.so/Oven-1a2b?pvs=21)", {"company": "Oven"}),
        ("title,source", f"Baker,{LONG}", {"source": None}),
        ("title,source", "Baker,via Indeed", {"source": "indeed"}),
        ("title,company,More info", "Baker,Oven,https://oven.example/1", {"url": "https://oven.example/1"}),
    ],
)
def test_cells_that_say_something_else(project, tmp_path, header, row, want):  # noqa: F811
    path = tmp_path / "jobs.csv"
    path.write_text(f"{header}\n{row}\n")
    _, rows = rows_of(project, path, [*want])
    assert rows == [want]
