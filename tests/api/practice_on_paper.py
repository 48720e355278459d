"""The demonstration's practice worked out on paper: plain sums over the tables of what was worked and spent.

Nothing here asks the program. What an hour costs, what each client agreed, what was billed when, and every sum that moved
are written down again by hand, as a bookkeeper would from the file.
"""

from collections import Counter
from datetime import date
from decimal import Decimal

from api.demo.practice.work import COSTS, TIME, Spent, Worked

CLOSED = date(2026, 7, 31)
TENTH_OF_AN_HOUR = {"ashby": 40_00, "reyes": 35_00, "okafor": 38_00, "pryce": 25_00, "moss": 12_00}
CONTINGENT, PRO_BONO = {"injury", "fall"}, "marsh"
FLAT = {("charity", 5): 2_400_00, ("will", 6): 950_00, ("charity", 7): 3_600_00}
"""Stages, by the month in which they were earned and billed."""
BILLED = {
    date(2026, 5, 13): ["deed"],
    date(2026, 5, 29): ["charter", "supply", "staff", "divorce", "charity", "partners"],
    date(2026, 6, 30): ["charter", "supply", "staff", "divorce", "partners", "will"],
    date(2026, 7, 31): ["charter", "supply", "charity"],
}
DAYS_TO_PAY = 30
WRITTEN_DOWN = {("supply", 5): 250_00}
"""The second draft of the master agreement took three hours of 250.00, and 500.00 was charged."""
DISCOUNT = {("supply", 5): 100_00}
DRAWN_FROM_TRUST = {("deed", 5): 800_00, ("charter", 5): 4_281_00, ("charity", 5): 2_400_00, ("charter", 6): 3_858_00}
PAID = {
    ("supply", 5): 3_705_00, ("divorce", 5): 1_000_00, ("partners", 5): 760_00, ("will", 6): 950_00, ("supply", 6): 1_950_00,
    ("divorce", 6): 300_00,
}  # fmt: skip
"""The hotel's 2,425.00 by card came and was charged back."""
CREDITED, WRITTEN_OFF = {("divorce", 6): 100_00}, {("divorce", 5): 740_00}
CONTINGENT_FEE = 27_000_00
"""30 % of 90,000.00."""
CARD_COSTS = 70_63 + 15_00
"""The fee of the payment that was charged back, and that of the chargeback."""
IN_TRUST = {
    "Halvorsen Marine, Inc.": 6_000_00 - 4_281_00 + 4_281_00 - 3_858_00,
    "Iris Ingram": 1_000_00 - 800_00 - 200_00,
    "Oakline Schools": 6_000_00 - 2_400_00,
    "Priya Patel": 50_00,
    "Quentin Quill": 90_000_00 - CONTINGENT_FEE - 11_400_00 - 51_600_00,
}


