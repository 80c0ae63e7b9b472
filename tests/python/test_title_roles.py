"""The family of work that a reader finds in titles written for this project (tests/labelled/roles.csv)."""

import csv

from conftest import PROJECT


def test_readers_and_rules_agree_on_the_work_that_a_title_names(project):
    with (PROJECT / "tests" / "labelled" / "roles.csv").open(encoding="utf-8", newline="") as handle:
        labelled = list(csv.DictReader(handle))
    with (project.folder / "titles.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["title", "url", "posted_date"])
        writer.writerows([row["title"], f"https://jobs.example/{at}", "2024-06-03"] for at, row in enumerate(labelled))
    project.script("load_postings", project.folder / "titles.csv")
    project.dbt("build", "--select", "+int_title_roles", "--exclude-resource-type", "test", "unit_test")
    found = dict(
        project.query(
            """
            select postings.title, roles.role_family
            from intermediate.int_postings as postings
            inner join intermediate.int_title_roles as roles on postings.title_words = roles.title_words
            """
        )
    )
    wrong = [
        (row["title"], row["role_family"], found[row["title"]])
        for row in labelled
        if (found[row["title"]] or "") != row["role_family"]
    ]
    assert wrong == []
