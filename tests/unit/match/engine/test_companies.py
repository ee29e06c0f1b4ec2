"""Names of organisations: which of two is left is never a matter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from customer_hub.match.engine.companies import compare_names
from customer_hub.values.company import parse_company
from tests.seeds import PURE, law

_names = st.builds(
    lambda place, brand, trade, form, branch: f"{place}{brand}{trade}{form}{branch}",
    st.sampled_from(["", "深圳市", "上海"]),
    st.sampled_from(["泰盛", "太盛", "红星", "红星美凯龙", "泰盛科"]),
    st.sampled_from(["", "贸易", "家居", "科技"]),
    st.sampled_from(["", "有限公司", "有限责任公司"]),
    st.sampled_from(["", "上海分公司", "浦东分公司", "采购部"]),
)
_renamed = st.builds(lambda name, former: f"{name}(曾用名:{former})", _names, _names)
_latin = st.builds(
    lambda brand, trade, form, branch: " ".join(filter(None, (brand, trade, form, branch))),
    st.sampled_from(["Acme", "The Acme", "Acme Dairy", "Norvex"]),
    st.sampled_from(["", "Dairy", "Hotels", "Software"]),
    st.sampled_from(["", "Ltd", "GmbH"]),
    st.sampled_from(["", "Leeds branch", "Dover branch"]),
)


@law(PURE)
@given(st.one_of(_names, _latin, _renamed), st.one_of(_names, _latin, _renamed))
def test_a_level_does_not_depend_on_the_side(left: str, right: str) -> None:
    one, other = parse_company(left), parse_company(right)
    assert compare_names(one, other) == compare_names(other, one)
