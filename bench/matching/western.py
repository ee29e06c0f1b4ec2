"""``python -m bench.matching.western RECORDS FOLDER``: Western customers of any size, standardised.

Writes FOLDER/records.parquet and FOLDER/truth.parquet (unique_id, cluster_id). The same arguments
give the same files. Persons live in households that share an address, often a phone and a surname;
each has about 2.2 records with typos, nicknames, swapped names, moves and gaps. Memory is bounded
by a chunk of persons. Cities and postcodes grow with the size, as a larger market covers more
ground; names and birth dates do not.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from bench.matching import western_errors, western_names
from bench.matching.western_names import Texts

_CHUNK = 100_000  # persons
_RECORDS_SHARES = (0.36, 0.30, 0.19, 0.09, 0.06)  # persons with one to five records
_RECORDS_MEAN = sum(share * count for count, share in enumerate(_RECORDS_SHARES, 1))
_HOUSEHOLD_SHARES = (0.42, 0.30, 0.13, 0.10, 0.05)  # households of one to five customers
_PERSONS_A_POSTCODE, _POSTCODES_A_CITY = 2000, 12
_PROVIDERS = np.array(
    ["mail.example", "inbox.test", "post.example", "letters.test", "web.example"], dtype=object
)
_PROVIDER_SHARES = (0.42, 0.24, 0.16, 0.11, 0.07)
COLUMNS = (
    "given_name",
    "surname",
    "birth_date",
    "phone",
    "mail",
    "street",
    "city",
    "postcode",
)
Numbers = npt.NDArray[np.int64]
Columns = dict[str, Texts]


def write_western(records: int, folder: Path, seed: int = 11) -> tuple[Path, Path]:
    """Write exactly ``records`` records and their truth; return both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "records.parquet", folder / "truth.parquet"
    text = pa.string()
    schema = pa.schema([("unique_id", text), *((name, text) for name in COLUMNS)])
    truth_schema = pa.schema([("unique_id", text), ("cluster_id", pa.int64())])
    with (
        pq.ParquetWriter(paths[0], schema) as writer,
        pq.ParquetWriter(paths[1], truth_schema) as truth,
    ):
        for first, persons, columns in _draw_chunks(records, seed):
            ids = _texts(first + np.arange(persons.size) + 10**8)
            writer.write_table(pa.table({"unique_id": ids, **columns}, schema=schema))
            truth.write_table(pa.table({"unique_id": ids, "cluster_id": persons}, truth_schema))
    return paths


def _draw_chunks(records: int, seed: int) -> Iterator[tuple[int, Numbers, Columns]]:
    """Yield (number of the first record, person of each record, columns), shuffled in a chunk."""
    postcodes = max(20, round(records / _RECORDS_MEAN / _PERSONS_A_POSTCODE))
    first, chunk = 0, 0
    while first < records:
        rng = np.random.default_rng([seed, chunk])
        people = _draw_people(rng, _CHUNK, postcodes)
        counts = rng.choice(np.arange(1, 6), size=_CHUNK, p=_RECORDS_SHARES)
        who = np.repeat(np.arange(_CHUNK), counts)[: records - first]
        rng.shuffle(who)
        columns = {name: values[who] for name, values in people.items()}
        elsewhere = _draw_people(rng, who.size, postcodes)
        western_errors.distort(rng, columns, elsewhere)
        yield first, who + chunk * _CHUNK, columns
        first += who.size
        chunk += 1


def _draw_people(rng: np.random.Generator, count: int, postcodes: int) -> Columns:
    """Draw persons, household by household."""
    sizes = rng.choice(np.arange(1, 6), size=count, p=_HOUSEHOLD_SHARES)
    home = np.repeat(np.arange(count), sizes)[:count]
    homes = int(home[-1]) + 1
    family = western_names.draw_surnames(rng, homes)[home]
    own_surname = rng.random(count) < 0.14
    surname = np.where(own_surname, western_names.draw_surnames(rng, count), family)
    given = western_names.draw_given_names(rng, count)
    born = np.datetime64("1938-01-01") + rng.integers(0, 365 * 68, size=count)
    line = np.where(
        rng.random(count) < 0.8, _draw_phones(rng, count), _draw_phones(rng, homes)[home]
    )
    place = _draw_places(rng, homes, postcodes)
    number = np.where(rng.random(count) < 0.55, _texts(rng.integers(1, 990, count)), "")
    dot = rng.choice(np.array([".", "", "_"], dtype=object), count, p=(0.5, 0.35, 0.15))
    provider = rng.choice(_PROVIDERS, count, p=_PROVIDER_SHARES)
    return {
        "given_name": given,
        "surname": surname,
        "birth_date": np.datetime_as_string(born).astype(object),
        "phone": line,
        "mail": given + dot + surname + number + "@" + provider,
        **{name: values[home] for name, values in place.items()},
    }


def _draw_places(rng: np.random.Generator, count: int, postcodes: int) -> Columns:
    code = rng.integers(0, postcodes, count)
    return {
        "street": _texts(rng.integers(1, 240, count))
        + " "
        + western_names.draw_streets(rng, count),
        "city": western_names.name_cities(code // _POSTCODES_A_CITY),
        "postcode": _texts(code + 10_000),
    }


def _draw_phones(rng: np.random.Generator, count: int) -> Texts:
    return _texts(rng.integers(2_010_000_000, 9_899_999_999, count))


def _texts(numbers: Numbers) -> Texts:
    return numbers.astype("U10").astype(object)


def main() -> None:
    """Write what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    write_western(options.records, options.folder, options.seed)


if __name__ == "__main__":
    main()
