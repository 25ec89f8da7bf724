"""The typed client of the HTTP API: `Client`, and `AsyncClient` with the same methods.

It shares nothing with the server but the wire models, so it needs neither its web framework nor
its store. Fields that a newer server adds are ignored, those that an older one lacks have their
defaults, and words such as a batch's state are plain strings.
"""

from reqsift.api.schemas.batches import (
    AnalysisOut,
    BatchDataOut,
    BatchDetailOut,
    BatchStateOut,
    BudgetOut,
    ItemErrorOut,
    ResultOut,
    SummaryOut,
)
from reqsift.api.schemas.captures import CaptureOut, ImportOut, RequestRowOut
from reqsift.api.schemas.findings import EvidenceOut, FindingOut
from reqsift.api.schemas.live import (
    EndEvent,
    ItemEndedOut,
    ItemEvent,
    LiveEvent,
    ProgressEvent,
    ProgressOut,
    SnapshotEvent,
)
from reqsift.client.calls import KEEP
from reqsift.client.errors import (
    Conflict,
    ConnectionFailed,
    Invalid,
    NotFound,
    Problem,
    ReqsiftClientError,
    Unauthorized,
    Unavailable,
    UnexpectedAnswer,
)
from reqsift.client.in_loop import AsyncClient
from reqsift.client.plain import Client

__all__ = [
    "KEEP",
    "AnalysisOut",
    "AsyncClient",
    "BatchDataOut",
    "BatchDetailOut",
    "BatchStateOut",
    "BudgetOut",
    "CaptureOut",
    "Client",
    "Conflict",
    "ConnectionFailed",
    "EndEvent",
    "EvidenceOut",
    "FindingOut",
    "ImportOut",
    "Invalid",
    "ItemEndedOut",
    "ItemErrorOut",
    "ItemEvent",
    "LiveEvent",
    "NotFound",
    "Problem",
    "ProgressEvent",
    "ProgressOut",
    "ReqsiftClientError",
    "RequestRowOut",
    "ResultOut",
    "SnapshotEvent",
    "SummaryOut",
    "Unauthorized",
    "Unavailable",
    "UnexpectedAnswer",
]
