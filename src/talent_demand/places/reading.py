"""Which place a location names.

A location is cut into parts at its separators and, within a part, into the longest names that are known. Each name
stands for several spots (Paris in France, Paris in Texas); names side by side narrow each other down ("Portland, ME":
the city in Maine; "Toronto, CA": the one in Canada), and where nothing does, the place with the most people is meant.
Names that do not fit together are a list of places.
"""

import html
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from talent_demand.places.gazetteer import CITY_STATES, PART_WEIGHT, Gazetteer, Spot, keys_of

# A posting's text has sometimes become its location; a place is named at the beginning or not at all.
LONGEST = 300
LONGEST_NAME = 6
# "Boston, New York" is a list: so much more people live in the one Boston than in the one in that state.
LIST_RATIO = 30
# "City, ST" means a state of the United States rather than a country with the same code.
STATE_WEIGHT = 20
# A code on its own ("IN") means the one that has so many times more people than all others.
CODE_RATIO = 8
# So many places of a list tell in which country a namesake is meant ("Birmingham / Atlanta / Nashville").
LEAST_AGREEING = 3
# A city of this size is known: beside a region in which it does not lie, it is another place and no namesake.
WELL_KNOWN = 200_000
# A city with this part of the people of a region of its name is meant rather than the region.
CAPITAL_RATIO = 3
# Beside a city so many times as large, a name that lies elsewhere is an abbreviation or a word ("Guadalajara, Jal").
WORD_RATIO = 100
# Among words that are no place, only a place of this size is believed ("Maasvlakte Rotterdam", but not "Rust, GCP").
KNOWN_SIZE = 15_000
# A name with just these accents is meant: Münster, not Munster.
ACCENT_WEIGHT = 10
HARD = re.compile(r"[;|•·\n/+&]|\b(?:and|or|und|oder|et|ou|y|e)\b", re.IGNORECASE)
# Beside a part of the world a country is another choice: "Spain or LATAM", but not "Spain (Europe)", "Spain / Europe".
CHOICE = re.compile(r"[;+&]|\b(?:and|or|und|oder|et|ou|y|e)\b", re.IGNORECASE)
SEPARATOR = re.compile(
    r"(\s*[;|•·\n]\s*|\s*[/+]\s*|\s*&\s*|\s+(?:and|or|und|oder|et|ou|y|e)\s+|\s*[,()\[\]{}:…]\s*|\s+[-–—]+\s*|\s*[-–—]+\s+)",
    re.IGNORECASE,
)
WORD = re.compile(r"\w[\w'’‘`.]*")
DAYS_AWAY = re.compile(r"(?i)\b\d\s*(?:-\s*\d\s*)?(?:days?|x|tage?|dagen|jours)\b[^,;|)]{0,20}\b(?:remote|home)")
# From where one may work besides is no second place: "Linz or remote in AT/DE".
REMOTE_SCOPE = re.compile(
    r"(?i)\s*(?:[,/;(]|\bor\b|\boder\b)\s*(?:fully )?remote\b\s*(?:in|within|from|across|[-(:])\s*[^;|]+$"
)
# "Remote (US & Canada) or Rapid City, SD": so, too, before the place.
REMOTE_SCOPE_BEFORE = re.compile(r"(?i)\s*(?:fully )?remote\s*\([^)]*\)\s*(?:[,/&+]|\bor\b|\band\b)\s*")
# Chinese and Japanese write a place from the largest to the smallest, without a sign between.
EASTERN_END = re.compile(r"(?:(?<=[省市県])|(?<=大阪府|京都府|東京都|北海道))(?=[\u3400-\u9fff]{2})")
FRENCH_DEPARTMENT = re.compile(r"\d[\dAB]|97\d")


class Place(NamedTuple):
    """What a location says: country (ISO 3166-1), region (ISO 3166-2) and city that all its places share, and keys.

    ``place_key`` is the same for all spellings of the same places; ``city_key`` is it where cities are named.
    """

    country_code: str | None
    region_code: str | None
    city: str | None
    place_key: str
    city_key: str | None


