"""Contact points and addresses of a record, each value once, in the channel's own order."""

from collections.abc import Iterable

from customer_hub.standardise.rows import Record, Row, Sealable, keep_told
from customer_hub.values.address import Address, parse_address
from customer_hub.values.mail import parse_mail
from customer_hub.values.phone import Phone, parse_phone

_TYPES = ("phone", "mobile", "fax")
_ADDRESS_TYPES = ("billing", "shipping", "office")
_HOME = "CN"


def read_addresses(record: Record) -> list[tuple[str, Address]]:
    """Return the addresses of a record that hold anything, with their types."""
    found = []
    for entry in record.get("addresses") or ():
        address = parse_address(
            entry.get("raw"),
            country=entry.get("country"),
            province=entry.get("province"),
            city=entry.get("city"),
            district=entry.get("district"),
            street=entry.get("street"),
            postcode=entry.get("postcode"),
        )
        if _to_values(address):
            kind = entry.get("type")
            found.append((kind if kind in _ADDRESS_TYPES else "billing", address))
    return found


def make_address_rows(source_key: str, addresses: Iterable[tuple[str, Address]]) -> list[Sealable]:
    """Return a row of source.address for each address; country and region stand in clear."""
    rows: list[Sealable] = []
    seen: set[tuple[object, ...]] = set()
    for kind, address in addresses:
        values = _to_values(address)
        mark = (kind, address.country_code, *sorted(values.items()))
        if mark in seen:
            continue
        seen.add(mark)
        row = {
            "source_key": source_key,
            "ordinal": len(rows),
            "type": kind,
            "country_code": address.country_code,
            "region_code": address.region_code,
        }
        key = f"{source_key}|{len(rows)}"
        rows.append(Sealable("address", key, row, {"contact": values}))
    return rows


def find_region(addresses: Iterable[tuple[str, Address]]) -> str | None:
    """Return the region of the billing address, else of the first address that has one."""
    told = [(kind, address.region_code) for kind, address in addresses if address.region_code]
    told.sort(key=lambda entry: entry[0] != "billing")
    return told[0][1] if told else None


def find_country(addresses: Iterable[tuple[str, Address]]) -> str:
    """Return the country in which numbers without a country code are dialled."""
    return next((address.country_code for _, address in addresses if address.country_code), _HOME)


def make_contact_points(
    source_key: str, record: Record, country: str
) -> tuple[list[Sealable], list[tuple[str, str]]]:
    """Return rows of source.contact_point and the values by which the record can be found.

    What cannot be read is left out: it stays in the landed payload.

    Args:
        source_key: of the record.
        record: the mapped record.
        country: ISO alpha-2, see `find_country`.
    """
    points: dict[tuple[str, str, str | None], Row] = {}
    blind: list[tuple[str, str]] = []
    for entry in record.get("phones") or ():
        phone = _read_phone(entry.get("value"), country)
        value = phone.e164 or phone.masked
        if value is None:
            continue
        kind = _choose_type(entry.get("type"), phone)
        _add(points, kind, value, phone.extension, entry, is_masked=phone.e164 is None)
        if phone.e164 is not None and kind != "fax":
            blind.append(("phone", phone.e164))
    for entry in record.get("mails") or ():
        mail = parse_mail(entry.get("value"))
        if mail.address is not None:
            _add(points, "mail", mail.address, None, entry, is_masked=False)
            blind.append(("mail", mail.address))
    return _to_rows(source_key, points), blind


def _read_phone(raw: str | None, country: str) -> Phone:
    """Read a number as dialled at home, else where the customer lives."""
    phone = parse_phone(raw, country)
    if phone.e164 is None and phone.masked is None and country != _HOME:
        return parse_phone(raw, _HOME)
    return phone


def _choose_type(told: str | None, phone: Phone) -> str:
    """The number itself tells a mobile from a landline; only people tell a fax."""
    if told == "fax":
        return "fax"
    return phone.type or (told if told in _TYPES else "phone")


def _add(
    points: dict[tuple[str, str, str | None], Row],
    kind: str,
    value: str,
    extension: str | None,
    entry: Record,
    *,
    is_masked: bool,
) -> None:
    point = points.setdefault(
        (kind, value, extension), {"is_preferred": False, "is_masked": is_masked}
    )
    point["is_preferred"] = point["is_preferred"] or bool(entry.get("preferred"))


def _to_rows(source_key: str, points: dict[tuple[str, str, str | None], Row]) -> list[Sealable]:
    return [
        Sealable(
            "contact_point",
            f"{source_key}|{ordinal}",
            {"source_key": source_key, "ordinal": ordinal, "type": kind, **flags},
            {"contact": keep_told(value=value, extension=extension)},
        )
        for ordinal, ((kind, value, extension), flags) in enumerate(points.items())
    ]


def _to_values(address: Address) -> Row:
    return keep_told(
        raw=address.raw,
        province=address.province,
        city=address.city,
        district=address.district,
        street=address.street,
        postcode=address.postcode,
    )
