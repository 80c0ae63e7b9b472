import contextlib
import csv
import gzip
import io
import json
import os
import shutil
import sys
import time
from types import SimpleNamespace

import duckdb
import pytest

from conftest import Project
from talent_demand.readers.markup import xml_values
from talent_demand.readers.threads import read_header
from talent_demand.warehouse import run
from test_cells import workbook, zipped

FIELDS = "title, company, location, description, source, url, posted_date"
HEADER = "title,company,location,description,site,job_url,date_posted"
ROW = 'Cook,Acme,Oslo,"Two lines,\nand ""quotes""",indeed,https://jobs.example/1,2024-05-06'
WANT = ("Cook", "Acme", "Oslo", 'Two lines,\nand "quotes"', "indeed", "https://jobs.example/1", "2024-05-06")


def open_document(rows):
    """A workbook of OpenDocument whose table begins with these rows."""
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": f"<table:table>{rows}"})


def loaded(project, columns=FIELDS):
    return project.query(f"select {columns} from raw.job_postings order by loaded_at, source_row")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A warehouse of its own, which the command loads into in this process."""
    project = Project(tmp_path)
    monkeypatch.setenv("TALENT_WAREHOUSE", str(project.warehouse))
    return project


def load(project, *arguments):
    """Run the command as a shell does; returns its exit code and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setattr(sys, "argv", ["load_postings.py", *map(str, arguments)])
        try:
            run("talent_demand.readers.load")
            code = 0
        except SystemExit as end:
            code = 1 if isinstance(end.code, str) else end.code
            print(end.code, file=err) if isinstance(end.code, str) else None
    return SimpleNamespace(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


def test_a_jobspy_file(project, tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_text(f"{HEADER},source,job_url_direct\n{ROW},elsewhere,https://acme.example\n")
    finished = load(project, path, "--scraped-at", "2024-05-07T10:00:00+02:00")
    assert finished.returncode == 0
    assert finished.stdout.splitlines()[0] == f"{path}: 1 posting"
    assert loaded(project) == [WANT]
    ((scraped_at, file, row),) = loaded(project, "scraped_at::varchar, source_file, source_row")
    assert (scraped_at, file, row) == ("2024-05-07 08:00:00", "jobs.csv", 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(project, tmp_path, encoding, delimiter):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["Job Title", "Employer", "Link"])
    writer.writerow(["Köchin – Café", "“Acme”", "https://jobs.example/1"])
    path = tmp_path / "jobs.txt"
    path.write_bytes(text.getvalue().encode(encoding))
    assert load(project, path).returncode == 0
    assert loaded(project, "title, company") == [("Köchin – Café", "“Acme”")]


@pytest.mark.parametrize(("first", "second"), [("utf-8", "utf-16-le"), ("utf-8-sig", "utf-16"), ("utf-16", "utf-8")])
def test_what_was_appended_in_another_encoding_is_told(project, tmp_path, first, second):
    path = tmp_path / "jobs.csv"
    rows = "".join(f"Küche {number},https://x.example/{number}\n" for number in range(9))
    path.write_bytes(f"title,url\n{rows}".encode(first) + rows.encode(second))
    finished = load(project, path)
    assert finished.returncode == 1 and "is UTF-8 in one part and UTF-16 in another" in finished.stderr
    for one in (
        "title,url\n经验,https://x.example/厨师".encode("utf-16"),
        b"title,url\n" + 50 * b"Cook,u\n" + bytes(40),
    ):
        path.write_bytes(one)
        assert load(project, path).returncode == 0


def test_bytes_that_only_latin_1_knows(project, tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_bytes(b"title,url\nK\xf6chin \x81,https://jobs.example/1\n")
    assert load(project, path).returncode == 0
    assert loaded(project, "title") == [("Köchin \x81",)]


@pytest.mark.parametrize(
    "header",
    [
        "Title,Company,Place,Description,Site,Link,Date",
        "job_title,company_name,location,job_description,source,job_posting_url,original_listed_time",
        "Position,Employer,City,Details,Job Board,URL,Posted On",
        "functietitel,bedrijf,plaats,omschrijving,source,url,datum",
    ],
)
def test_columns_as_the_world_spells_them(project, tmp_path, header):
    path = tmp_path / "jobs.csv"
    path.write_text(f"{header}\n{ROW}\n")
    assert load(project, path).returncode == 0
    assert loaded(project) == [WANT]


def test_chosen_columns(project, tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_text("Was,Wo,Adresse\nKoch,Bonn,https://jobs.example/1\n")
    finished = load(project, path)
    assert finished.returncode == 1
    assert finished.stderr == (
        f"load_postings.py: {path}: cannot tell which column is the title and the description or url "
        "(its columns: Was, Wo, Adresse); name it with --column\n"
    )
    assert load(project, path, "--column", "title=Nichts").returncode == 1
    assert load(project, path, "--column", "nonsense=Was").returncode == 2
    chosen = ["--column", "title=Was", "--column", "url=Adresse", "--column", "location=wo"]
    assert load(project, path, *chosen, "--source", "my board").returncode == 0
    assert loaded(project, "title, location, source") == [("Koch", "Bonn", "my board")]


def test_the_url_names_the_source(project, tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_text("title,url\nCook,https://nl.linkedin.com/jobs/view/1\nCook,https://www.indeed.co.uk/2\nCook,\n")
    load(project, path)
    assert loaded(project, "source") == [("linkedin",), ("indeed",), (None,)]


SENTENCES = {
    "cp1250": "Příliš žluťoučký kůň hledá zkušené kuchaře a číšníky",
    "iso8859-2": "Poszukujemy doświadczonego kucharza do kuchni w Łodzi",
    "cp1251": "Ищем опытного повара в нашу столовую на полный день",
    "koi8-r": "Ищем опытного повара в нашу столовую на полный день",
    "cp1252": "Für unsere Küche suchen wir größere Köche – sofort",
    "cp1253": "Ζητείται έμπειρος μάγειρας για την κουζίνα μας",
    "cp1254": "Şehir merkezindeki mutfağımız için deneyimli aşçı arıyoruz",
    "cp1255": "דרוש טבח מנוסה למטבח שלנו במרכז העיר",
    "gbk": "我们正在寻找有经验的厨师 工作地点在上海市中心",
    "shift_jis": "経験豊富な料理人を募集しています 勤務地は東京です",
    "euc_jp": "経験豊富な料理人を募集しています 勤務地は東京です",
    "big5": "我們正在尋找有經驗的廚師 工作地點在台北市中心",
    "euc_kr": "경험 많은 요리사를 찾고 있습니다 근무지는 서울입니다",
}


def vacancy(number, text="We cook."):
    return f"<vacancy><title>Cook {number}</title><url>https://x.example/{number}</url><text>{text}</text></vacancy>\n"


def document(*vacancies):
    return "".join(["<?xml version='1.0'?>\n<r:feed xmlns:r='https://r.example'><company>Acme</company>\n", *vacancies])


@pytest.mark.parametrize(
    ("content", "titles", "told"),
    [
        (2 * (document(vacancy(1), vacancy(2)) + "</r:feed>\n"), "1 2 1 2", ""),
        ("<feed>" + vacancy(1) + "</feed>\n<feed>" + vacancy(2) + "</feed>", "1 2", ""),
        (document(vacancy(1)) + "</r:feed>3 seconds\n" + document(vacancy(2)) + "</r:feed>", "1 2", "line 4 (junk"),
        (document(vacancy(1)) + "<vacancy><ti" + document(vacancy(2)) + "</r:feed>", "1 2", "line 4 (not well-formed"),
        (
            document(vacancy(1, "<br>"), vacancy(2, "<br>"), vacancy(3)) + "</r:feed>",
            "1 2 3",
            "line 3 (mismatched tag)",
        ),
        (document(vacancy(1), vacancy(2, "cut off"))[:-20], "1 2", "line 4 ("),
        (document(vacancy(1, "R&D &nbsp;&c; < 5 \x0b<![CDATA[R&D]]>"), vacancy(2)) + "</r:feed>", "1 2", ""),
        (
            document("<trainee><title>Cook 1</title><url>a</url></trainee>\n", vacancy(2, "<br>"), vacancy(3)),
            "1 2 3",
            "line 4 (mismatched tag)",
        ),
        (
            document(vacancy(1, "<![CDATA[We cut o"))
            + "<vacancy><title>Cook 2</title><url>b</url><text><![CDATA[</text></vacancy>"
            + vacancy(3, "<![CDATA[We cook.]]>")
            + "</r:feed>",
            "1 2 3",
            "",
        ),
        (
            document(vacancy(1, "<![CDATA[")[:-18]) + document(vacancy(2, "<![CDATA[a]]>"), vacancy(3)) + "</r:feed>",
            "1 2 3",
            "line 3 (",
        ),
        (
            # No declaration tells where a document begins in the quoted part of another, or behind one.
            2 * ("<feed>" + vacancy(1, "<![CDATA[We cut o")[:-18])
            + ("<feed>" + vacancy(2, "<![CDATA[a]]>") + vacancy(3) + "</feed>"),
            "1 1 2 3",
            "line 1 (",
        ),
        (
            "<feed>" + vacancy(1) + "</feed>\n<feed>" + vacancy(2) + "</feed>\n" + document(vacancy(3)) + "</r:feed>",
            "1 2 3",
            "",
        ),
        (
            document(vacancy(1), '<vacancy id="2><title>a</title></vacancy>\n', vacancy(3)) + "</r:feed>",
            "1 3",
            "line 4 (not well-formed",
        ),
    ],
)
def test_broken_xml_is_read_as_far_as_can_be(project, tmp_path, content, titles, told):
    path = tmp_path / "feed.xml"
    path.write_text(content)
    finished = load(project, path)
    assert finished.returncode == 0, finished.stderr
    assert [title for (title,) in loaded(project, "title")] == [f"Cook {number}" for number in titles.split()]
    assert told in finished.stdout and ("could not be read" in finished.stdout) == bool(told)
    if "R&D" in content:
        assert loaded(project, "description")[0] == ("R&D \u00a0&c; < 5 R&D",)
    if "We cut o" in content:
        assert loaded(project, "description")[0][0].startswith("We cut o")
    if content.startswith("<?xml"):
        assert set(loaded(project, "company")) == {("Acme",)}


def test_a_sound_feed_is_read_once():
    content = (document(vacancy(1, "<![CDATA[a]]>"), vacancy(2)) + "</r:feed>").encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("talent_demand.readers.markup.UNCLOSED", None)
        ((value),) = xml_values(handle := io.BytesIO(content))
    assert len(value["vacancy"]) == 2 and handle.tell() == len(content)


@pytest.mark.parametrize(
    "content",
    [
        "<rss><channel><title>Jobs at Acme</title><link>https://acme.example</link><description>All</description>"
        "<pubDate>Mon, 06 May 2024 00:00:00 GMT</pubDate></channel></rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Jobs</title><id>a</id><updated>2024-05-06</updated></feed>",
        "<source><publisher>Acme</publisher><publisherurl>https://acme.example</publisherurl></source>",
        "<jobs/>",
        "<workzag-jobs>\n</workzag-jobs>",
        '<jobs count="0"></jobs>',
        "<response><total>0</total><results/></response>",
        '{"version": "https://jsonfeed.org/version/1.1", "title": "Jobs", "items": []}',
        '{"title": "Jobs", "url": "https://acme.example", "description": "All of them", "results": []}',
        '{"jobs": [], "total": 0}',
        # null, as Go and others write it, and the object of PHP.
        '{"jobs": null}',
        '{"jobs": null}\n{"jobs": null}\n',
        '{"data": {"jobs": null, "error": null}, "page": 1}',
        '{"title": "Jobs", "url": "https://acme.example", "description": "All of them", "jobs": null}',
        '{"hits": {"total": 0, "hits": null}}',
        '{"items": null}',
        '{"jobs": {}}',
        "[]",
    ],
)
def test_a_feed_without_postings_holds_none(project, tmp_path, content):
    path = tmp_path / "feed"
    path.write_text(content)
    finished = load(project, path)
    assert (finished.returncode, finished.stdout.splitlines()[0]) == (0, f"{path}: 0 postings"), finished.stderr
    # A posting whose own list is empty is one.
    path.write_text('{"title": "Cook", "company": "Acme", "url": "u", "description": "We cook.", "items": []}')
    assert load(project, path).stdout.startswith(f"{path}: 1 posting")


def test_a_large_feed_may_be_broken_in_each_record(project, tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text(document(*(vacancy(number, "We cook. " * 1000 + "<br>") for number in range(1200))))
    finished = load(project, path)
    assert "and 1,197 more" in finished.stdout, finished.stderr
    assert len(set(loaded(project, "title"))) == len(loaded(project, "title")) == 1200


@pytest.mark.parametrize("sign", ["<![CDATA[", "<!--", "&", "<item><"])
def test_what_stands_often_in_broken_xml_takes_no_time(project, tmp_path, sign):
    path = tmp_path / "feed.xml"
    path.write_text(document(vacancy(1, "a & b"), sign * 300_000))
    start = time.process_time()
    load(project, path)
    assert time.process_time() - start < 20


@pytest.mark.parametrize("encoding", SENTENCES)
@pytest.mark.parametrize("kind", ["csv", "json", "xml"])
def test_encodings_are_told_guessed_and_declared(project, tmp_path, encoding, kind):
    text = SENTENCES[encoding]
    content = {
        "csv": f"title,url\n{text},u\n",
        "json": json.dumps([{"title": text, "url": "u"}], ensure_ascii=False),
        "xml": f"<?xml version='1.0' encoding='{encoding}'?><jobs><job><title>{text}</title><url>u</url></job></jobs>",
    }[kind]
    for name, options in (("guessed", []), ("told", ["--encoding", encoding])):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding) + b"\n" * len(options))
        finished = load(project, path, *options)
        assert finished.returncode == 0, finished.stderr
        assert ("a guess" in finished.stdout) == (name == "guessed" and kind != "xml")
    assert loaded(project, "title") == [(text,)] * 2


def test_a_declaration_that_is_wrong_is_not_believed(project, tmp_path):
    path = tmp_path / "feed.xml"
    item = "<jobs><job><title>Köchin</title><url>u</url></job></jobs>"
    for declared, written in (("iso-8859-1", "utf-8"), ("utf-16", "utf-8"), ("nonsense", "cp1252")):
        path.write_bytes(f"<?xml version='1.0' encoding='{declared}'?>{item}".encode(written))
        assert load(project, path).returncode == 0
    assert loaded(project, "title") == [("Köchin",)] * 3


NESTED = {
    "employer": {"name": "Acme"},
    "total": 1,
    "jobs": [{"node": {"heading": "Cook", "link": {"href": "https://x.example/1"}, "where": {"town": "Bergen"}}}],
}


@pytest.mark.parametrize(
    ("chosen", "want"),
    [
        (["--column", "title=node.heading"], ("Cook", "Acme", None, "https://x.example/1")),
        (["--column", "title=heading"], ("Cook", "Acme", None, "https://x.example/1")),
        (
            ["--column", "title=node.heading", "--column", "location=where.town", "--value", "company=A;B, \"C\" 'd'"],
            ("Cook", "A;B, \"C\" 'd'", "Bergen", "https://x.example/1"),
        ),
        (
            ["--column", "title=node.heading", "--column", "url=link.href", "--value", "title=Chef"],
            ("Chef", "Acme", None, "https://x.example/1"),
        ),
    ],
)
@pytest.mark.parametrize("form", ["json", "lines", "flat"])
def test_names_and_values_for_nested_records(project, tmp_path, chosen, want, form):
    path = tmp_path / "jobs"
    if form == "flat":
        path.write_text("employer,node.heading,node.link.href,node.where.town\nAcme,Cook,https://x.example/1,Bergen\n")
    else:
        path.write_text(json.dumps(NESTED, indent=1 if form == "json" else None))
    finished = load(project, path, *chosen)
    assert finished.returncode == 0, finished.stderr
    ((title, company, location, url),) = loaded(project, "title, company, location, url")
    assert (title, company, url) == (want[0], want[1], want[3])
    assert location == want[2] or (form == "flat" and location == "Bergen")


@pytest.mark.parametrize("options", [{}, {"quoting": csv.QUOTE_ALL}, {"delimiter": ";"}, {"delimiter": "\t"}])
def test_a_row_behind_one_that_breaks_off_is_found_again(project, tmp_path, options):
    def rows(numbers):
        text = io.StringIO()
        csv.writer(text, **options).writerows(
            [
                f"Head Cook {n}",
                f"https://x.example/{n}",
                "Acme",
                f"2026-05-{n % 28 + 1:02}",
                'We "care", a lot.\nAnd cook',
            ]
            for n in numbers
        )
        return text.getvalue()

    header = options.get("delimiter", ",").join(["title", "url", "company", "date", "description"])
    whole, broken, following = rows(range(100, 120)), rows([120]), rows(range(121, 125))
    for cut in range(1, len(broken) - 2, 7):
        path = tmp_path / f"jobs {cut}.csv"
        path.write_text(f"{header}\n{whole}{broken[:cut]}{following}", newline="")
        load(project, path)
        found = project.query("select url from raw.job_postings where source_file = ?", [path.name])
        assert {url for (url,) in found} >= {f"https://x.example/{n}" for n in range(100, 125) if n != 120}, cut


def test_an_employers_website_is_no_source(project, tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_text(
        "title,url,website\nCook,https://x.example/1,https://acme.example\nChef,https://y.example/2,www.indeed.com\n"
        "Baker,,LinkedIn\nWaiter,,acme.example\n"
    )
    load(project, path)
    assert loaded(project, "source, other_fields") == [
        ("x", '{"website": "https://acme.example"}'),
        ("indeed", '{"website": "www.indeed.com"}'),
        ("linkedin", '{"website": "LinkedIn"}'),
        (None, '{"website": "acme.example"}'),
    ]


def test_rows_with_too_few_or_too_many_fields_are_kept(project, tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_text(f"{HEADER}\n{ROW}\nCook,Acme\n{ROW},surplus,fields\n,,,,,,\n\n")
    load(project, path)
    surplus = (*WANT[:-1], f"{WANT[-1]},surplus,fields")
    assert loaded(project) == [WANT, ("Cook", "Acme", None, None, None, None, None), surplus, (None,) * 7]


@pytest.mark.parametrize(
    ("content", "want"),
    [
        # A quote that nobody closed takes no other record with it, at the start, in the middle and at the end.
        (
            b'title,company,url\n"Cook,Acme,u1\nBaker,Acme,u2\n"Chef",Acme,u3\n',
            [('"Cook', "Acme", "u1"), ("Baker", "Acme", "u2"), ("Chef", "Acme", "u3")],
        ),
        (
            b'title,company,url\nBaker,"Acme,u2\nChef,Acme,u3\n',
            [("Baker", '"Acme', "u2"), ("Chef", "Acme", "u3")],
        ),
        (b'title,company,url\nCook,Acme,"u1', [("Cook", "Acme", "u1")]),
        (b'title,company,url\nCook,"Acme,u1\nand, so on', [("Cook", "Acme,u1\nand, so on", None)]),
        (b"title,company,url\n'Cook, head',Acme,'u1'\n", [("Cook, head", "Acme", "u1")]),
        (b'title,company,url\n"a \\"big, red\\" bus","Acme","u1"\n', [('a "big, red" bus', "Acme", "u1")]),
        (b'title\tcompany\turl\n5" pipe fitter\tAcme\tu1\n', [('5" pipe fitter', "Acme", "u1")]),
        (b"\n\ntitle,company,url\nCook,Acme,u1\n", [("Cook", "Acme", "u1")]),
        (b"title,company,url\rCook,Acme,u1\rBaker,Acme,u2", [("Cook", "Acme", "u1"), ("Baker", "Acme", "u2")]),
        (b",title,title,company,url,\n0,Cook,Kok,Acme,u1,\n", [("Cook", "Acme", "u1")]),
        # A header behind its records, and below a title.
        (
            b"Cook,Acme,u1\nBaker,Acme,u2\ntitle,company,url\nChef,Acme,u3\n",
            [("Cook", "Acme", "u1"), ("Baker", "Acme", "u2"), ("Chef", "Acme", "u3")],
        ),
        (b"Jobs of May,,\n,,\ntitle,company,url\nChef,Acme,u3\n", [("Chef", "Acme", "u3")]),
        # Files that were put behind one another, each with an order of its own.
        (
            b"title,company,url\nCook,Acme,u1\nurl,title,company\nu2,Baker,Acme\ntitle,company,url\nChef,Acme,u3\n",
            [("Cook", "Acme", "u1"), ("Baker", "Acme", "u2"), ("Chef", "Acme", "u3")],
        ),
        # Where both ways to escape read as many records, quotes are doubled.
        (b'title,company,url\n"a\\""b",Acme,u1\n', [('a\\"b', "Acme", "u1")]),
        (b'"title","company","url"\n"5" pipe fitter","Acme","u1"\n', [('5" pipe fitter', "Acme", "u1")]),
        (
            b"title,company,url\nCook,Acme,u1,,\nBaker,Acme,u2,,x\n",
            [("Cook", "Acme", "u1"), ("Baker", "Acme", "u2,,x")],
        ),
        # Letters of two bytes without a NUL are most of a UTF-16 file without a mark.
        ("title,company,url\nПовар,Столовая,u1\n".encode("utf-16-le"), [("Повар", "Столовая", "u1")]),
        # Text cut within a character, in a file that is UTF-8 otherwise.
        (
            "title,company,url\nKöchin,Café,u1\nKoch,Caf".encode() + b"\xc3,u2\n",
            [("Köchin", "Café", "u1"), ("Koch", "CafÃ", "u2")],
        ),
        # These bytes of cp1252 happen to be valid UTF-8, but most of the others are not.
        ("title,company,url\nCHEF CAFÉ”,à é è,u1\n".encode("cp1252"), [("CHEF CAFÉ”", "à é è", "u1")]),
        (b"title,company,url\nC\x01ook\x1a,Acme,u1\n", [("C\x01ook\x1a", "Acme", "u1")]),
        # Digits of a column's name that are no number, and more of them than Python reads as one.
        (f"title,company,url,x.¹,x.{'9' * 5000}\nCook,Acme,u1,,\n".encode(), [("Cook", "Acme", "u1")]),
        (gzip.compress(b"title,company,url\nCook,Acme,u1\n", mtime=0), [("Cook", "Acme", "u1")]),
    ],
)
def test_odd_files(project, tmp_path, content, want):
    path = tmp_path / "jobs.csv"
    path.write_bytes(content)
    assert load(project, path).returncode == 0
    assert loaded(project, "title, company, url") == want


def test_a_late_odd_row_changes_nothing_before_it(project, tmp_path):
    path = tmp_path / "jobs.csv"
    text = "two\nlines " * 20
    with path.open("w") as handle:
        handle.write("title,url,description\n")
        handle.writelines(f'Cook {n},u{n},"{text}"\n' for n in range(100_000))
        handle.write('"Baker,u,text\nChef,v,text\nshort\n')
    assert path.stat().st_size > 16_000_000
    assert load(project, path).returncode == 0
    assert project.query(
        "select count(*), count(distinct url), sum((source_row = rowid + 1)::int), count(*) filter (where "
        "title = 'Cook ' || (source_row - 1) and description = repeat('two' || chr(10) || 'lines ', 20)) "
        "from raw.job_postings"
    ) == [(100_003, 100_002, 100_003, 100_000)]
    assert loaded(project, "title, url")[-3:] == [('"Baker', "u"), ("Chef", "v"), ("short", None)]


@pytest.mark.parametrize(
    ("header", "row", "want"),
    [
        ("title,url,city,state,country", "Cook,u,Springfield,IL,USA", "Springfield, IL, USA"),
        ("title,url,job_city,job_country", "Cook,u,Springfield,", "Springfield"),
        ("title,url,city,location", "Cook,u,Springfield,Remote", "Remote, Springfield"),
        # a place gets the country that another column tells, and what tells less of a place comes behind a city
        ("title,url,location,Country", "Cook,u,Douglas,Isle of Man", "Douglas, Isle of Man"),
        ("title,url,location,state,country", "Cook,u,Springfield,IL,US", "Springfield, IL, US"),
        ("title,url,location,country", "Cook,u,Austin,US", "Austin, US"),
        ("title,url,location,country", '"Cook",u,"Oslo, Norway",NO', "Oslo, Norway"),
        ("title,url,location,country", '"Cook",u,"Oslo, Norway",Norway', "Oslo, Norway"),
        ("title,url,location,country", "Cook,u,Oslo; Bergen,Norway", "Oslo; Bergen"),
        ("title,url,geo,city,country,address", "Cook,u,AU,Sydney,Australia,1 High Street", "Sydney, Australia"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_place_in_parts(project, tmp_path, header, row, want, kind):
    path = tmp_path / f"jobs.{kind}"
    rows = list(csv.DictReader([header, row]))
    path.write_text(json.dumps(rows) if kind == "json" else f"{header}\n{row}\n")
    load(project, path)
    assert loaded(project, "location") == [(want,)]


@pytest.mark.parametrize(
    ("header", "row", "want"),
    [
        ("title,url,contract_type,job_type", "Cook,u,Permanent,Full time", "Full time"),
        ("title,url,contract_type,job_type", "Cook,u,Temporary,Full time", "Full time, Temporary"),
        ("title,url,job_type,full_time,part_time", "Cook,u,,no,yes", "part time"),
        ("title,url,job_type,full_time", "Cook,u,Contract,yes", "Contract"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_all_that_is_told_of_a_type_of_employment(project, tmp_path, header, row, want, kind):
    path = tmp_path / f"jobs.{kind}"
    rows = list(csv.DictReader([header, row]))
    path.write_text(json.dumps(rows) if kind == "json" else f"{header}\n{row}\n")
    load(project, path)
    assert sorted(loaded(project, "employment_type")[0][0].split(", ")) == sorted(want.split(", "))


def test_a_column_says_when_each_posting_was_seen(project, tmp_path):
    path = tmp_path / "jobs_2024-06-30.csv"
    path.write_text("title,url,posted_at,crawl_timestamp\nCook,u,3 days ago,2024-05-06 05:26:22 +0000\nBaker,v,,soon\n")
    load(project, path)
    assert loaded(project, "scraped_at::varchar") == [("2024-05-06 05:26:22",), ("2024-06-30 00:00:00",)]


def test_a_large_description_and_nul_bytes(project, tmp_path):
    path = tmp_path / "jobs.csv"
    text = "word " * 2_000_000
    path.write_text(f'title,description\nCook,"{text}"\nBaker,"nul \0 byte"\n')
    assert load(project, path).returncode == 0
    assert loaded(project, "title, length(description)") == [("Cook", 10_000_000), ("Baker", 9)]


def test_many_large_descriptions_are_read_in_little_memory(project, tmp_path):
    # DuckDB decompresses up to 2,048 of them at once.
    path = tmp_path / "jobs.jsonl"
    with path.open("w") as file:
        for number in range(300):
            file.write(json.dumps({"title": f"Cook {number}", "description": f"{number} " + "word " * 240_000}) + "\n")
    assert load(project, path).returncode == 0
    with duckdb.connect(str(project.warehouse), config={"memory_limit": "400MB", "threads": "1"}) as connection:
        ((rows, length),) = connection.execute(
            "select count(*), sum(strlen(description)) from raw.job_postings"
        ).fetchall()
    assert (rows, length < 150_000_000) == (300, True)
    whole = "case when long_fields is null then description else json_extract_string(long_fields, '$.description') end"
    query = f"select count(*), min(length({whole})), count(long_fields) from raw.job_postings"
    (kept,) = project.query(query)
    assert kept == (300, 1_200_002, 300 - 83)


@pytest.mark.parametrize(
    ("name", "content", "want"),
    [
        ("array.json", [{"title": "Cook", "url": "u", "date": 1712346159000}], ("Cook", None, None, "1712346159000")),
        (
            "greenhouse.json",
            {
                "jobs": [
                    {
                        "title": "Cook",
                        "absolute_url": "u",
                        "location": {"name": "Oslo"},
                        "content": "&lt;p&gt;text&lt;/p&gt;",
                        "updated_at": "2024-05-09",
                        "first_published": "2024-05-06",
                        "company_name": "Acme",
                    }
                ]
            },
            ("Cook", "Oslo", "<p>text</p>", "2024-05-06"),
        ),
        (
            "lever.json",
            [
                {
                    "text": "Cook",
                    "hostedUrl": "u",
                    "categories": {"location": "Oslo", "team": "Kitchen"},
                    "descriptionPlain": "text",
                    "lists": [{"text": "Must", "content": "<li>knife</li>"}],
                    "createdAt": 1712346159000,
                }
            ],
            ("Cook", "Oslo", "text\n\nMust:\n<li>knife</li>", "1712346159000"),
        ),
        (
            "ashby.json",
            {
                "jobs": [
                    {"title": "Cook", "jobUrl": "u", "location": "Oslo", "descriptionPlain": "t", "publishedAt": "d"}
                ]
            },
            ("Cook", "Oslo", "t", "d"),
        ),
        (
            "linked_data.json",
            {
                "@context": "https://schema.org",
                "@type": "JobPosting",
                "title": "Cook",
                "url": "u",
                "datePosted": "2024-05-06",
                "description": "text",
                "hiringOrganization": {"@type": "Organization", "name": "Acme"},
                "jobLocation": {"address": {"addressLocality": "Oslo", "addressCountry": {"name": "Norway"}}},
            },
            ("Cook", "Oslo, Norway", "text", "2024-05-06"),
        ),
        (
            "graph.json",
            [
                {
                    "@context": "https://schema.org",
                    "@graph": [
                        {"@type": "Organization", "name": "Acme", "url": "https://acme.example"},
                        {
                            "@type": "JobPosting",
                            "title": "Cook",
                            "url": "u",
                            "datePosted": "2024-05-06",
                            "description": "text",
                            "jobLocation": [{"address": {"addressLocality": "Oslo", "addressRegion": "O"}}],
                        },
                    ],
                }
            ],
            ("Cook", "Oslo, O", "text", "2024-05-06"),
        ),
        (
            "search_results.json",
            {
                "filters": [{"name": "Title", "options": []}],
                "jobs_results": [
                    {
                        "title": "Cook",
                        "location": {"display_name": "Oslo", "area": ["Norway"]},
                        "share_link": "a search",
                        "description": "text",
                        "detected_extensions": {"posted_at": "3 days ago"},
                        "apply_options": [{"title": "a board", "link": "u"}],
                    }
                ],
            },
            ("Cook", "Oslo", "text", "3 days ago"),
        ),
        (
            "feed_with_a_head_of_its_own.json",
            {
                "title": "Openings",
                "url": "https://acme.example",
                "description": "All of them",
                "company": {"name": "Acme"},
                "results": {"data": [{"title": "Cook", "company": "Acme", "url": "u", "description": "text"}]},
            },
            ("Cook", None, "text", None),
        ),
        (
            "pandas_columns.json",
            {"title": {"0": "Cook"}, "url": {"0": "u"}, "city": {"0": "Oslo"}, "date": {"0": 1}},
            ("Cook", "Oslo", None, "1"),
        ),
        (
            "pandas_split.json",
            {"columns": ["title", "url", "city"], "index": [0], "data": [["Cook", "u", "Oslo"]]},
            ("Cook", "Oslo", None, None),
        ),
    ],
)
def test_json(project, tmp_path, name, content, want):
    path = tmp_path / name
    path.write_text(json.dumps(content))
    finished = load(project, path)
    assert finished.returncode == 0, finished.stderr
    assert loaded(project, "title, location, description, posted_date") == [want]
    assert loaded(project, "url") == [("u",)]


@pytest.mark.parametrize(
    ("content", "want"),
    [
        ('{"title": "Cook", "url": "u"}\n{"title": "Ba\n{"title": "Chef", "url": "v"}\n', ["Cook", None, "Chef"]),
        ('{"title": "Ba\n{"title": "Cook", "url": "u"}\n\n5\n', [None, "Cook", None]),
        ('{\n"title": "Cook",\n"url": "u"\n}\n{\n"title": "Chef", "url": "v"}', ["Cook", "Chef"]),
        (r'[{"title": "R\&D", "url": "u"}, {"title": "\u00e9\ud83d", "url": "v"}]', [r"R\&D", "é?"]),
        # Text between two records of a line takes none with it, nor does what an object in a broken one holds.
        ('{"title": "Cook", "url": "u"} oops {"title": "Chef", "url": "v"}', ["Cook", "Chef"]),
        (
            '[{"title": "Cook", "url": "u"} <br> {"title": "Chef", "url": "v"}, {"title": "B", "url": "w"}]',
            ["Cook", "Chef", "B"],
        ),
        ('{"title": "Cook", "url": "u"} x "by": {"name": "Acme", "url": "v", "city": "Oslo"}', ["Cook"]),
        # Pages under one name.
        ('{"jobs": [{"title": "Cook", "url": "u"}], "jobs": [{"title": "Chef", "url": "v"}]}', ["Cook", "Chef"]),
        # What a machine leaves that stops while it writes.
        ('{"title": "Cook", "url": "u"}\n' + "\0" * 4096 + '\n{"title": "Chef", "url": "v"}', ["Cook", "Chef"]),
        # As Python prints records, beside each other and over several lines.
        ("""[{'title': "Chef's } cook", 'url': None}, {'title': 'Chef',\n 'url': 'u'}]""", ["Chef's } cook", "Chef"]),
    ],
)
def test_json_that_is_not_quite_right(project, tmp_path, content, want):
    path = tmp_path / "jobs.jsonl"
    path.write_text(content)
    assert load(project, path).returncode == 0
    assert loaded(project, "title") == [(title,) for title in want]


def test_a_field_that_only_late_lines_have(project, tmp_path):
    path = tmp_path / "jobs.jsonl"
    lines = [json.dumps({"title": "Cook", "url": f"u{n}", "text": "word " * 100}) for n in range(20_000)]
    path.write_text("\n".join([*lines, json.dumps({"title": "Chef", "url": "v", "date_posted": "2024-05-06"})]))
    load(project, path)
    assert project.query("select count(*), max(posted_date) from raw.job_postings") == [(20_001, "2024-05-06")]


@pytest.mark.parametrize(
    ("feed", "source"),
    [
        ({"jobs": [{"title": "Cook", "absolute_url": "https://boards.greenhouse.io/acme/jobs/1"}]}, "greenhouse"),
        ([{"text": "Cook", "hostedUrl": "https://jobs.lever.co/acme/1"}], "lever"),
        ({"jobs": [{"title": "Cook", "jobUrl": "https://jobs.ashbyhq.com/acme/1"}]}, "ashby"),
    ],
)
def test_the_url_of_a_feed_names_the_employer(project, tmp_path, feed, source):
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(feed))
    load(project, path)
    assert loaded(project, "title, company, source") == [("Cook", "acme", source)]


def test_a_thread(project, tmp_path):
    path = tmp_path / "thread.json"
    comments = [
        {"id": 1, "time": 1719848692, "text": "Acme &amp; Co | Oslo, Norway | Senior Cook | Full-time<p>We cook\\e."},
        {"id": 2, "time": 1719848693, "deleted": True},
        {"id": 3, "time": 1719848694, "text": "We are hiring cooks"},
    ]
    path.write_text(json.dumps({"post": {"id": 9}, "comments": comments}).replace("\\\\e", "\\e"))
    assert load(project, path).returncode == 0
    item = "https://news.ycombinator.com/item?id="
    assert loaded(project, "title, company, location, url, posted_date, source") == [
        (
            "Senior Cook",
            "Acme & Co",
            "Oslo, Norway",
            f"{item}1",
            "1719848692",
            "hacker news",
        ),
        (None, None, None, f"{item}2", "1719848693", "hacker news"),
        ("We are hiring cooks", None, None, f"{item}3", "1719848694", "hacker news"),
    ]


@pytest.mark.parametrize(
    ("header", "title", "company", "location"),
    [
        ("Senior | Founding Baker | Ghent | Full time", "Founding Baker", "Senior", "Ghent"),
        (
            "Lead Pots (lead.example), makers of Pan Designer | ONSITE | Porto | Chef",
            "Chef",
            "Lead Pots (lead.example), makers of Pan Designer",
            "Porto",
        ),
        ("Ladle | Cook | Hybrid (Utrecht) | Full time", "Cook", "Ladle", "Hybrid (Utrecht)"),
        ("Ladle | Cook | Onsite (5 days) | Full time", "Cook", "Ladle", None),
        ("Ladle | Cook | Hybrid (Utrecht) | REMOTE", "Cook", "Ladle", "Hybrid (Utrecht)"),
    ],
)
def test_the_header_of_a_comment(header, title, company, location):
    assert read_header(header) == {"title": title, "company": company, "location": location}


def test_a_thread_by_algolia(project, tmp_path):
    path = tmp_path / "thread.json"
    reply = {"id": 3, "type": "comment", "text": "Nice", "created_at_i": 1719848699, "children": []}
    text = "Acme | Senior Cook | Oslo | Full-time<p>We cook"
    comments = [
        {"id": 2, "type": "comment", "text": text, "created_at_i": 1719848692, "children": [reply]},
        {"id": 4, "type": "comment", "text": None, "created_at_i": 1719848693, "children": []},
    ]
    path.write_text(
        json.dumps({"id": 1, "type": "story", "title": "Who is hiring?", "url": None, "children": comments})
    )
    assert load(project, path).returncode == 0
    assert loaded(project, "title, company, location, posted_date") == [
        ("Senior Cook", "Acme", "Oslo", "1719848692"),
        (None, None, None, "1719848693"),
    ]


@pytest.mark.parametrize(
    ("columns", "want"),
    [
        ("'Cook' as title, 'u' as url, timestamp '2024-05-06 10:00' as posted", ("Cook", None, "2024-05-06 10:00:00")),
        ("'Cook'::blob as title, 'u' as url, {'name': 'Acme'} as company", ("Cook", "Acme", None)),
        ("'Cook' as title, 'u' as url, date '2024-05-06' as posted, [1] as s", ("Cook", None, "2024-05-06")),
        ("'Cook' as title, 'u' as url, 1712346159000::double as listed_time", ("Cook", None, "1.712346159e+12")),
    ],
)
def test_parquet_of_other_types(project, tmp_path, columns, want):
    path = tmp_path / "jobs.parquet"
    duckdb.execute(f"copy (select {columns}) to '{path}' (format parquet)")
    assert load(project, path).returncode == 0
    ((title, company, date),) = loaded(project, "title, company, posted_date")
    assert (title, company, date and date.removesuffix(".000000")) == want


def test_parquet(project, tmp_path):
    path = tmp_path / "jobs.parquet"
    duckdb.execute(
        f"copy (select 'Cook' as title, 'u' as url, date '2024-05-06' as posted) to '{path}' (format parquet)"
    )
    assert load(project, path).returncode == 0
    assert loaded(project, "title, url, posted_date") == [("Cook", "u", "2024-05-06")]


def test_the_same_content_again_adds_nothing(project, tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_text(f"{HEADER}\n{ROW}\n")
    shutil.copy(path, tmp_path / "renamed.csv")
    load(project, path)
    assert load(project, path).stdout.startswith(f"{path}: loaded already, nothing added\n")
    assert load(project, tmp_path).returncode == 0
    assert len(loaded(project)) == 1
    path.write_text(f"{HEADER}\n{ROW}\n{ROW}\n")
    load(project, path)
    assert len(loaded(project)) == 3


def test_when_it_was_scraped(project, tmp_path):
    names = {"jobs_2024-06-30.csv": "2024-06-30", "20240701.csv": "2024-07-01", "jobs_2024-06.csv": "2023-11-14"}
    for name in names:
        path = tmp_path / name
        path.write_text(f"title,url,date\n{name},https://jobs.example/1,\n")
        os.utime(path, (1_700_000_000, 1_700_000_000))
        finished = load(project, path)
        assert f"1 posting, 1 of them without a date (seen {names[name]}, or as --scraped-at says)" in finished.stdout
    assert dict(loaded(project, "title, scraped_at::date::varchar")) == names


def test_a_folder_says_when_its_files_were_scraped(project, tmp_path):
    folder = tmp_path / "2024-06-30"
    folder.mkdir()
    (folder / "jobs.csv").write_text("title,url\nCook,https://jobs.example/1\n")
    load(project, folder)
    assert loaded(project, "scraped_at::date::varchar, source_file") == [("2024-06-30", "2024-06-30/jobs.csv")]


def test_a_board_under_another_name_keeps_it(project, tmp_path):
    path = tmp_path / "jobs.json"
    path.write_text('[{"title": "Cook", "url": "https://jobs.example/1", "source": "workday"}]')
    load(project, path)
    assert loaded(project, "source, other_fields") == [("myworkdayjobs", '{"source": "workday"}')]


def test_a_column_is_chosen_for_a_field_that_there_is(project, tmp_path):
    finished = load(project, tmp_path / "jobs.csv", "--column", "salery=pay")
    assert finished.returncode == 2
    assert "'salery=pay' is not FIELD=NAME with a field of title, company" in finished.stderr


def test_lines_before_a_header_and_broken_data_of_a_page_are_told(project, tmp_path):
    table, page = tmp_path / "jobs.csv", tmp_path / "jobs.html"
    table.write_text("Jobs of May\n\ntitle,company,url\nChef,Acme,https://jobs.example/1\n")
    assert "1 record before the header left out: no postings" in load(project, table).stdout
    script = '<script type="application/ld+json">{"@type": "JobPosting", "title": "Cook"'
    page.write_text(f"<html>{script}}}</script>\n{script}</script></html>")
    assert "1 piece of the file could not be read: line 2" in load(project, page).stdout
    assert loaded(project, "title") == [("Chef",), ("Cook",)]
    sheet = tmp_path / "jobs.xlsx"
    sheet.write_bytes(workbook(["Jobs of June"], [["Eve"], ["title", "company", "url"], ["Cook", "Acme", "u"]]))
    assert "2 rows before the header left out: no postings" in load(project, sheet).stdout


def test_folders_and_patterns(project, tmp_path):
    for name in ("a.csv", "b.csv", "notes.md"):
        (tmp_path / name).write_text(f"title,url\n{name},https://jobs.example/{name}\n")
    assert load(project, tmp_path / "b*.csv").returncode == 0
    assert load(project, tmp_path).returncode == 0
    assert loaded(project, "title") == [("b.csv",), ("a.csv",)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04 and more", "the archive cannot be read"),
        (b"%PDF-1.7", "the file is a PDF"),
        (b"PAR1 nonsense", "the Parquet file cannot be read"),
        (b'{"title": "Cook"', "the JSON is broken"),
        (b'{"error": "rate limit"}', "the file holds no postings"),
        (b'{"error": "rate limit", "jobs": []}', "the file holds no postings"),
        (b'{"status": "error", "data": null}', "the file holds no postings"),
        (b'{"success": false, "results": null}', "the file holds no postings"),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "the file is a sitemap, which lists pages"),
        (
            b"<s:sitemapindex xmlns:s='a'><s:sitemap><s:loc>u</s:loc></s:sitemap></s:sitemapindex>",
            "the file is a sitemap, which lists pages",
        ),
        (b'["https://jobs.example/1", 2]', "the file holds no postings"),
        (b"jobs.csv".ljust(257, b"\0") + b"ustar\x0000".ljust(255, b"\0"), "the file is a tar archive"),
        (b"[" * 100_000, "the JSON is broken in line 1: nested too deep"),
        (gzip.compress(b"title,url\nCook,u\n" * 99, mtime=0)[:40], "the file cannot be unpacked"),
        (bytes(range(256)) * 9, "the file is binary"),
        (b"<html></html>", "this is an HTML page"),
        (b"PK\x03\x05".join(workbook(["title"], []).rsplit(b"PK\x03\x04", 1)), "the workbook cannot be read"),
        (
            workbook(
                ["title"], [], '<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
            ),
            "the workbook claims more cells than it can have",
        ),
        *(
            (open_document(rows), "the workbook claims more cells than it can have")
            for rows in (
                '<table:table-row table:number-rows-repeated="1000000000"><table:table-cell office:value="1"/>',
                '<table:table-row table:number-rows-repeated="1000000000"/><table:table-row><table:table-cell>a',
                '<table:table-row><table:table-cell table:number-columns-repeated="1000000000">a</table:table-cell>',
            )
        ),
        (b"Cook,Acme,https://jobs.example/1\n", "the first line names no columns: write them above it (Cook, Acme, "),
    ],
)
def test_files_that_are_refused(project, tmp_path, content, says):
    path = tmp_path / "jobs.csv"
    path.write_bytes(content)
    good = tmp_path / "good.csv"
    good.write_text("title,url\nCook,https://jobs.example/1\n")
    finished = load(project, path, good)
    assert finished.returncode == 1
    assert finished.stderr.startswith(f"load_postings.py: {path}: {says}")
    assert finished.stderr.count("\n") == 1
    assert loaded(project, "title") == [("Cook",)]


def test_files_that_are_not_there(project, tmp_path):
    for name in ("missing.csv", "*.csv"):
        finished = load(project, tmp_path / name)
        assert (finished.returncode, finished.stderr) == (1, f"load_postings.py: {tmp_path / name}: no such file\n")
