"""DuckDB's SQL as Spark's: sqlglot does the work, and what it leaves over is here, a function each.

The models are written once, for DuckDB. Where the two engines differ in what a function means, not in how it is
spelled, ``SESSION_FUNCTIONS`` defines DuckDB's meaning in the session.
"""

import re

from sqlglot import exp, parse_one
from sqlglot.dialects.duckdb import DuckDB


class Models(DuckDB):
    """DuckDB's dialect as the models use it: ``len`` is of lists, ``length`` of texts."""

    # Places in lists are left as they are written.
    INDEX_OFFSET = 0

    class Parser(DuckDB.Parser):
        """The parser."""

        FUNCTIONS = {  # noqa: RUF012 - as sqlglot declares it
            **DuckDB.Parser.FUNCTIONS,
            "LEN": lambda args: exp.Anonymous(this="array_size", expressions=args),
        }


# Spark brings ICU, which has what it lacks itself: decomposed letters without their marks.
SESSION_FUNCTIONS = {
    "strip_accents": r"""
    create or replace temporary function strip_accents(text string) returns string
    return case
        when regexp_like(text, '[^\\x00-\\x7F]')
            then reflect(
                'com.ibm.icu.text.Normalizer', 'compose',
                regexp_replace(
                    reflect('com.ibm.icu.text.Normalizer', 'decompose', text, false), '\\p{M}+', ''
                ),
                false
            )
        else text
    end
    """,
}


# Spark copies a table expression to each of its readers, and theirs to theirs: one that several read, and that has come
# to stand for more than so many, is worth a table of its own.
MOST_COPIED = 12


def translate(sql: str) -> str:
    """A query in DuckDB's dialect as one in Spark's; raises sqlglot's ParseError where it cannot be read."""
    return translated(sql).sql("spark")


def translate_in_steps(sql: str, prefix: str) -> tuple[dict[str, str], str]:
    """A query in DuckDB's dialect as queries in Spark's that keep plans small.

    Returns:
        Queries of tables that are to be made first, by name (``prefix`` and that of the table expression), in their
        order; and the query that reads them.

    """
    tree = translated(sql)
    steps, kept, copied = {}, {}, {}
    for common in list(tree.ctes):
        name, query = common.alias, common.this
        copied[name] = 1 + sum(copied.get(table.name, 0) for table in query.find_all(exp.Table) if not table.db)
        readers = [table for table in tree.find_all(exp.Table) if table.name == name and not table.db]
        kept[name] = common
        if len(readers) > 1 and copied[name] > MOST_COPIED:
            steps[prefix + name] = with_what_it_reads(query, kept).sql("spark")
            for table in readers:
                table.replace(exp.alias_(exp.to_table(prefix + name), table.alias_or_name, table=True))
            copied[name] = 1
            kept.pop(name)
            common.pop()
    if isinstance(tree.args.get("with_"), exp.With) and not tree.ctes:
        tree.set("with_", None)
    return steps, tree.sql("spark")


def with_what_it_reads(query: exp.Expression, common: dict[str, exp.CTE]) -> exp.Expression:
    """A table expression's query by itself, with those before it that it rests on."""
    read, names = [query], []
    while read:
        found = {table.name for table in read.pop().find_all(exp.Table) if not table.db and table.name in common}
        read += [common[name].this for name in found - set(names)]
        names += found - set(names)
    query = query.copy()
    for name in reversed([name for name in common if name in names]):
        query = query.with_(name, common[name].this.copy(), append=True)
    if query.ctes:
        query.args["with_"].set("expressions", query.ctes[::-1])
    return query


def translated(sql: str) -> exp.Expression:
    """A query in DuckDB's dialect with the rules applied."""
    # Under a root that no rule replaces.
    tree = exp.Paren(this=parse_one(sql, read=Models))
    for rule in RULES:
        # What is inside comes first: sqlglot's own transform does not look into what a rule has made.
        for node in reversed(list(tree.walk())):
            new = rule(node)
            if new is not node:
                node.replace(new)
    return tree.this


