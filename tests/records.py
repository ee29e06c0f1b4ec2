"""Good native records of each channel, from which a test breaks one field."""

from typing import Any


def make_account(**changes: Any) -> dict[str, Any]:
    """Return a CRM account of a company without a fault."""
    return {
        "id": "65a0000000000a001",
        "name": "深圳市云帆科技有限公司",
        "cShortName": "云帆科技",
        "cKind": "organisation",
        "cSocialCreditCode": "91440300MA5DA1B2X1",
        "cIdentityType": None,
        "cIdentityNumber": None,
        "cBirthDate": None,
        "website": "https://www.yunfan.example",
        "emailAddress": "info@yunfan.example",
        "phoneNumber": "0755-26001234",
        "cMobile": "138 0013 8000",
        "cFax": None,
        "type": "Customer",
        "industry": "I65",
        "cLevel": "A",
        "cLifecycle": "active",
        "cLanguage": "zh-CN",
        "cCreditLimit": 50000.0,
        "cCreditLimitCurrency": "CNY",
        "cCreditRating": "AA",
        "cPaymentMethod": "transfer",
        "cPaymentTerms": "net30",
        "description": "月结客户",
        "cTags": ["老客户"],
        "cStatus": "active",
        "cParentId": None,
        "billingAddressStreet": "南山区科技园路1号",
        "billingAddressCity": "深圳市",
        "billingAddressState": "广东省",
        "billingAddressPostalCode": "518057",
        "billingAddressCountry": "中国",
        "createdAt": "2025-03-01 02:00:00",
        "modifiedAt": "2026-11-15 17:00:00",
        "deleted": False,
        **changes,
    }


def make_person(**changes: Any) -> dict[str, Any]:
    """Return a CRM account of a person without a fault."""
    return make_account(
        **{
            "id": "65a0000000000b001",
            "name": "张伟",
            "cShortName": None,
            "cKind": "person",
            "cSocialCreditCode": None,
            "cIdentityType": "resident_id",
            "cIdentityNumber": "11010519491231002X",
            "cBirthDate": "1949-12-31",
            "website": None,
            "emailAddress": "zhangwei@mail.example",
            "phoneNumber": None,
            "cMobile": "13800138001",
            "industry": None,
            **changes,
        }
    )


def make_contact(**changes: Any) -> dict[str, Any]:
    """Return a CRM contact without a fault."""
    return {
        "id": "65c0000000000a001",
        "salutationName": "Mr.",
        "firstName": "娜",
        "lastName": "李",
        "name": "娜 李",
        "title": "采购经理",
        "cRole": "purchasing",
        "accountId": "65a0000000000a001",
        "accountName": "深圳市云帆科技有限公司",
        "emailAddress": "li.na@yunfan.example",
        "phoneNumber": "0755-26001234转8001",
        "cMobile": "13800138002",
        "description": None,
        "createdAt": "2025-03-01 02:00:00",
        "modifiedAt": "2026-11-15 17:00:00",
        **changes,
    }
