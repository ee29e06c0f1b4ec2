"""Compare the names of two organisations: brand first, then place, industry and branch."""

from rapidfuzz.distance import OSA

from customer_hub.match.features import Feature
from customer_hub.values import region
from customer_hub.values.text import has_cjk


def compare_organisations(left: Feature, right: Feature) -> str:
    """Return the level of two organisations' names; the order does not matter.

    A branch is never its parent, nor another branch (``branch``); the same brand in another line
    of business is a sister company (``sister``).
    """
    if not left.full or not right.full:
        return "missing"
    if bool(left.branch) != bool(right.branch) or not _may_be_one_branch(left, right):
        return "branch" if _share_brand(left, right) else "different"
    if left.brand == right.brand:
        return _compare_industry(left, right)
    if left.core == right.core:
        return _compare_place(left, right)
    if left.brand_key == right.brand_key:
        return "pinyin" if _industries_fit(left, right) else "different"
    return _compare_brand(left, right)


def _may_be_one_branch(left: Feature, right: Feature) -> bool:
    if left.branch == right.branch:
        return True
    shorter, longer = sorted((_bare_branch(left.branch), _bare_branch(right.branch)), key=len)
    # 浦东 beside 上海浦东, but not a branch of a branch.
    return bool(shorter) and shorter in longer and "公司" not in longer


def _bare_branch(branch: str) -> str:
    for word in ("分公司", "办事处", "营业部", " branch", " office"):
        branch = branch.removesuffix(word)
    return branch.removesuffix("市")


def _share_brand(left: Feature, right: Feature) -> bool:
    return left.brand == right.brand or left.core.startswith(right.brand)


def _compare_industry(left: Feature, right: Feature) -> str:
    if left.industry == right.industry:
        return _compare_place(left, right) if left.industry or left.core == right.core else "brand"
    if not left.industry or not right.industry:
        return "brand" if _places_fit(left, right) else "place_differs"
    return _compare_place(left, right) if _industries_fit(left, right) else "sister"


def _industries_fit(left: Feature, right: Feature) -> bool:
    shorter, longer = sorted((left.industry, right.industry), key=len)
    return not shorter or shorter in longer


def _compare_place(left: Feature, right: Feature) -> str:
    if left.place and right.place:
        return "exact" if _places_fit(left, right) else "place_differs"
    return "placeless"


def _places_fit(left: Feature, right: Feature) -> bool:
    return region.shorten(left.place) == region.shorten(right.place) or not (
        left.place and right.place
    )


def _compare_brand(left: Feature, right: Feature) -> str:
    short, long = sorted((left, right), key=lambda feature: len(feature.core))
    is_han = has_cjk(short.core)
    if _begins_with(long.core, short.core, is_han=is_han):
        # 泰盛 beside 泰盛深圳贸易, Norvex beside Norvex Dairy.
        return "brand"
    if is_han and _holds_parts(long.core, short):
        return "placeless"
    least = 3 if is_han else 5
    distance = OSA.distance(short.brand, long.brand)
    if min(len(short.brand), len(long.brand)) >= least and distance <= 1:
        return "typo" if _industries_fit(left, right) else "different"
    first, *others = short.core.split()
    if not is_han and others and long.core.split()[0] == first:
        return "sister"
    return "different"


def _begins_with(long: str, short: str, *, is_han: bool) -> bool:
    if len(short) < 2 or not long.startswith(short):
        return False
    return is_han or long[len(short) :].startswith(" ")


def _holds_parts(core: str, short: Feature) -> bool:
    """Tell whether a core is the other's brand and industry with a place between."""
    return bool(short.industry) and core.startswith(short.brand) and core.endswith(short.industry)
