import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import PROJECT
from talent_demand.fields.facts import read_texts, seed_reading

READING = seed_reading()


def pay_of(text, is_field=False):
    """(min, max, sign, period) of a text; None where it states no pay."""
    facts = read_texts([text], READING, is_field)[0]
    pay = tuple(facts[column] for column in ("pay_min", "pay_max", "pay_sign", "pay_period"))
    return None if pay[:2] == (None, None) else pay


@pytest.mark.parametrize(
    ("text", "pay"),
    [
        ("The salary range for this harbour role is $91,000 - $104,500 per year.", (91000, 104500, "$", "year")),
        ("Pay: $21.50 to $24.00 an hour, weekly payout.", (21.5, 24, "$", "hour")),
        ("Salary: £45-50k plus a bonus of £5,000", (45000, 50000, "GBP", "year")),
        ("Salary Band 5 – £28,100 to £34,200 a year", (28100, 34200, "GBP", "year")),
        ("Pay point 12 £28,000, for keepers of the lock", (28000, 28000, "GBP", "year")),
        ("Wir zahlen ein Gehalt von 52.000 bis 61.000 € brutto im Jahr.", (52000, 61000, "EUR", "year")),
        ("RAL: < 34.000 € annui", (None, 34000, "EUR", "year")),
        (
            "The base pay ranges in each zone of the coast are, for those who begin with us as divers this year: "
            "Zone A: $91,000 - $104,500 Zone B: $81,000 - $94,500 Zone C: $71,000 - $84,500 Boats are not paid for",
            (71000, 104500, "$", "year"),
        ),
        ("Een salaris tussen € 3.105,- en € 4.270,- bruto per maand bij 36 uur per week", (3105, 4270, "EUR", "month")),
        ("Rémunération : 38 000 € à 44 000 € brut annuel selon profil", (38000, 44000, "EUR", "year")),
        ("Salario: 24.000€ - 28.000€ brutos anuales", (24000, 28000, "EUR", "year")),
        ("Salário: R$ 4.350,00 por mês", (4350, 4350, "BRL", "month")),
        ("Retribuzione: RAL 31.000 - 36.000 €", (31000, 36000, "EUR", "year")),
        ("Månadslön 36 500 kr", (36500, 36500, "kr", "month")),
        ("CTC: ₹18-24 LPA for the lighthouse team", (1800000, 2400000, "INR", "year")),
        ("Package (CTC) 14 - 17 LPA plus insurance", (1400000, 1700000, "INR", "year")),
        ("Wynagrodzenie: 9 500 – 12 000 zł brutto miesięcznie", (9500, 12000, "PLN", "month")),
        ("Mzda 48 000 - 61 000 Kč měsíčně", (48000, 61000, "CZK", "month")),
        ("Зарплата от 110 000 до 140 000 руб. в месяц", (110000, 140000, "RUB", "month")),
        ("Maaş: 52.000 - 64.000 TL", (52000, 64000, "TRY", "month")),
        ("Salariu: 6.000 - 7.500 RON net/lună", (6000, 7500, "RON", "month")),
        ("A minimum salary of $58,000 per year", (58000, None, "$", "year")),
        ("Salary: up to £62,000 per annum", (None, 62000, "GBP", "year")),
        ("Compensation from $140k", (140000, None, "$", "year")),
        ("Comp: $180k+ base and kelp", (180000, None, "$", "year")),
        ("Day rate: £425 - £475 per day (Outside IR35)", (425, 475, "GBP", "day")),
        ("<p>Base pay</p><p>$101,000&nbsp;&mdash;&nbsp;$118,000 CAD</p>", (101000, 118000, "CAD", "year")),
        ("Acme | Boat builder | Remote | $120k - $150k | acme.example", (120000, 150000, "$", "year")),
        ("Salary: R25 000 - R32 000 pm", (25000, 32000, "ZAR", "month")),
        ("We offer a salary of R720 000 per annum", (720000, 720000, "ZAR", "year")),
        ("Salary: 45k-55k DOE", (45000, 55000, None, "year")),
        ("Salary: 8 to 12 Lakhs per annum", (800000, 1200000, "INR", "year")),
        ("Зарплата: 150 000 – 220 000 ₽", (150000, 220000, "RUB", "month")),
        ("月給27万円〜38万円(経験による)", (270000, 380000, "JPY", "month")),
        ("想定年収 640万円", (6400000, 6400000, "JPY", "year")),
        ("時給1,340円以上", (1340, None, "JPY", "hour")),
        ("月薪 1.8万-2.6万元", (18000, 26000, "CNY", "month")),
        ("연봉 3,700만원~4,900만원", (37000000, 49000000, "KRW", "year")),
        ("Lương: 17 - 24 triệu VND/tháng", (17000000, 24000000, "VND", "month")),
        ("Base salary: JPY 7M - 8M per year", (7000000, 8000000, "JPY", "year")),
        ("Rémunération : entre 41 et 46 k€", (41000, 46000, "EUR", "year")),
        ("Jahresgehalt 62 - 68 TEUR", (62000, 68000, "EUR", "year")),
        ("17 500 - 23 500 PLN netto + VAT", (17500, 23500, "PLN", "month")),
        ("Timlön 171 kr", (171, 171, "kr", "hour")),
        ("Lönen är 33 000–37 000 SEK i månaden", (33000, 37000, "SEK", "month")),
        ("Mindestgehalt lt. KV EUR 2.930,- brutto/Monat", (2930, None, "EUR", "month")),
        ("Salaire : 13,40 € de l'heure", (13.4, 13.4, "EUR", "hour")),
        ("CTC: R 640 000 per annum", (640000, 640000, "ZAR", "year")),
        ("Base £41k, OTE £63k (£41k base)", (41000, 41000, "GBP", "year")),
        ("Gratification : 670€/mois", (670, 670, "EUR", "month")),
        ("We offer a salary from € 4,320 up to a maximum of € 6,980 gross per month", (4320, 6980, "EUR", "month")),
        (
            "a salary of minimum € 3.290,00 (scale 9, level 0) and maximum € 3.840,00 gross per month",
            (3290, 3840, "EUR", "month"),
        ),
        ("in accordance with the agreement, scale P (min. € 2,870 max. € 3,640).", (2870, 3640, "EUR", "month")),
        ("een max. salaris van € 7.900", (None, 7900, "EUR", "month")),
        ("qualifications and equity. $81,000 to $89,500 Full-Time Annual Salary", (81000, 89500, "$", "year")),
        ("Stagevergoeding van € 480,- per maand", (480, 480, "EUR", "month")),
        ("A salary from € 3.055- to € 3.645,- gross per month (scale 8)", (3055, 3645, "EUR", "month")),
        ("minimum € 3.110,00 (Postdoc) and maximum € 4.215,00 (Postdoc) gross per month", (3110, 4215, "EUR", "month")),
        ("£31,500 (rising to £35,200 after probation) per annum", (31500, 35200, "GBP", "year")),
        ("Salary: 70-75,000K per year", (70000, 75000, None, "year")),
        ("Base salary 80 - 92,000 USD a year", (80000, 92000, "USD", "year")),
        ("a minimum annual salary of $88,000 and a maximum annual salary of $97,500", (88000, 97500, "$", "year")),
        ("Salário: R$ 7.420,00 (mensal) - 40h semanais", (7420, 7420, "BRL", "month")),
        ("Stageplek. Salaris: Vanaf €460,00 per maand", (460, None, "EUR", "month")),
        ("Kelp Labs | 140-185k + equity | Remote", (140000, 185000, None, "year")),
        ("een (maximaal) salaris van € 4.900", (None, 4900, "EUR", "month")),
        ("Up to a salary of £48,000", (None, 48000, "GBP", "year")),
        (
            "een (maximaal) salaris van € 5.150 op basis van 40 uur per week. Extra salaris? (Zo kun je ook € 6.020 "
            "per maand inclusief 16% budget verdienen)",
            (None, 5150, "EUR", "month"),
        ),
        ("Salary £41k - £44k. Salary £63k - £66k OTE per year", (41000, 44000, "GBP", "year")),
        ("Salary range: €2871 - €3690 Hours per week: 38-40", (2871, 3690, "EUR", "month")),
        ("Base pay $81,000 to $89,500. Bonus up to $12,0…", (81000, 89500, "$", "year")),
        ("£26k basic + commission (OTE £38k)", (26000, 26000, "GBP", "year")),
        ("Fr. 5'800.– bis 6'600.– pro Monat", (5800, 6600, "CHF", "month")),
        ("Lohn: CHF 6'200 x 13", (6200, 6200, "CHF", "month")),
        ("Gehalt: 4.100 - 4.500 Euro brutto (14x jährlich)", (4100, 4500, "EUR", "month")),
        ("Trainees get a monthly allowance of EUR 455,- gross.", (455, 455, "EUR", "month")),
        ("een minimaal startsalaris van €2.650,- op basis van 40 uur", (2650, None, "EUR", "month")),
        ("Mindestgehalt bei 38,5 Stunden im Monat 2.700 €", (2700, None, "EUR", "month")),
        ("Cook $31k - $35k base, waiter $26k - $29k USD base", (26000, 35000, "USD", "year")),
        # Without a word of pay a range has to be as high as pay is.
        ("Line cook, Reno. $10,000 - $14,000. Start now", (10000, 14000, "$", "year")),
        ("Koch | €1,400 - €1,900 | Ulm", (1400, 1900, "EUR", "month")),
        ("Deck hand, Singapore. S$3,100 - S$3,900", (3100, 3900, "SGD", "month")),
        ("Zone A: $95,000 - $110,000; Zone B: $90,000 - $98,000 annually", (90000, 110000, "$", "year")),
        ("Hourly rate from: £20.50, hourly rate to: £25", (20.5, 25, "GBP", "hour")),
        ("Minimum salary: $51,000. Maximum salary: $73,000.", (51000, 73000, "$", "year")),
        ("Mindestgehalt: 41.000 € Höchstgehalt: 53.000 €", (41000, 53000, "EUR", "year")),
        ("$5,000 bonus, $32/hr", (32, 32, "$", "hour")),
        ("$3,000 Sign on Bonus $30.00 - $36.00 hourly", (30, 36, "$", "hour")),
        ("Salary: 45 K – 60 K by experience", (45000, 60000, None, "year")),
        ("€650 monthly allowance for your internship", (650, 650, "EUR", "month")),
        ("Pay rate: $61.00/hr on W2 - $64.00/hr on W2", (61, 64, "$", "hour")),
        ("Onsite | Full-time | $140k & 1.5% equity | Kelp", (140000, 140000, "$", "year")),
        ("What you get: * Stipend: €910 per month", (910, 910, "EUR", "month")),
    ],
)
def test_pay_is_read_as_it_is_written(text, pay):
    assert pay_of(text) == pay


