"""The template, version 1: its title, its columns, and what its cells may say."""

TITLE = "#customer-hub template 1"
ACTIONS = ("add", "change", "delete")
CLEAR = "CLEAR"
AUTHOR = "_author"

SCALARS = (
    "kind", "name", "surname", "given_name", "company", "short_name", "social_credit_code",
    "identity_type", "identity_number", "birth_date", "website", "industry", "level", "lifecycle",
    "language", "currency", "credit_limit", "credit_rating", "payment_method", "payment_terms",
    "remark", "status", "parent", "created",
)  # fmt: skip
PHONES = ("phone", "mobile", "fax")
ADDRESS = ("raw", "country", "province", "city", "district", "street", "postcode")
COLUMNS = (
    "action", "customer_no", *SCALARS, "tags", *PHONES, "mail", "address_type",
    *(f"address_{part}" for part in ADDRESS),
)  # fmt: skip
