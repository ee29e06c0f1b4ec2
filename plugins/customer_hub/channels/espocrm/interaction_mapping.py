"""EspoCRM's Call, Meeting and Email to the raw fields of an interaction."""

from typing import Any

from customer_hub.channels.record import Record, as_text

# The client writes the entity type into the payload, which does not name it.
TYPE_FIELD = "_type"
MEDIA = {"Call": "call", "Meeting": "meeting", "Email": "mail"}
_DIRECTIONS = {"Inbound": "in", "Outbound": "out"}
# Mails that somebody wrote in the CRM; all others came in, or were filed there by hand.
_WRITTEN = frozenset({"Draft", "Sending", "Sent", "Failed"})
# EspoCRM's own book-keeping, and what says the same in other words.
_KNOWN = (
    "id", "deleted", TYPE_FIELD, "parentName", "accountName", "assignedUserId", "createdById",
    "createdByName", "modifiedById", "modifiedByName", "teamsIds", "teamsNames", "usersIds",
    "usersNames", "usersColumns", "contactsNames", "contactsColumns", "leadsIds", "leadsNames",
    "leadsColumns", "assignedUsersIds", "assignedUsersNames", "acceptanceStatus",
    "acceptanceStatusCalls", "acceptanceStatusMeetings", "reminders", "phoneNumbersMap", "duration",
    "isAllDay", "dateEndDate", "joinUrl", "uid", "sourceEmailId", "sourceEmailName", "originalEmailId",
    "originalEmailName", "attachmentsIds", "attachmentsNames", "attachmentsTypes", "hasAttachment",
    "subject", "body", "isHtml", "fromName", "fromAddress", "fromString", "replyTo", "replyToString",
    "replyToName", "replyToAddress", "addressNameMap", "personStringData", "nameHash", "typeHash",
    "idHash", "messageId", "messageIdInternal", "emailAddress", "fromEmailAddressId",
    "fromEmailAddressName", "toEmailAddressesIds", "toEmailAddressesNames", "ccEmailAddressesIds",
    "ccEmailAddressesNames", "bccEmailAddressesIds", "bccEmailAddressesNames",
    "replyToEmailAddressesIds", "replyToEmailAddressesNames", "deliveryDate", "sentById",
    "repliedId", "repliedName", "repliesIds", "repliesNames", "isRead", "isNotRead", "isReplied",
    "isNotReplied", "isImportant", "isUsers", "inTrash", "inArchive", "folderId", "folderName",
    "groupFolderId", "groupFolderName", "isSystem", "isJustSent", "isAutoReply", "sendAt",
    "icsContents", "icsEventData", "icsEventUid", "createdEventId", "createdEventType",
    "createdEventName", "tasksIds", "tasksNames", "versionNumber", "streamUpdatedAt", "isFollowed",
    "followersIds", "followersNames", "isStarred",
)  # fmt: skip


def map_interaction(record: Record) -> dict[str, Any]:
    """Map a Call, Meeting or Email to RAW_FIELDS["interaction"] without `unknown`; pure, total."""
    take = record.take
    kind = take(TYPE_FIELD)
    is_mail = kind == "Email"
    status = take("status")
    direction = take("direction")
    contacts = record.look("contactsIds")
    invited = [as_text(each) for each in contacts] if isinstance(contacts, list) else []
    bodies = take("bodyPlain"), take("body"), take("description")
    moments = take("dateSent"), take("dateStart"), take("dateStartDate")
    receivers = (take("to"), take("cc"), take("bcc"))
    agents = take("assignedUserName"), take("sentByName")
    record.ignore(_KNOWN)
    return {
        "customer": find_account(record),
        "contact": _find_parent(record, "Contact") or next(filter(None, invited), None),
        "medium": MEDIA.get(kind or "", kind),
        "direction": ("out" if status in _WRITTEN else "in")
        if is_mail
        else _DIRECTIONS.get(direction or "", direction),
        "status": status,
        "at": next(filter(None, moments), None),
        "ended": take("dateEnd"),
        "agent": next(filter(None, agents), None),
        "subject": take("name"),
        "text": next(filter(None, bodies), None),
        "sender": take("from"),
        "recipients": ";".join(filter(None, receivers)) or None,
        "created": take("createdAt"),
        "modified": take("modifiedAt"),
    }


def find_account(record: Record) -> str | None:
    """Return the id of the account that an interaction belongs to, None where it names none."""
    return record.take("accountId") or _find_parent(record, "Account")


def _find_parent(record: Record, kind: str) -> str | None:
    parent = record.take("parentId")
    return parent if parent and record.take("parentType") == kind else None
