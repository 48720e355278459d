"""What a LEDES file says, for whoever was sent one: its invoices with their sums, and what is worth a second look."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, TypeAlias

from aggregates.utbms import ACTIVITIES, EXPENSES, TASKS
from replay.ledes.invoice import LedesInvoice
from replay.ledes.plain_text import number, price
from replay.ledes.reading import read

Document: TypeAlias = dict[str, Any]
_FEES, _EXPENSES = ("F", "IF"), ("E", "IE")
_CODES = (("task_code", TASKS), ("activity_code", ACTIVITIES), ("expense_code", EXPENSES))


def examine(file: bytes, *, currency: str = "USD") -> Document:
    """The file as a document; amounts in fields that end in `_minor`. Raises LedesFileRefused, BadRequest.

    `currency` is that of a 1998B file, which names none. Notices are of codes outside the UTBMS sets kept here: clients
    agree codes of their own, so such a code is no error.
    """
    form, invoices = read(file, currency=currency)
    return {
        "format": form.name,
        "invoices": [_invoice(one) for one in invoices],
        "notices": [notice for one in invoices for notice in _notices(one)],
    }


def _invoice(invoice: LedesInvoice) -> Document:
    """An invoice; its fees and expenses are net of tax, with the adjustments of each."""
    net = {line.number: line.total_minor - line.tax_minor for line in invoice.lines}
    return {
        **{name: value for name, value in asdict(invoice).items() if name != "lines"},
        "fees_minor": sum(net[line.number] for line in invoice.lines if line.kind in _FEES),
        "expenses_minor": sum(net[line.number] for line in invoice.lines if line.kind in _EXPENSES),
        "tax_minor": invoice.tax_minor,
        "total_minor": invoice.total_minor,
        "lines": [
            asdict(line)
            | {
                "units": number(line.units),
                "unit_cost": price(line.unit_cost),
                "tax_rate": None if line.tax_rate is None else number(line.tax_rate),
            }
            for line in invoice.lines
        ],
    }


def _notices(invoice: LedesInvoice) -> Iterator[Document]:
    for line in invoice.lines:
        for name, known in _CODES:
            code = getattr(line, name).strip()
            if code and code not in known:
                reason = f"{code[:20]} is not in the UTBMS sets kept here; it may be one that was agreed with the client"
                yield {"invoice": invoice.number, "line": line.number, "field": name, "reason": reason}
