"""What bodies and headers of a described system mean where its status does not say it."""

from collections.abc import Mapping
from typing import Any

from customer_hub.channels.record import as_text
from customer_hub.channels.rest.description import Description, ErrorRule, RateHeaders
from customer_hub.channels.rest.template import look, read_time
from customer_hub.core.http_answer import Verdict, read_date, show_code


class DescribedDialect:
    """Reads answers by the rules of a description."""

    def __init__(self, description: Description) -> None:
        """Take the rules of `description`."""
        self._rules = description.errors
        self._rates = description.rate_headers

    def judge(self, status: int, body: Any) -> Verdict | None:
        """Return what a body says, by the first rule that fits."""
        for rule in self._rules:
            if _fits(rule, body):
                code = show_code(look(body, rule.code)) if rule.code else ""
                return Verdict(rule.means, code)
        return None

    def read_hold(self, headers: Mapping[str, str]) -> float:
        """Return for how many seconds nothing more may be asked."""
        if self._rates is None:
            return 0.0
        left = headers.get(self._rates.remaining, "").strip()
        if not left.lstrip("-").isdecimal() or int(left) > 0:
            return 0.0
        return _read_reset(self._rates, headers)


def _fits(rule: ErrorRule, body: Any) -> bool:
    value = look(body, rule.path)
    if value is None:
        return False
    text = as_text(value) or ""
    if rule.is_:
        return text in rule.is_
    return text not in rule.is_not if rule.is_not else bool(value)


def _read_reset(rates: RateHeaders, headers: Mapping[str, str]) -> float:
    told = headers.get(rates.reset, "").strip() if rates.reset else ""
    if rates.reset_is == "moment":
        moment, sent_at = read_time(told), read_date(headers)
        if moment is not None and sent_at is not None:
            return max(0.0, (moment - sent_at).total_seconds())
    elif told.isdecimal():
        return float(told)
    return rates.seconds
