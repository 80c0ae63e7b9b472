"""Which place a location names: each kind of form that boards write, and that any text is read without failing."""

import pycountry
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talent_demand.places.model import seed_reader

READ = seed_reader().read

# location -> country, region, city
PLACES = {
    # as boards write it
    "Sophia Antipolis": ("FR", "FR-PAC", "Valbonne"),
    "Rotterdam": ("NL", "NL-ZH", "Rotterdam"),
    "Portland, ME": ("US", "US-ME", "Portland"),
    "Portland, Oregon, United States": ("US", "US-OR", "Portland"),
    "Cambridge, England, United Kingdom": ("GB", "GB-ENG", "Cambridge"),
    "Cambridge, MA": ("US", "US-MA", "Cambridge"),
    "London, Ontario, Canada": ("CA", "CA-ON", "London"),
    "Hamilton, ON": ("CA", "CA-ON", "Hamilton"),
    "Groningen, GR, NL": ("NL", "NL-GR", "Groningen"),
    "Kassel, HE, DE": ("DE", "DE-HE", "Kassel"),
    "Augsburg, BY, DE": ("DE", "DE-BY", "Augsburg"),
    "Setúbal, LI, PT": ("PT", "PT-15", "Setúbal"),
    "Radom, MZ, PL": ("PL", "PL-14", "Radom"),
    "Angers, B5, FR": ("FR", "FR-PDL", "Angers"),
    "Villeurbanne - 69": ("FR", "FR-ARA", "Villeurbanne"),
    "Lyon 3e - 69": ("FR", "FR-ARA", "Lyon"),
    "US-OR-Beaverton": ("US", "US-OR", "Beaverton"),
    "US, WA, Spokane": ("US", "US-WA", "Spokane"),
    "USA - Illinois - Peoria": ("US", "US-IL", "Peoria"),
    "OH - Dayton": ("US", "US-OH", "Dayton"),
    "Recife-PE": ("BR", "BR-PE", "Recife"),
    "Fresno, CA 93721": ("US", "US-CA", "Fresno"),
    "Omaha NE": ("US", "US-NE", "Omaha"),
    "TOLEDO, OH": ("US", "US-OH", "Toledo"),
    "IN - Indianapolis": ("US", "US-IN", "Indianapolis"),
    # behind a name that nobody knows and no comma only a state of the United States
    "Hinterhausen-BW": (None, None, None),
    "Hinterhausen MH": (None, None, None),
    # a code behind a sign of lists, in which the city lies
    "Salvador/BA": ("BR", "BR-BA", "Salvador"),
    "Tampa / FL": ("US", "US-FL", "Tampa"),
    "Gary, IN": ("US", "US-IN", "Gary"),
    "Lisburn, NI": ("GB", "GB-NIR", "Lisburn"),
    "Hannover, NI": ("DE", "DE-NI", "Hannover"),
    "Monterrey, N.L.": ("MX", "MX-NLE", "Monterrey"),
    "Celaya, Gto.": ("MX", "MX-GUA", "Celaya"),
    "Pune, IN": ("IN", "IN-MH", "Pune"),
    "Laval, CA": ("CA", "CA-QC", "Laval"),
    "Kiel, DE": ("DE", "DE-SH", "Kiel"),
    "Dover, DE": ("US", "US-DE", "Dover"),
    "Perú-solana la Vella, Catalonia, Spain": ("ES", "ES-CT", "Perú-solana la Vella"),
    "Linz (AT) or remote in AT/DE": ("AT", "AT-4", "Linz"),
    "Linz, Remote (Europe)": ("AT", "AT-4", "Linz"),
    "Remote (US & Canada) or Omaha, NE": ("US", "US-NE", "Omaha"),
    "Remote (US/EU timezones)": (None, None, None),
    "Södermalm, Stockholm County, Sweden": ("SE", "SE-AB", "Stockholm"),
    "Utrecht Leidsche Rijn, UT, NL": ("NL", "NL-UT", "Utrecht"),
    "Canary Wharf, London": ("GB", "GB-ENG", "London"),
    "Vallès Occidental, Catalonia, Spain": ("ES", "ES-CT", None),
    # cities that GeoNames calls as few people do
    "Sion, Valais, Switzerland": ("CH", "CH-VS", "Sion"),
    "Sitten": ("CH", "CH-VS", "Sion"),
    "St. Gallen": ("CH", "CH-SG", "St. Gallen"),
    "Almere Stad, NL": ("NL", "NL-FL", "Almere"),
    "Katwijk": ("NL", "NL-ZH", "Katwijk"),
    "Hansestadt Stade": ("DE", "DE-NI", "Stade"),
    "Petach Tikva, Israel": ("IL", "IL-M", "Petah Tikva"),
    "Seongnam": ("KR", "KR-41", "Seongnam"),
    "Donostia": ("ES", "ES-PV", "San Sebastián"),
    # other names
    "Den Haag": ("NL", "NL-ZH", "The Hague"),
    "Nürnberg": ("DE", "DE-BY", "Nuremberg"),
    "Firenze, Toscana, Italia": ("IT", "IT-52", "Florence"),
    "Genève, Suisse": ("CH", "CH-GE", "Geneva"),
    "Sevilla, España": ("ES", "ES-AN", "Sevilla"),
    "Bâle": ("CH", "CH-BS", "Basel"),
    "Baroda": ("IN", "IN-GJ", "Vadodara"),
    "Drammen kommune": ("NO", "NO-30", "Drammen"),
    "Lyon 7e Arrondissement": ("FR", "FR-ARA", "Lyon"),
    "Zürich Wipkingen": ("CH", "CH-ZH", "Zürich"),
    "Ibaraki-ken": ("JP", "JP-08", None),
    "兵庫県神戸市": ("JP", "JP-28", "Kobe"),
    "江苏省苏州市": ("CN", "CN-JS", "Suzhou"),
    "Tianjin Shi": ("CN", "CN-TJ", "Tianjin"),
    "NYC": ("US", "US-NY", "New York City"),
    "SF Bay Area": ("US", "US-CA", "San Francisco"),
    "Bengaluru": ("IN", "IN-KA", "Bengaluru"),
    "東京": ("JP", "JP-13", "Tokyo"),
    "Москва": ("RU", "RU-MOW", "Moscow"),
    "MÃ¡laga": ("ES", "ES-AN", "Málaga"),
    # regions, countries, areas
    "Noord-Brabant, Nederland": ("NL", "NL-NB", None),
    "Bavaria, Germany": ("DE", "DE-BY", None),
    "Deutschland": ("DE", None, None),
    "Polska": ("PL", None, None),
    "Bretagne, France": ("FR", "FR-BRE", None),
    "King County, WA": ("US", "US-WA", None),
    "Ontario": ("CA", "CA-ON", None),
    "Silicon Valley": ("US", "US-CA", None),
    "Greater Denver Area": ("US", "US-CO", "Denver"),
    "Metro Cleveland, OH": ("US", "US-OH", "Cleveland"),
    "Porto Metropolitan Area": ("PT", "PT-13", "Porto"),
    "Region Zealand, Denmark": ("DK", "DK-85", None),
    "Cork, County Cork, Ireland": ("IE", "IE-M", "Cork"),
    "Singapore": ("SG", None, "Singapore"),
    "Kowloon, Hong Kong": ("HK", None, "Hong Kong"),
    "Luxembourg": ("LU", None, None),
    "Utrecht": ("NL", "NL-UT", "Utrecht"),
    # Said twice: a country, or a city within what bears its name.
    "Perú, Perú": ("PE", None, None),
    "Chile, Chile": ("CL", None, None),
    "Santiago, Chile, Chile": ("CL", "CL-RM", "Santiago"),
    "Panama, Panamá": ("PA", "PA-8", "Panama City"),
    "Groningen, Groningen": ("NL", "NL-GR", "Groningen"),
    "Halle (Saale)": ("DE", "DE-ST", "Halle (Saale)"),
    "Sarajevo, Bosnia and Herzegovina": ("BA", "BA-BIH", "Sarajevo"),
    "Seoul, Korea, Republic of": ("KR", "KR-11", "Seoul"),
    # what a name means beside others, and alone
    "Stirling, Ontario, Canada": ("CA", "CA-ON", "Stirling"),
    "Paris, CT": ("US", "US-CT", "Paris"),
    "Nowhereville Point, MD": ("US", "US-MD", "Nowhereville Point"),
    "Oberwil, Zug, Switzerland": ("CH", "CH-ZG", "Oberwil"),
    "Salzburg, Salzburg, Austria": ("AT", "AT-5", "Salzburg"),
    "Buenos Aires": ("AR", "AR-C", "Buenos Aires"),
    "Tunis": ("TN", "TN-11", "Tunis"),
    "Monaco": ("MC", None, "Monaco"),
    "Münster": ("DE", "DE-NW", "Münster"),
    "Berlin-Mitte, Berlin": ("DE", "DE-BE", "Berlin"),
    "Rotterdam Zuid, ZH, NL": ("NL", "NL-ZH", "Rotterdam"),
    "Stuttgart-Ost, BW, DE": ("DE", "DE-BW", "Stuttgart"),
    "Montréal-Nord, Quebec, Canada": ("CA", "CA-QC", "Montréal"),
    "F-67000 Strasbourg": ("FR", "FR-GES", "Strasbourg"),
    "Must be based in the UK": ("GB", None, None),
    "SF": ("US", "US-CA", "San Francisco"),
    "SF, NL": (None, None, None),
    "CA, WA, NV": ("US", None, None),
    "Rust, Terraform, GCP": (None, None, None),
    # with the way of working
    "Remote, Poland": ("PL", None, None),
    "Remote - US": ("US", None, None),
    "Oslo / Remote (Europe)": ("NO", "NO-03", "Oslo"),
    "REMOTE (UK) / Leeds": ("GB", "GB-ENG", "Leeds"),
    "Hybrid (Lisbon)": ("PT", "PT-11", "Lisbon"),
    "Remote or Onsite in Milwaukee, WI": ("US", "US-WI", "Milwaukee"),
    "Hybrid (2 days remote, 3 days in Tallinn)": ("EE", "EE-37", "Tallinn"),
    # lists: what they share
    "Munich, Hamburg, Leipzig": ("DE", None, None),
    "Tampa, FL; Miami, FL": ("US", "US-FL", None),
    "San Jose, CA, Reno, NV": ("US", None, None),
    "Paris or London": (None, None, None),
    "Boston, New York": ("US", None, None),
    # a quarter that GeoNames has as a place of its own lies in the city behind it, and in one of its region's name
    "Back Bay, Boston, MA": ("US", "US-MA", "Boston"),
    "Docklands, Melbourne": ("AU", "AU-VIC", "Melbourne"),
    "Upper West Side, New York": ("US", "US-NY", "New York City"),
    "Astoria, NY": ("US", "US-NY", "New York City"),
    "Chamberí, Madrid": ("ES", "ES-MD", "Madrid"),
    # but no town that is large, lies farther off or is named first or without the city
    "Brookline, Boston": ("US", "US-MA", None),
    "Yonkers, New York": ("US", "US-NY", "Yonkers"),
    "São Caetano do Sul, São Paulo": ("BR", "BR-SP", "São Caetano do Sul"),
    "Boston, Back Bay": ("US", "US-MA", None),
    "Montrouge, Île-de-France": ("FR", "FR-IDF", "Montrouge"),
    "Ghent +2 more": ("BE", "BE-VLG", "Gent"),
    "Kawasaki-Shi": ("JP", "JP-14", "Kawasaki"),
    # unknown within a known region
    "Nieuwdorperbroek, Friesland, Netherlands": ("NL", "NL-FR", "Nieuwdorperbroek"),
    # nothing
    "Remote": (None, None, None),
    "Anywhere in Europe": (None, None, None),
    "EMEA": (None, None, None),
    # a country beside a part of the world is one choice of two, a city stays, and "in Europe" is no choice
    "Portugal or LATAM": (None, None, None),
    "Remote (Africa, LatAm, Vietnam)": (None, None, None),
    "Canada + international": (None, None, None),
    "LATAM / Canada": (None, None, None),
    "Portugal / Europe / Remote": ("PT", None, None),
    "Oslo / EMEA": ("NO", "NO-03", "Oslo"),
    "Remote (Norway, Europe)": ("NO", None, None),
    # what all others of a list say of one whose namesake is larger, if that is not much larger
    "Birmingham / Atlanta / Nashville": ("US", None, None),
    "London, Toronto, Vancouver": (None, None, None),
    "Remote (EST time zone)": (None, None, None),
    "5 Locations": (None, None, None),
    "City 7": (None, None, None),
    "Kubernetes": (None, None, None),
    "N/A": (None, None, None),
    "one day a week in the office": (None, None, None),
    "Backend Engineer (Payments) <p>We are in Berlin": (None, None, None),
    "": (None, None, None),
}


