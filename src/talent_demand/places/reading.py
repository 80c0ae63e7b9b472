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
from typing import NamedTuple

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
# Among words that are no place, only a place of this size is believed ("Maasvlakte Rotterdam", but not "Data Summer").
KNOWN_SIZE = 15_000
HARD = re.compile(r"[;|•·\n/+&]|\b(?:and|or|und|oder|et|ou|y|e|of)\b", re.IGNORECASE)
SEPARATOR = re.compile(
    r"(\s*[;|•·\n]\s*|\s*[/+]\s*|\s*&\s*|\s+(?:and|or|und|oder|et|ou|y|e)\s+|\s*[,()\[\]{}:…]\s*|\s+[-–—]+\s*|\s*[-–—]+\s+)",
    re.IGNORECASE,
)
WORD = re.compile(r"\w[\w'’‘`.]*")
DAYS_AWAY = re.compile(r"(?i)\b\d\s*(?:-\s*\d\s*)?(?:days?|x|tage?|dagen|jours)\b[^,;|)]{0,20}\b(?:remote|home)")
FRENCH_DEPARTMENT = re.compile(r"\d[\dAB]|97\d")


class Place(NamedTuple):
    """What a location says: country (ISO 3166-1), region (ISO 3166-2) and city that all its places share, and keys.

    ``place_key`` is the same for all spellings of the same places; ``city_key`` is it where cities are named.
    """

    country_code: str | None
    region_code: str | None
    city: str | None
    is_remote: bool
    is_hybrid: bool
    is_onsite: bool
    is_several: bool
    place_key: str
    city_key: str | None


class Part(NamedTuple):
    """One name of a location: the spots that it can stand for, whether it is a code, and the words around it."""

    spots: tuple[Spot, ...]
    is_code: bool
    has_number: bool
    starts_place: bool


