"""How addresses are read, and the table of divisions behind them."""

import pytest

from customer_hub.values.address import Address, city_of, parse_address, province_of
from customer_hub.values.region import find_latin, find_named, find_region


@pytest.mark.parametrize(
    ("raw", "levels", "code", "road", "number"),
    [
        (
            "广东省深圳市南山区科技南路12号",
            ("广东省", "深圳市", "南山区"),
            "440305",
            "科技南路",
            "12",
        ),
        (
            "深圳市南山区粤海街道科技路1-3号A座",
            ("广东省", "深圳市", "南山区"),
            "440305",
            "科技路",
            "1-3",
        ),
        ("广东深圳南山区科技路１号", ("广东省", "深圳市", "南山区"), "440305", "科技路", "1"),
        ("廣東省深圳市南山區科技路1號", ("广东省", "深圳市", "南山区"), "440305", "科技路", "1"),
        (
            "中国广东省 深圳市 南山区 科技路 1号",
            ("广东省", "深圳市", "南山区"),
            "440305",
            "科技路",
            "1",
        ),
        ("北京市朝阳区建国路88号", ("北京市", "北京市", "朝阳区"), "110105", "建国路", "88"),
        ("北京朝阳区建国路88号", ("北京市", "北京市", "朝阳区"), "110105", "建国路", "88"),
        ("北京市北京市朝阳区建国路88号", ("北京市", "北京市", "朝阳区"), "110105", "建国路", "88"),
        ("江苏省昆山市前进路5号", ("江苏省", "苏州市", "昆山市"), "320583", "前进路", "5"),
        ("湖北省仙桃市仙桃大道1号", ("湖北省", "仙桃市", None), "429004", "仙桃大道", "1"),
        ("广东省东莞市长安镇长青路1号", ("广东省", "东莞市", None), "441900", "长青路", "1"),
        (
            "杭州市临平区世纪大道三十二号",
            ("浙江省", "杭州市", "临平区"),
            "330113",
            "世纪大道",
            "32",
        ),
        ("吉林市昌邑区解放路1号", ("吉林省", "吉林市", "昌邑区"), "220202", "解放路", "1"),
        ("内蒙古呼和浩特市", ("内蒙古自治区", "呼和浩特市", None), "150100", None, None),
        ("广州", ("广东省", "广州市", None), "440100", None, None),
        ("贵州省", ("贵州省", None, None), "520000", None, None),
    ],
)
def test_one_line(
    raw: str,
    levels: tuple[str | None, ...],
    code: str,
    road: str | None,
    number: str | None,
) -> None:
    address = parse_address(raw)
    assert (address.province, address.city, address.district) == levels
    assert (address.region_code, address.road, address.number) == (code, road, number)
    assert (address.country_code, address.problem) == ("CN", None)


@pytest.mark.parametrize(
    ("fields", "levels", "code"),
    [
        (
            {"province": "广东", "city": "深圳", "district": "南山"},
            ("广东省", "深圳市", "南山区"),
            "440305",
        ),
        ({"province": "Guangdong", "city": "Shenzhen"}, ("广东省", "深圳市", None), "440300"),
        ({"province": "CN-GD"}, ("广东省", None, None), "440000"),
        ({"province": "吉林", "city": "吉林"}, ("吉林省", "吉林市", None), "220200"),
        ({"province": "北京市", "city": "朝阳区"}, ("北京市", "北京市", "朝阳区"), "110105"),
        ({"province": "江苏省", "city": "昆山市"}, ("江苏省", "苏州市", "昆山市"), "320583"),
        ({"province": "广东省深圳市", "city": "南山区"}, ("广东省", "深圳市", "南山区"), "440305"),
        ({"city": "深圳市", "street": "南山区科技路1号"}, ("广东省", "深圳市", "南山区"), "440305"),
    ],
)
def test_fields(fields: dict[str, str], levels: tuple[str | None, ...], code: str) -> None:
    address = parse_address(**fields)
    assert (address.province, address.city, address.district) == levels
    assert (address.region_code, address.problem) == (code, None)


def test_street_that_repeats_its_divisions() -> None:
    address = parse_address(
        province="北京", city="北京市", district="海淀区", street="北京市海淀区中关村大街1号"
    )
    assert (address.street, address.road, address.number) == ("中关村大街1号", "中关村大街", "1")
    assert address.raw == "北京市海淀区中关村大街1号"


@pytest.mark.parametrize(
    ("fields", "problem", "code"),
    [
        ({"raw": "乱七八糟"}, "unknown_region", None),
        ({"raw": "南京东路100号"}, "unknown_region", None),
        ({"raw": "南山区科技路1号"}, "ambiguous_region", None),
        ({"raw": "朝阳区建国路1号"}, "ambiguous_region", None),
        ({"raw": "北京市崇文区天坛路1号"}, "former_region", "110000"),
        ({"province": "广东省", "city": "南京市"}, "conflict", "440000"),
        ({"city": "深圳市", "district": "火星区"}, "unknown_region", "440300"),
        ({"raw": "路" * 500}, "too_long", None),
    ],
)
def test_problems(fields: dict[str, str], problem: str, code: str | None) -> None:
    address = parse_address(**fields)
    assert (address.problem, address.region_code) == (problem, code)


def test_abroad() -> None:
    address = parse_address(
        country="US", province="CA", city="San Jose", street="1 First Street", postcode="95112"
    )
    assert (address.country_code, address.province, address.city) == ("US", "CA", "San Jose")
    assert (address.postcode, address.region_code) == ("95112", None)
    assert (address.road, address.number) == ("first street", "1")


@pytest.mark.parametrize(
    ("raw", "postcode", "expected"),
    [
        ("518000 广东省深圳市科技路1号", None, "518000"),
        ("广东省深圳市科技路1号 邮编：518000", None, "518000"),
        ("广东省深圳市科技路1号", "５１８０００", "518000"),
        ("广东省深圳市科技路1号", "5180", None),
    ],
)
def test_postcode(raw: str, postcode: str | None, expected: str | None) -> None:
    address = parse_address(raw, postcode=postcode)
    assert (address.postcode, address.street) == (expected, "科技路1号")


def test_greater_china() -> None:
    assert parse_address("香港九龙").country_code == "HK"
    assert parse_address(country="TW").country_code in ("TW", "CN")


def test_nothing_is_no_problem() -> None:
    assert parse_address() == Address()
    assert parse_address(" ", city="无") == Address()


@pytest.mark.parametrize(
    ("code", "province", "city"),
    [
        ("440305", "广东省", "深圳市"),
        ("440300", "广东省", "深圳市"),
        ("440000", "广东省", None),
        ("110105", "北京市", "北京市"),
        ("110000", "北京市", "北京市"),
        ("500229", "重庆市", "重庆市"),
        ("429004", "湖北省", "仙桃市"),
        ("659001", "新疆维吾尔自治区", "石河子市"),
        ("000000", None, None),
        ("", None, None),
        (None, None, None),
        ("44030", None, None),
    ],
)
def test_names_of_a_code(code: str | None, province: str | None, city: str | None) -> None:
    assert (province_of(code), city_of(code)) == (province, city)


def test_table_is_whole() -> None:
    assert {region.name for region in find_named("深圳")} == {"深圳市"}
    assert find_region("330113") is not None
    assert find_region("110103") is None, "崇文区 was abolished in 2010"
    assert [region.code for region in find_latin("Shaanxi")] == ["610000"]
    assert [region.code for region in find_latin("Shanxi")] == ["140000"]
    assert [region.code for region in find_latin("Xi'an")] == ["610100"]
