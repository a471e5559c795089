"""The people of the demo agency: fixed names, numbers and roles."""

from dataclasses import dataclass

from training_app.rules.permissions import Role

MAIL_DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class Staff:
    mailbox: str
    service_number: str
    name: str
    role: Role


STAFF = (
    Staff("supervisor", "DP-2001", "Mara Claes", Role.SUPERVISOR),
    Staff("registrar", "DP-3001", "Ilse Verbeke", Role.REGISTRAR),
    Staff("registrar2", "DP-3002", "Jonas Lemaire", Role.REGISTRAR),
    Staff("trainer", "DP-4001", "Petra Nowak", Role.TRAINER),
    Staff("trainer2", "DP-4002", "Karim Haddad", Role.TRAINER),
    Staff("lead", "DP-4003", "Sofie Janssens", Role.LEAD),
    Staff("evaluator", "DP-5001", "Dr Anke Roth", Role.EVALUATOR),
    Staff("oversight", "DP-6001", "Henri Dupuis", Role.OVERSIGHT),
    Staff("oversight2", "DP-6002", "Greta Lindqvist", Role.OVERSIGHT),
)


@dataclass(frozen=True, slots=True)
class Officer:
    """One officer of the demonstration; days as ISO dates, an empty one means that there is no such fact."""

    number: str
    name: str
    unit: str
    mailbox: str | None = None
    full: tuple[str, str] | None = None
    """Version and day of a full award."""
    delta: str = ""
    """Day of a delta award on 3.2."""
    cleared_through: str = "2027-12-31"
    restriction: str | None = None
    seat: bool = True
    suspended: str = ""
    in_training: str = ""


CENTRAL, HARBOUR = "Central district", "Harbour unit"

OFFICERS = (
    Officer("DP-1001", "Ruben Almeida", CENTRAL, "officer1", full=("3.1", "2026-02-10")),
    Officer("DP-1002", "Julie Bakker", CENTRAL, "officer"),
    Officer("DP-1003", "Luca Conti", CENTRAL, full=("3.1", "2026-02-10"), delta="2026-11-05"),
    Officer(
        "DP-1004", "Marie Dubois", CENTRAL, full=("3.1", "2026-02-10"), delta="2026-11-05", cleared_through="2026-09-30"
    ),
    Officer("DP-1005", "Tove Eriksen", CENTRAL, full=("3.1", "2026-02-10"), delta="2026-11-05", seat=False),
    Officer("DP-1006", "Anna Fischer", CENTRAL, full=("3.1", "2026-02-10"), delta="2026-11-05", suspended="2026-11-10"),
    Officer("DP-1007", "Nikos Georgiou", HARBOUR, full=("3.2", "2026-11-06")),
    Officer(
        "DP-1008", "Ivan Horvat", HARBOUR, full=("3.1", "2026-03-17"), cleared_through="2027-01-07",
        restriction="two-hours-a-day",
    ),
    Officer("DP-1009", "Dana Ionescu", HARBOUR, in_training="2026-11-20", seat=False),
    Officer("DP-1010", "Kees Jansen", HARBOUR, full=("3.1", "2026-04-02"), delta="2026-11-12", seat=False),
    Officer("DP-1011", "Zofia Kowalska", HARBOUR, cleared_through="", seat=False),
    Officer("DP-1012", "Paul Leclerc", HARBOUR, full=("3.2", "2026-11-18")),
)  # fmt: skip


FORMER_NUMBER, FORMER_NAME = "DP-0907", "Bea Willems"
"""Who left long ago, and whose records are past their time."""


def accounts() -> list[tuple[str, Role]]:
    """Return the e-mail address and role of everybody who can sign in."""
    officers = [(officer.mailbox, Role.OFFICER) for officer in OFFICERS if officer.mailbox]
    officers.sort()
    return [
        (f"{mailbox}@{MAIL_DOMAIN}", role) for mailbox, role in [*officers, *((one.mailbox, one.role) for one in STAFF)]
    ]


#: Of the traffic unit, which left the agency on 30 January 2026: see `demo.traffic_unit`.
TRAFFIC_STAFF = (("DP-7001", "Odile Vandermeulen"), ("DP-7002", "Stellan Wrzesniewski"))
_SURNAMES = (
    "Abramowicz", "Bellincioni", "Czartoryski", "Dragomirescu", "Echeverria", "Fjeldstad", "Gyllenhaal",
    "Hadjidakis", "Illarionova", "Jokinen", "Karagiannis", "Lindholmsen", "Mikkelborg", "Nagyvary", "Ostrowiecki",
    "Papadimas", "Quintanilha", "Rasmusson", "Szczepanska", "Thorvaldsen", "Ugarteche", "Vasilescu", "Wojtyniak",
    "Xenakidis", "Ylitalo", "Zabielskis", "Aguirreche", "Brandsdottir", "Cvetkovska", "Dzhambazov", "Eliassonova",
    "Ferreirinha", "Grzybowska", "Hovhannis", "Iordache", "Jurgelevicius",
)  # fmt: skip
_FIRST_NAMES = ("Ada", "Bo", "Cleo", "Dag", "Elin", "Finn", "Gil", "Hana", "Ines", "Joel", "Kaja", "Leo")
TRAFFIC_OFFICERS = tuple(
    (f"DP-{8001 + number}", f"{_FIRST_NAMES[number % len(_FIRST_NAMES)]} {surname}")
    for number, surname in enumerate(_SURNAMES)
)