class Part(NamedTuple):
    """A name between separators, as written, and the spots that it can stand for: none where it is not known."""

    text: str
    spots: tuple[Spot, ...] = ()
    is_code: bool = False
    has_number: bool = False


class Atom(NamedTuple):
    """What stands between two separators: names, and what else its words say (meanings of the seed place_words)."""

    parts: tuple[Part, ...]
    said: frozenset[str]


@dataclass
class Chain:
    """Names of one place, side by side: the spots that all of them leave, and a name that only they make one."""

    first: Part
    spots: tuple[Spot, ...]
    name: str = ""
    names_anyway: bool = False
    length: int = 1
    last_text: str = ""


class Reader:
    """Reads locations by a gazetteer and the words of the seed place_words."""

    def __init__(self, gazetteer: Gazetteer, words: Iterable[tuple[str, str]]) -> None:
        """``words``: rows (word, meaning)."""
        self.gazetteer = gazetteer
        self.words = {keys_of(word): meaning for word, meaning in words}
        self.read_atom = lru_cache(maxsize=100_000)(self.read_atom_anew)

    def read(self, location: str) -> Place:
        """What one location says; never fails, whatever stands in it."""
        text = DAYS_AWAY.sub(" ", clean(location))
        scope = REMOTE_SCOPE.search(text)
        before = REMOTE_SCOPE_BEFORE.match(text)
        for place in (text[: scope.start()] if scope else "", text[before.end() :] if before else ""):
            if place and (found := self.read(place)).city:
                return found
        said: set[str] = set()
        parts = without_foreign_codes(self.parts_of(text, said))
        unknown = [part.text for part, _ in parts if not part.spots]
        is_doubtful = len(unknown) > 1 and 2 * len(unknown) > len(parts)
        chains = self.chained(parts)
        closed = [self.closed(chain, is_doubtful, "zone" in said) for chain in chains]
        spots = contained(agreed([(chain, spot) for chain, spot in zip(chains, closed, strict=True) if spot]))
        if spots:
            key = ";".join(sorted("|".join((spot.country, spot.region, keys_of(spot.city).strip())) for spot in spots))
        else:
            key = "?" + " ".join(keys_of(" ".join(unknown) or text).split())
        is_city = any(spot.city for spot in spots) or (not spots and bool(unknown))
        country, region, city = (shared({spot[: field + 1] for spot in spots}) for field in range(3))
        if "choice" in said and not any(spot.city for spot in spots):
            country = region = None
        return Place(country, region, city, key, key if is_city else None)

    def parts_of(self, text: str, said: set[str]) -> list[tuple[Part, bool]]:
        """The names in a text, and of each whether a place begins with it; adds to ``said`` what else the text says."""
        pieces = SEPARATOR.split(text)
        parts: list[tuple[Part, bool]] = []
        starts_place, at, wide = True, 0, 0
        while at < len(pieces):
            # "Bosnia and Herzegovina", "Halle (Saale)", "Korea, Republic of": a name can hold a separator.
            taken = 1
            found: tuple[Part, ...] = ()
            for count in (5, 3):
                # Codes beside each other are no name ("HE, DE" is no Chinese Hede).
                names = [piece.strip() for piece in pieces[at : at + count : 2]]
                if at + count <= len(pieces) and not all(name.isupper() and len(name) < 4 for name in names):
                    key = keys_of("".join(pieces[at : at + count])).strip()
                    if " " in key and key in self.gazetteer.names and key not in self.words:
                        taken, found = count, (Part(key, self.gazetteer.named(key)),)
                        break
            else:
                if pieces[at]:
                    atom = self.read_atom(pieces[at], bool(parts), text.islower())
                    found = atom.parts
                    said |= atom.said
                    # "US or EU time zones": both are zones.
                    if "zone" in atom.said and parts and HARD.search(pieces[at - 1]):
                        parts.pop()
                    if "wide" in atom.said and not found:
                        wide += 1
                        around = "".join(pieces[max(at - 1, 0) : at] + pieces[at + 1 : at + 2])
                        if wide > 1 or CHOICE.search(around) or (not parts and "/" in around):
                            said.add("choice")
            for part in found:
                parts.append((part, starts_place))
                starts_place = False
            at += taken
            if at < len(pieces):
                starts_place = starts_place or bool(HARD.search(pieces[at]))
                at += 1
        return parts

    def read_atom_anew(self, atom: str, is_later: bool, is_low: bool) -> Atom:
        """What stands between two separators; ``is_low``: the whole location is written in small letters."""
        raw = WORD.findall(atom)
        keys = [keys_of(word).strip() for word in raw]
        ends = [match.span() for match in WORD.finditer(atom)]
        if is_later and len(raw) == 1 and FRENCH_DEPARTMENT.fullmatch(raw[0]):
            spots = tuple(spot for spot in self.gazetteer.coded(raw[0]) if spot.country == "FR")
            return Atom((Part(atom, spots, True),) if spots else (), frozenset())
        found: list[Part] = []
        said: set[str] = set()
        unknown: list[int] = []
        plain = set(range(len(raw)))  # Words that may be a name.
        has_number, at = False, 0
        while at < len(keys):
            for count in range(min(LONGEST_NAME, len(keys) - at), 0, -1):
                key, words = " ".join(keys[at : at + count]), raw[at : at + count]
                is_code = (
                    count == 1 and words[0].isupper() and len(key) in (2, 3) and key.upper() in self.gazetteer.codes
                )
                meaning = self.words.get(key)
                if meaning and not (is_code and len(raw) == 1 and meaning == "nothing"):
                    said.add(meaning)
                    plain.difference_update(range(at, at + count))
                    break
                if is_code:
                    found.append(Part(key.upper(), self.gazetteer.coded(key.upper()), True))
                    break
                spots = self.spots_of(key, words, is_low)
                if spots:
                    found.append(Part(" ".join(words), spots))
                    break
            else:
                count = 1
                if any(character.isdigit() for character in keys[at]):
                    has_number = True
                elif len(keys[at]) > 1:  # not the D of "D-80331"
                    unknown.append(at)
            at += count
        said_here = frozenset(said)
        if "zone" in said:
            return Atom((), said_here)
        text = " ".join(atom.split())
        if unknown:
            if len(found) == 1 and found[0].is_code and raw[-1].upper() == found[0].text and is_state(found[0]):
                plain.discard(len(raw) - 1)
                return Atom((Part(written(atom, ends, plain)), found[0]), said_here)
            is_hyphened = any("-" in atom[max(ends[at][0] - 1, 0) : ends[at][1] + 1] for at in unknown)
            found = [part for part in found if self.is_sure(part, len(unknown), is_hyphened)]
            if not found:
                # "Schladen-Werla": municipalities that have become one are called by both names.
                both = re.fullmatch(r"(\w{5,})-\w{4,}", atom.strip())
                spots = self.spots_of(keys_of(both[1]), [both[1]], is_low) if both else ()
                return Atom((Part(written(atom, ends, plain), tuple(spot for spot in spots if spot.city)),), said_here)
        if not found:
            return Atom((), said_here)
        spots, is_code = together(found), len(found) == 1 and found[0].is_code
        if "around" in said:
            spots = tuple(spot for spot in spots if spot.city) or spots
        elif "region" in said:
            spots = tuple(spot for spot in spots if not spot.city) or spots
        return Atom((Part(found[0].text if is_code else text, spots, is_code, has_number),), said_here)

    def spots_of(self, key: str, words: list[str], is_low: bool) -> tuple[Spot, ...]:
        """What a name can stand for, written as it is."""
        if len(key) < 3 - (not key.isascii()) or key not in self.gazetteer.names:
            return ()
        spots = self.gazetteer.named(key)
        spelled = " ".join(words)
        if spelled.islower():
            # "nice offices" is no place; where nothing is in capitals, a city of some size may be.
            return tuple(spot for spot in spots if is_low and spot.weight >= KNOWN_SIZE)
        if not spelled.isascii():
            return tuple(
                spot._replace(weight=spot.weight * ACCENT_WEIGHT) if spot.city == spelled else spot for spot in spots
            )
        return spots

    def is_sure(self, part: Part, unknown: int, is_hyphened: bool) -> bool:
        """Whether a name among words that are not known is believed to be one."""
        if part.is_code:
            return bool(self.gazetteer.sure_codes.get(part.text))
        best = heaviest(part.spots)
        if not best.region and not best.city:
            return not is_hyphened or unknown < 2
        return unknown <= 3 and not is_hyphened and best.weight >= KNOWN_SIZE

    def chained(self, parts: list[tuple[Part, bool]]) -> list[Chain]:
        """The places of a location, from its names in their order."""
        chains: list[Chain] = []
        chain = None
        for part, starts_place in parts:
            if chain and (not starts_place or is_around(part, chain)) and self.extend(chain, part):
                chain.length += 1
                chain.last_text = part.text
                continue
            chain = Chain(part, part.spots, "" if part.spots else part.text, last_text=part.text)
            chains.append(chain)
        return chains

    def extend(self, chain: Chain, part: Part) -> bool:
        """Let a name narrow a place down; whether it belongs to it and does not begin another."""
        if not part.spots:
            return True
        outside = tuple(spot for spot in part.spots if not spot.city)
        if not chain.spots:
            chain.spots = part.spots
            if part.is_code:
                chain.spots = by_state(part.spots)
            return True
        joined: dict[Spot, None] = {}
        # "Risch, Zug, Switzerland" is a place in the canton.
        held = tuple(spot for spot in chain.spots if not spot.city) or chain.spots if chain.name else chain.spots
        for first in held:
            for second in part.spots:
                spot = merged(first, second)
                if part.is_code and chain.first.is_code and chain.length == 1 and first.region and second.region:
                    continue  # "CA, WA": no region lies in another.
                if spot and part.is_code and len(held) > 1 and second.country == "US" and second.region:
                    spot = spot._replace(weight=spot.weight * STATE_WEIGHT)
                if spot:
                    joined[spot] = None
        if joined and not part.is_code and not chain.first.is_code:
            best, single, other = heaviest(joined), heaviest(chain.spots), choose(part.spots, self.gazetteer)
            if other.city and other.city != best.city and single.city and best.weight * LIST_RATIO < single.weight:
                joined = {}
        if whole := self.whole_of(chain, part):
            chain.spots = (whole,)
            return True
        if joined:
            chain.spots = tuple(joined)
            if keys_of(part.text) == keys_of(chain.last_text):
                # A city of its own name ("New York, New York"), of a country's name one within it ("Peru, Peru").
                whole = choose(part.spots, self.gazetteer)
                within = [spot for spot in joined if whole.region or whole.city or spot.country == whole.country]
                chain.spots = tuple(spot for spot in within if spot.city) or tuple(within) or chain.spots
            return True
        if chain.length == 1 and not chain.first.is_code:
            # A name that is known elsewhere: "Woodbridge, Ontario".
            if part.is_code and is_state(part) and part.text not in self.gazetteer.sure_codes:
                chain.spots, chain.name = by_state(part.spots), chain.first.text
                return True
            best = heaviest(chain.spots)
            is_region = not choose(part.spots, self.gazetteer).city or best.weight < KNOWN_SIZE
            if best.city and best.weight < WELL_KNOWN and outside and is_region:
                chain.spots, chain.name, chain.names_anyway = outside, chain.first.text, True
                return True
        best = heaviest(chain.spots)
        if best.city and heaviest(part.spots).weight < min(KNOWN_SIZE, best.weight / WORD_RATIO):
            return True
        return part.has_number or (part.is_code and part.text not in self.gazetteer.sure_codes and not alone(part))

    def whole_of(self, chain: Chain, part: Part) -> Spot | None:
        """The city that a name stands for, if what stands before it is a quarter of that: "Back Bay, Boston".

        A region of its main city's name stands for that as well: "Chamberí, Madrid", "Astoria, NY".
        """
        if chain.first.is_code or chain.name:
            return None
        most = heaviest(chain.spots).weight
        for spot in part.spots:
            city = spot.city or self.gazetteer.namesakes.get(" ".join(spot[:2]), "")
            for quarter in chain.spots:
                is_known = quarter.weight * LIST_RATIO >= most and quarter[:2] == spot[:2]
                if city and is_known and (*spot[:2], city, quarter.city) in self.gazetteer.quarters:
                    return spot._replace(city=city)
        return None

    def closed(self, chain: Chain, is_doubtful: bool, speaks_of_zones: bool) -> Spot | None:
        """What a place's names stand for in the end."""
        spots = chain.spots
        if chain.first.is_code and chain.length == 1:
            sure = self.gazetteer.sure_codes.get(chain.first.text)
            if sure is not None:
                return Spot(*self.gazetteer.spots[sure])
            spots = () if is_doubtful or speaks_of_zones else alone(chain.first)
        if not spots:
            return None
        spot = choose(spots, self.gazetteer)
        if is_doubtful and spot.city and spot.weight < KNOWN_SIZE:
            return None
        if chain.name and (spot.region or chain.names_anyway) and not spot.city and is_name(chain.name):
            return spot._replace(city=chain.name)
        return spot


