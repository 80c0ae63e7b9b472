"""Pairs of invented adverts, each with whether a reader takes them for one opening, and what kind of pair they are.

An advert is a text with blanks that its fields fill. ``PAIRS`` names what two adverts of one employer differ in.
"""

from typing import NamedTuple

TEXTS = {
    "bank": """
About us. Northgate Savings is a bank with four million customers and branches in every county. We have kept
people's money safe since 1871 and we are now rebuilding how we serve them, on the phone, in the branch and at home.
The role. As {job} you join a team of nine in {place} and report to the head of the unit. {duty} You will agree
priorities with colleagues from risk, finance and operations every fortnight and show what you have finished. What
you bring. {need} You explain difficult things plainly, you write well, and you ask when something is unclear. What
we offer. A pension to which we pay eleven per cent, thirty days of holiday, private health care, and two days at
home every week. We welcome applications from people of every background and make adjustments at any stage. How to
apply. Send us your CV before the end of the month. {note}
""",
    "shop": """
You like people, you like to be on your feet, and you stay friendly on a Saturday in December. Then come and work
with us at Brightway in {place}. {duty} You help customers find what they came for, keep shelves full and tidy, work
the till and close up in the evening together with a colleague. We teach you everything you need in your first two
weeks. {need} You can work at weekends and you are eighteen or older. You get a wage above the sector's agreement, a
quarter off everything that we sell, work clothes, and a fixed roster four weeks ahead. We are a family firm with
140 shops, and most of our {job} colleagues started on the shop floor. Does this sound like you? Tell us in three
sentences who you are and when you can begin; we answer within two working days. {note}
""",
    "cloud": """
We run the platform on which eleven thousand retailers sell. Every second it takes four hundred orders, and it must
not stop. Our engineers own what they build, from the first sketch to the pager at night, and they are paid for it.
You will work as {job} in our {place} office. {duty} You review designs, mentor others, and take part in an on call
rotation of one week in seven. {need} Experience with Go, Kubernetes, Postgres and Terraform helps; curiosity helps
more. We give you equity, a budget for courses, a good laptop, lunch on three days, and parental leave of twenty
weeks for every parent. The interview is one call, one exercise that takes two hours at home, and an afternoon with
the team. {note}
""",
    "clinic": """
Das Klinikum Rabental ist ein Haus der Maximalversorgung mit 1.200 Betten und 3.900 Beschäftigten. Für unseren
Standort {place} suchen wir zum nächstmöglichen Zeitpunkt {job} in Vollzeit oder Teilzeit. Ihre Aufgaben: {duty} Sie
arbeiten eng mit Ärztinnen, Pflege und Verwaltung zusammen und bringen eigene Ideen ein. Ihr Profil: {need} Sie sind
zuverlässig, arbeiten gern im Team und behalten auch an hektischen Tagen den Überblick. Wir bieten Ihnen eine
Vergütung nach Tarif mit Jahressonderzahlung, eine betriebliche Altersvorsorge, 30 Tage Urlaub, ein Jobticket, Fort-
und Weiterbildung, einen Betriebskindergarten und eine Kantine, in der frisch gekocht wird. Bitte bewerben Sie sich
über unser Portal; für Fragen steht Ihnen Frau Albrecht gern zur Verfügung. {note}
""",
    "staffing": """
Für unseren Kunden, ein mittelständisches Unternehmen in {place}, suchen wir in direkter Vermittlung {job}. Darauf
können Sie sich freuen: unbefristeter Vertrag, flexible Arbeitszeiten, Mitarbeiterrabatte, Obst und Getränke, kurze
Wege und flache Hierarchien. Ihre Aufgaben sind: {duty} Dazu kommt die Abstimmung mit anderen Abteilungen und mit
unseren Partnern im Ausland. Das bringen Sie mit: {need} Gute Deutschkenntnisse und sicherer Umgang mit dem PC
runden Ihr Profil ab. So geht es weiter: Sie senden uns Ihren Lebenslauf, wir rufen Sie innerhalb von 24 Stunden an
und stellen Sie unserem Kunden vor. Die Vermittlung ist für Sie kostenlos und diskret. Wir freuen uns auf Ihre
Bewerbung! {note}
""",
    "agency": """
Our client is a growing company in {place} that puts people first. They have asked us to find {job} who wants to
make a difference from day one. {duty} You will have room to shape the work, a manager who listens, and a team that
celebrates every success. {need} In return our client offers a competitive package, bonus, private medical cover,
hybrid working and a clear path to promotion. We are an equal opportunity recruiter: please tell us of any
adjustment that would help you in the process. If this sounds interesting, apply now with your most recent CV, or
call our office for a chat in confidence. Due to the number of applications we can only answer those who are
shortlisted. {note}
""",
    "school": """
Skolan vid ån är en friskola med tvåhundra elever i {place}. Vi söker nu {job} från och med augusti. Du planerar och
genomför undervisning, följer upp elevernas lärande och har kontakt med vårdnadshavare. {duty} Tillsammans med
kollegor utvecklar du skolans arbete och tar ansvar för en trygg och lugn miljö. {need} Du är tydlig, varm och
lyhörd och trivs med att arbeta i lag. Vi erbjuder små klasser, gemensam planeringstid varje vecka, friskvårdsbidrag
och kompetensutveckling. Tjänsten är på heltid och vi tillämpar sex månaders provanställning. Urval sker löpande, så
vänta inte med din ansökan. {note}
""",
    "dev": """
A Lumina é uma empresa de tecnologia que cria soluções digitais para mais de trezentos clientes no Brasil e em
Portugal. Buscamos uma pessoa {job} para o nosso time em {place}. No seu dia a dia: {duty} Você vai participar das
cerimônias do time, escrever testes automatizados e apoiar a evolução da arquitetura. O que esperamos: {need}
Valorizamos a diversidade e todas as nossas vagas são abertas a pessoas com deficiência. Oferecemos vale refeição,
plano de saúde e odontológico, auxílio home office, horário flexível, day off no aniversário e um plano de carreira
claro. O processo tem três etapas: conversa com o RH, desafio técnico e entrevista com a liderança. {note}
""",
    "lab": """
We are a research group of forty that studies how machines learn from few examples. We publish what we find, share
our code, and work with hospitals and schools so that it is of use. As {job} you will work in {place} with two
senior researchers. {duty} You present your work at the weekly seminar, help to supervise students, and write for
journals and for the public. {need} You have shown that you can bring an idea to an end. The post is paid on the
national scale, for three years to begin with, with travel money for two conferences a year. Interviews take place
in the second half of next month. We wish to be a group in which everyone can do their best work, and we encourage
women to apply. {note}
""",
    "care": """
Wil jij het verschil maken voor ouderen in {place}? Wij zoeken een {job} voor 24 tot 32 uur per week. Je werkt in
een klein team van zeven collega's en je kent je bewoners bij naam. {duty} Je overlegt met familie, arts en
behandelaars en legt vast wat je ziet en doet. {need} Je bent geduldig, je houdt van aanpakken en je durft te zeggen
wat je denkt. Wij bieden een salaris volgens de cao, een eindejaarsuitkering, reiskosten, een rooster waar je zelf
over meebeslist, en de ruimte om te leren. Wij vragen een verklaring omtrent gedrag; de kosten zijn voor ons. Heb je
vragen, bel dan met Anneke, teamleider, of kom een ochtend meelopen om te zien hoe wij werken. {note}
""",
    "sales": """
Fondée en 2009, Ardelle équipe plus de six mille entreprises en logiciels de gestion. Pour accompagner notre
croissance nous recrutons {job} à {place}. Vos missions : {duty} Vous travaillez en lien étroit avec le marketing,
le support et le produit, et vous rendez compte à la direction commerciale. Votre profil : {need} Vous êtes curieux,
rigoureux et vous aimez convaincre. Nous offrons un fixe et un variable non plafonné, une mutuelle prise en charge à
cent pour cent, des tickets restaurant, deux jours de télétravail par semaine et une formation de six semaines à
votre arrivée. Le processus comprend un échange téléphonique, un cas pratique et une rencontre avec votre future
équipe. {note}
""",
    "big": """
At Vantor we build the systems that move money for a hundred million people. As part of our technology group you
will solve problems that few have met before, with the resources of a large firm and the pace of a small one. {duty}
Job responsibilities: you carry out design, development and technical troubleshooting with the ability to think
beyond routine; you write secure code of high quality and maintain algorithms that run in step with the systems
around them; you gather and analyse large data sets to improve what we run. Required: formal training or
certification in software engineering and {need} Preferred: familiarity with front end technologies and exposure to
the cloud. We offer a total rewards package with base salary, discretionary awards and benefits. We are an equal
opportunity employer. {note}
""",
}


