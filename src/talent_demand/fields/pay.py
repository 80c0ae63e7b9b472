"""Pay that a text states: base pay of the job, never a bonus, a budget or a funding round.

``find_places`` finds, over a whole batch of texts in a few passes of numpy, the digits that stand beside a sign or code
of money: most texts have none. ``read_pay`` reads what stands around these; of the words before an amount the nearest
says what it is. Which words these are say the seeds pay_words and currencies.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# What lies further from an amount says nothing of it.
BEFORE, AFTER, NEAR, NEAR_SALARIES = 150, 110, 100, 30
# So many amounts of one text are looked at: no advert has more that are pay.
MOST_PLACES = 80
LONGEST_SIGN = 7

PERIODS = ("hour", "day", "week", "month", "year")
SAID_ALONE = dict(zip(PERIODS, ("hourly", "daily", "weekly", "monthly", "yearly"), strict=True))
# What somebody can earn in a period, in a currency of which one unit is about a dollar.
PLAUSIBLE = {
    "hour": (3, 600),
    "day": (40, 5_000),
    "week": (120, 15_000),
    "month": (250, 60_000),
    "year": (4_000, 3_000_000),
}
# What a single amount of which no word says that it is pay must come to, to be no perk.
LEAST_ALONE = {"hour": 8, "day": 90, "week": 300, "month": 900, "year": 12_000}
# A year's pay where no word says the period.
YEARLY = (12_000, 1_500_000)

NUMBER = r"\d{1,3}(?:[.,'’\s]\d{3})+(?:[.,]\d{1,2})?|\d{1,2}(?:,\d{2})+,\d{3}|\d+(?:[.,]\d{1,2})?"
LAKH = 100_000.0
MILLION = 1e6
GAP_OF_A_RANGE = 8
# The ends of a range, of which the first leaves the thousands to the second, are not further apart.
SPREAD = 4
THOUSANDS = {"k": 1e3, "tsd": 1e3, "l": LAKH, "lpa": LAKH, "lakh": LAKH, "lakhs": LAKH, "lac": LAKH, "lacs": LAKH}
# Ten thousands, as Chinese, Japanese and Korean count, and millions: behind them stands the currency, if any does, else
# it is the one named here.
TEN_THOUSANDS = {"万": (1e4, "CNY"), "萬": (1e4, "TWD"), "만": (1e4, "KRW"), "triệu": (1e6, "VND")}
# "JPY 6M": pay is told in millions where a dollar is so many units.
MILLIONS = ("m", "mio", "million", "millions")
UNITS_OF_MILLIONS = 100
LARGE = "mm|mn|mio|mln|millions?|millionen|miljoen|milhões|millones|milioni|bn|billions?|mrd|milliarden|m|b|bi|tn|t"
PER = (
    r"(?:per|pr\.?|de l['’]|l['’]|mỗi|cada|an?|each|every|p?/|pro|p\.?|par|por"
    r"|im|je|al|all['’]|a la|à l['’]|i|om|på|na|w|в|за|za|her)"
)
TO = "đến|to|bis|tot|til|till|a|à|al|and|und|et|en|y|e|i|up ?to|through|hasta|até|do|до|až"
RISING = r"(?:rising|increasing|progressing|growing|going) (?:up )?to"
DASH = "[-–—‐‑−~～〜/&…]"
# Numbers of hours a week are no period of pay.
HOURS_A_WEEK = re.compile(
    r"\d+(?:[.,]\d+)?\s*(?:-|–|to)?\s*\d*\s*-?(?:hours?|hrs?|uur|uren|stunden|std\.?|h|u)\s*(?:\w+ )?"
    r"(?:per|a|/|pro|p\.?|each|in de|in der|die)?\s*-?(?:work ?)?(?:week|wk|woche|w\b)"
    r"|\b(?:hours|hrs|uur|uren|stunden|heures) (?:per|a|pro|par) (?:week|woche|semaine)\b",
    re.IGNORECASE,
)
# After these an amount's clause is over, or goes on with what comes besides it.
NEW_CLAUSE = re.compile(
    r"\s*(?:[+&,(|]|(?:with|and|plus|base|basic)\b|gross (?:monthly )?allowance"
    r"|(?:monthly )?allowance (?:for|during) (?:your|the|this) (?:internship|traineeship|thesis))",
    re.IGNORECASE,
)
# Between the levels or places of a list.
LISTED = re.compile(
    r"\s*;\s*[A-Z][^;.:•|]{0,30}(?:[:–—-]\s*)?|\s*(?:Band|Grade|Level|Location|Region|Tier|Zone) \w{1,12}\s*:?\s*"
)
CLAUSE = re.compile(r"[•·●▪✓✔➢►;|!?]|\.\s|\s\*\s|\s[-–]\s")
# The tax rule that only contractors in the United Kingdom are told of; they are paid by the day.
CONTRACTOR = re.compile(r"\bir35\b", re.IGNORECASE)
# Pay before or after tax, as contractors and some countries write it.
NET = re.compile(r"\s*(?:/\s?\w+\s+)?(?:net|netto)\b(?!\s+\w*(?:zuschuss|budget|gutschein))", re.IGNORECASE)
# Beside an amount that stands as headers and lists write pay.
OPENS = re.compile(r"(?:^|[|•·*:()\[/,–—-]|from|paying|offering|around|circa|ca\.?|c\.|~)\s*$", re.IGNORECASE)
CLOSES = re.compile(
    r"\s*(?:$|[|•·*)\]+&,/–—-]|\.\s|\.$|base|doe|ote|pro rata|basic|depending|plus|gross|brutto|bruto"
    r"|negotiable|remote|hybrid)",
    re.IGNORECASE,
)
# How those name their dollars of whom texts write it out.
DOLLARS = {"USD": "us", "CAD": "canadian", "AUD": "australian", "SGD": "singapore", "NZD": "new zealand"}
# An amount with what it is for behind it, up to the end: "$3,000 sign-on".
OF_ITS_OWN = re.compile(r"[$€£]\s?\d[\d.,]*k?\+?(?: [\w-]+){1,3}$", re.IGNORECASE)
# So many salaries a year are paid by the month.
SALARIES_A_YEAR = re.compile(r"[x×]\s?1[2-5]\b|\b1[2-5]\s?[x×]|\b1[2-5]\s?mal\b", re.IGNORECASE)
# Thousands as German bookkeepers write them: "65 TEUR".
TEUR = re.compile(r"(?<=\d)\s?T(?=€|EUR\b)")
# A grade beside an amount holds numbers that are none.
GRADE = re.compile(r"\((?:scale|schaal|level|step|stufe|trede)\b[^()]{0,40}\)", re.IGNORECASE)
# So does one that is told before the amount ("Salary Band 5 – £28,407").
GRADES = ("scale", "grade", "band", "level", "point", "scp", "entgeltgruppe", "schaal")
GRADED = r"(?:" + "|".join(rf"(?<=\b{word} )" for word in GRADES) + r")\d{1,2}(?!\d|[.,]\d|\s?k\b)"
# An amount that the end of a teaser cuts, with the range that it ends ("$75,000 - $9…"): nobody knows what it was.
CUT = re.compile(
    rf"(?:\d[\d.,']*\s?k?\s*(?:{DASH}|\b(?:{TO})\b)\s*)?[^\s\d]{{0,4}}\s?(?<![\d.,'])"
    r"(?:\d{1,3}(?:[.,']\d{3})*[.,']\d{0,2}|\d+)\s?(?:…|\.{3})\s*$",
    re.IGNORECASE,
)
TAG = re.compile(r"<[^<>]*>")
WORD = re.compile(r"\w+")
# Of so many words is kept what they are.
KNOWN_WORDS = 50_000
BLANKS = re.compile(r"[\s\u00a0\u2007\u202f\u2009\u200b\u2060]+")


# Sign, currency, country, units to a dollar, and the least and most of a month's pay, of a row of currencies.
Currency = tuple[str | None, str, str | None, float, float | None, float | None]


class Vocabulary:
    """Words and phrases, to be found in texts."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """Compile phrases; a star stands for any letters at the beginning or end of a word."""
        single: dict[tuple[bool, bool], list[str]] = {}
        self.phrases_by_last_word: dict[str, list[list[str]]] = {}
        for phrase in phrases:
            words = WORD.findall(phrase.lower())
            if len(words) == 1:
                single.setdefault((phrase.startswith("*"), phrase.endswith("*")), []).append(words[0])
            elif words:
                self.phrases_by_last_word.setdefault(words[-1], []).append(words)
        for same_end in self.phrases_by_last_word.values():
            same_end.sort(key=len, reverse=True)
        self.whole = frozenset(single.get((False, False), ()))
        self.starts, self.ends, self.inside = (
            tuple(single.get(stars, ())) for stars in ((False, True), (True, False), (True, True))
        )
        # The words around amounts are few, and most of the time would go to look through all parts for each.
        self.holds = lru_cache(maxsize=KNOWN_WORDS)(self.is_one)

    def is_one(self, word: str) -> bool:
        """Whether a word in lower case is one of these by itself."""
        return (
            word in self.whole
            or word.startswith(self.starts)
            or word.endswith(self.ends)
            or any(part in word for part in self.inside)
        )

    def last(self, text: str) -> tuple[int, int]:
        """Where the last of them in a text ends and how many words it has, the longest first; (-1, 0) without one."""
        found = [(match.end(), match[0].lower()) for match in WORD.finditer(text)]
        for place in range(len(found) - 1, -1, -1):
            end, word = found[place]
            for phrase in self.phrases_by_last_word.get(word, ()):
                before = found[max(0, place + 1 - len(phrase)) : place + 1]
                if [word for _, word in before] == phrase:
                    return end, len(phrase)
            if self.holds(word):
                return end, 1
        return -1, 0


@dataclass(frozen=True)
class Rules:
    """The seeds currencies and pay_words compiled.

    ``amount`` finds an amount; ``currency_of`` says a sign's currency, or the sign where the country decides;
    ``scale_of`` how many units of a currency or sign make about a dollar; ``monthly`` what a month's pay in it comes to
    where adverts write months; ``dollars`` currencies of one sign with what names them. ``pay``, ``other_money``,
    ``perk`` find words before an amount, ``label`` pay words straight before it. ``before`` has for each kind of words
    that end a text before an amount, within their reach, what finds them; ``behind`` the same of words behind an
    amount; ``between`` and ``joined`` find what stands between the ends of a range. ``period_after`` and
    ``period_before``: periods with what says them. ``codes`` and ``short_codes``: tables of the first three and of the
    only two letters of signs that are words; ``letters``: signs with letters beyond ASCII.
    """

    amount: re.Pattern[str]
    currency_of: dict[str, str]
    scale_of: dict[str, float]
    monthly: dict[str, tuple[float, float]]
    dollars: tuple[tuple[str, re.Pattern[str]], ...]
    pay: Vocabulary
    other_money: Vocabulary
    perk: Vocabulary
    label: re.Pattern[str]
    before: dict[str, re.Pattern[str]]
    behind: dict[str, re.Pattern[str]]
    between: re.Pattern[str]
    joined: re.Pattern[str]
    period_after: tuple[tuple[str, re.Pattern[str]], ...]
    period_before: tuple[tuple[str, re.Pattern[str]], ...]
    codes: NDArray[np.bool_]
    short_codes: NDArray[np.bool_]
    letters: tuple[bytes, ...]


@dataclass(frozen=True)
class Pay:
    """Pay as stated: ``currency`` is a code of ISO 4217, a sign ($, kr) that several countries write, or None."""

    low: float | None
    high: float | None
    currency: str | None
    period: str | None


@dataclass(frozen=True)
class Amount:
    """A number of a text with its sign: ``value`` is ``raw``, as written, times ``factor`` (k, lakh)."""

    start: int
    end: int
    value: float
    raw: float
    factor: float
    currency: str | None
    is_open: bool
    is_large: bool


@dataclass(frozen=True)
class Span:
    """An amount, or the two of a range."""

    start: int
    end: int
    low: float
    high: float
    currency: str | None
    is_range: bool
    is_open: bool
    is_thousands: bool


def letter_table(words: Iterable[str], length: int) -> NDArray[np.bool_]:
    """Table of which runs of so many letters, each given by its last five bits, are among some words."""
    table = np.zeros(32**length, dtype=bool)
    for word in words:
        if len(word) == length and word.isascii() and word.isalpha():
            table[sum((ord(letter) & 31) << 5 * place for place, letter in enumerate(word))] = True
    return table


def compile_rules(currencies: Iterable[Currency], words: Iterable[tuple[str, str, int | None]]) -> Rules:
    """Compile rows of the seeds currencies (sign, currency, country, units to a dollar, a month's least and most pay)
    and pay_words (phrase, kind, reach).

    A currency without a sign is what a country's amounts without one are in: not for here.
    """
    by_sign: dict[str, set[str]] = {}
    scale: dict[str, float] = {}
    monthly: dict[str, tuple[float, float]] = {}
    for sign, currency, country, units, least, most in currencies:
        scale[currency] = units
        if sign:
            by_sign.setdefault(sign, set()).add(currency)
            if not country:
                scale[sign] = units
        if sign and least and most:
            monthly[currency] = monthly[sign] = (least, most)
    currency_of = {sign: next(iter(codes)) if len(codes) == 1 else sign for sign, codes in by_sign.items()}
    amount = re.compile(
        rf"(?<![\d#.,])(?<!\bw)(?!{GRADED})(?P<number>{NUMBER})(?!\d|[.,]?\d*\s?%)"
        rf"(?:\s?(?:(?P<thousands>{'|'.join(THOUSANDS)})(?=pa\b|(?!\w))|(?P<more>{'|'.join(TEN_THOUSANDS)})|(?P<large>(?:{LARGE})\b|trillion)))?"
        rf"(?P<open>\+(?!\s?\d))?(?:,-+|\.[-–—]+|,–|,—|=|-(?=\s+(?:{TO})\b))?",
        re.IGNORECASE,
    )
    phrases: dict[str, list[str]] = {}
    reaches: dict[str, dict[int, list[str]]] = {}
    for phrase, kind, reach in words:
        phrases.setdefault(kind, []).append(phrase)
        reaches.setdefault(kind, {}).setdefault(reach or 0, []).append(phrase)

    def one_of(phrases: list[str]) -> str:
        return "|".join(
            re.escape(phrase).replace(r"\*", r"\w*").replace(r"\ ", r"[\s)-]{1,2}")
            for phrase in sorted(phrases, key=len, reverse=True)
        )

    any_of = {kind: one_of(of_kind) for kind, of_kind in phrases.items()}
    periods = "|".join(any_of[period] for period in PERIODS)

    def whole(words: str) -> re.Pattern[str]:
        return re.compile(rf"(?:(?<!\w)|(?=/))(?:{words})(?!\w)", re.IGNORECASE)

    def within_reach(kind: str) -> re.Pattern[str]:
        ends = (
            rf"(?<!\w)(?:{one_of(some)})" + (rf"(?!\w)[^;|•$€£]{{0,{reach}}}$" if reach else r"[\s:(*]*$")
            for reach, some in reaches[kind].items()
        )
        return re.compile("|".join(ends), re.IGNORECASE)

    return Rules(
        amount=amount,
        currency_of=currency_of,
        scale_of=scale,
        monthly=monthly,
        dollars=tuple(
            (code, re.compile(rf"\b{code}\b|(?i:\b{DOLLARS.get(code, code)} dollars?\b)"))
            for code in sorted(by_sign["$"])
        ),
        pay=Vocabulary(phrases["pay"]),
        other_money=Vocabulary(phrases["other_money"]),
        perk=Vocabulary(phrases["other_money"] + phrases["perk"]),
        label=re.compile(
            rf"(?<!\w)(?!earn)(?:{any_of['pay']})(?: range| band| scale| rate)?\s?(?:\([^)]{{0,60}}\)\s?)?"
            rf"(?:[:=–-]?\s*(?:between |of |is |{any_of['floor']}|{any_of['ceiling']})?[\s*]*"
            r"|[^.;|•]{0,80}(?:\bis|\bare|:|\bbetween|\bfrom|\branges?)[\s*]*)$",
            re.IGNORECASE,
        ),
        before={kind: within_reach(kind) for kind in ("ceiling", "floor", "general", "target", "allowance")},
        behind={
            "pay": re.compile(rf"\s*(?:/\s?\w+ )?(?:{any_of['pay_after']})(?!\w)", re.IGNORECASE),
            "floor": re.compile(rf"\s*(?:{any_of['floor_after']})(?![a-z]| to\b)", re.IGNORECASE),
            "allowance": whole(any_of["allowance"]),
            # "OTE", or "per month including …": the base that is stated beside it is surer.
            "target": re.compile(
                rf"\s*(?:{PER}?\s?(?:{periods})\s)?\(?(?:{any_of['target_after']})(?!\w)", re.IGNORECASE
            ),
            "other_money": re.compile(
                rf"\s*(?:/\s?\w+|per \w+|an? \w+|annual\w*|monthly|yearly|p\.a\.)?\s*"
                rf"(?:in |of |for |as |towards? |to )?(?:an? |the |your |our )?(?:[\w-]+ ){{0,2}}?"
                rf"(?:{any_of['other_after']})(?!\w)",
                re.IGNORECASE,
            ),
        },
        between=re.compile(
            rf"[\s)*,]*(?:\([^()\d]{{1,30}}\)\s*)?(?:\(?(?:{PER})?\s?(?:{periods})\b\)?\.?(?: on w-?2)?"
            rf"|gross|brutto|bruto|base|p\.?a\.?)?"
            rf"(?:\s?in our lowest geographic market)?[\s*]*(?:{DASH}|\.\.+|-?to[-‐]?|\(?{RISING}|{TO})?[\s*]*"
            r"(?:zu |(?:an? |een )?max(?:imum|imaal|imal)?[.:]?(?: of| van| von)? ?|up to )?[\s*(]*",
            re.IGNORECASE,
        ),
        joined=re.compile(rf"{DASH}|\.\.|\b(?:{RISING}|{TO}|max\w*)\b", re.IGNORECASE),
        period_after=tuple(
            (period, whole(rf"{PER}\s?(?:{any_of[period]})|{any_of[SAID_ALONE[period]]}")) for period in PERIODS
        ),
        period_before=tuple(
            (period, whole(rf"{any_of[SAID_ALONE[period]]}|(?:rate|salary|pay) per {period}")) for period in PERIODS
        ),
        codes=letter_table((sign[:3] for sign in by_sign), 3),
        short_codes=letter_table((sign.rstrip(".") for sign in by_sign), 2),
        letters=tuple(
            spelled.encode()
            for sign in sorted({*by_sign, *TEN_THOUSANDS})
            if not sign.isascii() and sign[0].isalpha()
            for spelled in sorted({sign, sign.title()})
        ),
    )


def number_of(text: str) -> float:
    """The number that a text writes, whichever marks part its thousands and decimals."""
    text = re.sub(r"[\s'’]", "", text)
    dot, comma = text.rfind("."), text.rfind(",")
    mark = max(dot, comma)
    if mark < 0:
        return float(text)
    is_decimal = len(text) - mark - 1 != 3 and text.count(text[mark]) == 1
    whole = re.sub(r"[.,]", "", text[:mark] if is_decimal else text)
    return float(f"{whole}.{text[mark + 1 :]}") if is_decimal else float(whole)


def sign_at_end(text: str, rules: Rules) -> tuple[str | None, str]:
    """The sign or code of money with which a text ends, and the text before it."""
    for told in dict.fromkeys((text.rstrip(" *"), text.rstrip(" .*"))):
        for length in range(min(LONGEST_SIGN, len(told)), 0, -1):
            sign = told[-length:].lower()
            if sign in rules.currency_of and not (sign[0].isalpha() and told[-length - 1 : -length].isalpha()):
                return sign, told[:-length]
    return None, text


def sign_at_start(text: str, rules: Rules) -> tuple[str | None, int]:
    """The sign or code of money with which a text begins, and where it ends."""
    rest = text.lstrip(" *(")
    skipped = len(text) - len(rest)
    for length in range(min(LONGEST_SIGN, len(rest)), 0, -1):
        sign = rest[:length].lower()
        # A single letter is one before an amount only ("5 R&D days").
        is_one = (
            not sign[-1].isalpha() or not sign.isascii() or (length > 1 and not rest[length : length + 1].isalpha())
        )
        if sign in rules.currency_of and is_one:
            return sign, skipped + length
    return None, 0


def amounts_of(text: str, rules: Rules) -> list[Amount]:
    """Amounts of a cleaned text; those without a sign too, which count beside one that has it."""
    found: list[Amount] = []
    for match in rules.amount.finditer(text):
        begun = found[-1].end if found else 0
        first, rest = sign_at_end(text[max(begun, match.start() - 12) : match.start()], rules)
        second, rest = sign_at_end(rest, rules) if first else (None, rest)
        third, length = sign_at_start(text[match.end() : match.end() + 10], rules)
        if first and text[match.end() + length :][:1].isdigit():
            third, length = None, 0  # The sign of the next amount.
        start = max(begun, match.start() - 12) + len(rest) if first else match.start()
        currency = surest([rules.currency_of[sign] for sign in (third, first, second) if sign])
        raw = number_of(match["number"])
        factor = THOUSANDS.get((match["thousands"] or "").lower(), 1.0)
        if factor == THOUSANDS["k"] and raw >= 10_000:
            raw /= factor  # "60-65,000K"
        if factor == LAKH:
            currency = currency or "INR"
        is_open, is_large = bool(match["open"]), bool(match["large"])
        if match["more"]:
            factor, meant = TEN_THOUSANDS[match["more"].lower()]
            currency = currency or meant
        elif is_large and match["large"].lower() in MILLIONS:
            last = found[-1] if found and start - found[-1].end < GAP_OF_A_RANGE else None
            told = currency or (last.currency if last and last.factor == MILLION else None)
            if rules.scale_of.get(told or "", 1.0) >= UNITS_OF_MILLIONS:
                currency, factor, is_large = told, MILLION, False
        found.append(Amount(start, match.end() + length, raw * factor, raw, factor, currency, is_open, is_large))
    return found


def last_of(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match of a pattern ends; -1 without one."""
    end = -1
    for match in pattern.finditer(text):
        end = match.end()
    return end


def period_of(before: str, after: str, rules: Rules) -> str | None:
    """The period that the words nearest to an amount name."""
    after = HOURS_A_WEEK.sub(" ", after)
    if SALARIES_A_YEAR.search(after[:NEAR_SALARIES]):
        return "month"
    after = re.split(r"\.\s+[A-Z]|[|•;]", after, maxsplit=1)[0][:48]
    nearest = min(
        ((match.start(), period) for period, pattern in rules.period_after if (match := pattern.search(after))),
        default=None,
    )
    if nearest:
        return nearest[1]
    before = HOURS_A_WEEK.sub(" ", before)[-90:]
    last = max(
        ((end, period) for period, pattern in rules.period_before if (end := last_of(pattern, before)) >= 0),
        default=None,
    )
    return last[1] if last else None


def inferred_period(low: float, high: float, scale: float, currency: str, is_likely: bool, rules: Rules) -> str | None:
    """The period of an amount that only a year's pay can be, or a month's where months are usual."""
    least, most = rules.monthly.get(currency, (1, 0))
    if is_likely and least <= low and high <= most:
        return "month"
    if YEARLY[0] * scale <= high <= YEARLY[1] * scale:
        return "year"
    if is_likely and currency in ("$", "USD", "GBP", "CAD") and low >= 7 and high <= 200:
        return "hour"
    return None


def is_plausible(low: float, high: float, period: str | None, scale: float) -> bool:
    """Whether somebody can earn so much in a period, and the ends of a range are not too far apart."""
    if low > high or high > 12 * low:
        return False
    if period is None:
        return low >= 3 * scale
    least, most = PLAUSIBLE[period]
    return least * scale <= low and high <= most * scale


def spans_of(text: str, rules: Rules, is_field: bool) -> list[Span]:
    """The amounts and ranges of a cleaned text that may be pay, in the order of the text."""
    amounts = amounts_of(text, rules)
    spans: list[Span] = []
    place = 0
    while place < len(amounts):
        first = amounts[place]
        second = amounts[place + 1] if place + 1 < len(amounts) else None
        is_range = second is not None and are_a_range(first, second, text[first.end : second.start], is_field, rules)
        place += 2 if is_range else 1
        is_no_money = first.currency is None and (first.raw in (401, 403) or (not is_range and is_year(first.value)))
        if first.is_large or is_no_money:
            continue
        low = high = first.value
        currency, end = first.currency, first.end
        if is_range and second:
            # "45-50k", "45-50,000": what the second number says of thousands is meant of the first too.
            if first.factor == 1 < second.factor and first.raw <= min(second.raw, 999):
                low = first.raw * second.factor
            elif leaves_thousands(first, second):
                low = first.raw * 1000
            is_short = second.factor == 1 < first.factor and first.raw <= second.raw < 1000
            high, end = second.raw * first.factor if is_short else second.value, second.end
            currency = surest([code for code in (first.currency, second.currency) if code])
        is_open = first.is_open and not is_range
        spans.append(Span(first.start, end, low, high, currency, is_range, is_open, first.factor > 1))
    return spans


def leaves_thousands(first: Amount, second: Amount) -> bool:
    """Whether the first end of a range leaves its thousands to the second, as in "45-50,000"."""
    is_close = second.start - first.end <= GAP_OF_A_RANGE and first.raw < 1000 and first.raw.is_integer()
    return (
        is_close and first.factor == second.factor == 1 and first.raw * 1000 <= second.raw <= first.raw * SPREAD * 1000
    )


def are_a_range(first: Amount, second: Amount, between: str, is_field: bool, rules: Rules) -> bool:
    """Whether two amounts that follow each other are the ends of one range, by what stands between them."""
    if second.is_large or len(between) >= 60 or not rules.between.fullmatch(between):
        return False
    if second.currency is None and second.value < first.value and second.factor == first.factor:
        return False
    is_listed = first.currency is not None and first.currency == second.currency and not between.strip(" *")
    has_sign = first.currency or second.currency or is_field or (second.factor > 1 and second.value >= 10_000)
    return bool((is_listed or rules.joined.search(between)) and has_sign)


def surest(currencies: list[str]) -> str | None:
    """Of currencies of one amount a code before a sign that several countries write."""
    return next(
        (code for code in currencies if len(code) == 3 and code.isupper()), currencies[0] if currencies else None
    )


def read_window(text: str, rules: Rules, is_field: bool = False) -> list[tuple[int, Pay]]:
    """Pay that a cleaned piece of text states, each with how sure it is (higher is surer), in the order of the text.

    The items of a list are as sure as the surest of them.
    """
    lists: list[list[tuple[int, Pay]]] = []
    end = 0
    for span in spans_of(text, rules, is_field):
        if found := judge(text, span, rules, is_field):
            if not (lists and LISTED.fullmatch(text, end, span.start)):
                lists.append([])
            lists[-1].append(found)
            end = span.end
    return [(max(sure for sure, _ in alike), pay) for alike in lists for _, pay in alike]


def is_year(value: float) -> bool:
    """Whether a number may be the name of a year."""
    return 1900 <= value <= 2100


def speaks_of_other_money(before: str, after: str, is_range: bool, is_yearly: bool, rules: Rules) -> bool:
    """Whether the words nearest to an amount make it something else than pay: a bonus, a budget, a funding round."""
    clause = CLAUSE.split(before)[-1]
    if rules.before["allowance"].match(clause.lstrip()):
        return False
    end = rules.other_money.last(clause)[0]
    is_hourly = rules.period_after[0][1].search(re.split(r"[,;|•]", after)[0][:20])
    if end > 0 and is_hourly and not WORD.search(clause, end) and OF_ITS_OWN.search(clause[:end]):
        # The words are those of the amount before: "$3,000 sign-on bonus, $30 an hour".
        return False
    # Perks are single amounts, and small.
    if (rules.other_money if is_range or is_yearly else rules.perk).last(clause) > rules.pay.last(clause):
        return True
    if (
        NEW_CLAUSE.match(after)
        or (is_range and NET.match(after))
        or not rules.behind["other_money"].match(after)
        or rules.label.search(before[-NEAR:])
    ):
        return False
    return not (is_range and re.match(r"\s+[A-Z]", after))


def told_period(before: str, after: str, high: float, scale: float, rules: Rules) -> str | None:
    """The period that the words around an amount tell."""
    period = period_of(before, after, rules)
    if period is None and 100 * scale <= high <= 3_000 * scale and is_allowance(before, after, rules):
        return "month"
    if period is None and high < 2_000 * scale and CONTRACTOR.search(before[-40:] + after[:40]):
        return "day"
    return period


def is_allowance(before: str, after: str, rules: Rules) -> bool:
    """Whether an amount is what interns or students are paid."""
    return bool(rules.before["allowance"].search(before) or rules.behind["allowance"].search(after[:30]))


def is_enough(
    span: Span, is_pay: bool, is_told: bool, period: str | None, before: str, after: str, scale: float, rules: Rules
) -> bool:
    """Whether an amount is pay by its size and form, where the words around it allow that."""
    if not span.is_range and period in ("month", "year") and span.high < (800 if scale == 1 else 250 * scale):
        return is_allowance(before, after, rules) or bool(rules.label.search(before))
    if is_pay:
        return span.is_range or period is not None
    if span.is_range:
        # As high as twice the least of a month's pay where months are usual.
        least = 2 * rules.monthly[span.currency][0] if span.currency in rules.monthly else 10_000 * scale
        return period is not None and (is_told or span.low >= least)
    if is_told:
        return span.high >= LEAST_ALONE[period or "year"] * scale
    return (
        period == "year"
        and span.high <= 900_000 * scale
        and (stands_alone(before, after) or bool(rules.before["ceiling"].search(before)))
    )


def judge(text: str, span: Span, rules: Rules, is_field: bool) -> tuple[int, Pay] | None:
    """What the words around an amount or range make of it: how sure it is pay, and the pay; None where it is none."""
    before, after = text[max(0, span.start - BEFORE) : span.start], text[span.end : span.end + AFTER]
    currency = span.currency
    if currency is None and not is_field and not (span.high >= 1_000 and (span.is_range or span.is_thousands)):
        return None
    scale = rules.scale_of.get(currency or "", 1.0)
    is_pay = rules.pay.last(before[-NEAR:])[0] >= 0 or bool(rules.behind["pay"].match(after))
    if currency is None and not (is_field or is_pay or (span.is_range and is_a_header(before, after))):
        return None
    if not is_field and speaks_of_other_money(before, after, span.is_range, span.low >= 15_000 * scale, rules):
        return None
    if currency == "$":
        around = before[-40:] + " " + after[:40]
        currency = next((code for code, words in rules.dollars if words.search(around)), "$")
    told = told_period(before, after, span.high, scale, rules)
    period = told
    if period is None or not is_plausible(span.low, span.high, period, scale):
        inferred = inferred_period(span.low, span.high, scale, currency or "", is_pay or span.is_range, rules)
        if period is None or inferred == "year":
            period = inferred
    if not is_plausible(span.low, span.high, period, scale):
        return None
    is_told = told is not None or (span.is_range and bool(NET.match(after)))
    if not is_field and not is_enough(span, is_pay, is_told, period, before, after, scale, rules):
        return None
    sure = 2 * is_pay + (span.is_range and not is_pay) + (told is not None)
    if span.is_range and is_pay and rules.before["general"].search(before):
        sure += 3
    if rules.before["target"].search(before) or rules.behind["target"].match(after):
        sure -= 2
    is_ceiling = not span.is_range and bool(rules.before["ceiling"].search(before))
    is_floor = not (span.is_range or is_ceiling) and bool(
        span.is_open or rules.before["floor"].search(before) or rules.behind["floor"].match(after)
    )
    return sure, Pay(None if is_ceiling else span.low, None if is_floor else span.high, currency, period)


def stands_alone(before: str, after: str) -> bool:
    """Whether an amount stands as headers and lists write pay: between bars, or with a base or a plus behind it."""
    return bool(OPENS.search(before.rstrip()[-12:]) and CLOSES.match(after))


def is_a_header(before: str, after: str) -> bool:
    """Whether an amount is an item of a line parted by bars."""
    return before.rstrip().endswith(("|", "•", "·")) and bool(CLOSES.match(after))


def cleaned(text: str) -> str:
    """A piece of text without tags, entities and Markdown's escapes, with single blanks."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = TAG.sub(" | " if text.count("<p") + text.count("<li") + text.count("<br") else " ", text)
    text = CUT.sub("", GRADE.sub(" ", TEUR.sub("k ", text)))
    return BLANKS.sub(" ", text.replace("\\", "").replace("**", " ").replace("Â£", "£").replace("â‚¬", "€"))


def read_pay(windows: Iterable[str], rules: Rules, is_field: bool = False) -> Pay | None:
    """Pay that some pieces of a text state together, None where they state none.

    The surest is told; several that are as sure and alike (jobs, places of an advert) from the lowest to the highest.
    """
    read = [found for window in windows for found in read_window(cleaned(window), rules, is_field)]
    if not read:
        return None
    best = max(sure for sure, _ in read)
    chosen = [pay for sure, pay in read if sure == best]
    dollars = {pay.currency for pay in chosen} & {code for code, _ in rules.dollars}
    if len(dollars) == 1:  # Beside "USD" a bare "$" is that, too.
        code = dollars.pop()
        chosen = [replace(pay, currency=code) if pay.currency == "$" else pay for pay in chosen]
    first = chosen[0]
    alike = [pay for pay in chosen if (pay.currency, pay.period) == (first.currency, first.period)]
    if first.low is None or first.high is None:
        other = next((pay for pay in alike if (pay.low is None) != (first.low is None)), first)
        is_whole = None in (other.low, other.high) and (first.low or other.low or 0) <= (first.high or other.high or 0)
        return replace(first, low=first.low or other.low, high=first.high or other.high) if is_whole else first
    full = [pay for pay in alike if pay.low is not None and pay.high is not None]
    return Pay(min(pay.low or 0 for pay in full), max(pay.high or 0 for pay in full), first.currency, first.period)


def byte_table(characters: bytes) -> NDArray[np.bool_]:
    """Table of which bytes are among some."""
    table = np.zeros(256, dtype=bool)
    table[np.frombuffer(characters, np.uint8)] = True
    return table


IS_LETTER = byte_table(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
IS_BLANK = byte_table(b" \t\n\r*")
# Bytes put before and behind a block, so that what is looked up beside a number lies in it.
EDGE = 8


def is_code(block: NDArray[np.uint8], start: NDArray[np.int64], rules: Rules) -> NDArray[np.bool_]:
    """Whether a code of money, such as EUR or kr, begins at each of some places of a block."""
    first, second, third = (block[start + ahead] for ahead in range(3))
    pair = (first & 31).astype(np.int64) | (second & 31).astype(np.int64) << 5
    long = rules.codes[pair | (third & 31).astype(np.int64) << 10] & IS_LETTER[third]
    short = rules.short_codes[pair] & ~IS_LETTER[third]
    return (long | short) & IS_LETTER[first] & IS_LETTER[second]


def is_sign(block: NDArray[np.uint8], start: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a sign beyond ASCII begins at each of some places of a block: £, ¥ or one of Unicode's signs of money."""
    first, second = block[start], block[start + 1]
    pound = (first == 0xC2) & ((second == 0xA3) | (second == 0xA5))
    return pound | ((first == 0xE2) & (second == 0x82))


def is_word(block: NDArray[np.uint8], start: NDArray[np.int64], rules: Rules) -> NDArray[np.bool_]:
    """Whether a sign with letters beyond ASCII, such as zł or руб, begins at each of some places of a block."""
    found = np.zeros(len(start), dtype=bool)
    for word in rules.letters:
        is_so = block[start] == word[0]
        for ahead in range(1, len(word)):
            is_so &= block[np.minimum(start + ahead, len(block) - 1)] == word[ahead]
        found |= is_so
    return found


def find_places(block: NDArray[np.uint8], rules: Rules) -> NDArray[np.int64]:
    """Where in a block of texts (bytes) numbers begin that stand beside a sign or code of money or are thousands."""
    edge = np.zeros(EDGE, np.uint8)
    block = np.concatenate([edge, block, edge])
    digit = (block - np.uint8(48)) < 10
    edges = np.flatnonzero(digit[1:] != digit[:-1]) + 1
    start, end = edges[0::2], edges[1::2]

    # Behind the number: after cents left out (",-"), a blank or a no-break space.
    after = end + 2 * ((block[end] == ord(",")) & (block[end + 1] == ord("-")))
    is_thousands = ((block[after] | 0x20 == ord("k")) | (block[after] == ord("L"))) & ~IS_LETTER[block[after + 1]]
    lakhs = after + IS_BLANK[block[after]]
    is_thousands |= (block[lakhs] == ord("L")) & (block[lakhs + 1] == ord("P")) & (block[lakhs + 2] == ord("A"))
    behind = block[lakhs + 1]
    is_sign_behind = (behind == ord("$")) | (behind == 0xE2) | (behind == 0xC2)
    is_thousands |= (block[lakhs] | 0x20 == ord("k")) & (is_sign_behind | (IS_BLANK[behind] & IS_BLANK[block[after]]))
    is_thousands |= (block[lakhs] == ord("T")) & (
        (behind == 0xE2) | ((behind == ord("E")) & (block[lakhs + 2] == ord("U")))
    )
    third = block[lakhs + 2] | 0x20
    is_thousands |= (
        (block[lakhs] | 0x20 == ord("l"))
        & (block[lakhs + 1] | 0x20 == ord("a"))
        & ((third == ord("k")) | (third == ord("c")))
    )
    after = after + IS_BLANK[block[after]] + 2 * ((block[after] == 0xC2) & (block[after + 1] == 0xA0))
    is_money = is_thousands | (block[after] == ord("$")) | is_sign(block, after) | is_word(block, after, rules)
    is_perhaps = IS_LETTER[block[after]] & ~is_money
    is_money[is_perhaps] = is_code(block, after[is_perhaps], rules)

    # Before it: ``before`` is behind the last byte of a sign, behind which a blank, a no-break space or a dot may be.
    before = start - IS_BLANK[block[start - 1]]
    before = before - 2 * ((block[before - 1] == 0xA0) & (block[before - 2] == 0xC2))
    before = before - (block[before - 1] == ord("."))
    is_money |= (block[before - 1] == ord("$")) | is_sign(block, before - 3) | is_sign(block, before - 2)
    # The rand's sign is a single letter.
    apart = start - IS_BLANK[block[start - 1]]
    is_money |= (block[apart - 1] == ord("R")) & ~IS_LETTER[block[apart - 2]]
    is_perhaps = ~is_money & IS_LETTER[block[before - 1]]
    place = before[is_perhaps]
    is_long = is_code(block, place - 3, rules) & ~IS_LETTER[block[place - 4]]
    is_money[is_perhaps] = is_long | (is_code(block, place - 2, rules) & ~IS_LETTER[block[place - 3]])
    return start[is_money] - EDGE
