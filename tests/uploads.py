"""Filled templates: what people enter by hand, uploaded, gathered and judged."""

import csv
import io
import os
from datetime import UTC, datetime
from pathlib import Path

from customer_hub.channels.config import read_channel
from customer_hub.channels.contract import Access
from customer_hub.channels.manual.template import COLUMNS
from customer_hub.gather.run import gather_entity
from customer_hub.validate.gate import validate_window

TEMPLATE = Path(__file__).parents[1] / "include" / "templates" / "customer_v1.csv"


def upload(folder: Path, day: int, **row: str) -> None:
    """Fill a template in as a person does, upload it and let the gate judge it."""
    text = io.StringIO(newline="")
    csv.DictWriter(text, COLUMNS, restval="").writerow(row)
    path = folder / f"{day}.csv"
    path.write_bytes(TEMPLATE.read_bytes() + text.getvalue().encode())
    stamp = datetime(2026, 11, day, 12, tzinfo=UTC).timestamp()
    os.utime(path, (stamp, stamp))
    config = read_channel("manual")
    channel = config.load_system().open_channel(
        config, Access(folder.as_uri(), login="steward.lin", extra={"file": path.name})
    )
    result = gather_entity(
        config,
        channel,
        "customer",
        start=datetime(2026, 11, 1, tzinfo=UTC),
        end=datetime(2026, 11, 21, tzinfo=UTC),
        run_id=f"upload {day}",
        is_backfill=True,
    )
    assert validate_window(config, result.window_id, f"upload {day}").accepted == 1