def without_foreign_codes(parts: list[tuple[Part, bool]]) -> list[tuple[Part, bool]]:
    """Names without codes that fit neither the name before nor the country behind them: "LI" of "Lisbon, LI, PT".

    Boards have codes of regions of their own; such a code is no country in which the place would lie as well.
    """
    kept = parts[:1]
    for (name, _), (part, starts_place), (behind, starts_behind) in zip(parts, parts[1:], parts[2:], strict=False):
        countries = {spot.country for spot in behind.spots if not spot.region and not spot.city}
        is_foreign = (
            part.is_code
            and behind.is_code
            and not (name.is_code or starts_place or starts_behind)
            and any(spot.country in countries for spot in name.spots)
            and not any(spot.country in countries for spot in part.spots)
            and not any(merged(one, other) for one in name.spots for other in part.spots if not other.city)
        )
        if not is_foreign:
            kept.append((part, starts_place))
    return kept + parts[max(len(parts) - 1, 1) :]


def clean(location: str) -> str:
    """A location as text: without tags and what follows them, entities and letters read in the wrong encoding."""
    text = html.unescape(location[: 4 * LONGEST]).split("<", 1)[0][:LONGEST]
    if re.search("[ÃÂ][\x80-\xbf\u0152-\u2122]", text):
        with suppress(UnicodeError):
            text = text.encode("cp1252").decode("utf-8")
    return EASTERN_END.sub(",", text)


