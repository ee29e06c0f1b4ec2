"""How persons' names are read."""

import pytest

from customer_hub.values.person import PersonName, parse_person
from customer_hub.values.western_name import write_given


def parts(name: PersonName) -> tuple[str | None, ...]:
    return name.surname, name.given, name.title, name.pinyin


@pytest.mark.parametrize(
    ("raw", "surname", "given", "title", "pinyin"),
    [
        ("张伟", "张", "伟", None, "zhang wei"),
        ("张伟明", "张", "伟明", None, "zhang weiming"),
        ("張偉", "张", "伟", None, "zhang wei"),
        (" 张　伟 ", "张", "伟", None, "zhang wei"),
        ("伟明 张", "张", "伟明", None, "zhang weiming"),
        ("王 先生", "王", None, "先生", "wang"),
        ("单雄信", "单", "雄信", None, "shan xiongxin"),
        ("曾国藩", "曾", "国藩", None, "zeng guofan"),
        ("欧阳修", "欧阳", "修", None, "ouyang xiu"),
        ("司马相如", "司马", "相如", None, "sima xiangru"),
        ("王先生", "王", None, "先生", "wang"),
        ("王小姐", "王", None, "女士", "wang"),
        ("李经理", "李", None, "经理", "li"),
        ("李总", "李", None, "总", "li"),
        ("欧阳老师", "欧阳", None, "老师", "ouyang"),
        ("单总", "单", None, "总", "shan"),
        ("王伟先生", "王", "伟", "先生", "wang wei"),
        ("王伟总", "王", "伟", "总", "wang wei"),
        ("老王", "王", None, None, "wang"),
        ("小李", "李", None, None, "li"),
        ("张伟（采购）", "张", "伟", None, "zhang wei"),
        ("张伟😀", "张", "伟", None, "zhang wei"),
        ("买买提·艾力", "艾力", "买买提", None, "aili maimaiti"),
        ("买买提•艾力", "艾力", "买买提", None, "aili maimaiti"),
        ("扎西顿珠", None, "扎西顿珠", None, "zhaxidunzhu"),
        ("David 张", "张", "David", None, "zhang david"),
        ("𠮷野", "𠮷", "野", None, "𠮷 ye"),
    ],
)
def test_chinese(
    raw: str, surname: str | None, given: str | None, title: str | None, pinyin: str
) -> None:
    name = parse_person(raw)
    assert parts(name) == (surname, given, title, pinyin)
    assert name.script == "zh"
    assert name.problem is None


@pytest.mark.parametrize("raw", ["王先生", "李经理", "单总", "老王", "王", "先生"])
def test_title_forms_are_partial(raw: str) -> None:
    assert parse_person(raw).is_partial


@pytest.mark.parametrize("raw", ["张伟", "王伟先生", "John Smith", "Zhang Wei"])
def test_whole_names_are_not_partial(raw: str) -> None:
    assert not parse_person(raw).is_partial


@pytest.mark.parametrize(
    ("raw", "surname", "given", "is_ambiguous"),
    [
        ("Zhang Wei", "Zhang", "Wei", True),
        ("WEI ZHANG", "Zhang", "Wei", True),
        ("Zhang, Wei", "Zhang", "Wei", False),
        ("Wei, Zhang", "Wei", "Zhang", False),
        ("ZHANG Wei", "Zhang", "Wei", False),
        ("Wei ZHANG", "Zhang", "Wei", False),
        ("Li Xiaoming", "Li", "Xiaoming", False),
        ("Xiaoming Li", "Li", "Xiaoming", False),
        ("Xiao-Ming Li", "Li", "Xiaoming", False),
        ("Zhang Wei Ming", "Zhang", "Weiming", False),
        ("ZhangWei", "Zhang", "Wei", True),
        ("Ouyang Xiu", "Ouyang", "Xiu", False),
        ("Lv Bu", "Lv", "Bu", False),
        ("Ma Li", "Li", "Ma", True),
    ],
)
def test_pinyin(raw: str, surname: str, given: str, is_ambiguous: bool) -> None:
    name = parse_person(raw)
    assert (name.surname, name.given, name.is_ambiguous) == (surname, given, is_ambiguous)
    assert name.is_pinyin
    assert name.script == "latin"