class Ad(NamedTuple):
    """What an advert is: title, place, board, day (of 2026), and how its text is filled."""

    title: str
    place: str = "Leeds, England, UK"
    board: str = "indeed"
    day: str = "03-02"
    job: str = "a colleague"
    town: str = "Leeds"
    duty: str = ""
    need: str = ""
    note: str = ""
    # Words replaced in the filled text, and the part of it that the board shows: 0 is no text.
    swaps: tuple[tuple[str, str], ...] = ()
    shown: float = 1.0
    company: str | None = None


class Pair(NamedTuple):
    """Two adverts of one employer, which are one opening or not."""

    kind: str
    is_one: bool
    text: str
    one: Ad
    other: Ad


def text_of(pair: Pair, ad: Ad) -> str | None:
    """The advert's text as its board shows it; None where it shows none."""
    text = " ".join(TEXTS[pair.text].split())
    text = text.format(job=ad.job, place=ad.town, duty=ad.duty, need=ad.need, note=ad.note)
    for old, new in ad.swaps:
        assert old in text, (pair, old)
        text = text.replace(old, new)
    if ad.shown < 1:
        text = f"{text[: int(len(text) * ad.shown)]}…" if ad.shown else None
    return text


MODELS = "You build models that tell which customers may fall behind with a loan and bring them into daily use."
REPORTS = (
    "You keep the monthly report on lending, answer questions on it, and find out why a number is not what it was."
)
RISK = "You check new products against the rules, write the risk file and sit on the committee that passes them."
ANYTHING = "You take on what the team needs most and see it through."
GO = "You build the service that routes orders to warehouses and keep it fast while traffic doubles every year."
IOS = "You build the app for iPhone that shop owners open first thing in the morning and keep it under fifty megabytes."
PIPE = "You build the pipelines that bring events from the shops to our warehouse within five minutes."
ADS = "You plan and buy our ads on social media, test them every week and report on the performance of each."
MEETING = "You lead the weekly meeting and look after the plan for the quarter."
PAY = "Sie rechnen Löhne und Gehälter ab, pflegen Stammdaten und klären Fragen mit Ämtern und Krankenkassen."
KIND = "Unser Kunde ist ein Arbeitgeber, der auf Ihre Weiterentwicklung achtet."
BUY = "Sie holen Angebote ein, verhandeln Preise, bestellen Material und überwachen die Termine der Lieferanten."
WARD = "Sie pflegen unsere Patientinnen und Patienten, bereiten Eingriffe vor und leiten Auszubildende an."
XRAY = "Sie nehmen Röntgen-, CT- und MRT-Aufnahmen auf und sorgen für Strahlenschutz und Dokumentation."
MATHS = "Du undervisar i matematik och fysik i årskurs sju till nio."
ENGLISH = "Du undervisar i engelska och svenska i årskurs fyra till sex."
JAVA = "Desenvolver serviços em Java e Spring, integrar sistemas e cuidar da qualidade do código."
NET = "Desenvolver aplicações em C# e .NET, integrar sistemas e cuidar da qualidade do código."
SELL = "Prospecter de nouveaux clients dans votre région, présenter nos logiciels et négocier les contrats."
KEEP = (
    "Suivre un portefeuille de clients, assurer le renouvellement des contrats et développer les ventes additionnelles."
)
WASH = "Je helpt bewoners met opstaan, wassen, kleden en eten en je let op hoe het met hen gaat."
FUN = "Je bedenkt activiteiten, wandelt met bewoners, zingt en bakt met hen en betrekt vrijwilligers erbij."
FEW = "You study how language models learn from demonstrations and build the software for our experiments."
GRAPH = "You study graph networks for the shape of proteins and build the software for our experiments."
STORE = "Join our storage team, which keeps each transfer for ten years and finds it in ten milliseconds."
FRAUD = "Join our fraud team, which decides in forty milliseconds whether a transfer is what it seems."
FIVE = "five years of applied experience."
TWO = "two years of applied experience."
BERLIN = {"place": "Berlin", "town": "Berlin"}
GOTHENBURG = {"place": "Göteborg", "town": "Göteborg"}
PARIS = {"place": "Paris, Île-de-France, France", "town": "Paris"}
UTRECHT = {"place": "Utrecht", "town": "Utrecht"}
REMOTE = {"place": "Remoto", "town": "modelo remoto"}
JERSEY = {"place": "Jersey City, NJ, US", "town": "Jersey City"}