# What a pattern is made of: an escape, a set, the beginning of a group with flags, the end of the text.
PARTS = re.compile(r"\\p\{\w+\}|\\[\s\S]|\[\^?(?:\\p\{\w+\}|\\[\s\S]|[^\]\\])*\]|\(\?i:|\$")
JAVA_PARTS = {
    r"\b": r"(?:(?<=\w)(?!\w)|(?<!\w)(?=\w))",
    r"\p{C}": r"[\p{Cc}\p{Cf}\p{Co}\p{Cs}]",
    "(?i:": "(?iu:",
    "$": r"\z",
}


def java_part(part: re.Match) -> str:
    """One of ``PARTS`` as Java writes it."""
    text = part[0]
    if text.startswith("["):
        # Java knows sets in sets.
        inner = re.sub(r"(\\[\s\S])|([\[&])", lambda sign: sign[1] or "\\" + sign[2], text[1:-1])
        return "[" + inner.replace(r"\p{C}", r"\p{Cc}\p{Cf}\p{Co}\p{Cs}") + "]"
    return JAVA_PARTS.get(text, text)


def java_pattern(pattern: str) -> tuple[str, str]:
    r"""A regular expression of RE2 with the same meaning in Java: its flags, and the rest.

    Only \n ends a line, $ is the end of the text, \b knows ASCII's letters only, (?i) all letters, and a character that
    Unicode assigned lately is no control character.
    """
    flags = "(?d)"
    if pattern.startswith("(?i)"):
        flags, pattern = "(?diu)", pattern[4:]
    return flags, PARTS.sub(java_part, pattern)


def constants(node: exp.Expression) -> exp.Expression:
    """Texts that are written in parts, as long patterns are, are one text."""
    if isinstance(node, exp.DPipe):
        left, right = constants(node.left.unnest()), constants(node.right.unnest())
        if left.is_string and right.is_string:
            return exp.Literal.string(left.this + right.this)
    return node


PATTERNED = (exp.RegexpReplace, exp.RegexpLike, exp.RegexpExtract, exp.RegexpExtractAll, exp.RegexpSplit)


def regular_expressions(node: exp.Expression) -> exp.Expression:
    """Patterns of functions on regular expressions, and what replaces a match.

    Raises:
        ValueError: a pattern does not begin with a constant, or what replaces a match is none, so that it cannot be
            read for what Java reads otherwise. Parts of a pattern that are no constants are left as they are.

    """
    if not isinstance(node, PATTERNED):
        return node
    parts = list(node.expression.flatten()) if isinstance(node.expression, exp.DPipe) else [node.expression]
    if not parts[0].is_string:
        raise ValueError(f"a pattern must begin with a constant: {node.expression.sql('duckdb')}")
    flags, first = java_pattern(parts[0].this)
    parts = [exp.Literal.string(java_pattern(part.this)[1]) if part.is_string else part for part in parts[1:]]
    if isinstance(node, exp.RegexpReplace):
        replacement = node.args["replacement"]
        if not replacement.is_string:
            raise ValueError(f"what replaces a match must be a constant: {replacement.sql('duckdb')}")
        words = replacement.this.replace("$", r"\$")
        if "g" in (node.args["modifiers"].this if node.args.get("modifiers") else ""):
            words = re.sub(r"\\(\d)", r"$\1", words)
        else:
            # Spark replaces all matches: together with all that stands before the first, there is but one.
            first, parts = rf"\A([\s\S]*?)({first}", [*parts, exp.Literal.string(")")]
            words = "$1" + re.sub(r"\\(\d)", lambda group: f"${int(group[1]) + 2}", words)
        node.set("replacement", exp.Literal.string(words))
        node.set("modifiers", None)
    pattern = exp.Literal.string(flags + first)
    for part in parts:
        pattern = constants(exp.DPipe(this=pattern, expression=part.copy()))
    node.set("expression", pattern)
    if isinstance(node, exp.RegexpExtract):
        # DuckDB's default is the whole match, Spark's the first group; nothing found is an empty text in both.
        node = exp.Anonymous(
            this="regexp_extract",
            expressions=[node.this, node.expression, node.args.get("group") or exp.Literal.number(0)],
        )
    return node


