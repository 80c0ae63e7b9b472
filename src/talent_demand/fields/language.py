"""The language of a text: its script, or whose most frequent words it holds (seed language_words).

Most texts of most boards are English: ``english_words`` counts two words of it over a whole batch of texts at once, and
only the texts without enough of them are read one by one.
"""

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

# So much of a text is read: enough to know its language.
MOST_CHARACTERS = 2_000
# A text with so many of the words " the" and " and" in 1,000 bytes is English; in no other language there is one.
ENGLISH_PER_1000 = 3
# Fewer words that a language is known by may be names.
LEAST_WORDS = 2
WORD = re.compile(r"[^\W\d_]+")
# First and last character of a script, and the language that is meant by it where its words tell no other.
SCRIPTS = (
    ("\u3040", "\u30ff", "ja"),
    ("\uac00", "\ud7af", "ko"),
    ("\u4e00", "\u9fff", "zh"),
    ("\u0590", "\u05ff", "he"),
    ("\u0600", "\u06ff", "ar"),
    ("\u0370", "\u03ff", "el"),
    ("\u0e00", "\u0e7f", "th"),
    ("\u0900", "\u097f", "hi"),
    ("\u0400", "\u04ff", "ru"),
)
SCRIPT = re.compile("|".join(f"([{first}-{last}])" for first, last, _ in SCRIPTS))
IS_OTHER_SCRIPT = re.compile("[\u0370-\u1fff\u3040-\ud7af]")
UKRAINIAN = re.compile("[іїєґ]")
# A text of which so large a part is letters of a script is in its language.
SCRIPT_SHARE = 0.2

Words = dict[str, tuple[str, ...]]


def compile_words(rows: Iterable[tuple[str, str]]) -> Words:
    """Languages by word, of rows of the seed language_words (language, word)."""
    languages: dict[str, tuple[str, ...]] = {}
    for language, word in rows:
        languages[word] = (*languages.get(word, ()), language)
    return languages


def english_words(block: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Where in a block of texts (bytes) the words " the" and " and" stand, and words that begin so."""
    found = []
    for shift in range(4):
        four = block[shift : shift + (len(block) - shift) // 4 * 4].view(np.uint32)
        place = np.flatnonzero((four == THE) | (four == AND))
        found.append(place * 4 + shift)
    return np.concatenate(found)


THE, AND = (np.frombuffer(word, np.uint32)[0] for word in (b" the", b" and"))


def script_language(letters: str) -> str | None:
    """The language that the script of most of some letters is of; None for those that many languages share."""
    counts = Counter(SCRIPTS[(match.lastindex or 1) - 1][2] for match in SCRIPT.finditer(letters))
    if not counts or sum(counts.values()) < SCRIPT_SHARE * len(letters):
        return None
    # Chinese characters are Japanese where kana stand among them.
    if counts["ja"] > SCRIPT_SHARE * counts["zh"]:
        return "ja"
    language = max(sorted(counts), key=lambda language: counts[language])
    return "uk" if language == "ru" and UKRAINIAN.search(letters) else language


def language_of(text: str, words: Words) -> str | None:
    """Language of a text (ISO 639-1); None where nothing tells."""
    found = WORD.findall(text[:MOST_CHARACTERS].lower())
    if IS_OTHER_SCRIPT.search(text, 0, MOST_CHARACTERS):
        language = script_language("".join(found))
        if language:
            return language
    # A word that languages share counts for each of them by its part.
    weights: dict[str, float] = {}
    count = 0
    for word in found:
        languages = words.get(word, ())
        count += bool(languages)
        for language in languages:
            weights[language] = weights.get(language, 0.0) + 1 / len(languages)
    if count < LEAST_WORDS:
        return None
    return max(sorted(weights), key=lambda language: weights[language])
