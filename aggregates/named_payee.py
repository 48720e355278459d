"""Whether a payee is somebody: a trust payment never goes to cash, to bearer or to a machine (T9), however it is spelt.

ABA Model Rules for Client Trust Account Records, rule 2: withdrawals only to a named payee, never to cash.
"""

import re
import unicodedata

from aggregates.trust_rules import NoNamedPayee

_NOBODY = frozenset({"cash", "bearer", "atm", "withdrawal"})
_FILLERS = frozenset({
    "a", "and", "at", "back", "by", "check", "cheque", "client", "counter", "desk", "drawer", "float", "for", "from", "hand",
    "holder", "in", "machine", "money", "of", "on", "or", "order", "out", "pay", "payable", "petty", "self", "teller", "the",
    "till", "to",
    # Who is meant by these is nobody, or whoever holds the cheque.
    "anybody", "anyone", "concern", "it", "may", "me", "myself", "na", "name", "named", "no", "nobody", "none", "ourselves",
    "payee", "tba", "tbc", "tbd", "unknown", "unnamed", "us", "various", "whom", "yourself",
})  # fmt: skip
_LOOK_ALIKES = str.maketrans(
    {"$": "s", "@": "a", "\u0430": "a", "\u0441": "c", "\u0435": "e", "\u0455": "s", "\u04bb": "h", "\u043e": "o"}
)
"""Signs, and Cyrillic letters, that are drawn for Latin ones."""


def check_named(payee: str, *, is_contact: bool) -> None:
    """Raises NoNamedPayee (T9).

    A person may be called Cash: with `is_contact`, a contact on file, only a name that says nothing else is refused;
    without, any name with such a word in it, and one of words alone that name nobody.
    """
    words = _words(payee)
    nobody = any(word in _NOBODY for word in (*words, "".join(words)))
    says_nothing_else = "".join(words) in _NOBODY or all(
        word in _NOBODY or word in _FILLERS or word.isdigit() for word in words
    )
    meant = is_contact and not (nobody and says_nothing_else)  # a person on file may be called Till
    if not any(word.isalnum() for word in words) or ((nobody or says_nothing_else) and not meant):
        raise NoNamedPayee(
            f"a trust payment goes to a named payee, never to cash or bearer, and not to {payee.strip()!r}"
            + (
                ""
                if is_contact or (nobody and says_nothing_else)
                else "; if that is a name, choose the payee from the contacts"
            )
        )


_LEGAL_FORMS = frozenset({
    "a", "account", "accounts", "acct", "and", "apc", "attorney", "attorneys", "at", "bank", "business", "chartered", "co",
    "company", "corp", "corporation", "counsel", "demonstration", "fee", "fees", "firm", "general", "group", "inc",
    "incorporated", "law", "lawyers", "legal", "limited", "llc", "llp", "lp", "ltd", "no", "of", "office", "offices",
    "operating", "our", "own", "p", "pa", "partner", "partners", "pc", "plc", "pllc", "professional", "s", "solicitor",
    "solicitors", "the", "to", "us", "ac",
})  # fmt: skip
"""Words that tell a firm's account or legal form, not which firm it is."""
_OURS = frozenset({"operating", "own", "our", "us", "fee", "fees", "firm", "office"})
"""Without any name beside them, they are said of one's own firm."""


def is_the_firm(payee: str, firm_name: str) -> bool:
    """Whether a payee is the firm itself, whatever the legal form, the order of words or the account said with it.

    A firm of one telling word (Gray Law) is met by that word alone: John Gray is somebody else.
    """
    telling = [word for word in _words(firm_name) if word not in _LEGAL_FORMS]
    told = [word for word in _words(payee) if word not in _LEGAL_FORMS and not word.isdigit()]
    if not told:
        return not _OURS.isdisjoint(_words(payee)) or _words(payee) == _words(firm_name)
    same = "".join(telling) == "".join(told) or set(telling) == set(told)
    return same or (len(telling) > 1 and set(telling) <= set(told))


