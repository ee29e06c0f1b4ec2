"""Read a score on the scale that its channel declares: stars, points, or words from bad to good."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from customer_hub.values.amount import parse_amount
from customer_hub.values.text import clean

_STEP: Final = Decimal("0.0001")
_MAX_LENGTH: Final = 100

_bounds = re.compile(r"([0-9]{1,3})-([0-9]{1,3})").fullmatch


@dataclass(frozen=True, slots=True)
class Score:
    """A score: `value` on its own scale (of words the place, the worst is 0), `share` from 0 to 1."""

    value: Decimal
    scale: str
    share: Decimal


def parse_score(raw: str | None, scale: str | None) -> Score | None:
    """Read a score, or return None where there is none, or none on this scale.

    Args:
        raw: ``4``, ``4.5`` or a word of the scale; letter case is no difference.
        scale: least and greatest score (``1-5``), or words from the worst to the best
            (``bad/good``); a score without a scale means nothing.
    """
    text, scale = clean(raw), clean(scale)
    if text is None or scale is None or len(scale) > _MAX_LENGTH:
        return None
    scale = scale.lower()
    bounds = _bounds(scale)
    if bounds is None:
        words = [word.strip() for word in scale.split("/")]
        if len(words) < 2 or text.lower() not in words:
            return None
        least, greatest = Decimal(0), Decimal(len(words) - 1)
        value: Decimal | None = Decimal(words.index(text.lower()))
    else:
        least, greatest = Decimal(bounds[1]), Decimal(bounds[2])
        value = parse_amount(raw)
    if value is None or not least <= value <= greatest or least == greatest:
        return None
    share = ((value - least) / (greatest - least)).quantize(_STEP, ROUND_HALF_UP)
    return Score(value, scale, share)
