"""What clean text, simplified Chinese and pinyin are."""

import pytest

from customer_hub.values.text import clean, has_cjk, to_pinyin, to_simplified


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, None),
        ("", None),
        ("  \t\n", None),
        ("　张　伟　", "张 伟"),
        ("ＡＢＣ１２３", "ABC123"),
        ("a\x00b\x07c", "abc"),
        ("a\tb\r\nc", "a b c"),
        ("\ufeff张\u200b伟\u200d", "张伟"),
        ("张伟\ud800", "张伟"),
        ("\udfff", None),
        ("葛\U000e0100城", "葛城"),
        ("𠮷野家", "𠮷野家"),
        ("😀", "😀"),
        ("null", None),
        ("NULL", None),
        ("N/A", None),
        ("none", None),
        ("NaN", None),
        ("nan", None),
        ("Nan", "Nan"),
        ("无", None),
        ("無", "無"),
        ("暂无", None),
        ("-", None),
        ("——", None),
        ("...", None),
        ("***", None),
        ("无锡", "无锡"),
        ("0", "0"),
        ("（华为）", "(华为)"),
    ],
)
def test_clean(raw: str | None, expected: str | None) -> None:
    assert clean(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("張偉", "张伟"),
        ("華為技術", "华为技术"),
        ("张伟", "张伟"),
        ("plain", "plain"),
        ("", ""),
        ("張\ud800偉", "张伟"),
        ("張乾", "张乾"),
        ("乾燥設備", "干燥设备"),
        ("𠮷野", "𠮷野"),
    ],
)
def test_to_simplified(raw: str, expected: str) -> None:
    assert to_simplified(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("张伟", "zhang wei"),
        ("单雄信", "shan xiong xin"),
        ("曾国藩", "zeng guo fan"),
        ("解晓东", "xie xiao dong"),
        ("仇英", "qiu ying"),
        ("尉迟恭", "yu chi gong"),
        ("欧阳修", "ou yang xiu"),
        ("吕布", "lv bu"),
        ("Zhang Wei", "zhang wei"),
        ("", ""),
        ("𠮷", "𠮷"),
        ("深圳ABC", "shen zhen abc"),
    ],
)
def test_to_pinyin(raw: str, expected: str) -> None:
    assert to_pinyin(raw) == expected


def test_pinyin_of_a_word_does_not_start_with_a_surname() -> None:
    assert to_pinyin("解放路", is_name=False) == "jie fang lu"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("abc", False), ("a张", True), ("𠮷", True), ("。", False), ("かな", False)],
)
def test_has_cjk(raw: str, expected: bool) -> None:
    assert has_cjk(raw) is expected
