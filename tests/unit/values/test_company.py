"""How companies' names are read."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from customer_hub.values.company import CompanyName, is_company_name, parse_company
from customer_hub.values.text import clean
from tests.seeds import PURE, law


@pytest.mark.parametrize(
    ("raw", "place", "brand", "industry", "legal_form", "core"),
    [
        ("远山技术有限公司", None, "远山", "技术", "有限公司", "远山技术"),
        ("远山技术有限责任公司", None, "远山", "技术", "有限公司", "远山技术"),
        ("遠山技術有限公司", None, "远山", "技术", "有限公司", "远山技术"),
        ("深圳市远山技术有限公司", "深圳市", "远山", "技术", "有限公司", "远山技术"),
        ("深圳远山技术有限公司", "深圳市", "远山", "技术", "有限公司", "远山技术"),
        ("广东省深圳市远山技术有限公司", "深圳市", "远山", "技术", "有限公司", "远山技术"),
        ("深圳市南山区远山技术有限公司", "深圳市", "远山", "技术", "有限公司", "远山技术"),
        ("远山技术（深圳）有限公司", "深圳市", "远山", "技术", "有限公司", "远山技术"),
        ("远山 技术 (中国) 有限公司", "中国", "远山", "技术", "有限公司", "远山技术"),
        ("昆山远山电子有限公司", "昆山市", "远山", "电子", "有限公司", "远山电子"),
        ("内蒙古远山乳业有限公司", "内蒙古自治区", "远山", "乳业", "有限公司", "远山乳业"),
        ("远山集团股份有限公司", None, "远山", None, "集团股份有限公司", "远山"),
        ("远山（集团）有限公司", None, "远山", None, "集团有限公司", "远山"),
        ("远山集团", None, "远山", None, "集团", "远山"),
        ("远山电子商务股份有限公司", None, "远山", "电子商务", "股份有限公司", "远山电子商务"),
        ("青岛啤酒股份有限公司", "青岛市", "青岛", "啤酒", "股份有限公司", "青岛啤酒"),
        ("北京市建筑工程有限公司", "北京市", "北京", "建筑工程", "有限公司", "北京建筑工程"),
        ("深圳大学", "深圳市", "深圳", "大学", None, "深圳大学"),
        ("平安保险", None, "平安", "保险", None, "平安保险"),
        ("老王五金经营部", None, "老王", "五金", "经营部", "老王五金"),
        ("远山投资合伙企业（有限合伙）", None, "远山", "投资", "有限合伙", "远山投资"),
        ("Acme远山科技有限公司", None, "Acme远山", "科技", "有限公司", "acme远山科技"),
    ],
)
def test_chinese(
    raw: str, place: str | None, brand: str, industry: str | None, legal_form: str | None, core: str
) -> None:
    name = parse_company(raw)
    assert (name.place, name.brand, name.industry) == (place, brand, industry)
    assert (name.legal_form, name.core) == (legal_form, core)
    assert (name.branch, name.department, name.stem, name.problem) == (None, None, None, None)


@pytest.mark.parametrize(
    ("raw", "branch", "stem", "core"),
    [
        ("远山技术有限公司深圳分公司", "深圳分公司", "远山技术有限公司", "远山技术"),
        ("远山技术有限公司（深圳分公司）", "深圳分公司", "远山技术有限公司", "远山技术"),
        ("远山技术有限公司上海办事处", "上海办事处", "远山技术有限公司", "远山技术"),
        ("远山超市有限公司第二分店", "第二分店", "远山超市有限公司", "远山超市"),
        ("远山超市第二分店", "第二分店", "远山超市", "远山超市"),
        ("远山深圳分公司", "深圳分公司", "远山", "远山"),
        ("远山超市(南山店)", "南山店", "远山超市", "远山超市"),
        ("远山银行深圳分行", "深圳分行", "远山银行", "远山银行"),
        ("Acme Trading Ltd上海分公司", "上海分公司", "Acme Trading Ltd", "acme trading"),
    ],
)
def test_branch(raw: str, branch: str, stem: str, core: str) -> None:
    name = parse_company(raw)
    assert (name.branch, name.stem, name.core) == (branch, stem, core)
    assert name.full != name.stem


@pytest.mark.parametrize(
    ("raw", "department", "branch"),
    [
        ("远山技术有限公司采购部", "采购部", None),
        ("远山技术有限公司-财务部", "财务部", None),
        ("远山技术有限公司（采购部）", "采购部", None),
        ("远山采购部", "采购部", None),
        ("远山技术有限公司深圳分公司采购部", "采购部", "深圳分公司"),
        ("远山技术有限公司南方事业部", "南方事业部", None),
    ],
)
def test_department(raw: str, department: str, branch: str | None) -> None:
    name = parse_company(raw)
    assert (name.department, name.branch) == (department, branch)
    assert name.core in ("远山技术", "远山")


@pytest.mark.parametrize(
    ("raw", "place", "brand", "industry", "legal_form", "core"),
    [
        ("Acme Trading Co., Ltd.", None, "Acme", "Trading", "Ltd", "acme trading"),
        ("ACME TRADING LIMITED", None, "ACME", "TRADING", "Ltd", "acme trading"),
        ("Acme Trading Ltd", None, "Acme", "Trading", "Ltd", "acme trading"),
        ("Acme, Inc.", None, "Acme", None, "Inc", "acme"),
        ("Acme L.L.C.", None, "Acme", None, "LLC", "acme"),
        ("Acme GmbH", None, "Acme", None, "GmbH", "acme"),
        ("Shenzhen Acme Co.,Ltd.", "Shenzhen", "Acme", None, "Ltd", "acme"),
        ("Acme (Shenzhen) Limited", "Shenzhen", "Acme", None, "Ltd", "acme"),
        ("Shenzhen Trading Co., Ltd", "Shenzhen", "Shenzhen", "Trading", "Ltd", "shenzhen trading"),
    ],
)
def test_english(
    raw: str, place: str | None, brand: str, industry: str | None, legal_form: str, core: str
) -> None:
    name = parse_company(raw)
    assert (name.place, name.brand, name.industry) == (place, brand, industry)
    assert (name.legal_form, name.core) == (legal_form, core)


@pytest.mark.parametrize(
    ("raw", "full", "former"),
    [
        ("远山技术有限公司（原北山技术有限公司）", "远山技术有限公司", ("北山技术有限公司",)),
        (
            "远山技术有限公司【原名：北山(集团)有限公司】",
            "远山技术有限公司",
            ("北山(集团)有限公司",),
        ),
        ("遠山技術有限公司(曾用名稱:北山技術有限公司)", "远山技术有限公司", ("北山技术有限公司",)),
        ("远山技术有限公司(曾用名:北山厂、南山贸易)", "远山技术有限公司", ("北山厂", "南山贸易")),
        ("远山技术有限公司 原名:北山厂", "远山技术有限公司", ("北山厂",)),
        ("Acme Ltd (formerly Zenith Ltd)", "Acme Ltd", ("Zenith Ltd",)),
        ("Acme Ltd, formerly known as Zenith Co., Ltd.", "Acme Ltd", ("Zenith Co., Ltd.",)),
        ("Acme Inc. f/k/a Zenith Inc.", "Acme Inc.", ("Zenith Inc.",)),
        ("远山公司（原北山公司）（原为南山公司）", "远山公司", ("北山公司", "南山公司")),
        ("远山有限公司(曾用名为北山公司，南山公司)", "远山有限公司", ("北山公司", "南山公司")),
        ("远山(原北山贸易有限公司)", "远山", ("北山贸易有限公司",)),
        ("远山有限公司(原北山公司)上海分公司", "远山有限公司上海分公司", ("北山公司",)),
        # Words and towns that begin alike, other notes, and a name that is all there is.
        ("远山(原料)有限公司", "远山(原料)有限公司", ()),
        ("远山(原创)文化传媒有限公司", "远山(原创)文化传媒有限公司", ()),
        ("中国(原子能)研究所", "中国(原子能)研究所", ()),
        ("远山大药房有限公司(原平店)", "远山大药房有限公司(原平店)", ()),
        ("远山汽车有限公司(原厂授权店)", "远山汽车有限公司(原厂授权店)", ()),
        ("远山有限公司(原属北山集团)", "远山有限公司(原属北山集团)", ()),
        ("(原北山技术有限公司)", "(原北山技术有限公司)", ()),
        ("Formerly Ltd", "Formerly Ltd", ()),
        (",formerly f/k/a Acme Ltd", "formerly", ("Acme Ltd",)),
        ("Gently Previously Owned Toys LLC", "Gently Previously Owned Toys LLC", ()),
        ("Twice - Previously Owned Cars Ltd", "Twice - Previously Owned Cars Ltd", ()),
        ("Team FKA Ltd", "Team FKA Ltd", ()),
        ("The FKA Group Ltd", "The FKA Group Ltd", ()),
        ("The FKA Co., Ltd.", "The FKA Co., Ltd.", ()),
        ("远山酒业有限公司(原浆酒厂)", "远山酒业有限公司(原浆酒厂)", ()),
        ("远山酒业有限公司(原煤公司)", "远山酒业有限公司(原煤公司)", ()),
        # Notes that say that there is none.
        ("远山有限公司(曾用名:无)", "远山有限公司", ()),
        ("远山有限公司(原名:暂无)", "远山有限公司", ()),
        ("远山有限公司(曾用名:)", "远山有限公司", ()),
        ("Acme Ltd (formerly N/A)", "Acme Ltd", ()),
        ("Acme Ltd, formerly Zenith Ltd", "Acme Ltd", ("Zenith Ltd",)),
    ],
)
def test_former_names_stand_beside_the_name(raw: str, full: str, former: tuple[str, ...]) -> None:
    name = parse_company(raw)
    assert (name.full, name.former) == (full, former)
    assert is_company_name(raw)


_pieces = st.sampled_from(
    ["远山", "北山", "公司", "有限公司", "(", ")", "（原", "曾用名", "原名:", "、", ",", "/", "为", "厂",
     "上海分公司", " ", "Acme", "Ltd", "formerly ", "f/k/a ", "; ", "·", "采购部", "原", "x" * 190]
)  # fmt: skip


@law(PURE)
@given(st.lists(_pieces, max_size=12).map("".join))
@example(",formerly f/k/a Acme")
@example("远山,formerly （原,formerly 、远山")
def test_a_name_with_former_ones_is_read_again_as_itself(raw: str) -> None:
    name = parse_company(raw)
    assert parse_company(name.told) == name or name.told is None
    assert name.told or name.problem or clean(raw) is None


def test_english_branch_and_department() -> None:
    branch = parse_company("Acme Ltd, Shanghai Branch")
    assert (branch.branch, branch.stem, branch.core) == ("Shanghai Branch", "Acme Ltd", "acme")
    department = parse_company("Acme Ltd Purchasing Department")
    assert (department.department, department.core) == ("Purchasing Department", "acme")


@pytest.mark.parametrize(
    "raw",
    [
        "远山技术有限公司",
        "远山集团",
        "远山公司",
        "深圳大学",
        "远山五金店",
        "远山电子厂",
        "远山会计师事务所",
        "远山银行深圳分行",
        "远山采购部门",
        "Acme Ltd",
        "ACME Co., Ltd.",
        "Acme GmbH",
        "Stanford University",
        "Hangzhou Qinghe Shipin Youxian Gongsi",
        "Qinghe Jituan",
    ],
)
def test_is_company_name(raw: str) -> None:
    assert is_company_name(raw)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "张伟",
        "欧阳娜娜",
        "欧阳文化",
        "王建设",
        "王经理",
        "李店长",
        "John Smith",
        "Mr Co",
        "13800138000",
    ],
)
def test_is_no_company_name(raw: str | None) -> None:
    assert not is_company_name(raw)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [(None, None), ("-", None), ("😀", "not_a_name"), ("公" * 500, "too_long")],
)
def test_no_name(raw: str | None, problem: str | None) -> None:
    assert parse_company(raw) == CompanyName(problem=problem)


@pytest.mark.parametrize(
    "raw", ["公司", "有限公司", "深圳市", "深圳分公司", "有限公司分公司", "((", "A"]
)
def test_fragments_have_a_core(raw: str) -> None:
    assert parse_company(raw).core or parse_company(raw).problem or parse_company(raw).full is None


def test_forms_and_marks_without_end_are_read_at_once() -> None:
    assert parse_company("Acme FKA " + "ltd,,,,,,,," * 15 + " x").full is not None
