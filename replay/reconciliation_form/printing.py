"""The form as PDF and as CSV, from the kept artefact, its signings and the kept template: the same bytes every time.

Fonts are locked packages; neither the machine's nor the network's are asked. The layout is that of the North Carolina
State Bar's reconciliation report, with every list it asks to be attached.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from projections.reports.rendering import FORMULA_BEGINNINGS, decimal
from replay.reconciliation_form.artefact import Document
from replay.typesetting import press
from replay.typesetting.typefaces import printable

TEMPLATE = Path(__file__).with_name("form.typ")
CSV_HEADER = (
    "section", "line", "date", "number", "name", "description", "days", "amount", "bank_amount", "count", "note",
)  # fmt: skip
PREPARER_QUESTION = "If the preparer is not a lawyer: does the preparer have cheque-signing authority?"


def as_pdf(
    template: bytes, artefact: Document, signings: Sequence[Document], *, artefact_sha256: str, reconciliation_id: str
) -> bytes:
    """The form; `signings` are its steps (`step`, `name`, `role`, `at`, …) up to the signature."""
    words = _words(artefact, signings, artefact_sha256, reconciliation_id)
    return press.pdf(template, words, at=_at(artefact, signings))


def as_images(template: bytes, artefact: Document, signings: Sequence[Document]) -> list[bytes]:
    """The pages as PNG, to look at."""
    return press.pictures(template, _words(artefact, signings, "00" * 32, ""), at=_at(artefact, signings))


def as_csv(artefact: Document, signings: Sequence[Document]) -> bytes:
    """The form and its lists, one row each, under `CSV_HEADER`; amounts as decimal text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_HEADER)
    for row in (*_form(artefact), *_lists(artefact), *_people(artefact, signings)):
        writer.writerow([_cell(row.get(name)) for name in CSV_HEADER])
    return out.getvalue().encode()


def _words(artefact: Document, signings: Sequence[Document], artefact_sha256: str, reconciliation_id: str) -> Document:
    shown, shown_signings = printable(artefact), printable(list(signings))
    return {
        "artefact": shown,
        "signings": shown_signings,
        "code_points": "[U+" if "[U+" in str((shown, shown_signings)) else "",
        "artefact_sha256": artefact_sha256,
        "reconciliation_id": reconciliation_id,
        "preparer_note": f"{PREPARER_QUESTION} {answer}." if (answer := preparer_answer(artefact["prepared"])) else "",
    }


def _at(artefact: Document, signings: Sequence[Document]) -> str:
    at: str = signings[-1]["at"] if signings else artefact["prepared"]["at"]
    return at


def _form(a: Document) -> Iterator[Document]:
    account, statement, figures, end = a["account"], a["statement"], a["figures"], a["period"]["end"]
    for name, description in (
        ("firm", a["firm"]["name"]),
        ("account", f"{account['name']} {account['number']}, {account['bank']}, {account['currency']}"),
        ("period", f"{a['period']['from']} to {end}"),
        *(("statement", one["sha256"]) for one in a.get("statements", [statement])),
        ("log position", str(a["log"]["position"])),
        ("tree root", a["log"]["root"]),
        ("explanation", a["explanation"]),
        *(("problem", problem) for problem in a["problems"]),
        *(("days without a statement", one["sentence"]) for one in a.get("uncovered", [])),
    ):
        yield {"section": "heading", "name": name, "date": end, "description": description}
    negative = "Yes" if figures["negative_ledgers"] else "No"
    yield {
        "section": "form", "line": "1a", "date": end, "name": "Does any subsidiary ledger have a negative balance?",
        "description": negative, "count": figures["negative_ledgers"],
    }  # fmt: skip
    for line, name, amount, count in (
        ("1", "Total of positive client ledger balances", figures["positive_ledgers_minor"],
         sum(one["balance_minor"] > 0 for one in a["ledgers"])),
        ("1b", "Trial balance: total of all ledgers (C)", figures["ledgers_minor"], len(a["ledgers"])),
        ("2", "General ledger balance of the trust account (B)", figures["book_minor"], None),
        ("3", "Bank statement balance", figures["statement_minor"], None),
        ("4", "Add: outstanding deposits", figures["deposits_in_transit_minor"], len(a["deposits_in_transit"])),
        ("5", "Less: outstanding disbursements", -figures["outstanding_disbursements_minor"],
         len(a["outstanding_disbursements"])),
        ("5a", "Bank errors to be corrected", figures["bank_errors_minor"], len(a["bank_errors"])),
        ("6", "Adjusted bank balance (A)", figures["adjusted_bank_minor"], None),
    ):  # fmt: skip
        yield {"section": "form", "line": line, "date": end, "name": name, "amount": decimal(amount), "count": count}
    others = {figures[name] for name in ("book_minor", "ledgers_minor", "positive_ledgers_minor")}
    agrees = "agrees" if others == {figures["adjusted_bank_minor"]} else "does not agree"
    yield {"section": "form", "line": "7", "date": end, "name": f"Line 6 {agrees} with lines 1, 1b and 2"}