def lists(node: exp.Expression) -> exp.Expression:
    """Places in lists count from 1, an ordered list stays ordered, and a list's rows may be cast."""
    if isinstance(node, exp.Bracket) and len(node.expressions) == 1:
        place = node.expressions[0]
        if not place.is_string:
            place = exp.cast(place, "int")
            # Nothing stands at 0, which Spark refuses.
            place = exp.func("nullif", place, exp.Literal.number(0))
            return exp.Anonymous(this="try_element_at", expressions=[node.this, place])
    if isinstance(node, exp.ArrayAgg) and isinstance(node.this, exp.Order):
        order = node.this
        (key,) = order.expressions
        if key.this != order.this or key.args.get("desc"):
            raise ValueError(f"Spark keeps no order but that of the values themselves: {node.sql('duckdb')}")
        return exp.Anonymous(this="array_sort", expressions=[exp.ArrayAgg(this=order.this)])
    if isinstance(node, exp.ArrayConcat):
        # A list that is null adds nothing.
        parts = [exp.Coalesce(this=part, expressions=[exp.Array()]) for part in (node.this, *node.expressions)]
        return exp.Anonymous(this="concat", expressions=parts)
    if isinstance(node, exp.Anonymous) and node.name.lower() == "list_intersect":
        return exp.Anonymous(this="array_intersect", expressions=node.expressions)
    if isinstance(node, exp.Anonymous) and node.name.lower() == "list_bit_or":
        # Of an empty list null.
        joined = parse_one("reduce(l, cast(null as bigint), (bits, bit) -> coalesce(bits | bit, bit))", read="spark")
        return joined.transform(lambda part: node.expressions[0] if part == exp.column("l") else part)
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Explode):
        value = exp.to_identifier("value")
        cast = exp.Cast(this=exp.column("value"), to=node.args["to"])
        return exp.Explode(
            this=exp.Transform(this=node.this.this, expression=exp.Lambda(this=cast, expressions=[value]))
        )
    return node


def hashes(node: exp.Expression) -> exp.Expression:
    """A hash has 64 bits: Spark's function of the same name has half of them, of which words in plenty share some."""
    if isinstance(node, exp.Anonymous) and node.name.lower() == "hash":
        return exp.Anonymous(this="xxhash64", expressions=node.expressions)
    return node


def letters(node: exp.Expression) -> exp.Expression:
    """The two letters that Spark lowers by their neighbours or to two letters."""
    if isinstance(node, exp.Lower) and not isinstance(node.this, exp.Translate):
        inner = exp.Anonymous(
            this="translate", expressions=[node.this, exp.Literal.string("\u0130\u03a3"), exp.Literal.string("i\u03c3")]
        )
        return exp.Anonymous(this="lower", expressions=[inner])
    return node


def quotients(node: exp.Expression) -> exp.Expression:
    """A quotient is a double, whatever is divided."""
    if isinstance(node, exp.Div) and not node.left.is_type("double"):
        node.set("this", exp.cast(node.left, "double"))
    return node


def medians(node: exp.Expression) -> exp.Expression:
    """Spark's median knows no windows of some rows; its percentile does."""
    if isinstance(node, exp.Median):
        return exp.Anonymous(this="percentile", expressions=[node.this, exp.Literal.number(0.5)])
    return node


def common_tables(node: exp.Expression) -> exp.Expression:
    """Spark decides by itself what it computes once."""
    if isinstance(node, exp.CTE):
        node.set("materialized", None)
    return node


RULES = (constants, regular_expressions, lists, hashes, letters, quotients, medians, common_tables)
