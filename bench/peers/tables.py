"""The table that each set becomes for the peers: the columns that `hub match` infers as well.

One function a set, from the raw file (all columns are text) to standardised columns. Both peers get
the same table; ``unique_id`` is its first column.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from bench.peers import standardise as std

Raw = pd.DataFrame


def _table(raw: Raw, **columns: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"unique_id": raw["unique_id"], **columns})


def fake_1000(raw: Raw) -> pd.DataFrame:
    """Return persons: names, birth date, city, mail."""
    return _table(
        raw,
        given_name=std.words(raw["first_name"]),
        surname=std.words(raw["surname"]),
        birth_date=std.dates(raw["dob"]),
        city=std.words(raw["city"]),
        mail=std.mails(raw["email"]),
    )


def historical_50k(raw: Raw) -> pd.DataFrame:
    """Return persons: names, birth date and place, postcode, occupation, gender."""
    return _table(
        raw,
        full_name=std.words(raw["full_name"]),
        given_surname=std.words(raw["first_and_surname"]),
        given_name=std.words(raw["first_name"]),
        surname=std.words(raw["surname"]),
        birth_date=std.dates(raw["dob"]),
        birth_place=std.words(raw["birth_place"]),
        postcode=std.fold(raw["postcode_fake"]),
        gender=std.words(raw["gender"]),
        occupation=std.words(raw["occupation"]),
    )


def _febrl(raw: Raw) -> pd.DataFrame:
    return _table(
        raw,
        given_name=std.words(raw["given_name"]),
        surname=std.words(raw["surname"]),
        birth_date=std.dates(raw["date_of_birth"], "%Y%m%d"),
        identity=std.codes(raw["soc_sec_id"]),
        street_number=std.words(raw["street_number"]),
        street=std.streets(raw["address_1"]),
        place=std.words(raw["address_2"]),
        city=std.words(raw["suburb"]),
        postcode=std.digits(raw["postcode"]),
        region=std.words(raw["state"]),
    )


def dedupe_early_childhood(raw: Raw) -> pd.DataFrame:
    """Return organisations: name, address, phone, postcode."""
    street = std.streets(raw["Address"])
    return _table(
        raw,
        name=std.words(raw["Site name"]),
        sorted_name=std.sorted_words(std.words(raw["Site name"])),
        address=street,
        street_number=street.str.extract(r"^(\d+)", expand=False).astype("object"),
        phone=std.digits(raw["Phone"]),
        postcode=std.digits(raw["Zip"]),
    )


def senzing_truthset(raw: Raw) -> pd.DataFrame:
    """Return persons and companies: names, birth date, ids, phone, mail, address."""
    full = std.words(raw["PRIMARY_NAME_FULL"])
    company = std.companies(std.first(raw["PRIMARY_NAME_ORG"], raw["SECONDARY_NAME_ORG"]))
    given = std.words(raw["PRIMARY_NAME_FIRST"])
    surname = std.words(raw["PRIMARY_NAME_LAST"])
    born = std.first(
        std.dates(raw["DATE_OF_BIRTH"], "%m/%d/%Y"),
        std.dates(raw["DATE_OF_BIRTH"], "%m/%d/%y"),
        std.dates(raw["DATE_OF_BIRTH"]),
        std.dates(raw["DATE_OF_BIRTH"], "%b %d %Y"),
    )
    return _table(
        raw,
        name=std.first(std.join(given, surname), full, company),
        given_name=given,
        surname=surname,
        company=company,
        birth_date=born,
        passport=std.codes(raw["PASSPORT_NUMBER"]),
        license=std.codes(raw["DRIVERS_LICENSE_NUMBER"]),
        identity=std.codes(std.first(raw["SSN_NUMBER"], raw["NATIONAL_ID_NUMBER"])),
        tax_code=std.codes(std.first(raw["TAX_ID_NUMBER"], raw["LEI_NUMBER"])),
        mail=std.mails(raw["EMAIL_ADDRESS"]),
        phone=std.phones(raw["PHONE_NUMBER"]),
        address=std.streets(std.first(raw["ADDR_FULL"], raw["ADDR_LINE1"])),
        city=std.words(raw["ADDR_CITY"]),
        postcode=std.letters(raw["ADDR_POSTAL_CODE"]),
    )


def synth_zh_en_20k(raw: Raw) -> pd.DataFrame:
    """Return Chinese and English persons and companies in one name column."""
    is_person = raw["kind"] == "P"
    name = std.companies(raw["name"]).where(~is_person, std.words(raw["name"]))
    return _table(
        raw,
        kind=std.words(raw["kind"]),
        name=name,
        given_name=std.given_names(name.where(is_person, None)),
        mobile=std.phones(raw["mobile"]),
        mail=std.mails(raw["email"]),
        social_credit_code=std.codes(raw["uscc"]),
        region=std.words(raw["province"]),
        city=std.words(raw["city"]),
        address=std.letters(raw["address"]),
    )


def world(raw: Raw) -> pd.DataFrame:
    """Return the customers of the demo's four channels, persons and organisations."""
    is_person = raw["kind"] == "person"
    name = std.companies(raw["company"]).where(~is_person, std.words(raw["name"]))
    return _table(
        raw,
        kind=std.words(raw["kind"]),
        name=name,
        given_name=std.given_names(name.where(is_person, None)),
        birth_date=std.dates(raw["birth_date"]),
        mobile=std.phones(raw["mobile"]),
        phone=std.phones(raw["phone"]),
        mail=std.mails(raw["mail"]),
        social_credit_code=std.codes(raw["social_credit_code"]),
        identity=std.codes(raw["identity_number"]),
        region=std.words(raw["province"]),
        city=std.words(raw["city"]),
        address=std.letters(raw["address"]),
        postcode=std.letters(raw["postcode"]),
    )


TABLES: dict[str, Callable[[Raw], pd.DataFrame]] = {
    "fake_1000": fake_1000,
    "historical_50k": historical_50k,
    "febrl3": _febrl,
    "febrl4": _febrl,
    "dedupe_early_childhood": dedupe_early_childhood,
    "senzing_truthset": senzing_truthset,
    "synth_zh_en_20k": synth_zh_en_20k,
    "world": world,
}