PAIRS = [
    # One employer, one template, other jobs.
    Pair(
        "other job",
        False,
        "bank",
        Ad("Data Strategist", job="Data Strategist", duty=ANYTHING),
        Ad("Data Scientist", job="Data Scientist", duty=ANYTHING),
    ),
    Pair("other job", False, "bank", Ad("Data Scientist", duty=MODELS), Ad("Data Analyst", duty=REPORTS)),
    Pair(
        "other job",
        False,
        "bank",
        Ad("Risk Analyst", job="Risk Analyst", duty=RISK),
        Ad("Credit Risk Analyst", job="Credit Risk Analyst", duty=MODELS),
    ),
    Pair(
        "other job", False, "bank", Ad("Operations Analyst", duty=ANYTHING), Ad("Operations Accountant", duty=ANYTHING)
    ),
    Pair(
        "other job",
        False,
        "bank",
        Ad("Product Owner, Payments", duty=ANYTHING),
        Ad("Product Owner, Mortgages", duty=ANYTHING),
    ),
    Pair(
        "other job", False, "cloud", Ad("Software Engineer, Routing", duty=GO), Ad("Software Engineer, iOS", duty=IOS)
    ),
    Pair(
        "other job",
        False,
        "cloud",
        Ad("Backend Engineer", job="Backend Engineer", duty=ANYTHING),
        Ad("Frontend Engineer", job="Frontend Engineer", duty=ANYTHING),
    ),
    Pair("other job", False, "cloud", Ad("Data Engineer", duty=PIPE), Ad("Data Platform Engineer", duty=GO)),
    Pair(
        "other job",
        False,
        "clinic",
        Ad("Pflegefachkraft (m/w/d)", **BERLIN, duty=WARD),
        Ad("Medizinische Technologin für Radiologie (m/w/d)", **BERLIN, duty=XRAY),
    ),
    Pair(
        "other job",
        False,
        "clinic",
        Ad(
            "Pflegefachkraft (m/w/d) Intensivstation",
            **BERLIN,
            job="eine Pflegefachkraft für die Intensivstation",
            duty=WARD,
        ),
        Ad("Pflegefachkraft (m/w/d) Kardiologie", **BERLIN, job="eine Pflegefachkraft für die Kardiologie", duty=WARD),
    ),
    Pair(
        "other job",
        False,
        "school",
        Ad("Lärare i matematik", **GOTHENBURG, job="en lärare i matematik", duty=MATHS),
        Ad("Lärare i engelska", **GOTHENBURG, job="en lärare i engelska", duty=ENGLISH),
    ),
    Pair(
        "other job",
        False,
        "school",
        Ad("English Teacher", **GOTHENBURG, duty=""),
        Ad("Science Teacher", **GOTHENBURG, duty=""),
    ),
    Pair(
        "other job",
        False,
        "dev",
        Ad("Pessoa Desenvolvedora Java", **REMOTE, duty=JAVA),
        Ad("Pessoa Desenvolvedora .NET", **REMOTE, duty=NET),
    ),
    Pair(
        "other job",
        False,
        "sales",
        Ad("Commercial terrain (H/F)", **PARIS, duty=SELL),
        Ad("Chargé de clientèle (H/F)", **PARIS, duty=KEEP),
    ),
    Pair(
        "other job",
        False,
        "sales",
        Ad("Ingénieur commercial logiciels (H/F)", **PARIS, job="un ingénieur commercial", duty=SELL),
        Ad("Ingénieur support logiciels (H/F)", **PARIS, job="un ingénieur support", duty=ANYTHING),
    ),
    Pair(
        "other job",
        False,
        "care",
        Ad("Verzorgende IG", **UTRECHT, job="verzorgende", duty=WASH),
        Ad("Activiteitenbegeleider", **UTRECHT, job="activiteitenbegeleider", duty=FUN),
    ),
    Pair(
        "other job",
        False,
        "lab",
        Ad("PhD student in few-shot learning", duty=FEW),
        Ad("PhD student in protein structure", duty=GRAPH),
    ),
    Pair(
        "other job",
        False,
        "big",
        Ad("Software Engineer III, Storage", **JERSEY, duty=STORE, need=FIVE),
        Ad("Software Engineer III, Fraud", **JERSEY, duty=FRAUD, need=FIVE),
    ),
    Pair(
        "other job",
        False,
        "big",
        Ad("Software Engineer III - Java", **JERSEY, need=FIVE),
        Ad("Software Engineer III - Python", **JERSEY, need=FIVE),
    ),
    Pair(
        "other job",
        False,
        "big",
        Ad("Software Engineer Graduate (Search) - 2027 Start", **JERSEY, need=TWO),
        Ad("Software Engineer Graduate (Ads) - 2027 Start", **JERSEY, need=TWO),
    ),
    Pair(
        "other job", False, "shop", Ad("Verkäufer Schuhe", **BERLIN, duty=""), Ad("Verkäufer Sport", **BERLIN, duty="")
    ),
    # The same title and template, another team that only the text names.
    Pair(
        "other team, same title",
        False,
        "big",
        Ad("Software Engineer III", **JERSEY, duty=STORE, need=FIVE),
        Ad("Software Engineer III", **JERSEY, duty=FRAUD, need=FIVE),
    ),
    Pair(
        "other team, same title",
        False,
        "cloud",
        Ad("Senior Software Engineer", duty=GO),
        Ad("Senior Software Engineer", duty=IOS, day="03-09"),
    ),
    Pair("other team, same title", False, "lab", Ad("Research Fellow", duty=FEW), Ad("Research Fellow", duty=GRAPH)),
    Pair(
        "other team, same title",
        False,
        "dev",
        Ad("Pessoa Desenvolvedora", **REMOTE, duty=JAVA),
        Ad("Pessoa Desenvolvedora", **REMOTE, duty=NET),
    ),
    # On one day at one board, and nothing else tells them apart.
    Pair(
        "other team, same title",
        False,
        "shop",
        Ad("Project Manager", note="You strengthen our logistics team."),
        Ad("Project Manager", note="You strengthen our finance team."),
    ),
    # The same team in other words, or told by one board only.
    Pair(
        "same team",
        True,
        "shop",
        Ad("Project Manager", note="You strengthen our logistics team."),
        Ad("Project Manager", note="You make our logistics team stronger."),
    ),
    Pair(
        "same team",
        True,
        "bank",
        Ad("Data Analyst", duty=REPORTS, note="You work in our lending team."),
        Ad("Data Analyst", duty=REPORTS, board="linkedin", note="You work in the team for lending."),
    ),
    # Rungs of one ladder.
    Pair("level in title", False, "cloud", Ad("Software Engineer", duty=GO), Ad("Senior Software Engineer", duty=GO)),
    Pair("level in title", False, "cloud", Ad("Software Engineer II", duty=GO), Ad("Software Engineer", duty=GO)),
    Pair("level in title", False, "cloud", Ad("Software Engineer II", duty=GO), Ad("Software Engineer III", duty=GO)),
    Pair(
        "level in title",
        False,
        "bank",
        Ad("Manager - Data Science", duty=MODELS),
        Ad("Senior Manager - Data Science", duty=MODELS),
    ),
    Pair(
        "level in title",
        False,
        "bank",
        Ad("Sustainability Account Manager - Mid Level", duty=ANYTHING),
        Ad("Sustainability Account Associate - Junior Level", duty=ANYTHING),
    ),
    Pair("level in title", False, "bank", Ad("Data Analyst", duty=REPORTS), Ad("Lead Data Analyst", duty=REPORTS)),
    Pair(
        "level in title",
        False,
        "dev",
        Ad("Pessoa Desenvolvedora Java Júnior", **REMOTE, duty=JAVA),
        Ad("Pessoa Desenvolvedora Java Sênior", **REMOTE, duty=JAVA),
    ),
    Pair(
        "level in title",
        False,
        "dev",
        Ad("Analista de Dados I", **REMOTE, duty=ANYTHING),
        Ad("Analista de Dados II", **REMOTE, duty=ANYTHING),
    ),
    Pair(
        "level in title", False, "bank", Ad("Marketing Intern", duty=ANYTHING), Ad("Marketing Executive", duty=ANYTHING)
    ),
    Pair(
        "level in title",
        False,
        "cloud",
        Ad("Engineering Manager", duty=MEETING),
        Ad("Director of Engineering", duty=MEETING),
    ),
    Pair(
        "level in text",
        False,
        "dev",
        Ad("Desenvolvedor(a) .NET", **REMOTE, job="desenvolvedora .NET Pleno", duty=NET),
        Ad("Desenvolvedor(a) .NET", **REMOTE, job="desenvolvedora .NET Sênior", duty=NET),
    ),
    Pair(
        "level in text",
        False,
        "dev",
        Ad("Desenvolvedor(a) Java", **REMOTE, job="desenvolvedora Java", duty=JAVA, need="Nível: Pleno."),
        Ad("Desenvolvedor(a) Java", **REMOTE, job="desenvolvedora Java", duty=JAVA, need="Nível: Júnior."),
    ),
    Pair(
        "level in text",
        False,
        "care",
        Ad("Verpleegkundige", **UTRECHT, job="medior verpleegkundige", duty=WASH),
        Ad("Verpleegkundige", **UTRECHT, job="junior verpleegkundige", duty=WASH),
    ),
    Pair(
        "level in text",
        False,
        "cloud",
        Ad("Site Reliability Engineer", duty=GO, need="You bring 2+ years of work at this scale."),
        Ad("Site Reliability Engineer", duty=GO, need="You bring 6+ years of work at this scale."),
    ),
    Pair(
        "level in text",
        True,
        "cloud",
        Ad("Database Engineer", duty=GO, need="You bring 4+ years of work at this scale."),
        Ad("Database Engineer", duty=GO, need="You bring 4 years of work at this scale.", day="03-20"),
    ),
    # Numbers of requisitions.
    Pair(
        "requisition",
        False,
        "big",
        Ad("Software Engineer", **JERSEY, note="Requisition ID: R-104417"),
        Ad("Software Engineer", **JERSEY, note="Requisition ID: R-104512", day="03-12"),
    ),
    Pair(
        "requisition",
        False,
        "clinic",
        Ad("Pflegefachkraft (m/w/d)", **BERLIN, duty=WARD, note="Kennziffer 2026-118"),
        Ad("Pflegefachkraft (m/w/d)", **BERLIN, duty=WARD, note="Kennziffer 2026-131"),
    ),
    Pair(
        "requisition",
        False,
        "lab",
        Ad("Research Engineer Job #87957", duty=FEW),
        Ad("Research Engineer Job #88105", duty=FEW),
    ),
    Pair(
        "requisition",
        False,
        "bank",
        Ad("22808 - Test Engineer", duty=ANYTHING),
        Ad("22765 - Test Engineer", duty=ANYTHING),
    ),
    Pair(
        "requisition",
        True,
        "big",
        Ad("Data Engineer", **JERSEY, note="Requisition ID: R-104417"),
        Ad(
            "Data Engineer",
            place="Jersey City, New Jersey, United States",
            town="Jersey City",
            board="linkedin",
            note="Requisition ID: R-104417",
        ),
    ),
    Pair(
        "requisition",
        False,
        "clinic",
        Ad("Hebamme (m/w/d)", **BERLIN, duty=WARD, note="Kennziffer: 2026/118"),
        Ad("Hebamme (m/w/d)", **BERLIN, duty=WARD, note="Kennziffer: 2026/131"),
    ),
    Pair(
        "requisition",
        True,
        "big",
        Ad("Data Analyst | JR-10291", **JERSEY, duty=FRAUD),
        Ad("Data Analyst", **JERSEY, duty=FRAUD, board="linkedin"),
    ),
    Pair(
        "requisition",
        True,
        "care",
        Ad("Wijkhulp 104417", **UTRECHT, job="wijkhulp", duty=WASH),
        Ad("Wijkhulp", **UTRECHT, job="wijkhulp", duty=WASH, board="linkedin", shown=0.6),
    ),
    Pair(
        "requisition",
        False,
        "care",
        Ad("Helpende 104418", **UTRECHT, job="helpende", duty=WASH),
        Ad("Helpende 104512", **UTRECHT, job="helpende", duty=WASH),
    ),
    Pair(
        "requisition",
        False,
        "care",
        Ad("Begeleider (JR-20418)", **UTRECHT, job="begeleider", duty=FUN),
        Ad("Begeleider - JR20512", **UTRECHT, job="begeleider", duty=FUN, board="linkedin"),
    ),
    # Another board's title says the place, too, and its text is cut.
    Pair(
        "title longer, text cut",
        True,
        "lab",
        Ad("Laboratory Technician", duty=GRAPH),
        Ad("Laboratory Technician - Leeds", duty=GRAPH, board="linkedin", shown=0.6),
    ),
    # One board cuts one text twice, once behind a heading.
    Pair(
        "cut twice",
        True,
        "bank",
        Ad("Loan Officer", duty=REPORTS, shown=0.5),
        Ad("Loan Officer", duty=REPORTS, shown=0.46, day="03-25", swaps=(("About us", "Job Description About us"),)),
    ),
    Pair(
        "cut twice",
        False,
        "bank",
        Ad("Loan Adviser", duty=REPORTS, shown=0.5),
        Ad("Loan Adviser", duty=MODELS, shown=0.46, day="03-25"),
    ),
    Pair(
        "title in two languages",
        True,
        "care",
        Ad("Senior Data Analist", **UTRECHT, job="data analist", duty=FUN),
        Ad("Senior Data Analyst", **UTRECHT, job="data analist", duty=FUN, board="linkedin", shown=0.6),
    ),
    # Shifts that only the texts name.
    Pair(
        "shift in text",
        False,
        "shop",
        Ad("Verkäufer", **BERLIN, duty="", note="You work the early shift."),
        Ad("Verkäufer", **BERLIN, duty="", note="You work the late shift.", board="linkedin"),
    ),
    Pair(
        "shift in text",
        True,
        "shop",
        Ad("Kassierer", **BERLIN, duty="", note="You work the early shift or the late shift."),
        Ad("Kassierer", **BERLIN, duty="", note="You work the late shift.", board="linkedin"),
    ),
    # Other languages, other jobs.
    Pair(
        "language",
        False,
        "dev",
        Ad("C++ Developer", **REMOTE, duty=MEETING),
        Ad("C# Developer", **REMOTE, duty=MEETING),
    ),
    # Agencies: one template, other clients.
    Pair(
        "agency's client",
        False,
        "staffing",
        Ad(
            "Sachbearbeiter Einkauf (m/w/d)",
            **BERLIN,
            company="Kranich Personal GmbH",
            job="einen Sachbearbeiter Einkauf",
            duty=BUY,
        ),
        Ad(
            "Sachbearbeiter Lohn (m/w/d)",
            **BERLIN,
            company="Kranich Personal GmbH",
            job="einen Sachbearbeiter Lohn",
            duty=PAY,
        ),
    ),
    Pair(
        "agency's client",
        False,
        "staffing",
        Ad(
            "Einkäufer (m/w/d)",
            **BERLIN,
            company="Storch Personalservice GmbH",
            job="einen Einkäufer für Holz und Platten",
            duty=BUY,
        ),
        Ad(
            "Einkäufer (m/w/d)",
            **BERLIN,
            company="Storch Personalservice GmbH",
            job="einen Einkäufer für Arzneien und Verbände",
            duty=BUY + " Erfahrung in der Apotheke hilft.",
        ),
    ),
    Pair(
        "agency's client",
        False,
        "agency",
        Ad(
            "Finance Manager",
            company="Harwell Recruitment",
            job="a finance manager",
            duty="The firm makes surgical lasers; you prepare accounts for its investors in forty countries.",
        ),
        Ad(
            "Finance Manager",
            company="Harwell Recruitment",
            board="reed",
            job="a finance manager",
            duty="The firm runs nineteen pubs; you look after takings, wages and the brewery's invoices.",
        ),
    ),
    Pair(
        "agency's client",
        False,
        "agency",
        Ad(
            "Java Developer",
            company="Beacon Staffing",
            duty="An insurer renews its claims platform on Spring and Kafka.",
        ),
        Ad(
            "Java Developer",
            company="Beacon Staffing",
            day="03-20",
            duty="A chain of gyms wants one app for doors, classes and bills.",
        ),
    ),
    Pair(
        "agency, one opening",
        True,
        "staffing",
        Ad(
            "Entgeltabrechner u./o. Personalsachbearbeiter (w/m/d) für Weiterentwicklung!",
            **BERLIN,
            company="Reiher Personal GmbH",
            duty=PAY,
            note=KIND,
        ),
        Ad(
            "Personalsachbearbeiter / Entgeltabrechner (w/m/d) für tollen Arbeitgeber!",
            **BERLIN,
            company="Reiher Personal GmbH",
            duty=PAY,
            note=KIND,
            day="03-04",
        ),
    ),
    Pair(
        "agency, one opening",
        True,
        "agency",
        Ad("Payroll Officer", company="Linden Recruitment", duty=ANYTHING),
        Ad("Payroll Officer", company="Linden Recruitment", board="reed", duty=ANYTHING, day="03-05"),
    ),
    # Branches and cities.
    Pair(
        "branch in one city",
        False,
        "shop",
        Ad("Verkaufshilfe", place="Berlin, Alexanderplatz", town="Berlin Alexanderplatz"),
        Ad("Verkaufshilfe", place="Berlin, Schlossstraße", town="Berlin Schlossstraße"),
    ),
    Pair(
        "branch in one city",
        False,
        "shop",
        Ad("Sales Assistant, Briggate", town="Leeds Briggate"),
        Ad("Sales Assistant, Headrow", town="Leeds Headrow"),
    ),
    Pair(
        "other city",
        False,
        "shop",
        Ad("Sales Assistant"),
        Ad("Sales Assistant", place="York, England, UK", town="York"),
    ),
    Pair(
        "other city",
        False,
        "clinic",
        Ad("Pflegefachkraft (m/w/d) in Fürth", place="Fürth", town="Fürth", duty=WARD),
        Ad("Pflegefachkraft (m/w/d) in Karlsruhe", place="Karlsruhe", town="Karlsruhe", duty=WARD),
    ),
    Pair(
        "other city",
        False,
        "cloud",
        Ad("Platform Engineer", place="Portland, OR", town="Portland", duty=GO),
        Ad("Platform Engineer", place="Portland, ME", town="Portland", duty=GO, board="linkedin"),
    ),
    Pair(
        "other city",
        False,
        "cloud",
        Ad("Support Engineer", place="Remote, Germany", town="Germany"),
        Ad("Support Engineer", place="Remote, Canada", town="Canada", board="linkedin"),
    ),
    Pair(
        "other city",
        False,
        "big",
        Ad("Security Engineer", place="Princeton, NJ, US", town="Princeton"),
        Ad("Security Engineer", place="Jericho, NY, US", town="Jericho"),
    ),
    # One opening under another title.
    Pair(
        "title reworded",
        True,
        "bank",
        Ad("Social Media Ads Manager | Remote | Part-time", duty=ADS),
        Ad("Performance Marketing Manager Focus Social Ads | Remote", duty=ADS, day="03-05"),
    ),
    Pair(
        "title reworded",
        True,
        "bank",
        Ad("Data Scientist", duty=MODELS),
        Ad("Data Scientist - Lending (Leeds)", duty=MODELS, day="03-09"),
    ),
    Pair(
        "title reworded",
        True,
        "cloud",
        Ad("Sr. Software Engineer", duty=GO),
        Ad("Senior Software Engineer", duty=GO, board="linkedin"),
    ),
    Pair("title reworded", True, "lab", Ad("Jr. Analyst", duty=FEW), Ad("Junior Analyst", duty=FEW, board="linkedin")),
    Pair(
        "title reworded",
        True,
        "cloud",
        Ad("Software Engineer (Backend)", duty=GO),
        Ad("Backend Software Engineer", duty=GO, day="03-10"),
    ),
    Pair(
        "title reworded",
        True,
        "clinic",
        Ad("Pflegefachkraft (m/w/d)", **BERLIN, duty=WARD),
        Ad("Pflegefachkraft (w/m/d) in Berlin gesucht", **BERLIN, duty=WARD, board="stepstone"),
    ),
    Pair(
        "title reworded",
        True,
        "care",
        Ad("Verzorgende IG 24-32 uur", **UTRECHT, duty=WASH),
        Ad("Verzorgende IG", **UTRECHT, duty=WASH, board="werk.nl"),
    ),
    Pair(
        "title reworded",
        True,
        "sales",
        Ad("Commercial terrain H/F", **PARIS, duty=SELL),
        Ad("Commercial terrain (F/H) - CDI", **PARIS, duty=SELL, board="hellowork"),
    ),
    Pair(
        "title reworded",
        True,
        "bank",
        Ad("Mortgage Adviser", duty=ANYTHING),
        Ad("Northgate Savings Hiring Mortgage Adviser", duty=ANYTHING, board="careerpoint", company=None),
    ),
    Pair(
        "title reworded",
        True,
        "dev",
        Ad("Pessoa Desenvolvedora Java Sênior", **REMOTE, duty=JAVA),
        Ad("Pessoa Desenvolvedora Java Sr", **REMOTE, duty=JAVA, board="gupy"),
    ),
    Pair(
        "title reworded",
        True,
        "lab",
        Ad("Research Engineer - Few-Shot Learning", duty=FEW),
        Ad("Research Engineer, Few Shot Learning (f/m/d)", duty=FEW, board="linkedin"),
    ),
    Pair(
        "title reworded",
        True,
        "shop",
        Ad("Sales Assistant", note="Shift work."),
        Ad("Sales Assistant - Part Time", note="Shift work.", day="03-09"),
    ),
    # One opening, its place said otherwise.
    Pair(
        "place otherwise",
        True,
        "cloud",
        Ad("Site Reliability Engineer", place="Mountain View, CA", town="Mountain View", duty=GO),
        Ad(
            "Site Reliability Engineer",
            place="Mountain View, California, United States",
            town="Mountain View",
            duty=GO,
            board="linkedin",
        ),
    ),
    Pair(
        "place otherwise",
        True,
        "care",
        Ad("Teamleider", place="Amsterdam", town="Amsterdam", duty=WASH),
        Ad("Teamleider", place="Amsterdam, North Holland, Netherlands", town="Amsterdam", duty=WASH, board="linkedin"),
    ),
    Pair(
        "place otherwise",
        True,
        "bank",
        Ad("AP Accountant", place="Israel", town="Herzliya", duty=REPORTS),
        Ad("AP Accountant", place="Herzliya, Israel", town="Herzliya", duty=REPORTS, board="glassdoor"),
    ),
    Pair(
        "place otherwise",
        True,
        "cloud",
        Ad("Security Researcher", place="Germany", town="Munich", duty=GO),
        Ad(
            "Security Researcher",
            place="Munich, Bavaria, Germany",
            town="Munich",
            duty=GO,
            board="linkedin",
            day="03-04",
        ),
    ),
    # One opening, its text cut, edited or missing.
    Pair(
        "text otherwise",
        True,
        "bank",
        Ad("Branch Manager", duty=ANYTHING),
        Ad("Branch Manager", duty=ANYTHING, board="linkedin", shown=0.6),
    ),
    Pair(
        "text otherwise",
        True,
        "bank",
        Ad("Fraud Investigator", duty=RISK),
        Ad(
            "Fraud Investigator",
            duty=RISK,
            swaps=(("thirty days of holiday", "31 days of holiday"), ("nine", "ten")),
            day="03-16",
        ),
    ),
    Pair(
        "text otherwise",
        True,
        "sales",
        Ad("Responsable grands comptes", **PARIS, duty=KEEP),
        Ad(
            "Responsable grands comptes",
            **PARIS,
            duty=KEEP,
            board="apec",
            shown=0.75,
            swaps=(("Fondée en 2009, ", ""),),
        ),
    ),
    Pair(
        "text otherwise",
        True,
        "big",
        Ad("Data Engineer II", **JERSEY, duty=FRAUD, need=TWO),
        Ad(
            "Data Engineer II",
            place="Jersey City, New Jersey, United States",
            town="Jersey City",
            duty=FRAUD,
            need=TWO,
            board="linkedin",
            shown=0,
        ),
    ),
    Pair(
        "text otherwise",
        True,
        "clinic",
        Ad("Küchenhilfe (m/w/d)", **BERLIN),
        Ad(
            "Küchenhilfe (m/w/d)",
            **BERLIN,
            board="stepstone",
            swaps=(("Frau Albrecht", "Herr Yilmaz"), (", ein Jobticket", "")),
        ),
    ),
    Pair(
        "text otherwise",
        True,
        "school",
        Ad("Förskollärare", **GOTHENBURG),
        Ad("Förskollärare", **GOTHENBURG, board="ledigajobb", shown=0.9, day="03-05"),
    ),
    # Time.
    Pair("posted again", True, "bank", Ad("Teller", duty=ANYTHING), Ad("Teller", duty=ANYTHING, day="03-25")),
    Pair(
        "posted again",
        True,
        "cloud",
        Ad("Product Designer", duty=MEETING),
        Ad("Product Designer", duty=MEETING, day="04-15"),
    ),
    Pair(
        "posted again",
        True,
        "staffing",
        Ad("Lagerhelfer (m/w/d)", **BERLIN, company="Milan Zeitarbeit GmbH"),
        Ad("Lagerhelfer (m/w/d)", **BERLIN, company="Milan Zeitarbeit GmbH", day="03-20"),
    ),
    Pair("posted much later", False, "bank", Ad("Cashier", duty=ANYTHING), Ad("Cashier", duty=ANYTHING, day="08-25")),
    Pair("posted much later", False, "shop", Ad("Shop Manager"), Ad("Shop Manager", day="07-25", board="linkedin")),
    # One text under two employers' names.
    Pair(
        "copy",
        True,
        "bank",
        Ad("Credit Modeller", duty=MODELS, need=FIVE, note=MEETING, company="Northgate Savings"),
        Ad(
            "Credit Modeller",
            board="reed",
            day="03-09",
            duty=MODELS,
            need=FIVE,
            note=MEETING + " This job is with Northgate, whom we help to hire people of every background.",
            company="Openhouse Network",
            swaps=(("fortnight", "two weeks"),),
        ),
    ),
    Pair(
        "copy",
        True,
        "clinic",
        Ad("Stationsleitung (m/w/d)", **BERLIN, duty=WARD, need=FIVE, note=KIND, company="Klinikum Rabental"),
        Ad(
            "Stationsleitung (m/w/d)",
            **BERLIN,
            duty=WARD,
            need=FIVE,
            note=KIND,
            company="Havelgesund",
            board="stepstone",
        ),
    ),
    Pair(
        "copy",
        True,
        "cloud",
        Ad("Site Reliability Engineer", duty=GO, need=FIVE, note=MEETING, company="Hartwell Commerce"),
        Ad("Site Reliability Engineer", duty=GO, need=FIVE, note=MEETING, company="Linden Recruitment", shown=0.98),
    ),
    # Spellings of one employer that begin otherwise, and two employers that begin alike.
    Pair(
        "copy",
        True,
        "sales",
        Ad("Conseiller clientèle (H/F)", **PARIS, duty=KEEP, company="Groupe Ormelda"),
        Ad("Conseiller clientèle (H/F)", **PARIS, duty=KEEP, company="Ormelda", board="reed", shown=0.3),
    ),
    # Who speaks of a client copies one who does not; two such fill in one form.
    Pair(
        "copy",
        True,
        "bank",
        Ad("Underwriter", duty=RISK, need=FIVE, note=MEETING, company="Selbourne Mutual"),
        Ad(
            "Underwriter",
            duty=RISK,
            need=FIVE,
            board="reed",
            company="Jasper Holm",
            swaps=(("Northgate Savings is a bank", "Our client is a bank"), ("About us.", "Call us today.")),
        ),
    ),
    Pair(
        "franchise",
        False,
        "staffing",
        Ad("Lagerist (m/w/d)", **BERLIN, duty=BUY, need=FIVE, company="Fernhold & Falk"),
        Ad("Lagerist (m/w/d)", **BERLIN, duty=BUY, need=FIVE, note=PAY, board="reed", company="Birkmoor Partner"),
    ),
    Pair(
        "franchise",
        False,
        "cloud",
        Ad("Depot Manager", duty=ANYTHING, need=FIVE, company="Norwick Motors"),
        Ad("Depot Manager", duty=ANYTHING, need=FIVE, note=MEETING, company="Norwhistle Foods", board="reed"),
    ),
    Pair(
        "franchise",
        False,
        "shop",
        Ad("Shift Leader", duty=ADS, need=FIVE, note=MEETING, company="Tarnhill Retail Ltd"),
        Ad("Shift Leader", duty=ADS, need=FIVE, note=MEETING, company="Holmside Trading Ltd"),
    ),
    Pair(
        "copy",
        True,
        "clinic",
        Ad("Oberarzt", **BERLIN, duty=WARD, need=FIVE, note=PAY, company="Uferhaus Sankt Marien"),
        Ad("Oberarzt", **BERLIN, duty=WARD, need=FIVE, note=PAY, company="St Mary's Riverside Hospital", board="reed"),
    ),
    Pair(
        "copy in another city",
        False,
        "cloud",
        Ad("Database Engineer", duty=GO, need=FIVE, note=MEETING, company="Hartwell Commerce"),
        Ad("Database Engineer", **JERSEY, duty=GO, need=FIVE, note=MEETING, company="Linden Recruitment"),
    ),
    Pair(
        "copy much later",
        False,
        "cloud",
        Ad("Network Engineer", duty=GO, need=FIVE, note=MEETING, company="Hartwell Commerce"),
        Ad("Network Engineer", duty=GO, need=FIVE, note=MEETING, company="Linden Recruitment", day="06-20"),
    ),
    Pair(
        "form",
        False,
        "agency",
        Ad("Office Assistant", company="Linden Recruitment", shown=0.6),
        Ad("Office Assistant", company="Ottery Staffing", shown=0.6),
    ),
    Pair(
        "agency's client",
        False,
        "agency",
        Ad("Account Clerk", duty=MODELS, need=FIVE, note=MEETING, company="Linden Recruitment"),
        Ad("Account Clerk", duty=REPORTS, need=TWO, note=KIND, company="Ottery Staffing"),
    ),
    Pair(
        "copy",
        True,
        "cloud",
        Ad("Platform Engineer", duty=GO, need=FIVE, note=MEETING, company="Hartwell Commerce"),
        Ad(
            "Platform Engineer - Hartwell (Leeds)",
            board="reed",
            duty=GO,
            need=FIVE,
            note=MEETING + " At Hartwell Commerce you are at home.",
            company="Openhouse Network",
            # A board that writes lists and marks, and a heading of its own.
            swaps=(("We run the", "**Who we are**\n\n* We run the"), ("a good laptop,", "a good\\-laptop,")),
        ),
    ),
    Pair(
        "copy of another job",
        False,
        "cloud",
        Ad("Release Engineer, Apps", duty=GO, need=FIVE, note=MEETING, company="Hartwell Commerce"),
        Ad("Release Engineer, Tills", duty=GO, need=TWO, note=MEETING, company="Linden Recruitment"),
    ),
    Pair(
        "copy of another job",
        False,
        "cloud",
        Ad("Network Engineer", duty=GO, need=FIVE, note=MEETING, company="Hartwell Commerce"),
        Ad("Network Technician", duty=GO, need=FIVE, note=MEETING, company="Linden Recruitment"),
    ),
    Pair(
        "text otherwise",
        True,
        "bank",
        Ad("Complaints Adviser", duty=RISK, company="Northgate Savings"),
        Ad("Complaints Adviser", duty=RISK, company="Northgate Savings", day="03-04", note=f"Why us? {GO} {BUY}"),
    ),
    Pair(
        "other team, same title",
        False,
        "bank",
        Ad("Claims Adviser", duty=RISK, company="Northgate Savings"),
        Ad("Claims Adviser", duty=PIPE, company="Northgate Savings", day="03-04", note="The branch is by the sea."),
    ),
    # A client whom the text names so, pay in the title, names of levels, a teaser.
    Pair(
        "copy",
        True,
        "agency",
        Ad("Claims Handler", duty=RISK, need=FIVE, note=MEETING, company="Pellworth"),
        Ad("Claims Handler", duty=RISK, need=FIVE, note=MEETING, company="Jarvis Moor", board="reed", day="03-04"),
    ),
    Pair(
        "copy of another job",
        False,
        "agency",
        Ad("Claims Handler", duty=RISK, need=FIVE, note=MEETING, company="Ilmwright"),
        Ad("Claims Auditor", duty=RISK, need=FIVE, note=MEETING, company="Norcott Vale", board="reed", day="03-04"),
    ),
    Pair(
        "copy",
        True,
        "cloud",
        Ad("Storage Engineer, Hartwell", duty=GO, need=FIVE, note=MEETING, company="Linden Recruitment"),
        Ad("Storage Engineer (nights)", duty=GO, need=FIVE, note=MEETING, company="Hartwell Commerce", board="reed"),
    ),
    Pair(
        "copy",
        True,
        "big",
        Ad("Fraud Analyst", **JERSEY, duty=FRAUD, need=FIVE, note=MEETING, company="Vantor"),
        Ad(
            "Fraud Analyst",
            **JERSEY,
            duty="",
            need="Vantor.",
            board="reed",
            company="Linden Recruitment",
            swaps=(
                ("Job responsibilities: you", "Skills: Go, SQL. Languages: English. Open today. You"),
                ("We offer a total rewards package with base salary, discretionary awards and benefits.", ""),
            ),
        ),
    ),
    Pair(
        "title reworded",
        True,
        "cloud",
        Ad("Junior Engineer - up to $130k + bonus", duty=GO),
        Ad("Junior Engineer - up to $140k + bonus", duty=GO, day="03-20"),
    ),
    Pair(
        "other job",
        False,
        "cloud",
        Ad("Engineer, Level 3 - $130k", duty=GO),
        Ad("Engineer, Level 4 - $130k", duty=GO),
    ),
    Pair(
        "title reworded",
        True,
        "lab",
        Ad("RESEARCH INTERNSHIP LEARNING (LEEDS)", duty=FEW),
        Ad("Learning Research Intern", duty=FEW, board="linkedin"),
    ),
    Pair("other job", False, "lab", Ad("Research Internship", duty=FEW), Ad("Research Engineer", duty=FEW)),
    Pair(
        "text otherwise",
        True,
        "cloud",
        Ad("Payments Engineer", duty=GO),
        Ad("Payments Engineer", duty=GO, board="adzuna", shown=0.15, day="03-05"),
    ),
    Pair(
        "text otherwise",
        False,
        "cloud",
        Ad("Search Engineer", duty=GO),
        Ad("Search Engineer", duty=GO, board="adzuna", shown=0.15, day="04-05"),
    ),
    Pair(
        "copy",
        True,
        "cloud",
        Ad("Cache Engineer", duty=GO, need=FIVE, note=MEETING, company="Hartwell Commerce"),
        Ad(
            "Cache Engineer",
            duty=GO,
            need=FIVE,
            note=MEETING,
            company="Linden Recruitment",
            board="reed",
            # Lists where the other board has none.
            swaps=((" and ", "\n* and "),),
        ),
    ),
    # One name of a trade, shifts and deputies, marks of both genders, references.
    Pair(
        "title reworded",
        True,
        "cloud",
        Ad("Fullstack Developer, Tills", duty=GO),
        Ad("Tills Full-Stack Developer", duty=GO, board="linkedin"),
    ),
    Pair(
        "other job",
        False,
        "bank",
        Ad("Night Shift Supervisor", duty=ANYTHING, note="We are open day and night, in each shift."),
        Ad("Day Shift Supervisor", duty=ANYTHING, note="We are open day and night, in each shift."),
    ),
    Pair("other job", False, "shop", Ad("Deputy Store Manager"), Ad("Store Manager", board="linkedin")),
    Pair(
        "text otherwise",
        True,
        "clinic",
        Ad("Verwalter/in", **BERLIN),
        Ad("Verwalter (m/w/d)", **BERLIN, board="xing", shown=0),
    ),
    Pair(
        "other requisition",
        False,
        "bank",
        Ad("Vault Keeper", duty=ANYTHING, note="Job reference: NS/2201"),
        Ad("Vault Keeper", duty=ANYTHING, note="Job reference: NS/2318"),
    ),
    Pair(
        "text otherwise",
        True,
        "cloud",
        Ad("Billing Engineer", duty=GO),
        Ad(
            "Billing Engineer",
            duty=GO,
            board="adzuna",
            day="03-05",
            shown=0.16,
            swaps=(("We run the platform on which", "Read more zzz. We run the platform on which"),),
        ),
    ),
]