@pytest.mark.parametrize(
    ("raw", "chinese"),
    [
        ("Zhang Wei", "张伟"),
        ("Wei Zhang", "张伟"),
        ("Zeng Guofan", "曾国藩"),
        ("Lü Bu", "吕布"),
        ("Lyu Bu", "吕布"),
        ("Ouyang Xiu", "欧阳修"),
    ],
)
def test_pinyin_meets_the_characters(raw: str, chinese: str) -> None:
    assert parse_person(raw).pinyin == parse_person(chinese).pinyin


@pytest.mark.parametrize(
    ("raw", "full", "surname", "given", "title", "suffix"),
    [
        ("John Smith", "John Smith", "Smith", "John", None, None),
        ("JOHN SMITH", "John Smith", "Smith", "John", None, None),
        ("Smith, John", "John Smith", "Smith", "John", None, None),
        ("SMITH John", "John Smith", "Smith", "John", None, None),
        ("Mr. John Smith", "John Smith", "Smith", "John", "Mr", None),
        ("Mrs Smith", "Ms Smith", "Smith", None, "Ms", None),
        ("John Smith Jr.", "John Smith Jr", "Smith", "John", None, "Jr"),
        ("John Smith, Sr.", "John Smith Sr", "Smith", "John", None, "Sr"),
        ("John F. Kennedy", "John F Kennedy", "Kennedy", "John F", None, None),
        ("Jan van der Berg", "Jan van der Berg", "van der Berg", "Jan", None, None),
        ("Jean-Luc PICARD", "Jean-Luc Picard", "Picard", "Jean-Luc", None, None),
        ("Henry Tudor III", "Henry Tudor III", "Tudor", "Henry", None, "III"),
        ("Sean O’BRIEN", "Sean O’Brien", "O’Brien", "Sean", None, None),
    ],
)
def test_western(
    raw: str,
    full: str,
    surname: str,
    given: str | None,
    title: str | None,
    suffix: str | None,
) -> None:
    name = parse_person(raw)
    assert (name.full, name.surname, name.given) == (full, surname, given)
    assert (name.title, name.suffix) == (title, suffix)


@pytest.mark.parametrize(
    ("surname", "given", "full", "pinyin"),
    [
        ("张", "伟", "张伟", "zhang wei"),
        ("張", "偉", "张伟", "zhang wei"),
        ("欧阳", "修", "欧阳修", "ouyang xiu"),
        ("张", "张伟", "张伟", "zhang wei"),
        ("伟明", "张", "张伟明", "zhang weiming"),
        ("王", "先生", "王先生", "wang"),
        ("", "张伟", "张伟", "zhang wei"),
        ("张伟", None, "张伟", "zhang wei"),
        ("Zhang", "Wei", "Zhang Wei", "zhang wei"),
        ("Wei", "Zhang", "Wei, Zhang", "wei zhang"),
        ("Xiaoming", "Zhang", "Zhang Xiaoming", "zhang xiaoming"),
        ("Smith", "John", "John Smith", "smith john"),
        ("van der Berg", "Jan", "Jan van der Berg", "vanderberg jan"),
    ],
)
def test_fields_kept_apart(surname: str, given: str | None, full: str, pinyin: str) -> None:
    name = parse_person(None, surname, given)
    assert (name.full, name.pinyin) == (full, pinyin)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (None, None),
        ("", None),
        ("N/A", None),
        ("13800138000", "not_a_name"),
        ("a@b.example", "not_a_name"),
        ("😀😀", "not_a_name"),
        ("华为技术有限公司", "not_a_name"),
        ("张" * 500, "too_long"),
    ],
)
def test_no_name(raw: str | None, problem: str | None) -> None:
    assert parse_person(raw) == PersonName(problem=problem)


@pytest.mark.parametrize("text", ["Dr. Petra", "Prof. Petra", "Mr Petra", "Petra"])
def test_a_title_in_the_field_of_the_given_name_is_no_part_of_it(text: str) -> None:
    assert write_given(text) == "Petra"


def test_a_nickname_in_quotes_is_no_part_of_the_name() -> None:
    for raw in ('Bernd "Bernie" Maier', "Bernd “Bernie” Maier"):
        name = parse_person(raw)
        assert (name.surname, name.given) == ("Maier", "Bernd")
    for raw, parts in (
        ('"John" "Smith"', ("Smith", "John")),
        ('Sean O "Brien"', ("Brien", "Sean O")),
        ('J. "Jack" Smith', ("Smith", "J")),
        ("王 “小明”", ("王", "小明")),
    ):
        quoted = parse_person(raw)
        assert (quoted.surname, quoted.given) == parts
