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


def make_call(**changes: Any) -> dict[str, Any]:
    """Return a CRM call with an account and one of its contacts, as the reader puts it together."""
    return {
        "_type": "Call",
        "id": "65d0000000000a001",
        "name": "催款",
        "status": "Held",
        "direction": "Outbound",
        "dateStart": "2026-11-15 16:30:00",
        "dateEnd": "2026-11-15 16:40:00",
        "description": "客户同意周五付款",
        "parentType": "Account",
        "parentId": "65a0000000000a001",
        "accountId": "65a0000000000a001",
        "contactsIds": ["65c0000000000a001"],
        "usersIds": ["u1"],
        "assignedUserId": "u1",
        "assignedUserName": "林静",
        "createdAt": "2026-11-15 16:30:00",
        "modifiedAt": "2026-11-15 17:00:00",
        "deleted": False,
        **changes,
    }


def make_mail(**changes: Any) -> dict[str, Any]:
    """Return a mail that came to the CRM, with its account."""
    return {
        "_type": "Email",
        "id": "65e0000000000a001",
        "name": "关于发票",
        "status": "Archived",
        "dateSent": "2026-11-15 16:50:00",
        "from": "li.na@yunfan.example",
        "to": "desk@hub.example",
        "cc": "boss@hub.example",
        "bodyPlain": "请尽快开票",
        "body": "<p>请尽快开票</p>",
        "isHtml": True,
        "parentType": "Account",
        "parentId": "65a0000000000a001",
        "createdAt": "2026-11-15 16:51:00",
        "modifiedAt": "2026-11-15 17:00:00",
        **changes,
    }


def make_order(**changes: Any) -> dict[str, Any]:
    """Return a shop order without a fault."""
    return {
        "id": 1001,
        "number": "1001",
        "status": "completed",
        "currency": "CNY",
        "date_created_gmt": "2026-11-15T16:30:00",
        "date_modified_gmt": "2026-11-15T17:00:00",
        "date_paid_gmt": "2026-11-15T16:34:00",
        "date_completed_gmt": "2026-11-15T17:00:00",
        "total": "30.00",
        "customer_id": 7,
        "payment_method": "wechat",
        "transaction_id": "T1001",
        "billing": {},
        "shipping": {},
        "line_items": [
            {"id": 11, "name": "茶", "product_id": 3, "sku": "SKU-3", "quantity": 2, "price": 15.0,
             "total": "30.00", "meta_data": []}
        ],
        "refunds": [],
        "meta_data": [],
        **changes,
    }  # fmt: skip


def make_receipt() -> dict[str, Any]:
    """Return a till receipt of two lines without a fault."""
    line = {
        "小票号": "R1", "门店": "南山店", "交易时间": "2026-11-16 09:00:00", "会员号": "M1",
        "行号": "1",
        "商品编码": "P1", "商品名称": "茶", "类别": "饮品", "数量": "2", "单价": "15.00",
        "金额": "30.00", "优惠": "0.00", "支付方式": "微信", "币种": "CNY", "退货标志": "0",
        "更新时间": "2026-11-16 09:00:00",
    }  # fmt: skip
    return {"lines": [line, {**line, "行号": "2", "数量": "1", "单价": "5.00", "金额": "5.00"}]}


def make_ticket() -> dict[str, Any]:
    """Return a resolved ticket with one message, as the desk's reader puts it together."""
    return {
        "id": 5,
        "Subject": "发票抬头",
        "Status": "resolved",
        "Requestor": [{"id": "wang@mail.example", "type": "user"}],
        "RequestorUsers": [{"id": "77"}],
        "Created": "2026-11-15T16:00:00Z",
        "LastUpdated": "2026-11-15T17:00:00Z",
        "Resolved": "2026-11-15T17:00:00Z",
        "CustomFields": [{"name": "Satisfaction", "values": ["4"]}],
        "transactions": [
            {"id": "80", "Type": "Create", "Created": "2026-11-15T16:00:00Z",
             "Creator": {"id": "wang@mail.example"}, "Content": "请改发票"},
            {"id": "81", "Type": "Status", "Created": "2026-11-15T17:00:00Z", "Field": "Status",
             "Creator": {"id": "agent.lin"}, "OldValue": "new", "NewValue": "resolved"},
        ],
    }  # fmt: skip
