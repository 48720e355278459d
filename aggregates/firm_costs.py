"""Costs that are the firm's own wherever they arise: bank charges, card fees, chargebacks, the office itself (T8).

They never fall on a client's ledger: the bank takes a charge from the firm's reserve, a processor from its operating account
(ABA Model Rule 1.15(b)). What a request says of itself is looked at; what it hides, nobody can read.
"""

import re

from aggregates.trust_rules import FirmCostOnClient

_FEE = r"(?:sur)?(?:fees?|charges?|costs?|penalty)"
_PROCESSORS = r"(?:stripe|paypal|square|lawpay|affinipay|adyen|worldpay|sumup|braintree)"
_OWN_COSTS = re.compile(
    rf"\bcharge-?\s?backs?\b"
    rf"|\bbank(?:'s|ing)?\s(?:service\s|account\s|maintenance\s)?{_FEE}\b"
    rf"|\b(?:nsf|overdraft|insufficient\sfunds|stop[-\s]payment)\s(?:item\s)?{_FEE}\b"
    rf"|\b(?:returned|bounced|dishonou?red)[-\s](?:item|deposit|cheque|check)\s{_FEE}\b"
    rf"|\b(?:credit\s|debit\s)?card\s(?:processing\s|processor\s|service\s|merchant\s)?{_FEE}\b"
    rf"|\bmerchant\s(?:account\s|services?\s|processing\s)?{_FEE}\b"
    rf"|\bpayment\sprocess(?:or|ing)(?:'s)?\s{_FEE}\b"
    rf"|\b{_PROCESSORS}(?:'s)?\s(?:processing\s|service\s|payout\s)?{_FEE}\b"
    rf"|\b{_FEE}\s(?:of|by|from|to)\s(?:the\s|our\s)?(?:bank|card\scompany|processor|{_PROCESSORS})\b"
    rf"|\bmerchant\sdiscounts?\b|\binterchange\b"
    rf"|\b(?:monthly|account)\s(?:account\s)?(?:service|maintenance|analysis)\s{_FEE}\b"
    rf"|\b(?:cheque|check)\s?(?:book)?\s(?:printing|order)\s?{_FEE}?\b"
    rf"|\b(?:office|our)\s(?:rent|suppl(?:y|ies)|expenses?)\b|\bpayroll\b|\bstaff\s(?:salar(?:y|ies)|wages)\b"
    rf"|\bmalpractice\s(?:insurance|premiums?)\b"
)


def check_no_firm_cost(purpose: str) -> None:
    """Raises FirmCostOnClient (T8) for a purpose that calls itself a bank charge, a card fee or a chargeback."""
    found = _OWN_COSTS.search(" ".join(purpose.casefold().split()))
    if found is not None:
        raise FirmCostOnClient(
            f"{found.group()!r} is the firm's own cost and never a client's: record what the bank took as a bank charge, "
            "which falls on the firm's reserve, and pay a processor from the operating account"
        )