@pytest.mark.parametrize(
    "text",
    [
        "We raised a $12M Series A and pay attention to detail.",
        "Annual learning budget of €1,500 and a gym allowance of €40 per month",
        "Referral bonus: earn $2,000 for each friend",
        "The company has revenues of $400,000,000 a year.",
        "You manage a budget of $250,000.",
        "You check invoices of $10,000 to $50,000",
        "Sign-on bonus of $10,000 for nurses",
        "$3,000 sign-on bonus, $500 of it after 30 days",
        "Retention bonus, $2 an hour",
        "Meal vouchers (8 € per day) and Fahrtkostenzuschuss bis zu 60 € monatlich",
        "Reimbursement of up to $5,250 a year in tuition",
        "A team of 40 people in 12 countries since 2012",
        "We match 5% of your 401k",
        "Yearly salary, 401k or 403k match",
        "Line cook, Reno. $9,990 - $14,000. Start now",
        "Koch | €1,390 - €1,900 | Ulm",
        "Home office stipend: $500 per month",
        "Donors gave 30 K and 45 K",
        "Zuschuss von 50 € zum Deutschlandticket",
        "40 hours per week, 25 days of holiday",
        "R 4.3, Python 3.11 and 5 R&D days a month",
        "Salary matters to us: we pay the invoices of over 90k clients",
        "売上高320万円の会社です",
        "ACV of $90k-$400k",
        "Kelp Labs | Remote | 140-185k users",
        "Relocation package of up to $18,000",
        "Budgetverantwortung von 500.000 € jährlich",
        "The salary of this post is $75,0…",
        "Base salary: $75,000 to 12...",
    ],
)
def test_other_money_is_no_pay(text):
    assert pay_of(text) is None


