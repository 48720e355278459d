"""The trust rules T1–T16: what must never be possible. Each refuses with its own code; none can be turned off.

Sources are named beside each rule; the catalogue of rules is reference material of this project (domain, section 1.9).
"""

from typing import ClassVar

from aggregates.errors import Refusal


class TrustRuleBroken(Refusal):
    """A request that would break a trust rule."""

    code: ClassVar[str] = "trust"


def money(amount_minor: int) -> str:
    """An amount as a bookkeeper writes it, with two decimals: 1,234.50."""
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{abs(amount_minor) // 100:,}.{abs(amount_minor) % 100:02d}"


class Overdraft(TrustRuleBroken):
    """T1: a ledger would go below zero, on its day or on any later one."""

    code = "trust.t1.overdraft"
    rule = "T1"
    source = "ABA Model Rule 1.15(a); the Maryland rule on client-matter balances; SRA Accounts Rules 2019, rule 5.3"


class OtherClientsMoney(TrustRuleBroken):
    """T2: that the pooled account is in funds does not authorise it."""

    code = "trust.t2.other_clients_money"
    rule = "T2"
    source = "ABA Model Rule 1.15(a); SRA Accounts Rules 2019, rule 5.3"


class UncollectedFunds(TrustRuleBroken):
    """T3: the money is there, but not collected, or held, or promised already."""

    code = "trust.t3.uncollected_funds"
    rule = "T3"
    source = "Rules Regulating The Florida Bar 5-1.1; ABA Model Rule 1.15"


class WrongClient(TrustRuleBroken):
    """T4: one client's money would pay another client's bill."""

    code = "trust.t4.wrong_client"
    rule = "T4"
    source = "ABA Model Rule 1.15(a); SRA Accounts Rules 2019, rule 5.1"


class FirmMoneyInTrust(TrustRuleBroken):
    """T5: more firm money in trust than bank charges need, or than a shortage asks."""

    code = "trust.t5.firm_money"
    rule = "T5"
    source = "ABA Model Rule 1.15(b); Rules Regulating The Florida Bar 5-1.1(a)(1)"


class EarnedFeesLeft(TrustRuleBroken):
    """T6: earned fees may not be left in trust; flagged in reports, refused only on closing."""

    code = "trust.t6.earned_fees_left"
    rule = "T6"
    source = "ABA Model Rule 1.15(a) (commingling)"


class NotBilled(TrustRuleBroken):
    """T7: money reaches operating only against an issued, undisputed bill or notice, after its notice days."""

    code = "trust.t7.not_billed"
    rule = "T7"
    source = "ABA Model Rule 1.15(c), (e); SRA Accounts Rules 2019, rule 4.3"


class FirmCostOnClient(TrustRuleBroken):
    """T8: a card fee, chargeback or bank charge on a client's ledger."""

    code = "trust.t8.firm_cost_on_client"
    rule = "T8"
    source = "ABA Model Rule 1.15(b); ABA Model Rules for Trust Account Overdraft Notification, rule 5"


class NoNamedPayee(TrustRuleBroken):
    """T9: a withdrawal to cash, or without a named payee, a purpose, or an authoriser."""

    code = "trust.t9.no_named_payee"
    rule = "T9"
    source = "ABA Model Rules for Client Trust Account Records, rule 2; Washington RPC 1.15B(a)"


class NoLedger(TrustRuleBroken):
    """T10: an entry without client and matter, or one of the named non-client ledgers."""

    code = "trust.t10.no_ledger"
    rule = "T10"
    source = "ABA Model Rules for Client Trust Account Records, rule 1(b)"


class PostedEntryChanged(TrustRuleBroken):
    """T11: a posted entry is never edited; it is reversed once, by an entry that names it."""

    code = "trust.t11.posted_entry"
    rule = "T11"
    source = "ABA Model Rules for Client Trust Account Records, rule 1; SRA Accounts Rules 2019, rule 8.1"


class PeriodSigned(TrustRuleBroken):
    """T12: the day lies in a period whose reconciliation is signed."""

    code = "trust.t12.period_signed"
    rule = "T12"
    source = "ABA Model Rules for Client Trust Account Records, rule 1(i); SRA Accounts Rules 2019, rule 8.3"


class ChequeNumberUsed(TrustRuleBroken):
    """T13: a cheque number stands once per account, for ever."""

    code = "trust.t13.cheque_number_used"
    rule = "T13"
    source = "Rules Regulating The Florida Bar 5-1.2: cheques numbered consecutively"


class MatterHoldsTrustMoney(TrustRuleBroken):
    """T14: a matter does not close while it holds trust money or uncleared items."""

    code = "trust.t14.matter_holds_trust_money"
    rule = "T14"
    source = "ABA Model Rule 1.15(d); SRA Accounts Rules 2019, rule 2.5"


class SamePerson(TrustRuleBroken):
    """T15: one person in two roles that the rule keeps apart."""

    code = "trust.t15.same_person"
    rule = "T15"
    source = "N.C. Rule 1.15-2/1.15-3: the cheque signer does not reconcile"


class RuleRelaxed(TrustRuleBroken):
    """T16: no switch turns a trust rule off."""

    code = "trust.t16.rule_relaxed"
    rule = "T16"
    source = "ABA Model Rule 1.15; ABA Model Rules for Trust Account Overdraft Notification"


RULES: tuple[type[TrustRuleBroken], ...] = (
    Overdraft, OtherClientsMoney, UncollectedFunds, WrongClient, FirmMoneyInTrust, EarnedFeesLeft, NotBilled,
    FirmCostOnClient, NoNamedPayee, NoLedger, PostedEntryChanged, PeriodSigned, ChequeNumberUsed,
    MatterHoldsTrustMoney, SamePerson, RuleRelaxed,
)  # fmt: skip
"""Every trust rule, T1 to T16 in order."""
