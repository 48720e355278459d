"""Agree the pattern of the firm's bill numbers; the count goes on."""

from aggregates import bill_numbers
from aggregates.bill_numbers import BillNumbers
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class AgreeBillNumbering(Command):
    """Number bills by a pattern such as `{yyyy}-{seq:05}` from now on."""

    pattern: Words


def handle(command: AgreeBillNumbering, work: Work) -> Result:
    """Raises BadRequest for what is no pattern."""
    numbers = work.find(bill_numbers.KIND, bill_numbers.STREAM) or BillNumbers()
    event = numbers.agree(command.pattern)
    work.record(bill_numbers.KIND, bill_numbers.STREAM, event)
    return {"before": event.before, "after": event.after}
