"""Where a contact lives, works or takes its post: an address in its parts, so that letters and forms can be made of it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from aggregates.event import Personal

AddressKind = Literal["home", "work", "postal", "billing", "registered", "other"]
_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC "
    "CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD "
    "GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH "
    "KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW "
    "MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC "
    "SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY "
    "UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
"""ISO 3166-1 alpha-2, and XK, by which Kosovo's post goes."""
_COUNTRIES = frozenset(_CODES.split())


def _country(code: str) -> str:
    if code not in _COUNTRIES:
        hint = "; the United Kingdom is GB" if code == "UK" else ""
        raise ValueError(f"{code} is not a country's code of two capital letters, such as US or GB{hint}")
    return code


Country = Annotated[str, AfterValidator(_country), Field(examples=["US"], json_schema_extra={"enum": _CODES.split()})]
"""An ISO 3166-1 code of two capital letters."""


class Address(BaseModel):
    """An address in its parts, each of them text about the contact; `country` is a `Country`, or not known.

    The lines are what stands above the city, from the top: house and street, or a post box.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: AddressKind
    lines: tuple[Personal, ...]
    city: Personal | None
    region: Personal | None
    postal_code: Personal | None
    country: Personal | None