@pytest.mark.parametrize("location", PLACES)
def test_where_a_location_is(location):
    place = READ(location)
    assert (place.country_code, place.region_code, place.city) == PLACES[location]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Mountain View, CA", "Mountain View, CA, US", True),
        ("Mountain View, California, United States", "Mountain View, CA", True),
        ("Amsterdam", "Amsterdam, North Holland, Netherlands", True),
        ("Köln", "Cologne, NRW, Germany", True),
        ("Linz; Graz", "Graz / Linz", True),
        ("Portland, OR", "Portland, ME", False),
        ("London, Ontario", "London", False),
        ("Remote, Germany", "Remote, Canada", False),
        ("US, NY, New York", "US, CA, San Francisco", False),
        ("Unterfeldhausen", "unterfeldhausen ", True),
        ("Unterfeldhausen", "Oberfeldhausen", False),
        ("Remote", "Kubernetes", False),
    ],
)
def test_spellings_of_one_place_have_one_key(one, other, is_same):
    assert (READ(one).place_key == READ(other).place_key) == is_same


def test_which_locations_name_a_city():
    keys = {location: READ(location).city_key for location in ("Graz", "Styria, Austria", "Remote", "Xanderbrück")}
    assert keys == {"Graz": "AT|AT-6|graz", "Styria, Austria": None, "Remote": None, "Xanderbrück": "?xanderbruck"}


pieces = st.sampled_from(
    [
        *PLACES,
        ", ",
        " / ",
        "; ",
        " - ",
        "(",
        ")",
        " or ",
        "+3 more",
        "US",
        "CA",
        "IN",
        "NL-",
        "St.",
        "1011 AB",
        "Ã",
        "&amp;",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.lists(pieces, max_size=6).map("".join) | st.lists(pieces, max_size=6).map(", ".join))
def test_any_location_has_valid_codes(location):
    place = READ(location)
    assert place.country_code in (None, "XK") or pycountry.countries.get(alpha_2=place.country_code)
    if place.region_code:
        assert pycountry.subdivisions.get(code=place.region_code).country_code == place.country_code
    if place.city:
        assert place.country_code
    assert place.place_key and place == READ(location)