def written(atom: str, ends: list[tuple[int, int]], words: set[int]) -> str:
    """The atom from the first to the last of some words, so without "location:", "municipality" and the like around."""
    return " ".join(atom[ends[min(words)][0] : ends[max(words)][1]].split()) if words else ""


def is_name(text: str) -> bool:
    """Whether a text that no gazetteer knows can be the name of a city: a few words in capitals."""
    words = WORD.findall(text)
    return 1 <= len(words) <= 4 and len(text) > 3 and not re.search(r"\d", text) and text[:1].isupper()


def is_state(part: Part) -> bool:
    """Whether a code can be that of a state of the United States."""
    return len(part.text) == 2 and any(spot.country == "US" and spot.region and not spot.city for spot in part.spots)


def by_state(spots: tuple[Spot, ...]) -> tuple[Spot, ...]:
    """What a code behind a name stands for: a state of the United States, or else a country or region."""
    return tuple(
        spot._replace(
            weight=spot.weight * (STATE_WEIGHT if spot.country == "US" else not spot.region or 1 / STATE_WEIGHT)
        )
        for spot in spots
        if not spot.city
    )


def alone(code: Part) -> tuple[Spot, ...]:
    """What a code stands for that stands alone: a country or a state of the United States, if it is plain which."""
    spots = [spot for spot in code.spots if not spot.region or (spot.country == "US" and is_state(code))]
    if not spots:
        return ()
    best = heaviest(spots)
    is_plain = all(spot.weight * CODE_RATIO <= best.weight for spot in spots if spot[:3] != best[:3])
    return (best,) if is_plain else ()


