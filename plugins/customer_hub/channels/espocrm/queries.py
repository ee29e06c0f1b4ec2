"""EspoCRM's lists: of one entity type, by update time or by id."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from customer_hub.channels.record import read_source_id
from customer_hub.channels.update_order import SECOND, Slice
from customer_hub.core.errors import ChannelContentError
from customer_hub.core.http import HttpClient

LIST, ONE = "/api/v1/{type}", "/api/v1/{type}/{id}"
Condition = tuple[str, str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Queries:
    """The list requests of one entity type; `select` names the fields, None leaves it to EspoCRM."""

    http: HttpClient
    name: str
    type: str
    page_size: int
    select: str | None = None
    update_field: str = "modifiedAt"

    @property
    def where(self) -> str:
        """Channel and type, for messages."""
        return f"{self.name} {self.type}"

    def fetch_from(self, lower: datetime, upper: datetime) -> Slice:
        """Return the oldest rows of [lower, upper)."""
        bounds: list[Condition] = [
            ("after", "modifiedAt", show_moment(lower - SECOND)),
            ("before", "modifiedAt", show_moment(upper)),
        ]
        return self._fetch(bounds, "modifiedAt", lower.isoformat())

    def fetch_second(self, second: datetime) -> Iterator[Slice]:
        """Yield all rows of one second by id."""
        return self.walk_ids([("equals", "modifiedAt", show_moment(second))])

    def walk_ids(self, conditions: list[Condition]) -> Iterator[Slice]:
        """Yield the rows that meet `conditions` by id, each query going on after the last id."""
        last = ""
        while True:
            after: list[Condition] = [("greaterThan", "id", last)] if last else []
            page = self._fetch([*conditions, *after], "id", f"id {last}" if last else "")
            highest = max((read_source_id(row) for row in page.rows), default="")
            if page.is_whole():
                yield page
                return
            if highest <= last:
                raise strange(self.name, "the pages loop: ids do not advance")
            yield page
            last = highest

    def _fetch(self, conditions: list[Condition], order_by: str, cursor: str) -> Slice:
        params = [("maxSize", str(self.page_size)), ("order", "asc"), ("orderBy", order_by)]
        params += [("select", self.select)] if self.select else []
        for place, (kind, attribute, value) in enumerate(conditions):
            prefix = f"where[{place}]"
            params += [(f"{prefix}[type]", kind), (f"{prefix}[attribute]", attribute)]
            if isinstance(value, str):
                params.append((f"{prefix}[value]", value))
            else:
                params += [(f"{prefix}[value][]", item) for item in value]
        answer = self.http.read(LIST, ids={"type": self.type}, params=params, cursor=cursor)
        body = answer.body if isinstance(answer.body, dict) else {}
        rows, total = body.get("list"), body.get("total")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise strange(self.name, "a page without its list of records")
        # EspoCRM says -1 or -2 where counting is switched off.
        counted = total if isinstance(total, int) and total >= 0 else None
        return Slice(rows, counted, answer.read_clock(), len(rows) >= self.page_size)


def show_moment(moment: datetime) -> str:
    """Return a moment as EspoCRM words it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def strange(name: str, what: str) -> ChannelContentError:
    """Return the error for an answer that is none of EspoCRM's."""
    return ChannelContentError(what, where=name, hint="see channels/espocrm/README.md")