_OWN_FORMS = frozenset({
    "apc", "chartered", "co", "company", "corp", "corporation", "demonstration", "inc", "incorporated", "limited", "llc",
    "llp", "lp", "ltd", "p", "pa", "pc", "plc", "pllc", "professional",
})  # fmt: skip
"""Legal forms: a firm may be named without its own, and is another firm with any other."""
_SAID_BESIDE = frozenset({
    "a", "ac", "account", "accounts", "acct", "and", "at", "bank", "business", "ending", "fee", "fees", "general", "no",
    "of", "office", "operating", "our", "own", "the",
})  # fmt: skip
"""Words that tell which of a firm's accounts is meant."""


def is_the_firms_own(payee: str, firm_name: str) -> bool:
    """Whether a payee is the firm and surely nobody else: all its name's words, and none besides but its account's.

    Where money may go to the firm only, whoever is merely called like it is somebody else.
    """
    own, told = _words(firm_name), _words(payee)
    name = [word for word in own if word not in _OWN_FORMS and word not in _SAID_BESIDE] or own
    rest = [word for word in told if word in name or not (word.isdigit() or word in _SAID_BESIDE or word in _OWN_FORMS)]
    beside = {word for word in told if word not in rest and not word.isdigit()}
    return beside <= {*_SAID_BESIDE, *own} and (set(rest) == set(name) or "".join(rest) == "".join(name))


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same words, whatever their order, case or accents."""
    return sorted(_words(one)) == sorted(_words(other)) != []


_INITIALS = 3
"""A longer word is no row of initials."""
_TITLES = frozenset({"dr", "esq", "hon", "jr", "miss", "mr", "mrs", "ms", "prof", "sr"})


def may_be_named(payee: str, person: str) -> bool:
    """Whether a payee's name may be a person's: the same words, some of them left out, added or cut to initials.

    Nora Ashby may be Ashby, Nora; N. Ashby; Nora M. Ashby; Nora Ashby Consulting LLC; or Ashby alone. Norman Ashby is not.
    """
    paid, own = ([word for word in _words(name) if word not in _TITLES] for name in (payee, person))
    if not paid or not own:
        return False
    if sorted(paid) == sorted(own) or "".join(paid) == "".join(own):
        return True
    if len(paid) == 1:
        return len(own) > 1 and paid[0] == own[-1]
    if {own[0], own[-1]} <= set(paid) and len(own) > 1:
        return True
    return _shortened(paid, own) or _shortened(own, paid)


def may_be_one_payee(one: str, other: str) -> bool:
    """Whether two payments may go to one payee, by their names."""
    return may_be_named(one, other) or may_be_named(other, one) or same_name(one, other)


def same_bank_account(one: str | None, other: str | None) -> bool:
    """Whether two transfers go to one account, however it is written. No account is no other's."""
    plain = ["".join(char for char in (text or "").casefold() if char.isalnum()) for text in (one, other)]
    return plain[0] == plain[1] != ""


def _shortened(short: list[str], full: list[str]) -> bool:
    """Whether every word of `short` is one of `full`, or initials of words of it, with one word at least in full."""
    left = [word for word in full if word not in short]
    shared = [word for word in short if word in full]
    for letters in (word for word in short if word not in full):
        if len(letters) > _INITIALS:
            return False
        for letter in letters:
            named = next((word for word in left if word.startswith(letter)), None)
            if named is None:
                return False
            left.remove(named)
    return len(short) > 1 and any(len(word) > 1 for word in shared)


def _words(name: str) -> list[str]:
    """Lower-case words without accents, look-alikes or invisible signs; letters that stand alone are drawn together."""
    plain = "".join(
        char
        for char in unicodedata.normalize("NFKD", name).casefold().translate(_LOOK_ALIKES)
        if unicodedata.category(char) not in {"Mn", "Cf"}
    )
    words: list[str] = []
    spelling = False
    for word in re.findall(r"[^\W_]+", plain):
        if len(word) == 1 and spelling:
            words[-1] += word
        else:
            words.append(word)
        spelling = len(word) == 1
    return words
