"""The hub's own errors: each says what happened, where, and what to do next."""


class HubError(Exception):
    """An error a person can act on.

    Args:
        what: what is wrong, naming ids and counts, never a customer's values.
        where: the channel, window, batch or record key, when there is one.
        hint: the command to run or the file to look at.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what = what
        self.where = where
        self.hint = hint
        text = f"{where}: {what}" if where else what
        super().__init__(f"{text}. HINT: {hint}" if hint else text)

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the parts when an error crosses a process (Airflow pickles exceptions)."""
        return _rebuild, (type(self), self.what, self.where, self.hint)


def _rebuild(kind: type[HubError], what: str, where: str, hint: str) -> HubError:
    return kind(what, where=where, hint=hint)


class ConfigurationError(HubError):
    """Settings, policy or channel files are wrong: every fault is listed at once. Never retried."""


class BadDataError(HubError):
    """The data breaks a rule that stops the run (a batch rule, a receipt that does not balance)."""


class ChannelError(HubError):
    """A channel could not be used; subclasses say whether trying again can help."""


class ChannelUnavailableError(ChannelError, ConnectionError):
    """The channel is down, slow or throttling: the task is retried later."""


class WriteUncertainError(ChannelUnavailableError):
    """A write got no clear answer: whether it took effect is settled by look-up, never by a retry."""


class ChannelRefusedError(ChannelError):
    """The channel said no (log-in, rights, a wrong request): a person must act, no retry."""


class ChannelAccessError(ChannelRefusedError):
    """Log-in, rights or address are wrong: it would refuse every other request as well."""


class ChannelForbiddenError(ChannelAccessError):
    """The log-in may not do this (403): perhaps nothing of the kind, perhaps not with this record."""


class ChannelContentError(ChannelError):
    """The channel answered with something that breaks its own contract (bad JSON, looping pages)."""


class FencedError(HubError):
    """Another run took this window over; this one must stop writing."""


class WindowGoneError(HubError):
    """There is no such window (any more): a later one took its rows over. Never retried."""


class SealError(HubError):
    """A sealed value cannot be opened: wrong key, lost salt, or tampering."""


class BackupError(HubError):
    """A backup could not be written, read or proven."""


class BackupRefusedError(BackupError):
    """The backup store refuses (log-in, rights, certificate): a person must act, no retry."""


class BackupStoreError(BackupError, ConnectionError):
    """The backup store, or the scratch server of a drill, is down, full or slow: retried later."""
