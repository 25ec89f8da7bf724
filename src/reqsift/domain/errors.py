"""Everything that can go wrong in a way that a user can mend.

ReqsiftError
├── UnreadableCapture     the file is no capture, or cannot be read
│   └── TruncatedCapture  the file ends in the middle
├── NotFound              no such capture, request or batch
├── ModelUnavailable      the model cannot be used as things are set
├── Conflict              the batch is in no state for that
├── InvalidSetting        a setting makes no sense
└── StoreError            the database cannot do its work
"""


class ReqsiftError(Exception):
    """The message is one sentence for the user that says what to do."""


class UnreadableCapture(ReqsiftError):
    """The file is no capture that reqsift reads, or cannot be read at all."""


class TruncatedCapture(UnreadableCapture):
    """The file ends in the middle; entries before that point were intact."""


class NotFound(ReqsiftError):
    """There is no such capture, request or batch."""


class ModelUnavailable(ReqsiftError):
    """The model cannot be used without a setting that is missing."""


class Conflict(ReqsiftError):
    """What was asked for does not fit the state of the thing."""


class InvalidSetting(ReqsiftError):
    """A setting or an argument makes no sense."""


class StoreError(ReqsiftError):
    """The database cannot be opened, read or written."""
