"""Breaks otherwise normal records in ways that a suite must catch, one fault a record."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from local.world.identities import spoil_social_credit_code

Record = dict[str, Any]
_RARE = (
    *("wrong_check_digit", "impossible_birth_date", "short_postcode"),
    *("resolved_before_created", "satisfaction_out_of_range"),
)
_RARE_HASTE = 0.35
# A fault changes the record in place and says whether it applied.
Fault = Callable[[Record, Random], bool]


def _set(*fields: str, value: object) -> Fault:
    """Overwrite fields that hold a value."""

    def apply(record: Record, rng: Random) -> bool:
        if not any(record.get(name) not in (None, "", []) for name in fields):
            return False
        for name in fields:
            record[name] = value
        return True

    return apply


def _edit(name: str, change: Callable[[str, Random], str]) -> Fault:
    """Change the text of a field that holds one."""

    def apply(record: Record, rng: Random) -> bool:
        text = record.get(name)
        if not isinstance(text, str) or not text:
            return False
        changed = change(text, rng)
        record[name] = changed
        return changed != text

    return apply


def _inside(block: str, fault: Fault) -> Fault:
    """Apply a fault to a nested object."""

    def apply(record: Record, rng: Random) -> bool:
        inner = record.get(block)
        return isinstance(inner, dict) and fault(inner, rng)

    return apply


def _meta(key: str, fault: Fault) -> Fault:
    """Apply a fault to the value of one WooCommerce meta key."""

    def apply(record: Record, rng: Random) -> bool:
        return any(fault(item, rng) for item in record["meta_data"] if item["key"] == key)

    return apply


def _custom(name: str, value: str) -> Fault:
    """Overwrite a Request Tracker custom field that holds a value."""

    def apply(record: Record, rng: Random) -> bool:
        for item in record["CustomFields"]:
            if item["name"] == name and item["values"]:
                item["values"] = [value]
                return True
        return False

    return apply


def _all(*faults: Fault) -> Fault:
    """Apply every part; it counts if any did."""

    def apply(record: Record, rng: Random) -> bool:
        return sum(fault(record, rng) for fault in faults) > 0

    return apply


def _if_held(name: str, fault: Fault) -> Fault:
    """Apply a fault only where a field holds a value."""

    def apply(record: Record, rng: Random) -> bool:
        return record.get(name) is not None and fault(record, rng)

    return apply


def _swap(first: str, second: str) -> Fault:
    """Exchange two moments of which the first is the earlier."""

    def apply(record: Record, rng: Random) -> bool:
        early, late = record.get(first), record.get(second)
        if not early or not late or early >= late:
            return False
        record[first], record[second] = late, early
        return True

    return apply


def _postpone(name: str) -> Fault:
    """Put a moment of creation years after the last change, which stays as it is."""

    def change(text: str, rng: Random) -> str:
        return str(int(text[:4]) + 4) + text[4:]

    return _edit(name, change)


def _short_postcode(name: str) -> Fault:
    """Cut a Chinese postcode to five digits; postcodes abroad are left alone."""

    def apply(record: Record, rng: Random) -> bool:
        text = record.get(name) or ""
        if len(text) != 6 or not text.isdigit():
            return False
        record[name] = text[:5]
        return True

    return apply


def _wrong_total(record: Record, rng: Random) -> bool:
    record["total"] = f"{float(record['total']) + rng.choice((1, 10, 100)):.2f}"
    return True


def _ragged(record: Record, rng: Random) -> bool:
    """Cut a CSV row short: the columns behind the cut are missing from the row."""
    for name in list(record)[rng.randrange(5, 12) :]:
        del record[name]
    return True


def _no_at(text: str, rng: Random) -> str:
    return text.replace("@", rng.choice(("", ".", "#")))


def _letters(text: str, rng: Random) -> str:
    return text[:-4] + rng.choice(("O", "l", "B")) + text[-3:-1] + "x"


def _control(text: str, rng: Random) -> str:
    at = rng.randrange(1, len(text)) if len(text) > 1 else 1
    return text[:at] + rng.choice(("\x00", "\x07", "\x1b")) + text[at:]


def _spoil_code(text: str, rng: Random) -> str:
    return spoil_social_credit_code(text)


def _bad_birth(text: str, rng: Random) -> str:
    return rng.choice(("1879-03-14", "1899-12-31", "2031-06-01", "2099-01-01"))


def _bad_amount(text: str, rng: Random) -> str:
    return rng.choice((f"-{text}", "约五万", "1O0.00", "n/a"))


_SHOP_NAME = _all(
    _set("first_name", "last_name", value=""),
    _inside("billing", _set("first_name", "last_name", "company", value="")),
    _inside("shipping", _set("first_name", "last_name", "company", value="")),
)
_CREATED_LATE_SHOP = _if_held(
    "date_modified_gmt", _all(_postpone("date_created_gmt"), _postpone("date_created"))
)

_TALK_FAULTS = (
    ("ended_before_start", _swap("dateStart", "dateEnd")),
    ("no_time", _set("dateStart", value=None)),
    ("created_after_modified", _postpone("createdAt")),
)

FAULTS: dict[tuple[str, str], tuple[tuple[str, Fault], ...]] = {
    ("shop", "customers"): (
        ("no_name", _SHOP_NAME),
        (
            "mail_without_at",
            _all(_edit("email", _no_at), _inside("billing", _edit("email", _no_at))),
        ),
        ("phone_with_letters", _inside("billing", _edit("phone", _letters))),
        ("wrong_check_digit", _meta("social_credit_code", _edit("value", _spoil_code))),
        ("impossible_birth_date", _meta("birth_date", _edit("value", _bad_birth))),
        ("unknown_kind", _meta("kind", _set("value", value="robot"))),
        ("created_after_modified", _CREATED_LATE_SHOP),
        ("short_postcode", _inside("billing", _short_postcode("postcode"))),
        (
            "control_character",
            _all(_edit("last_name", _control), _inside("billing", _edit("company", _control))),
        ),
    ),
    ("shop", "orders"): (
        ("bad_amount", _edit("total", _bad_amount)),
        ("unknown_currency", _set("currency", value="ZZZ")),
        ("wrong_total", _wrong_total),
        ("unknown_status", _set("status", value="teleported")),
        ("created_after_modified", _CREATED_LATE_SHOP),
    ),
    ("crm", "Account"): (
        ("no_name", _set("name", "cShortName", value="")),
        ("mail_without_at", _edit("emailAddress", _no_at)),
        ("phone_with_letters", _edit("cMobile", _letters)),
        ("wrong_check_digit", _edit("cSocialCreditCode", _spoil_code)),
        ("impossible_birth_date", _edit("cBirthDate", _bad_birth)),
        ("bad_amount", _set("cCreditLimit", value=-50_000.0)),
        ("bad_amount", _set("cCreditLimit", value="约五万")),
        ("unknown_currency", _set("cCreditLimitCurrency", value="ZZZ")),
        ("unknown_kind", _set("cKind", value="alien")),
        ("created_after_modified", _postpone("createdAt")),
        ("short_postcode", _short_postcode("billingAddressPostalCode")),
        ("control_character", _edit("name", _control)),
    ),
    ("crm", "Contact"): (
        ("no_name", _all(_set("name", value=""), _set("firstName", "lastName", value=""))),
        ("mail_without_at", _edit("emailAddress", _no_at)),
        ("phone_with_letters", _edit("cMobile", _letters)),
        ("created_after_modified", _postpone("createdAt")),
        ("control_character", _all(_edit("name", _control), _edit("lastName", _control))),
    ),
    ("crm", "Call"): (*_TALK_FAULTS, ("unknown_direction", _set("direction", value="Sideways"))),
    ("crm", "Meeting"): _TALK_FAULTS,
    ("crm", "Email"): (
        ("no_time", _set("dateSent", value=None)),
        ("created_after_modified", _postpone("createdAt")),
    ),
    ("support", "user"): (
        ("no_name", _all(_set("RealName", value=""), _set("Organization", "NickName", value=""))),
        ("mail_without_at", _edit("EmailAddress", _no_at)),
        ("phone_with_letters", _edit("MobilePhone", _letters)),
        ("unknown_kind", _custom("Kind", "alien")),
        ("created_after_modified", _postpone("Created")),
        ("short_postcode", _short_postcode("Zip")),
        ("control_character", _edit("RealName", _control)),
    ),
    ("support", "ticket"): (
        ("resolved_before_created", _swap("Created", "Resolved")),
        ("satisfaction_out_of_range", _custom("Satisfaction", "9")),
        ("unknown_status", _set("Status", value="vanished")),
    ),
    ("pos", "member"): (
        ("no_name", _set("姓名", "公司名称", value="")),
        ("mail_without_at", _edit("邮箱", _no_at)),
        ("phone_with_letters", _edit("手机", _letters)),
        ("wrong_check_digit", _edit("统一社会信用代码", _spoil_code)),
        ("impossible_birth_date", _edit("生日", _bad_birth)),
        ("unknown_kind", _set("会员类型", value="宠物")),
        ("unknown_status", _set("状态", value="传送中")),
        ("created_after_modified", _postpone("开卡时间")),
        ("short_postcode", _short_postcode("邮编")),
        ("missing_id", _set("会员号", value="")),
        ("ragged_row", _ragged),
        ("control_character", _all(_edit("姓名", _control), _edit("公司名称", _control))),
    ),
    ("pos", "sale"): (
        ("bad_amount", _edit("金额", _bad_amount)),
        ("unknown_currency", _set("币种", value="ZZZ")),
        ("missing_id", _set("小票号", value="")),
        ("ragged_row", _ragged),
    ),
}


def break_record(channel: str, entity: str, record: Record, rng: Random) -> str:
    """Break a record in place and return the fault's name; empty if no fault fits the entity."""
    faults = list(FAULTS.get((channel, entity), ()))
    # Faults that seldom find their field are tried earlier, so that each one is common enough.
    faults.sort(key=lambda item: rng.random() * (_RARE_HASTE if item[0] in _RARE else 1.0))
    for name, fault in faults:
        if fault(record, rng):
            return name
    return ""