def _lists(a: Document) -> Iterator[Document]:
    for section in ("deposits_in_transit", "outstanding_disbursements"):
        for item in a[section]:
            yield {
                "section": section, "date": item["effective_date"], "number": item["cheque_number"],
                "name": item["counterparty"], "description": f"{item['description']} ({item['ledger']})",
                "days": item["age_days"], "amount": decimal(item["amount_minor"]), "note": item["note"],
            }  # fmt: skip
    for one in a["bank_errors"]:
        yield _row("bank_errors", one["opened_on"], one["exception_id"], one["evidence"], one["amount_minor"])
    for one in a["ledgers"]:
        yield _row("ledgers", a["period"]["end"], one["title"], one["purpose"], one["balance_minor"])
    for one in a["exceptions_open"]:
        yield {
            **_row("exceptions_open", one["opened_on"], one["cause"], one["evidence"], one["amount_minor"]),
            "note": one["note"],
        }
    for section in ("unexplained_lines", "explained_lines"):
        for one in a[section]:
            yield {
                **_row(section, one["booked_on"], f"{one['payee']} {one['memo']}".strip(), one["explained"],
                       one["amount_minor"]),
                "note": one["note"],
            }  # fmt: skip
    for one in a["matched_pairs"]:
        yield {
            **_row("matched_pairs", one["booked_on"], one["counterparty"], one["description"], one["entry_minor"]),
            "number": one["cheque_number"], "bank_amount": decimal(one["line_minor"]),
        }  # fmt: skip


def _row(section: str, on: str, name: str | None, description: str | None, amount_minor: int) -> Document:
    return {"section": section, "date": on, "name": name, "description": description, "amount": decimal(amount_minor)}


def _people(a: Document, signings: Sequence[Document]) -> Iterator[Document]:
    for one in ({"step": "prepared", **a["prepared"]}, *signings):
        alone = "Sole practitioner" if one.get("sole_practitioner") else None
        yield {"section": "certification", "line": one["step"], "date": one["at"], "name": one["name"],
               "description": one["role"], "note": alone or one.get("note")}  # fmt: skip
    if (answer := preparer_answer(a["prepared"])) is not None:
        yield {"section": "certification", "line": "prepared", "name": PREPARER_QUESTION, "description": answer}


def preparer_answer(prepared: Document) -> str | None:
    """The form's question about a preparer who is no lawyer; None where it was prepared before it was asked."""
    if "non_lawyer_signs_cheques" not in prepared:
        return None
    signs = prepared["non_lawyer_signs_cheques"]
    return "Not asked: the preparer is a lawyer" if signs is None else "Yes" if signs else "No"


def _cell(value: Any) -> str:
    """Amounts are ours and stay numbers; other text that a spreadsheet would run is made text by an apostrophe."""
    if value is None:
        return ""
    text = str(value)
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(FORMULA_BEGINNINGS) and not is_number else text
