"""Flat tables as rows of the raw table: what records.py does record by record, as one statement."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from talent_demand.readers.boards import source_named, source_of_host
from talent_demand.readers.columns import (
    BOARD_NAME,
    DOUBTFUL,
    MISSING,
    NO,
    NOWHERE,
    TELLING,
    VAGUE,
    YES,
    Candidate,
    Plan,
    last_telling_rank,
    title_forms,
)
from talent_demand.readers.records import cleaned
from talent_demand.warehouse import POSTING_FIELDS, quoted

# Cells that may need cleaning: entities, lists and objects, links, an employer's rating on a line of its own.
TO_CLEAN = r"&#?\w+;|^\s*[\[{]|\n|\]\(|<a |notion\.so"
# Beside "the same employer as above".
DITTO = "↳"
HOST = r"^\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://)?(?:[^/?#@\s]*@)?(?:www\d?\.)?(?P<host>[^/:?#\s]+\.[A-Za-z]{2,})\.?(?:[/:?#]|$)"
# Columns beside the file's own: its cells as they came where they were cleaned, and the board that the url tells.
KEPT, BOARD = "kept", "board"


def json_text(text: str) -> str:
    """A text as JSON."""
    return json.dumps(text, ensure_ascii=False)


def quoted_list(texts: tuple[str, ...]) -> str:
    """Texts as a list of SQL literals."""
    return ", ".join(map(quoted, texts))


def given(column: str) -> str:
    """A cell that says something; null for an empty one and for words for nothing."""
    is_word = f"length({column}) > 8 or lower(trim({column})) not in ({quoted_list(MISSING)})"
    return f"case when {column} <> '' and ({is_word}) then {column} end"


def statement(columns: list[str], plan: Plan, values: dict[str, str]) -> str:
    """A query on ``records``, whose columns are c0, c1, …: all fields, scraped_at as text, other_fields and source_row.

    ``values``: what a field is for all postings; its columns are kept with the other fields.
    """
    fields: dict[str, str] = {}
    main = "null"
    told = [*plan.unknown, *(position for position, _ in plan.flags)]
    kept: dict[int, str] = {position: f"c{position} <> ''" for position in told}
    for name, candidates in plan.fields.items():
        cells = [candidate.names for candidate in candidates]
        if name in values:
            kept |= {position: f"c{position} <> ''" for cell in cells for position in cell}
            continue
        fields[name] = first_given(name, candidates)
        for cell in cells:
            for position in cell:
                test = f"c{position} <> '' and c{position} is distinct from {name}"
                if len(cell) > 1 or name in ("description", "location", "employment_type"):
                    test += f" and not contains(coalesce({name}, ''), c{position})"
                if len(cells) > 1 or len(cell) > 1 or candidates[0].only or name == "title":
                    kept[position] = test
    if plan.parts and "description" not in values:
        parts = [
            f"case when {given(f'c{position}')} is not null and not contains(coalesce(main, ''), c{position}) "
            f"then {quoted(title + ':')} || chr(10) || c{position} end"
            for position, title in plan.parts
        ]
        main = fields.get("description", "null")
        fields["description"] = f"nullif(concat_ws(chr(10) || chr(10), main, {', '.join(parts)}), '')"
        kept |= {position: f"c{position} <> '' and {given(f'c{position}')} is null" for position, _ in plan.parts}
    for name in {name for _, (name, _) in plan.flags} - values.keys():
        flags = [
            f"case when lower(trim(c{position})) in ({quoted_list(YES)}) then {quoted(says)} "
            + (f"when lower(trim(c{position})) not in ({quoted_list(NO)}) then c{position} " * (name == "workplace"))
            + "end"
            for position, (of, says) in plan.flags
            if of == name
        ]
        fields[name] = f"coalesce({', '.join([fields[told] for told in (name,) if told in fields] + flags)})"
    if "source" not in values:
        fields["source"] = f"coalesce({fields.get('source', 'null')}, {BOARD})"
    if "scraped_at" in fields:
        position = plan.fields["scraped_at"][0].names[0]
        kept[position] = f"c{position} <> '' and try_cast(c{position} as timestamp) is null"
    for name, text in values.items():
        fields[name] = quoted(text)
    shown = ", ".join(f"{fields.get(name, 'null')} as {name}" for name in (*POSTING_FIELDS, "scraped_at"))
    pieces = [f"{KEPT}"] + [
        f"case when {test} and not contains(coalesce({KEPT}, ''), {quoted(json_text(columns[position]) + ': ')}) "
        f"then {quoted(json_text(columns[position]) + ': ')} || to_json(c{position}) end"
        for position, test in sorted(kept.items())
    ]
    other = f"nullif('{{' || concat_ws(', ', {', '.join(pieces)}) || '}}', '{{}}')"
    rows = f"(select {shown}, * from (select {main} as main, * from records))"
    if more := {name: text for name, text in told_beside(plan).items() if name not in values}:
        rows = f"(select * replace ({', '.join(f'{text} as {name}' for name, text in more.items())}) from {rows})"
    if "title" in fields:
        rows = f"(select * replace ({', '.join(parts_of_titles())}) from {rows})"
    return f"select {', '.join((*POSTING_FIELDS, 'scraped_at', 'source_row'))}, {other} as other_fields from {rows}"


def parts_of_titles() -> list[str]:
    """The fields that a title tells where it names the employer too, as expressions."""
    told: dict[str, list[str]] = {}
    for source, forms in title_forms().items():
        for form, names in forms:
            is_so = f"company is null and source = {quoted(source)} and regexp_matches(title, {quoted(form)})"
            for number, name in enumerate(names, 1):
                is_free = "" if name in ("title", "company") else f" and {name} is null"
                told.setdefault(name, []).append(
                    f"when {is_so}{is_free} then regexp_extract(title, {quoted(form)}, {number})"
                )
    return [f"case {' '.join(cases)} else {name} end as {name}" for name, cases in told.items()]


def first_given(name: str, candidates: list[Candidate]) -> str:
    """The first cell, or place of several, that looks like the field, else says something, else is not empty."""
    whole, given_ones, telling = [], [], []
    for candidate in candidates:
        cells = candidate.names
        if len(cells) > 1:
            text = f"nullif(concat_ws(', ', {', '.join(given(f'c{position}') for position in cells)}), '')"
            whole.append(text)
            given_ones.append(text)
            telling.append(text)
            continue
        cell = f"c{cells[0]}"
        is_so = f"regexp_matches({cell}, {quoted('(?i)' + candidate.only)})" if candidate.only else ""
        whole.append(f"case when {cell} <> '' and {is_so} then {cell} end" if is_so else f"nullif({cell}, '')")
        given_ones.append(f"case when {is_so} then {given(cell)} end" if is_so else given(cell))
        looks = [
            *([f"regexp_matches(left({cell}, 2000), {quoted(TELLING[name])})"] if name in TELLING else []),
            *([f"not regexp_matches(left({cell}, 100), {quoted(VAGUE[name])})"] if name in VAGUE else []),
        ]
        is_asked = looks and candidate.rank < last_telling_rank(name)
        telling.append(
            f"case when {looks[0]} then {given_ones[-1]} end" if is_asked else "null" if looks else given_ones[-1]
        )
    if len(candidates) == 1:
        return whole[0]
    return f"coalesce({', '.join([*(telling if telling != given_ones else []), *given_ones, *whole])})"


def told_beside(plan: Plan) -> dict[str, str]:
    """What ``Rows.pick`` puts behind a place and a type of employment, as expressions on these."""
    asked = {"region": "not contains(location, ',')", "city": f"regexp_matches(location, {quoted(NOWHERE)})"}
    places = [
        (position, f"not contains(location, ';') and {asked.get(part, 'true')}")
        for part, position in plan.place.items()
    ]
    types = [
        (part.names[0], f"not regexp_matches(left(c{part.names[0]}, 100), {quoted(VAGUE['employment_type'])})")
        for part in plan.fields.get("employment_type", [])
        if part.rank < DOUBTFUL
    ]
    told = {}
    for name, positions in (("location", places), ("employment_type", types)):
        if positions and len(plan.fields[name]) > 1:
            more = [
                f"case when {test} and not (length(c{position}) = 2 and contains({name}, ',')) and not list_contains("
                f"string_split(lower({name}), ', '), lower(c{position})) then {given(f'c{position}')} end"
                for position, test in positions
            ]
            told[name] = f"case when {name} <> '' then concat_ws(', ', {', '.join([name, *more])}) end"
    return told


def prepared(columns: list[str], plan: Plan, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches with columns c0, c1, … whose cells are cleaned, with what these were before and the board of each url."""
    names = [f"c{position}" for position in range(len(columns))]
    to_clean = {
        position: name
        for name in ("title", "company", "location", "source", "url")
        for candidate in plan.fields.get(name, [])
        for position in candidate.names
    }
    sources = [candidate.names[0] for candidate in plan.fields.get("source", []) if candidate.only == BOARD_NAME]
    urls = [candidate.names[0] for candidate in plan.fields.get("url", [])][:3]
    escaped = [candidate.names[0] for candidate in plan.fields.get("description", [])]
    escaped += [position for position, _ in plan.parts]
    for batch in batches:
        arrays = list(batch.columns)
        for position in (position for position, name in to_clean.items() if name == "company"):
            told = pc.fill_null(arrays[position], "")
            is_ditto = pc.equal(pc.utf8_trim_whitespace(told), DITTO)
            if pc.any(is_ditto).as_py():
                arrays[position] = pc.fill_null_forward(pc.if_else(is_ditto, None, told))
        before: dict[int, list[str]] = {}
        for position, name in to_clean.items():
            clean = source_named if name == "source" else partial(cleaned, name)
            arrays[position] = mapped(
                arrays[position], clean, None if name == "source" else TO_CLEAN, columns[position], before
            )
        for position in escaped:
            if pc.any(pc.match_substring(arrays[position], "&lt;")).as_py():
                clean = partial(cleaned, "description")
                arrays[position] = mapped(arrays[position], clean, "&lt;", columns[position], {})
        kept = pa.nulls(batch.num_rows, pa.string())
        if before:
            kept = pa.array(
                [", ".join(before[row]) if row in before else None for row in range(batch.num_rows)], pa.string()
            )
        board = boards_of(arrays, sources, urls, batch.num_rows)
        yield pa.record_batch([*arrays, kept, board], [*names, KEPT, BOARD])