def test_several_jobs_are_told_from_the_lowest_to_the_highest():
    text = "Salary: $90,000 - $100,000 per year (Oslo) or salary: $110,000 - $120,000 per year (Bergen)"
    assert pay_of(text) == (90000, 120000, "$", "year")


def test_the_range_of_the_whole_country_is_told_before_those_of_places():
    text = (
        "The typical base pay range for this role across the U.S. is USD $98,000 - $190,000 per year. There is a "
        "different range in the Bay Area: the base pay range for this role is USD $127,000 - $208,000 per year."
    )
    assert pay_of(text) == (98000, 190000, "USD", "year")


@pytest.mark.parametrize(
    ("field", "pay"),
    [
        ("$130k–$200k/yr", (130000, 200000, "$", "year")),
        ("$50 per hour", (50, 50, "$", "hour")),
        ("60.000 - 75.000 EUR", (60000, 75000, "EUR", "year")),
        ("Boat builder - £38k", (38000, 38000, "GBP", "year")),
        ("Competitive", None),
        ("15-25K·14薪", (15000, 25000, None, "month")),
    ],
)
def test_a_field_needs_no_words_around_its_amount(field, pay):
    assert pay_of(field, is_field=True) == pay


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "You will mend the nets and keep the boats of our harbour in order, with the help of your team."),
        ("de", "Du flickst die Netze und hältst mit dem Team die Boote in unserem Hafen in Ordnung."),
        ("nl", "Je herstelt de netten en houdt met het team de boten in onze haven op orde."),
        ("fr", "Vous réparez les filets et vous tenez les bateaux de notre port en ordre avec votre équipe."),
        ("es", "Reparas las redes y con tu equipo mantienes los barcos de nuestro puerto en orden."),
        ("pt", "Você conserta as redes e mantém os barcos do nosso porto em ordem com a sua equipe."),
        ("it", "Ripari le reti e con il tuo gruppo tieni in ordine le barche del nostro porto."),
        ("sv", "Du lagar näten och håller båtarna i vår hamn i ordning och trivs med det."),
        ("da", "Du reparerer nettene og holder bådene i vores havn af træ i orden, og det er ikke let."),
        ("pl", "Naprawiasz sieci i dbasz o łodzie w naszym porcie oraz o to, że praca jest dla nas."),
        ("ru", "Вы чините сети и следите за лодками в нашем порту."),
        ("he", "תיקון רשתות ושמירה על הסירות בנמל"),
        ("ja", "漁網を直し、港の船を整えます。"),
        ("zh", "修理渔网，管理港口的船只。"),
        (None, ""),
        (None, "Kelp 2000"),
    ],
)
def test_the_language_of_a_text_is_told_by_its_words(language, text):
    assert read_texts([text], READING)[0]["language"] == language


