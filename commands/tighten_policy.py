"""Make a setting stricter than the jurisdiction asks. No setting turns a trust rule off (T16), whatever it is called."""

from aggregates import firm
from aggregates.event import Words
from aggregates.jurisdictions import Setting
from commands.dispatch import Result
from commands.trust_books import the_firm
from commands.work import Command, Work


class TightenPolicy(Command):
    """Make a setting stricter than the jurisdiction asks."""

    setting: str
    value: Setting
    why: Words | None = None
    """Needed where the firm's own figure was stricter still."""


def handle(command: TightenPolicy, work: Work) -> Result:
    """Raises RuleRelaxed (T16), BadRequest."""
    event = the_firm(work).tighten(command.setting, command.value, today=work.today, why=command.why)
    work.record(firm.KIND, firm.STREAM, event)
    return {"setting": command.setting, "before": event.before, "after": event.after}
