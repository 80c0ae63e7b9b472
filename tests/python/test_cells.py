"""Nothing of a file is lost: each cell, in whatever format it comes, is found again in its row of the raw table."""

import csv
import gzip
import io
import json
import random
import zipfile
from html import escape, unescape

import pyarrow as pa
import pyarrow.parquet
import pytest

from talent_demand.readers import load as load_postings
from talent_demand.warehouse import POSTING_FIELDS

# Beside a title and an address, which make it a posting: names that lead to each field, several to many, and to none.
NAMES = (
    "company employer company_name location job_location city state country job_city date_posted posted_at "
    "updated_at created_at description summary job_description requirements benefits skills_desc site source "
    "website via job_url_direct apply_link is_remote is_hybrid workplace remote_type employment_type job_type type "
    "salary salary_min salary_max min_amount max_amount currency interval industry job_level seniority search_term "
    "query closing_date expires_at scraped_at crawl_timestamp other_fields loaded_at source_file source_row "
    "job_title headline link company_rating emails tags Überschrift x_1 department.name company.id kept board main "
    "c0 c1 title_2"
).split()
# What cells hold; each is made unlike all others by a number.
TEXTS = (
    "{}",
    "Acme {} &amp; Co",
    "&lt;p&gt;Cook {}&lt;/p&gt;",
    "Acme {}\n4.2",
    "['Oslo {}', 'Bergen']",
    '[{{"name": "Oslo {}", "id": 7}}]',
    '{{"name": "Acme {}", "size": 12}}',
    "two\nlines {}",
    'say "{}", he said',
    "  blanks {}  ",
    "https://jobs.example/{}?a=1&b=2",
    "via LinkedIn {}",
    "2026-05-{}",
    "{} days ago",
    "true",
    "no",
    "nan",
    "-",
    "True {}",
    "Oslo {}, Norway",
    "Köln {} – Ärzte’s",
    "工程师 {}",
    "{};{}|{}\t{}",
    "<b>bold {}</b>",
    "=1+{}",
    "back\\slash {}\\",
    "3 locations",
    "{}.50",
    "O'Neill {}",
    "{{'city': 'Oslo {}', 'country': 'NO'}}",
)


def made_table(seed):
    """A header, and rows of cells; a cell may be empty."""
    chance = random.Random(seed)
    names = ["title", "url", *chance.sample(NAMES, chance.randint(1, 9))]
    numbers = iter(range(100, 1000))

    def cell():
        text = chance.choice(("", *TEXTS))
        return text.replace("{}", str(next(numbers))).replace("{{", "{").replace("}}", "}")

    rows = [
        [f"Cook {next(numbers)}", f"https://jobs.example/{next(numbers)}", *[cell() for _ in names[2:]]]
        for _ in range(chance.randint(1, 8))
    ]
    return names, rows


def delimited(names, rows, **options):
    text = io.StringIO()
    csv.writer(text, **options).writerows([names, *rows])
    return text.getvalue().encode()


def records(names, rows):
    return [dict(zip(names, row, strict=True)) for row in rows]


def nested(names, rows):
    """Records whose columns lie in objects and lists."""
    made = []
    for row in rows:
        cells = inside(names, row)
        objects = {name: {"value": cell} for name, cell in cells[::2]}
        lists = {name: [cell, {"name": cell + "!", "id": number}] for number, (name, cell) in enumerate(cells[1::2])}
        made.append({"title": row[0], "url": row[1], "attributes": objects, **lists})
    return made


def inside(names, row):
    return list(zip(names[2:], row[2:], strict=True))


def element(name, cell):
    return f"<{name}>{escape(cell)}</{name}>" if name.isidentifier() else ""


def xml(names, rows, item="job", around="<jobs>{}</jobs>"):
    items = "".join(
        f"<{item}>{''.join(element(name, cell) for name, cell in zip(names, row, strict=True))}</{item}>"
        for row in rows
    )
    return ("<?xml version='1.0' encoding='utf-8'?>" + around.format(items)).encode()


def rss(names, rows):
    renamed = ["link" if name == "url" else "url" if name == "link" else name for name in names]
    return xml(renamed, rows, "item", "<rss><channel><title>Jobs</title>{}</channel></rss>")


def page(names, rows):
    blocks = ""
    for record in records(names, rows):
        posting = json.dumps({"@type": "JobPosting", **record}).replace("</", "<\\/")
        blocks += f'<script type="application/ld+json">{posting}</script>'
    return f"<!DOCTYPE html><html><head><title>Jobs</title>{blocks}</head></html>".encode()


def workbook(names, rows, last=""):
    """The smallest workbook that holds these texts, and behind them a row of XML."""

    def sheet_row(cells):
        inline = [f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>' for cell in cells]
        return f"<row>{''.join(inline)}</row>"

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r0" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Jobs" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>'
        + "".join(map(sheet_row, [names, *rows]))
        + f"{last}</sheetData></worksheet>",
    }
    return zipped(parts)


