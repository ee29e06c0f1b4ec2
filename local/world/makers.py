"""Makes one true person, company, branch or sister company with all of its business data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from local.world import phones
from local.world.addresses import (
    Address,
    draw_address,
    draw_city,
    draw_foreign_address,
    draw_foreign_city,
)
from local.world.companies import CompanyName, change_industry, draw_company, draw_western_company
from local.world.dice import Weighted
from local.world.identities import (
    draw_foreign_registration,
    draw_passport,
    draw_resident_id,
    draw_social_credit_code,
)
from local.world.names import PersonName, draw_chinese_name, draw_western_name, to_pinyin
from local.world.people import ORGANISATION, PERSON, Contact, Customer
from local.world.places import CITIES, City

_LEVELS = Weighted([("VIP", 4), ("A", 16), ("B", 35), ("C", 45)])
_LIFECYCLES = Weighted(
    [("prospect", 12), ("active", 48), ("loyal", 18), ("at_risk", 13), ("lost", 9)]
)
_RATINGS = Weighted(
    [("AAA", 5), ("AA", 12), ("A", 25), ("BBB", 28), ("BB", 15), ("B", 9), ("CCC", 4), ("D", 2)]
)
_METHODS = {
    PERSON: Weighted([("alipay", 38), ("wechat", 42), ("card", 14), ("cash", 6)]),
    ORGANISATION: Weighted([("transfer", 72), ("alipay", 12), ("wechat", 8), ("card", 8)]),
}
_TERMS = Weighted([("prepaid", 35), ("net30", 40), ("net60", 15), ("cod", 10)])
_TITLES = {
    "purchasing": ("采购经理", "采购主管", "采购员"),
    "billing": ("财务经理", "会计", "出纳"),
    "technical": ("技术总监", "工程师", "IT主管"),
    "legal": ("法务经理", "法律顾问"),
    "general": ("总经理", "行政经理", "销售经理", "办公室主任"),
}
_TITLES_WEST = {
    "purchasing": ("Purchasing Manager", "Buyer"),
    "billing": ("Accountant", "Finance Manager"),
    "technical": ("CTO", "Engineer"),
    "legal": ("Legal Counsel",),
    "general": ("Managing Director", "Office Manager", "Sales Manager"),
}
_DEPARTMENTS = {
    "purchasing": "采购部",
    "billing": "财务部",
    "technical": "技术部",
    "general": "行政部",
}
_TAGS_TEXT = """\
老客户 团购 直播间 展会 重点 周边 推荐 企业采购 节日礼品 需回访 易碎 电子发票"""
_TAGS = tuple(_TAGS_TEXT.split())
_REMARKS = (
    "发货前请电话联系", "周末不收货", "需要增值税专用发票", "对包装要求高", "月结客户,对账日25号",
    "Prefers e-mail", "Call before delivery", "老板亲自对接", "付款较慢,注意跟进", "曾投诉物流",
)  # fmt: skip
_MAIL_HOSTS = ("mail.example", "post.example", "inbox.test", "letters.test", "q-mail.example")
_OLDEST, _YOUNGEST = date(1944, 1, 1), date(2006, 12, 31)


class Maker:
    """Makes customers from one neighbourhood's dice."""

    def __init__(self, rng: Random, book: phones.Phonebook) -> None:
        """Use these dice and this phonebook."""
        self._rng = rng
        self._book = book

    def person(
        self,
        number: int,
        *,
        western: bool,
        surname: str = "",
        name: PersonName | None = None,
        born: date | None = None,
    ) -> Customer:
        """Make a person; ``surname``, ``name`` and ``born`` fix what a family shares."""
        rng = self._rng
        draw = draw_western_name if western else draw_chinese_name
        name = name or draw(rng, surname)
        span = (_YOUNGEST - _OLDEST).days
        born = born or _OLDEST + timedelta(days=int(span * rng.betavariate(2.2, 1.8)))
        abroad = western and rng.random() < 0.6
        city = draw_city(rng)
        address, mobile, landline = self._reach(number, city, abroad=abroad, office=False)
        if western:
            id_type, id_number = "passport", draw_passport(rng)
        else:
            home = city if rng.random() < 0.6 else rng.choice(CITIES)
            id_type, id_number = "resident_id", draw_resident_id(rng, home, born, name.sex)
        mails = _personal_mails(rng, name, number)
        person = Customer(
            number, PERSON, western, mobile, landline, mails[0], mails[1], address,
            name=name, born=born, identity_type=id_type, identity_number=id_number,
        )  # fmt: skip
        if rng.random() < 0.12 and not abroad:
            person.shipping = draw_address(rng, city, office=True)
        if rng.random() < 0.04:
            person.website = f"https://{to_pinyin(name.full).lower() or 'home'}{number}.test"
        self._trade(person)
        return person

    def company(
        self,
        number: int,
        *,
        western: bool,
        city: City | None = None,
        name: CompanyName | None = None,
    ) -> Customer:
        """Make an organisation with its contacts; ``city`` and ``name`` fix what a group shares."""
        rng = self._rng
        abroad = western and rng.random() < 0.8
        city = city or draw_city(rng)
        name = name or (draw_western_company(rng) if western else draw_company(rng, city.word))
        address, mobile, landline = self._reach(number, city, abroad=abroad, office=True)
        domain = name.domain
        company = Customer(
            number, ORGANISATION, western, mobile, landline, f"info@{domain}",
            f"{rng.choice(('sales', 'contact', 'office'))}@{domain}", address,
            company=name, industry=name.industry_code,
        )  # fmt: skip
        if western and abroad:
            company.identity_type = "other"
            company.identity_number = draw_foreign_registration(rng)
        else:
            company.social_credit_code = draw_social_credit_code(rng, address.region_code)
        if rng.random() < 0.6:
            company.website = f"https://www.{domain}"
        if rng.random() < 0.45 and not abroad:
            company.fax = self._book.landline(number + 50_000, city)
        if rng.random() < 0.4:
            office = draw_foreign_address(rng, draw_foreign_city(rng)) if abroad else draw_address(
                rng, city, office=True)  # fmt: skip
            company.shipping = office
        self._trade(company)
        self._staff(company)
        return company

    def branch(self, number: int, parent: Customer) -> Customer:
        """Make a branch: its own customer with its own code, phone and place."""
        rng = self._rng
        city = draw_city(rng)
        name = parent.company
        if name is None:
            raise ValueError("only a company has branches")
        place = to_pinyin(city.word).capitalize() if name.latin else city.word
        if place == name.place:
            place = city.word + rng.choice(city.districts).name.rstrip("区县市")
        company = self.company(
            number, western=parent.western, city=city, name=replace(name, branch=place)
        )
        company.identity_class = "branch"
        company.parent = parent
        return company

    def sister(self, number: int, elders: Sequence[Customer]) -> Customer:
        """Make a sister company: the same brand, owner, hall and mail in another industry."""
        eldest = elders[0]
        if eldest.company is None:
            raise ValueError("only a company has sisters")
        taken = [each.industry for each in elders]
        name = change_industry(self._rng, eldest.company, taken)
        company = self.company(number, western=eldest.western, name=name)
        code = company.social_credit_code
        company.address = eldest.address
        if code and eldest.address.region_code:
            company.social_credit_code = draw_social_credit_code(
                self._rng, eldest.address.region_code
            )
        if self._rng.random() < 0.5:
            company.landline = eldest.landline
        return company

    def _reach(
        self, number: int, city: City, *, abroad: bool, office: bool
    ) -> tuple[Address, str, str]:
        """Return address, mobile and landline."""
        if not abroad:
            address = draw_address(self._rng, city, office=office)
            return address, self._book.mobile(number), self._book.landline(number, city)
        place = draw_foreign_city(self._rng)
        number_abroad = self._book.foreign(number, phones.OWN, place.dial)
        return draw_foreign_address(self._rng, place), number_abroad, ""

    def _trade(self, customer: Customer) -> None:
        rng = self._rng
        customer.level = _LEVELS.draw(rng)
        customer.lifecycle = _LIFECYCLES.draw(rng)
        customer.payment_method = _METHODS[customer.kind].draw(rng)
        customer.language = "en" if customer.western else "zh-CN"
        customer.currency = "USD" if customer.address.abroad else "CNY"
        if customer.kind == ORGANISATION or rng.random() < 0.2:
            customer.credit_limit = f"{rng.choice((1, 2, 5, 8, 10, 20, 50)) * 10_000}.00"
            customer.credit_rating = _RATINGS.draw(rng)
            customer.payment_terms = _TERMS.draw(rng)
        if rng.random() < 0.22:
            customer.remark = rng.choice(_REMARKS)
        if rng.random() < 0.3:
            customer.tags = tuple(rng.sample(_TAGS, rng.choice((1, 1, 2, 3))))

    def _staff(self, company: Customer) -> None:
        rng = self._rng
        domain = company.company.domain if company.company else "firm.example"
        titles = _TITLES_WEST if company.western else _TITLES
        for index in range(rng.choice((1, 1, 2, 2, 3))):
            true_id = f"P{company.number:07d}-{index + 1}"
            role = rng.choice(tuple(titles))
            department = "" if company.western else _DEPARTMENTS.get(role, "")
            if index and department and rng.random() < 0.22:
                mail = f"{to_pinyin(department)}@{domain}"
                company.contacts.append(Contact(true_id, None, department, "", role, "", mail))
                continue
            name = draw_western_name(rng) if company.western else draw_chinese_name(rng)
            family, given = name.pinyin()
            slot = (phones.FIRST_CONTACT, phones.SECOND_CONTACT, phones.MOVED)[index]
            mobile = (
                self._book.foreign(company.number, slot, "us")
                if company.address.abroad
                else self._book.mobile(company.number, slot)
            )
            local = f"{given}.{family}".lower().replace("'", "")
            mail = f"{_ascii(local)}@{domain}"
            company.contacts.append(
                Contact(true_id, name, department, rng.choice(titles[role]), role, mobile, mail)
            )


def _ascii(text: str) -> str:
    return text.replace("ü", "ue").replace("ö", "oe").replace("ä", "ae")


def _personal_mails(rng: Random, name: PersonName, number: int) -> tuple[str, str]:
    """Return a private mail and a second one; both are unique because they end with the number."""
    family, given = (_ascii(part.lower().replace("'", "")) for part in name.pinyin())
    form = rng.random()
    if form < 0.45:
        local = (
            f"{given}.{family}{number}" if name.script == "latin" else f"{family}{given}{number}"
        )
    elif form < 0.7:
        local = f"{given}{number}"
    elif form < 0.85:
        local = f"{family[0]}{given}_{number}"
    else:
        local = f"{100_000_000 + number * 97}"
    return f"{local}@{rng.choice(_MAIL_HOSTS)}", f"{family}.{given}.{number}@work.test"