def merged(first: Spot, second: Spot) -> Spot | None:
    """The spot that lies in both, if one lies in the other."""
    if first.country != second.country:
        return None
    if first.region and second.region and first.region != second.region:
        return None
    if first.city and second.city and first.city != second.city:
        return None
    inner, outer = (first, second) if bool(first.city) >= bool(second.city) else (second, first)
    if inner.city or inner.region:
        # A city whose region is not known lies in none that is named.
        return None if outer.region and not inner.region else inner
    return outer


def together(parts: list[Part]) -> tuple[Spot, ...]:
    """What names without a separator between them stand for: what lies in both, or else one of them ("Bad Boll")."""
    spots = parts[0].spots
    for part in parts[1:]:
        joined = tuple(dict.fromkeys(spot for one in spots for two in part.spots if (spot := merged(one, two))))
        if joined:
            spots = joined
        elif not part.is_code:
            spots += part.spots
            spots = tuple(spot for spot in spots if spot.city) or spots
    return spots


def is_around(code: Part, chain: Chain) -> bool:
    """Whether a code behind a sign of lists says where the city before it lies ("Salvador/BA")."""
    if not code.is_code or not chain.spots or chain.first.is_code:
        return False
    city = heaviest(chain.spots)
    return bool(city.city) and any(spot.region and merged(city, spot) for spot in code.spots)