class Reader:
    """Reads locations by a gazetteer and the words of the seed place_words."""

    def __init__(self, gazetteer: Gazetteer, words: Iterable[tuple[str, str]]) -> None:
        """``words``: rows (word, meaning)."""
        self.gazetteer = gazetteer
        self.words = {keys_of(word): meaning for word, meaning in words}

    def read(self, location: str) -> Place:
        """What one location says; never fails, whatever stands in it."""
        text = clean(location)
        said: set[str] = {"hybrid"} if DAYS_AWAY.search(text) else set()
        text = DAYS_AWAY.sub(" ", text)
        parts, unknown = self.parts_of(text, said)
        spots = contained([choose(spots, self.gazetteer) for spots in assembled(parts, self.gazetteer)])
        if not spots:
            key = "?" + " ".join(keys_of(" ".join(unknown) or text).split())
        else:
            if len(spots) == 1 and not spots[0].city and spots[0].region and unknown and is_name(unknown[0], text):
                spots = [spots[0]._replace(city=unknown[0])]
            key = ";".join(sorted("|".join((spot.country, spot.region, keys_of(spot.city))) for spot in spots))
        is_city = any(spot.city for spot in spots) or (not spots and bool(unknown))
        country, region, city = (shared({spot[: field + 1] for spot in spots}) for field in range(3))
        return Place(
            country,
            region,
            city,
            "remote" in said,
            "hybrid" in said,
            "onsite" in said,
            "several" in said or len(spots) > 1,
            key,
            key if is_city else None,
        )

    def parts_of(self, text: str, said: set[str]) -> tuple[list[Part], list[str]]:
        """The names in a text and what is left of it; adds to ``said`` what it says of the way of working."""
        pieces = SEPARATOR.split(text)
        parts: list[Part] = []
        unknown: list[str] = []
        starts_place, at = True, 0
        while at < len(pieces):
            # "Bosnia and Herzegovina", "Halle (Saale)", "Korea, Republic of": a name can hold a separator.
            taken, found = 1, None
            for count in (5, 3):
                if at + count <= len(pieces):
                    key = keys_of("".join(pieces[at : at + count])).strip()
                    if " " in key and key in self.gazetteer.names and key not in self.words:
                        taken, found = count, [Part(self.gazetteer.named(key), False, False, starts_place)]
                        break
            if found is None:
                found, rest = self.parts_of_atom(pieces[at], starts_place, said, bool(parts), text.islower())
                if rest:
                    unknown.append(rest)
            parts += found
            at += taken
            starts_place = starts_place and not found
            if at < len(pieces):
                starts_place = starts_place or bool(HARD.search(pieces[at]))
                at += 1
        return parts, unknown

    def parts_of_atom(
        self, atom: str, starts_place: bool, said: set[str], is_later: bool, is_low: bool
    ) -> tuple[list[Part], str]:
        """The names in a text without separators, and the text itself where it is none."""
        gazetteer = self.gazetteer
        names, codes = gazetteer.names, gazetteer.codes
        raw = WORD.findall(atom)
        keys = [keys_of(word).strip() for word in raw]
        found: list[tuple[int, tuple[Spot, ...], bool]] = []
        meanings: list[tuple[int, str]] = []
        unknown, has_number, at = 0, False, 0
        if is_later and len(raw) == 1 and FRENCH_DEPARTMENT.fullmatch(raw[0]):
            spots = tuple(spot for spot in gazetteer.coded(raw[0]) if spot.country == "FR")
            return ([Part(spots, True, False, False)] if spots else []), ""
        while at < len(keys):
            for count in range(min(LONGEST_NAME, len(keys) - at), 0, -1):
                key = " ".join(keys[at : at + count])
                is_code = count == 1 and raw[at].isupper() and len(key) in (2, 3) and key.upper() in codes
                if key in self.words and not (is_code and len(raw) == 1 and self.words[key] == "nothing"):
                    meanings.append((at, self.words[key]))
                    break
                if is_code:
                    found.append((at, gazetteer.coded(key.upper()), True))
                    break
                if key in names and len(key) > 2 - (not key.isascii()):
                    spots = gazetteer.named(key)
                    if is_written_low(raw[at : at + count]):
                        # "nice offices" is no place; where nothing is in capitals, a city of some size may be.
                        spots = tuple(spot for spot in spots if is_low and spot.weight >= KNOWN_SIZE)
                    if spots:
                        found.append((at, spots, False))
                        break
            else:
                count = 1
                if any(character.isdigit() for character in keys[at]):
                    has_number = True
                else:
                    unknown += 1
            at += count
        said.update(meaning for _, meaning in meanings if meaning in ("remote", "hybrid", "onsite", "several"))
        if any(meaning == "zone" for _, meaning in meanings):
            return [], ""
        if unknown:
            found = [
                (place, spots, is_code)
                for place, spots, is_code in found
                if unknown <= 3
                and not is_code
                and raw[place][0].isupper()
                and max(spot.weight for spot in spots) >= KNOWN_SIZE
            ]
        parts = []
        for _, spots, is_code in found:
            around = {meaning for at, meaning in meanings if meaning in ("around", "region")}
            if "around" in around:
                spots = tuple(spot for spot in spots if spot.city) or spots
            elif "region" in around:
                spots = tuple(spot for spot in spots if not spot.city) or spots
            parts.append(Part(spots, is_code, has_number, starts_place and not parts))
        return parts, "" if parts or not unknown else atom.strip()


def clean(location: str) -> str:
    """A location as text: without tags and what follows them, entities and letters read in the wrong encoding."""
    text = html.unescape(location[: 4 * LONGEST]).split("<", 1)[0][:LONGEST]
    if re.search("[ÃÂ][\x80-\xbf\u0152-\u2122]", text):
        with suppress(UnicodeError):
            text = text.encode("cp1252").decode("utf-8")
    return text


def is_written_low(words: list[str]) -> bool:
    """Whether words are written in small letters, as names are not (save "den Haag")."""
    return words[-1][:1].islower()