def test_a_text_has_the_same_facts_among_others():
    texts = ["Salary: £45-50k", "", "nothing 5", "€", "3", "$ 70,000 a year", "Wage: 30 €", "kr"]
    alone = [read_texts([text], READING)[0] for text in texts]
    together = read_texts(texts, READING)
    for facts, same in zip(alone, together, strict=True):
        assert {**facts, "text_id": None} == {**same, "text_id": None}


MONEY = st.sampled_from(
    [
        "$",
        "€",
        "£",
        "kr",
        "EUR",
        "k",
        "+",
        "-",
        " – ",
        ".",
        ",",
        "000",
        "1",
        "95",
        " per ",
        "hour",
        "salary",
        "\n",
        "<p>",
        "&euro;",
        "L",
        "'",
        "*",
        "(",
        "\u00a0",
        "٣",
        "²",
        "bonus",
        "up to ",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(MONEY, st.text(max_size=5)), max_size=40).map("".join), st.booleans())
def test_no_text_makes_the_reading_fail(text, is_field):
    facts = read_texts([text], READING, is_field)[0]
    low, high = facts["pay_min"], facts["pay_max"]
    assert low is None or high is None or low <= high
    assert all(value is None or value > 0 for value in (low, high))


@pytest.mark.parametrize(
    "piece", ["$1", "1 ", "9", "1.000.", "salary $1 - ", "a", "€ 50 ", "<", "&", "k1", "per hour "]
)
def test_a_long_text_is_read_in_time_that_grows_with_it(piece):
    read_texts([piece * 200_000], READING)


def test_words_of_the_seeds_are_of_one_language_and_kind_each():
    with (PROJECT / "seeds" / "pay_words.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    both = {row["phrase"] for row in rows if row["kind"] == "pay"} & {
        row["phrase"] for row in rows if row["kind"] in ("other_money", "perk")
    }
    assert both == set()


@pytest.mark.parametrize("before", ["We are paid in €", "Raised 5", "All of it in £ ", "Budget: USD", "CHF ", "zł"])
@pytest.mark.parametrize("text", ["2031-04-05", "90000", "€ or kr", "k"])
def test_texts_side_by_side_are_read_as_if_each_were_alone(before, text):
    together = read_texts([before, text, before], READING, is_field=True)
    assert together == [
        read_texts([one], READING, is_field=True)[0] | {"text_id": row["text_id"]}
        for one, row in zip([before, text, before], together, strict=True)
    ]