def heaviest(spots: Iterable[Spot]) -> Spot:
    """The spot with the most people."""
    return max(spots, key=lambda spot: (spot.weight, spot))


def choose(spots: tuple[Spot, ...], gazetteer: Gazetteer) -> Spot:
    """What a name stands for: the spot with the most people; a region's main city rather than a region of its name."""
    best = heaviest(spots)
    if best.region and not best.city:
        cities = [spot for spot in spots if spot.city and spot.country == best.country]
        if cities:
            city = heaviest(cities)
            is_main = gazetteer.main_cities.get(" ".join(best[:2])) == city.city
            is_part = best.weight <= PART_WEIGHT and city.region == best.region
            # Buenos Aires lies outside the province of its name.
            if is_main or is_part or city.weight * CAPITAL_RATIO >= best.weight:
                return city
    if best.country in CITY_STATES:
        return best._replace(region="", city=CITY_STATES[best.country])
    return best


def contained(spots: list[Spot]) -> list[Spot]:
    """Places without those that are named twice, or only say where another lies ("US / Austin")."""
    places = list(dict.fromkeys(spot._replace(weight=0) for spot in spots))
    return [place for place in places if not any(other != place and merged(place, other) == other for other in places)]


def agreed(places: list[tuple[Chain, Spot]]) -> list[Spot]:
    """The spots of a list of places, where all but one lie in one country that one too, if a known namesake does."""
    countries = {spot.country for _, spot in places}
    if len(places) < LEAST_AGREEING or len(countries) != 2:
        return [spot for _, spot in places]
    alone, most = sorted(countries, key=lambda country: sum(spot.country == country for _, spot in places))
    agreeing = []
    for chain, spot in places:
        namesakes = [
            other
            for other in chain.spots
            if other.country == most and other.city and spot.weight <= CODE_RATIO * other.weight
        ]
        is_other = chain.length == 1 and namesakes and spot.country == alone
        agreeing.append(heaviest(namesakes) if is_other else spot)
    return agreeing if sum(spot.country == alone for _, spot in places) == 1 else [spot for _, spot in places]


def shared(places: set[tuple[Any, ...]]) -> str | None:
    """What the last field says, where all fields of several places are the same."""
    return (next(iter(places))[-1] or None) if len(places) == 1 else None
