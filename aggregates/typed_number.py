"""Numbers that people type: of matters, bills, notices. However one is written, it names one thing."""

from unicodedata import category, normalize


def as_compared(number: str) -> str:
    """A number as it is compared: one however it is spaced, capitalised, or typed (full width, kinds of dashes)."""
    plain = "".join("-" if category(char) == "Pd" or char == "\u2212" else char for char in normalize("NFKC", number))
    return " ".join(plain.casefold().split())
