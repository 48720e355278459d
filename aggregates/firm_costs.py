"""Costs that are the firm's own wherever they arise: bank charges, card fees, chargebacks, the office itself (T8).

They never fall on a client's ledger: the bank takes a charge from the firm's reserve, a processor from its operating account
(ABA Model Rule 1.15(b)). What a request says of itself is looked at; what it hides, nobody can read.
"""

import re

from aggregates.trust_rules import FirmCostOnClient

_FEE = r"(?:sur)?(?:fees?|charges?|costs?|penalty)"
_BY_NAME = "stripe|paypal|lawpay|affinipay|adyen|worldpay|sumup|braintree"
_PROCESSORS = rf"(?:{_BY_NAME}|square)"
_OWN_COSTS = re.compile(
    rf"\bcharge-?\s?backs?\b"
    rf"|\bbank(?:'s|ing)?\s(?:service\s|account\s|maintenance\s)?{_FEE}\b"
    rf"|\b(?:nsf|overdraft|insufficient\sfunds|stop[-\s]payment)\s(?:item\s)?{_FEE}\b"
    rf"|\b(?:returned|bounced|dishonou?red)[-\s](?:item|deposit|cheque|check)\s{_FEE}\b"
    rf"|\b(?:credit\s|debit\s)?card\s(?:processing\s|processor\s|service\s|merchant\s)?{_FEE}\b"
    rf"|\bmerchant\s(?:account\s|services?\s|processing\s)?{_FEE}\b"
    rf"|\b{_FEE}\s(?:for|on)\s(?:the\s|a\s)?(?:credit\s|debit\s)?cards?(?:\spayments?)?\b"
    rf"|\bpayment\sprocess(?:or|ing)(?:'s)?\s{_FEE}\b"
    rf"|\b{_PROCESSORS}(?:'s)?\s(?:processing\s|service\s|payout\s)?{_FEE}\b"
    rf"|\b{_FEE}\s(?:of|by|from|to)\s(?:the\s|our\s)?(?:bank|card\scompany|processor|{_PROCESSORS})\b"
    rf"|\bmerchant\sdiscounts?\b|\binterchange\b"
    rf"|\b(?:monthly|account)\s(?:account\s)?(?:service|maintenance|analysis)\s{_FEE}\b"
    rf"|\b(?:cheque|check)\s?(?:book)?\s(?:printing|order)\s?{_FEE}?\b"
    rf"|\b(?:office|our)\s(?:rent|suppl(?:y|ies)|expenses?)\b|\bpayroll\b|\bstaff\s(?:salar(?:y|ies)|wages)\b"
    rf"|\bmalpractice\s(?:insurance|premiums?)\b"
)
_PAID_FOR_CARDS = re.compile(rf"\b(?:{_BY_NAME}|square,? inc)\b")
_BANK = re.compile(r"\bbank\b|\bcredit\sunion\b")
_KINDS_OF_FEE = r"account|analysis|bank|maintenance|monthly|overdraft|processing|service|stop[-\s]payment|transaction|wire"
_ONLY_A_FEE = re.compile(rf"(?:(?:{_KINDS_OF_FEE}|transfer)\s)*{_FEE}")


_FEES = re.compile(r"\bfees?\b|\b(?:legal|professional)\sservices?\b|\bretainers?\b|\b(?:bill|invoice)s?\b|\bbonus\b")


def are_fees(purpose: str) -> bool:
    """Whether a purpose says that a lawyer is paid for work."""
    return _FEES.search(" ".join(purpose.casefold().split())) is not None


def check_no_firm_cost(purpose: str, payee: str = "") -> None:
    """Raises FirmCostOnClient (T8) for a purpose that calls itself a bank charge, a card fee or a chargeback, for any fee to
    a card processor, and for one to a bank that says nothing else.
    """
    what, who = (" ".join(words.casefold().split()) for words in (purpose, payee))
    found = (
        _OWN_COSTS.search(what)
        or (_PAID_FOR_CARDS.search(who) and re.search(rf"\b{_FEE}\b", what))
        or (_BANK.search(who) and _ONLY_A_FEE.fullmatch(what.rstrip(".!")))
    )
    if found is not None:
        raise FirmCostOnClient(
            f"{found.group()!r} is the firm's own cost and never a client's: record what the bank took as a bank charge, "
            "which falls on the firm's reserve, and pay a processor from the operating account"
        )