def mapped(
    array: pa.Array, clean: Callable[[str], str], pattern: str | None, column: str, before: dict[int, list[str]]
) -> pa.Array:
    """An array with its cells cleaned, those that match a pattern or all; ``before`` gets what changed ones were."""
    if pattern:
        rows = pc.indices_nonzero(pc.fill_null(pc.match_substring_regex(array, pattern), False)).to_pylist()
        if not rows:
            return array
        texts = array.to_pylist()
        changes = {row: text for row in rows if (text := clean(texts[row])) != texts[row]}
    else:
        spelled = pc.unique(array).to_pylist()
        changed = {text: new for text in spelled if text and (new := clean(text)) != text}
        if not changed:
            return array
        texts = array.to_pylist()
        changes = {row: changed[text] for row, text in enumerate(texts) if text in changed}
    name = json_text(column)
    for row, text in changes.items():
        before.setdefault(row, []).append(f"{name}: {json_text(texts[row])}")
        texts[row] = text
    return pa.array(texts, pa.string())


def boards_of(arrays: list[pa.Array], sources: list[int], urls: list[int], count: int) -> pa.Array:
    """The source that each row's url tells, where no column names one."""
    told = [pc.not_equal(pc.fill_null(arrays[position], ""), "") for position in sources]
    if not urls or any(pc.all(column).as_py() for column in told):
        return pa.nulls(count, pa.string())
    found = []
    for position in urls:
        hosts = pc.struct_field(pc.extract_regex(arrays[position], HOST), "host").dictionary_encode()
        names = [source_of_host(host.lower()) if host else None for host in hosts.dictionary.to_pylist()]
        found.append(pa.array(names, pa.string()).take(hosts.indices) if names else pa.nulls(count, pa.string()))
    return pc.coalesce(*found)