def value(work: Worked) -> int:
    """Every tenth of an hour begun counts. Time of contingent and flat fees, and what is not charged, is worth nothing."""
    if work.charge != "billable" or work.matter in CONTINGENT:
        return 0
    return -(-work.seconds // 360) * TENTH_OF_AN_HOUR[work.who]


def cost(spent: Spent) -> int:
    """Quantity by price."""
    return int(Decimal(spent.quantity) * Decimal(spent.unit_cost) * 100)


def lines(matter: str, month: int) -> Counter[str]:
    """What a matter's month was worth: fees, flat fees, costs paid for the client, the firm's own costs."""
    found = Counter({"flat": FLAT.get((matter, month), 0)})
    for work in TIME:
        if (work.matter, work.day.month) == (matter, month):
            found["fees"] += value(work)
    for spent in COSTS:
        if (spent.matter, spent.day.month) == (matter, month):
            found[spent.nature] += cost(spent)
    return found


def money(minor: int) -> str:
    """As people write it."""
    return f"{Decimal(minor) / 100:,.2f}"


def equation(whole: str, total: int, parts: dict[str, int]) -> str:
    """The parts sum to the whole."""
    assert sum(parts.values()) == total, whole
    return f"{whole} {money(total)} = " + " + ".join(f"{name} {money(minor)}" for name, minor in parts.items())


def share(what: str, part: int, whole: int) -> str:
    """In hundredths of a per cent, half up."""
    percent = (Decimal(part) * 100 / whole).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    return f"{what} {percent} % ({money(part)} of {money(whole)})"


def closing() -> list[tuple[str, str]]:
    """Each line that the start-up prints and the README states."""
    worked: Counter[str] = Counter()
    for work in TIME:
        worked["fees"] += value(work)
    for spent in COSTS:
        worked[spent.nature] += cost(spent)
    worked["flat"] = sum(FLAT.values())
    bills = {(matter, day.month): (day, lines(matter, day.month)) for day, matters in BILLED.items() for matter in matters}
    billed: Counter[str] = Counter()
    for _, of_bill in bills.values():
        billed += of_bill
    billed["fees"] -= sum(WRITTEN_DOWN.values())
    recorded, charged, down = sum(worked.values()), sum(billed.values()), sum(WRITTEN_DOWN.values())
    owed, late = {}, Counter({"not due": 0, "1 to 30 days": 0, "31 to 60 days": 0})
    for key, (day, of_bill) in bills.items():
        asked = sum(of_bill.values()) - WRITTEN_DOWN.get(key, 0) - DISCOUNT.get(key, 0)
        came = DRAWN_FROM_TRUST.get(key, 0) + PAID.get(key, 0)
        owed[key] = asked - came - CREDITED.get(key, 0) - WRITTEN_OFF.get(key, 0)
        assert owed[key] >= 0, key
        days = (CLOSED - day).days - DAYS_TO_PAY
        late["not due" if days <= 0 else "1 to 30 days" if days <= 30 else "31 to 60 days"] += owed[key]
    receivable = sum(owed.values())
    on_bills = sum(DRAWN_FROM_TRUST.values()) + sum(PAID.values())
    invoiced = charged - sum(DISCOUNT.values())
    credited, lost = sum(CREDITED.values()), sum(WRITTEN_OFF.values())
    fees = {"recorded": worked["fees"] + worked["flat"], "billed": billed["fees"] + billed["flat"] - sum(DISCOUNT.values())}
    costs_paid = sum(billed[nature] for nature in ("hard", "soft")) - 425_00  # the hotel's filing fee is still owed
    book = operating(owed_costs=425_00, receivable=receivable, billed=billed, unbilled_hard=worked["hard"] - billed["hard"])
    return [
        ("Work", equation("recorded", recorded, {
            "in progress": recorded - charged - down, "billed": charged, "written down": down})),
        ("Bills", equation("invoiced", invoiced, {
            "collected": on_bills, "credited": credited, "written off": lost, "receivable": receivable})),
        ("Receivable", equation("open", receivable, late)),
        ("Collected", equation("all", on_bills + CONTINGENT_FEE, {"on bills": on_bills, "contingent fee": CONTINGENT_FEE})),
        ("Realization", " · ".join((
            share("billing", fees["billed"], fees["billed"] + sum(DISCOUNT.values()) + down),
            share("collection", on_bills, invoiced),
            share("overall", on_bills - costs_paid, fees["recorded"]),
        ))),
        ("Trust, IOLTA-2", equation("book", sum(IN_TRUST.values()), {who: held for who, held in IN_TRUST.items() if held})),
        ("Operating, debits", listed(book, 1)),
        ("Operating, credits", listed(book, -1)),
    ]  # fmt: skip


def operating(*, owed_costs: int, receivable: int, billed: Counter[str], unbilled_hard: int) -> dict[str, int]:
    """The firm's own book. Paid out of operating: every hard cost but the recording fee, which is on the card."""
    paid_out = sum(cost(spent) for spent in COSTS if spent.paid_from == "operating")
    came = sum(DRAWN_FROM_TRUST.values()) + sum(PAID.values()) + CONTINGENT_FEE
    return {
        "1000": came - paid_out - CARD_COSTS, "1200": receivable - owed_costs, "1210": owed_costs, "1300": unbilled_hard,
        "2050": -100_00, "4000": -billed["fees"], "4010": -billed["flat"], "4020": -CONTINGENT_FEE, "4100": -billed["soft"],
        "4900": sum(DISCOUNT.values()) + sum(CREDITED.values()), "4910": sum(WRITTEN_OFF.values()), "6400": CARD_COSTS,
    }  # fmt: skip


def listed(book: dict[str, int], sign: int) -> str:
    """The accounts of one side and their sum."""
    assert sum(book.values()) == 0
    side = {account: sign * minor for account, minor in book.items() if sign * minor > 0}
    return f"{money(sum(side.values()))} = " + " + ".join(f"{account} {money(minor)}" for account, minor in side.items())
