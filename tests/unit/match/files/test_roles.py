"""What a column is: by its header in English and Chinese, else by its values."""

import pyarrow as pa
import pytest

from customer_hub.match.files.roles import Role, infer, list_repeating_ids


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("first_name", "given_name"), ("givenName", "given_name"), ("Surname", "family_name"),
        ("full name", "name"), ("Site name", "company"), ("organisation", "company"),
        ("e-mail", "mail"), ("Email Address", "mail"), ("mobile_phone", "phone"), ("Fax", "ignored"),
        ("DOB", "birth_date"), ("date_of_birth", "birth_date"), ("ssn", "identity"),
        ("PASSPORT_NUMBER", "identity"), ("PASSPORT_COUNTRY", "ignored"),
        ("address_1", "address"), ("street_number", "address"), ("suburb", "city"),
        ("state", "region"), ("Zip", "postcode"), ("gender", "category"), ("status", "ignored"),
        ("姓名", "name"), ("手机号码", "phone"), ("电子邮箱", "mail"), ("出生日期", "birth_date"),
        ("统一社会信用代码", "identity"), ("公司名称", "company"), ("详细地址", "address"),
        ("省份", "region"), ("城市", "city"), ("邮编", "postcode"), ("性别", "category"),
        ("客户类型", "kind"), ("备注", "ignored"), ("E-Mail Address", "mail"),
        ("customer e-mail", "mail"), ("Full name / Company", "name"), ("Company or person", "name"),
        ("姓名/公司", "name"), ("客户名称(企业/个人)", "name"),
        ("Customer company", "company"),
    ],
)  # fmt: skip
def test_headers(header: str, role: str) -> None:
    assert infer(pa.table({header: ["x", "y", "x"]})).columns[header] == role


@pytest.mark.parametrize(
    ("values", "role"),
    [
        (["a@one.example", "b@two.example"], "mail"),
        (["+86 139 0000 0001", "020-8888 0000"], "phone"),
        (["1980-03-12", "1975/11/30"], "birth_date"),
        (["12.03.1985", "25.07.1983"], "birth_date"),
        (["深圳市泰盛贸易有限公司", "Acme Ltd"], "company"),
        (["lorem ipsum", "dolor"], "ignored"),
        (["王伟", "欧阳娜娜", "李秀英"], "name"),
        (["Anna Ortiz", "J. O'Neil", "Mary Ann Lee"], "name"),
        (["广东省深圳市南山区科技路8号", "上海市静安区南京西路1号"], "address"),
        (["12 High Street", "4b Mill Lane"], "address"),
        (["New York", "New York", "New York", "New York"], "ignored"),
        (["great client today", "called twice"], "ignored"),
        (["12 mg tablets", "5 kg flour"], "ignored"),
        ([None, None], "ignored"),
    ],
)  # fmt: skip
def test_values_tell_where_the_header_does_not(values: list[str], role: str) -> None:
    assert infer(pa.table({"x7": pa.array(values, pa.string())})).columns["x7"] == role


def test_an_id_is_one_only_if_it_tells_rows_apart() -> None:
    table = pa.table({"id": ["1", "2"], "customer_id": ["7", "7"], "row_id": ["a", "b"]})
    assert [role.value for role in infer(table).columns.values()] == [
        "record_id", "ignored", "ignored",
    ]  # fmt: skip


@pytest.mark.parametrize("header", ["会员号", "Cust. No.", "客户代码", "acct_nr", "会员卡号"])
def test_what_tells_rows_apart_and_is_called_so_is_their_id(header: str) -> None:
    assert infer(pa.table({header: ["M1", "M2"]})).columns[header] == "record_id"
    assert infer(pa.table({header: ["M1", "M1"]})).columns[header] == "ignored"


def test_an_address_of_mails_is_no_place() -> None:
    table = pa.table({"Contact address": ["a@one.example", "b@two.example"]})
    assert infer(table).columns["Contact address"] == "mail"


def test_values_name_the_customer_only_where_no_header_does() -> None:
    names = {"Director": ["Anna Ortiz", "Bob Lee"], "column2": ["Cid Diaz", "Dan Moss"]}
    names["c"] = ["Eve Ray", "Fay Poe"]
    assert list(infer(pa.table(names)).columns.values()) == [
        Role.IGNORED, Role.NAME, Role.IGNORED,
    ]  # fmt: skip
    found = infer(pa.table({**names, "Site name": ["Sun School", "Moon School"]})).columns
    assert set(found.values()) == {Role.IGNORED, Role.COMPANY}


def test_the_truth_is_never_compared() -> None:
    table = pa.table({"mail": ["a@one.example"] * 2, "c": ["Anna Ortiz", "Bob Lee"]})
    assert infer(table, {"c": Role.IGNORED}).columns["c"] is Role.IGNORED


def test_a_column_of_ids_that_repeat_is_named() -> None:
    table = pa.table({"customer_id": ["7", "7"], "note": ["a", "b"], "编号": ["1", None]})
    assert list_repeating_ids(infer(table), table) == ["customer_id", "编号"]


def test_what_is_reserved_is_not_guessed() -> None:
    table = pa.table({"name": ["a"], "phone": ["1"]})
    assert infer(table, {"phone": Role.IGNORED}).columns["phone"] is Role.IGNORED
