"""Whole numbers as people and programs send them in text."""


def whole_number(text: str, most: int) -> int | None:
    """The number, from 0 to `most`, that the text writes in ASCII digits; None where it writes none.

    Length comes before value: a text of thousands of digits is no number to Python either.
    """
    if not (text.isascii() and text.isdecimal()) or len(text.lstrip("0")) > len(str(most)):
        return None
    number = int(text.lstrip("0") or "0")
    return number if number <= most else None