def is_name(text: str, location: str) -> bool:
    """Whether a text that no gazetteer knows can be the city's name: what a location begins with, in capitals."""
    words = WORD.findall(text)
    return (
        location.strip().startswith(text)
        and 1 <= len(words) <= 4
        and len(text) > 3
        and not re.search(r"\d", text)
        and all(word[0].isupper() for word in (words[0], words[-1]))
    )


def merged(first: Spot, second: Spot) -> Spot | None:
    """The spot that lies in both, if one lies in the other."""
    if first.country != second.country:
        return None
    if first.region and second.region and first.region != second.region:
        return None
    if first.city and second.city and first.city != second.city:
        return None
    inner = first if (bool(first.city), bool(first.region)) >= (bool(second.city), bool(second.region)) else second
    outer = second if inner is first else first
    if inner.city and not inner.region and outer.region:
        return inner if not outer.city else None
    return inner


def heaviest(spots: Iterable[Spot]) -> Spot:
    """The spot with the most people."""
    return max(spots, key=lambda spot: (spot.weight, spot))


def assembled(parts: list[Part], gazetteer: Gazetteer) -> list[tuple[Spot, ...]]:
    """The spots that each place of a location can be, from its names in their order."""
    places: list[tuple[Spot, ...]] = []
    current: tuple[Spot, ...] = ()
    is_bare_code = False
    for part in parts:
        joined: dict[Spot, None] = {}
        if current and not part.starts_place:
            for first in current:
                for second in part.spots:
                    spot = merged(first, second)
                    if spot is None:
                        continue
                    if part.is_code and len(current) > 1 and second.country == "US" and second.region:
                        spot = spot._replace(weight=spot.weight * STATE_WEIGHT)
                    joined[spot] = None
            if joined and not part.is_code:
                best, alone, other = heaviest(joined), heaviest(current), choose(part.spots, gazetteer)
                is_list = (
                    other.city and other.city != best.city and alone.city and best.weight * LIST_RATIO < alone.weight
                )
                if is_list:
                    joined = {}
        if joined:
            current, is_bare_code = tuple(joined), False
            continue
        if current and part.has_number and not part.starts_place:
            continue
        if current and not is_bare_code:
            places.append(current)
        current, is_bare_code = part.spots, part.is_code
        if part.is_code:
            best = heaviest(part.spots)
            rest = [spot.weight for spot in part.spots if spot[:3] != best[:3]]
            is_bare_code = bool(rest) and max(rest) * CODE_RATIO > best.weight
    if current and not is_bare_code:
        places.append(current)
    return places


def choose(spots: tuple[Spot, ...], gazetteer: Gazetteer) -> Spot:
    """What a name stands for: the spot with the most people; a region's main city rather than a region of its name."""
    best = heaviest(spots)
    if best.region and not best.city:
        cities = [spot for spot in spots if spot.city and spot[:2] == best[:2]]
        if cities:
            city = heaviest(cities)
            if gazetteer.main_cities.get(" ".join(city[:2])) == city.city or best.weight <= PART_WEIGHT:
                return city
    if best.country in CITY_STATES:
        return best._replace(region="", city=CITY_STATES[best.country])
    return best


def contained(spots: list[Spot]) -> list[Spot]:
    """Places without those that are named twice, or only say where another lies ("US / Austin")."""
    kept: list[Spot] = []
    for spot in dict.fromkeys(spot._replace(weight=0) for spot in spots):
        others = [other for other in spots if other[:3] != spot[:3]]
        if not any(
            merged(spot, other) and bool(other.city) + bool(other.region) > bool(spot.city) + bool(spot.region)
            for other in others
        ):
            kept.append(spot)
    return kept


def shared(places: set[tuple[str, ...]]) -> str | None:
    """What the last field says, where all fields of several places are the same."""
    return (next(iter(places))[-1] or None) if len(places) == 1 else None
