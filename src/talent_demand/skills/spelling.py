"""The language in which seeds spell what texts say, so that a row holds an idea and not one of its forms.

- A blank, hyphen or slash stands for any of them; ``~`` for one of them or nothing (scikit~learn).
- ``{s|}`` or ``{analyse|analyze|analysing}``: one of these, of which one may be nothing.
- ``{deploy}``: one of the words of the class of that name (seed word_classes), whose words may hold braces themselves.
- ``{0-3 middle}``: up to three words of that class, whatever punctuation is between them but the end of a sentence.
  One such gap a spelling; ``{1-3 middle}`` wants at least one.
- ``...`` at the end of a look-alike silences what follows, too, and at its beginning what went before, within the
  sentence.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

# A spelling that means so many literals is written too widely.
MOST_LITERALS = 20_000
GAP = re.compile(r"\{(\d)-(\d) (\w[\w ]*)\}")
OPEN = "..."


class Spelling(NamedTuple):
    """A row of skill_spellings; no skill is a look-alike, no needs is company enough, within is in bytes."""

    spelling: str
    skill: str | None
    is_case_sensitive: bool = False
    needs: str | None = None
    within: int | None = None


class Cue(NamedTuple):
    """A row of a seed of cues."""

    phrase: str
    cue: str
    is_case_sensitive: bool = False


class Pattern(NamedTuple):
    """A spelling in its parts: what is before its gap and behind it, the gap's words, and which ends are open."""

    head: str
    tail: str = ""
    gap_least: int = 0
    gap_most: int = 0
    gap_class: str = ""
    opens_before: bool = False
    opens_behind: bool = False


def parse(spelling: str) -> Pattern:
    """A spelling in its parts. Raises ValueError where it has more than one gap or begins or ends with one."""
    before, behind = spelling.startswith(OPEN), spelling.endswith(OPEN)
    words = spelling.removeprefix(OPEN).removesuffix(OPEN).strip() if before or behind else spelling
    pieces = GAP.split(words)
    if len(pieces) == 1:
        return Pattern(words, opens_before=before, opens_behind=behind)
    if len(pieces) != 5 or not pieces[0].strip() or not pieces[4].strip():
        raise ValueError(f"{spelling!r}: one gap, with words before and behind it")
    head, least, most, name, tail = pieces
    if int(least) > int(most):
        raise ValueError(f"{spelling!r}: no gap has at least {least} and at most {most} words")
    return Pattern(head, tail, int(least), int(most), name, before, behind)


def expand(spelling: str, classes: Mapping[str, Sequence[str]]) -> list[str]:
    """The literals that a spelling without a gap means.

    Raises ValueError where it names an unknown class, its braces do not match or it means too many literals.
    """
    tokens = re.split(r"([{}|~])", spelling)
    place = 0

    def alternatives(is_inside: bool) -> list[str]:
        nonlocal place
        choices: list[list[str]] = [[""]]
        while place < len(tokens) and not (is_inside and tokens[place] == "}"):
            token = tokens[place]
            place += 1
            if token == "|" and is_inside:
                choices.append([""])
                continue
            if token == "{":
                following = alternatives(is_inside=True)
                if place == len(tokens):
                    raise ValueError(f"{spelling!r}: braces do not match")
                place += 1
            elif token == "}":
                raise ValueError(f"{spelling!r}: braces do not match")
            else:
                following = [" ", ""] if token == "~" else [token]
            choices[-1] = [before + after for before in choices[-1] for after in following]
            if len(choices[-1]) > MOST_LITERALS:
                raise ValueError(f"{spelling!r} means more than {MOST_LITERALS} spellings")
        if is_inside and len(choices) == 1 and len(choices[0]) == 1:
            return members(choices[0][0], classes, spelling)
        return [literal for choice in choices for literal in choice]

    # Of tens of thousands few hold a word that is nothing, beside which two blanks meet.
    words = (re.sub("  +", " ", words) if "  " in words else words for words in alternatives(is_inside=False))
    return list(dict.fromkeys(literal.replace(" ,", ",").strip() for literal in words))


def members(name: str, classes: Mapping[str, Sequence[str]], where: str) -> list[str]:
    """The literals of a word class. Raises ValueError where there is none of the name, telling where it stands."""
    if name not in classes:
        raise ValueError(f"{where!r}: there is no word class {name!r}")
    return [literal for words in classes[name] for literal in expand(words, classes)]


def cases_of(literal: str) -> list[str]:
    """A literal in the cases that comparing bytes does not see alike: those of letters beyond Latin-1."""
    if literal.isascii() or max(literal) < "\u0100":
        return [literal]
    return list(dict.fromkeys([literal, literal[:1].upper() + literal[1:], literal.title(), literal.upper()]))
