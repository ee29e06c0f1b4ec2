"""Names of persons and companies: the ways people write them, and whom they are mistaken for."""

import pytest

from tests.unit.match.builders import company, name_level, person


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("张伟", "张伟", "exact"),
        ("张伟", "Zhang Wei", "pinyin"),
        ("王建国", "Jianguo Wang", "pinyin"),
        ("张伟", "张卫", "homophone"),
        ("王建国", "王先生", "titled"),
        ("王建国", "小王", "titled"),
        ("王建国", "李先生", "different"),
        ("王志强", "阿强", "given_only"),
        ("张伟", "张伟明", "longer"),
        ("王建国", "王建军", "given_differs"),
        ("王建国", "李明", "different"),
        ("Robert Smith", "Bob Smith", "nickname"),
        ("Robert Smith", "R. Smith", "initial"),
        ("Robert Smith", "Roberto Smith", "typo"),
        ("Robert Smith Jr", "Robert Smith Sr", "different"),
        ("Robert Smith", "Susan Smith", "given_differs"),
        (None, "张伟", "missing"),
    ],
)
def test_persons(left: str | None, right: str | None, level: str) -> None:
    first, second = person(left), person(right)
    assert name_level(first, second) == level
    assert name_level(second, first) == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("深圳泰盛贸易有限公司", "深圳市泰盛贸易有限责任公司", "exact"),
        ("深圳泰盛贸易有限公司", "泰盛(深圳)贸易有限公司", "exact"),
        ("深圳泰盛贸易有限公司", "泰盛贸易", "placeless"),
        ("深圳泰盛贸易有限公司", "深圳泰盛贸易有限公司采购部", "exact"),
        ("深圳泰盛贸易有限公司", "泰盛", "brand"),
        ("深圳泰盛贸易有限公司", "北京泰盛贸易有限公司", "place_differs"),
        ("深圳泰盛贸易有限公司", "深圳泰盛物流有限公司", "sister"),
        ("深圳泰盛贸易有限公司", "深圳泰盛贸易有限公司上海分公司", "branch"),
        ("深圳泰盛贸易有限公司上海分公司", "深圳泰盛贸易有限公司北京分公司", "branch"),
        ("泰盛贸易上海分公司", "深圳泰盛贸易有限公司上海分公司", "placeless"),
        ("深圳泰盛贸易有限公司", "深圳太盛贸易有限公司", "pinyin"),
        ("深圳泰盛贸易有限公司", "深圳鸿达贸易有限公司", "different"),
        ("Norvex Software Ltd", "The NORVEX Software Limited", "placeless"),
        ("Norvex Software Ltd", "Norvex", "brand"),
        ("Norvex Software Ltd", "Norvex Logistics Ltd", "sister"),
    ],
)
def test_companies(left: str, right: str, level: str) -> None:
    first, second = company(left), company(right)
    assert name_level(first, second) == level
    assert name_level(second, first) == level
