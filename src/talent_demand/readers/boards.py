"""The one name of a board, by what a file calls it or by the address of a posting: rows of seeds/boards.csv."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from urllib.parse import unquote

from talent_demand.warehouse import PROJECT

HOST = re.compile(
    r"^\s*(?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#@\s]*@)?([^/:?#\s]+)|^\s*((?:[\w-]+\.)+[a-z]{2,})(?:[/:?#]|$)", re.I
)
# What Google's lists of jobs put before a board's name.
VIA = re.compile(r"^\s*(?:via|über|par|bei)\s+", re.IGNORECASE)
# Parts of a host that are a registry's and no name: co.uk, com.au.
REGISTRY = re.compile(r"^(?:co|com|org|net|gov|gob|gouv|ac|edu|or|ne|go|gc|nhs)\.[a-z]{2}$")
# Parts of an address that stand where an employer could.
NO_EMPLOYER = frozenset(
    "embed jobs job view search j o v1 api www careers apply app hire boards job-boards board company companies".split()
)


@cache
def boards() -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Rows of the seed by host, and sources by every name of theirs."""
    with (PROJECT / "seeds" / "boards.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    hosts = {host: row for row in rows for host in row["hosts"].split()}
    names: dict[str, str] = {}
    for row in rows:
        for name in (row["source"], row["display_name"], *row["other_names"].split("|"), *row["hosts"].split()):
            if name:
                names.setdefault(name.casefold(), row["source"])
    return hosts, names


@lru_cache(100_000)
def host_of(url: str) -> str | None:
    """The host of an address, without www; None for what is no address."""
    found = HOST.match(url[:2000])
    return re.sub(r"^www\d?\.", "", (found[1] or found[2]).casefold().strip(".")) if found else None


@lru_cache(100_000)
def row_of_host(host: str) -> dict[str, str] | None:
    """The board that a host belongs to: the row with the longest host that it ends in."""
    labels = host.split(".")
    return next(
        (boards()[0][end] for start in range(len(labels)) if (end := ".".join(labels[start:])) in boards()[0]), None
    )


@lru_cache(100_000)
def source_of_host(host: str) -> str | None:
    """The source of postings at a host: its board, else the name that the host itself was given."""
    row = row_of_host(host)
    if row:
        return row["source"]
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdigit():
        return None
    return labels[-3] if len(labels) > 2 and REGISTRY.match(".".join(labels[-2:])) else labels[-2]


def source_of_url(url: str | None) -> str | None:
    """The source that the address of a posting tells; None where it is no address."""
    host = host_of(url) if url else None
    return source_of_host(host) if host else None


def is_board(name: str) -> bool:
    """Whether a name is that of a known board."""
    return name.casefold() in boards()[1]


def board_of_url(url: str) -> str | None:
    """The board that an address leads to; None where it is that of no known one."""
    row = row_of_host(host) if (host := host_of(url)) else None
    return row["source"] if row else None


@lru_cache(10_000)
def source_named(text: str) -> str:
    """A board as a file names it, by its one name: "via LinkedIn" and "LinkedIn" are linkedin."""
    name = VIA.sub("", " ".join(text.split()))
    plain = re.sub(r"^https?://|^www\.|/$", "", name.casefold())
    names = boards()[1]
    for spelling in (plain, re.sub(r"[\s_-]+", " ", plain), re.sub(r"[\s_-]+", "", plain)):
        if spelling in names:
            return names[spelling]
    row = row_of_host(host) if (host := host_of(name)) else None
    return row["source"] if row else name if VIA.match(text) and name else text


def employer_in_url(url: str | None) -> str | None:
    """The employer as a board's address names it, where the board gives each one a path or a subdomain."""
    host = host_of(url) if url else None
    row = row_of_host(host) if host else None
    if not url or not host or not row or not row["employer_in"]:
        return None
    if row["employer_in"] == "subdomain":
        names = host.split(".")[:1]
    else:
        names = re.findall(r"[?&]for=([^&#]+)", url) or re.sub(r"^[^/]*//", "", url).split("/")[1:2]
    name = unquote(re.split(r"[?#]", names[0])[0]).strip() if names else ""
    return name if name and name.casefold() not in NO_EMPLOYER and not name.isdigit() else None
