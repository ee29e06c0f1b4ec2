"""The light standardising that an expert does before any matching: case, digits, dates, marks."""

from __future__ import annotations

import pandas as pd

_LEGAL_FORMS = r"\b(?:inc|incorporated|llc|ltd|limited|corp|corporation|co|company|plc|gmbh)\b\.?"
_STREET_WORDS = {
    r"\bstreet\b": "st",
    r"\bavenue\b": "ave",
    r"\broad\b": "rd",
    r"\blane\b": "ln",
    r"\bdrive\b": "dr",
    r"\bboulevard\b": "blvd",
    r"\bcourt\b": "ct",
    r"\bplace\b": "pl",
    r"\bnorth\b": "n",
    r"\bsouth\b": "s",
    r"\beast\b": "e",
    r"\bwest\b": "w",
}
_CHINESE_FORMS = "有限责任公司|股份有限公司|有限公司|股份公司|集团公司|集团|公司"


def empty_to_null(values: pd.Series) -> pd.Series:
    """Return the values with empty texts as nulls."""
    return values.where(values.notna() & (values.fillna("").str.strip() != ""), None)


def fold(values: pd.Series) -> pd.Series:
    """Return text in half width and lower case, with single spaces."""
    folded = values.astype("object").str.normalize("NFKC").str.lower()
    return empty_to_null(folded.str.replace(r"\s+", " ", regex=True).str.strip())


def words(values: pd.Series) -> pd.Series:
    """Return folded text whose marks are gone: letters, digits and single spaces."""
    bare = fold(values).str.replace(r"[^\w ]", " ", regex=True)
    return fold(bare)


def letters(values: pd.Series) -> pd.Series:
    """Return folded text without marks and without spaces."""
    return empty_to_null(words(values).str.replace(" ", ""))


def digits(values: pd.Series) -> pd.Series:
    """Return the digits alone."""
    return empty_to_null(fold(values).str.replace(r"\D", "", regex=True))


def codes(values: pd.Series) -> pd.Series:
    """Return an identifier in lower case without marks; one or two characters say nothing."""
    bare = letters(values)
    return bare.where(bare.str.len() > 2, None)


def phones(values: pd.Series) -> pd.Series:
    """Return the national digits: no country code of China or North America, no leading zeros.

    A masked number (138****1234) is no number.
    """
    text = fold(values)
    number = digits(text.where(~text.fillna("").str.contains(r"\*"), None))
    number = number.str.replace(r"^0+", "", regex=True)
    number = number.str.replace(r"^86(?=\d{10,11}$)", "", regex=True)
    number = number.str.replace(r"^1(?=\d{10}$)(?=[2-9]\d{2}[2-9])(?!1[3-9]\d{9}$)", "", regex=True)
    return empty_to_null(number.str.replace(r"^0+", "", regex=True))


def mails(values: pd.Series) -> pd.Series:
    """Return mail addresses in lower case; text without an @ is none."""
    text = fold(values)
    return text.where(text.fillna("").str.contains("@"), None)


def dates(values: pd.Series, form: str = "%Y-%m-%d") -> pd.Series:
    """Return dates as YYYY-MM-DD; what is not a date of this form is null."""
    parsed = pd.to_datetime(values, format=form, errors="coerce")
    return parsed.dt.strftime("%Y-%m-%d").astype("object").where(parsed.notna(), None)


def streets(values: pd.Series) -> pd.Series:
    """Return street lines as words with the usual abbreviations."""
    return words(words(values).replace(_STREET_WORDS, regex=True))


def companies(values: pd.Series) -> pd.Series:
    """Return company names without their legal form, in both scripts."""
    bare = words(values).str.replace(_LEGAL_FORMS, " ", regex=True)
    bare = bare.str.replace(_CHINESE_FORMS, "", regex=True)
    short = fold(bare)
    return short.where(short.notna(), words(values))


def first(*columns: pd.Series) -> pd.Series:
    """Return of each row the first value that is there."""
    result = columns[0]
    for column in columns[1:]:
        result = result.where(result.notna(), column)
    return result


def join(*columns: pd.Series) -> pd.Series:
    """Return the values of each row that are there, joined by a space."""
    result = columns[0].fillna("")
    for column in columns[1:]:
        result = result + " " + column.fillna("")
    return empty_to_null(result.str.replace(r"\s+", " ", regex=True).str.strip())


def sorted_words(values: pd.Series) -> pd.Series:
    """Return the words of each text in alphabetical order."""
    return values.map(lambda text: " ".join(sorted(text.split())), na_action="ignore")


def given_names(values: pd.Series) -> pd.Series:
    """Return of a person's name what follows the surname: one Han character, or the last word."""
    is_han = values.fillna("").str.fullmatch(r"[\u3400-\u9fff]{2,4}")
    western = values.str.replace(r" \S+$", "", regex=True)
    return empty_to_null(values.str.slice(1).where(is_han, western))