def zipped(parts):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def parquet(names, rows):
    data = io.BytesIO()
    columns = {name: [row[number] for row in rows] for number, name in enumerate(names)}
    pa.parquet.write_table(pa.table(columns), data)
    return data.getvalue()


def as_json(value):
    return json.dumps(value, ensure_ascii=False).encode()


def wrapped(names, rows):
    return as_json({"company": {"name": "Wrap"}, "total": len(rows), "jobs": records(names, rows)})


FORMATS = {
    "csv": delimited,
    "quoted": lambda names, rows: delimited(names, rows, quoting=csv.QUOTE_ALL),
    "tsv": lambda names, rows: delimited(names, rows, delimiter="\t"),
    "semicolons": lambda names, rows: delimited(names, rows, delimiter=";"),
    "sep": lambda names, rows: b"sep=;\r\n" + delimited(names, rows, delimiter=";"),
    "utf-16": lambda names, rows: delimited(names, rows).decode().encode("utf-16"),
    "array": lambda names, rows: as_json(records(names, rows)),
    "lines": lambda names, rows: b"\n".join(map(as_json, records(names, rows))),
    "nested": lambda names, rows: as_json(nested(names, rows)),
    "wrapper": wrapped,
    "columns": lambda names, rows: as_json({"columns": names, "data": rows}),
    "xml": xml,
    "rss": rss,
    "page": page,
    "xlsx": workbook,
    "parquet": parquet,
    "gz": lambda names, rows: gzip.compress(delimited(names, rows)),
    "zip": lambda names, rows: zipped({"jobs.json": as_json(records(names, rows))}),
}


def leaves(value):
    """The texts in a value of JSON."""
    if isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    elif value is not None:
        yield value if isinstance(value, str) else json.dumps(value)


def raw_rows(connection, path, *arguments):
    """The texts of each raw row that a file becomes: of its columns, and in its other fields."""
    options = load_postings.command_line().parse_args([str(path), *arguments])
    connection.execute("delete from raw.job_postings; delete from raw.loaded_files")
    list(load_postings.Load(connection, options).file(path))
    fields = ", ".join(POSTING_FIELDS)
    for *texts, seen, other in connection.execute(
        f"select {fields}, scraped_at::varchar, other_fields from raw.job_postings order by source_row"
    ).fetchall():
        yield [text for text in texts if text], seen, list(leaves(json.loads(other))) if other else []


def is_kept(cell, texts, seen, other):
    """Whether a cell is one of the other fields, stands in a column as it came or unescaped, or is what a flag says."""
    return (
        cell in other
        or any(cell in text or unescape(cell) in text for text in texts)
        or (seen or "").startswith(cell)
        or cell in ("true", "no", "nan", "-")
    )


@pytest.mark.parametrize("form", FORMATS)
def test_each_cell_is_found_again(connection, tmp_path, form):
    for seed in range(12):
        names, rows = made_table(f"{form} {seed}")
        path = tmp_path / f"jobs {seed}"
        path.write_bytes(FORMATS[form](names, rows))
        found = list(raw_rows(connection, path, *["--scraped-at", "2026-05-06"] * (seed % 2)))
        assert len(found) == len(rows)
        for row, (texts, seen, other) in zip(rows, found, strict=True):
            for name, cell in zip(names, row, strict=True):
                if form in ("xml", "rss"):
                    cell = cell.strip() if name.isidentifier() else ""
                assert not cell or is_kept(cell, texts, seen, other), (seed, name, cell, texts, other)


def test_a_table_is_read_alike_cell_by_cell_and_by_a_statement(connection, tmp_path):
    fields = ", ".join(POSTING_FIELDS)
    for seed in range(40):
        names, rows = made_table(seed)
        read = []
        for form in ("csv", "array"):
            path = tmp_path / f"jobs {seed}.{form}"
            path.write_bytes(FORMATS[form](names, rows))
            list(raw_rows(connection, path))
            read.append(connection.execute(f"select {fields} from raw.job_postings order by source_row").fetchall())
        for row, flat, nested_ones in zip(rows, *read, strict=True):
            assert dict(zip(POSTING_FIELDS, flat, strict=True)) == dict(
                zip(POSTING_FIELDS, nested_ones, strict=True)
            ), (seed, names, row)


def test_what_a_wrapper_says_of_its_page_goes_with_its_postings(connection, tmp_path):
    path = tmp_path / "jobs.json"
    feed = {
        "meta": {"page": 3, "generated": "2026-05-06T10:00", "next": {"href": "https://x.example/?page=4"}},
        "facets": [{"remote": n} for n in range(500)],
        "languages": ["nb", "en"],
        "jobs": [{"title": "Cook", "url": "https://x.example/1"}],
    }
    path.write_text(json.dumps(feed))
    ((texts, _, other),) = raw_rows(connection, path)
    assert texts == ["Cook", "x", "https://x.example/1"]
    assert [json.loads(text) for text in other] == [feed["meta"], feed["languages"]]
    assert connection.execute("select posted_date from raw.job_postings").fetchall() == [(None,)]
