"""Makes the model behind a connection: the one place that loads the clients."""

from reqsift.adapters.analyzers.instruction import SYSTEM
from reqsift.adapters.analyzers.model import HttpModel
from reqsift.adapters.analyzers.schema import PACK_SCHEMA, SCHEMA
from reqsift.adapters.models.anthropic import AnthropicClient
from reqsift.adapters.models.client import Connection
from reqsift.adapters.models.message_batches import MessageBatches
from reqsift.adapters.models.openai import Form, OpenAIClient
from reqsift.domain.catalogue import ModelCard, Provider


def http_model(name: str, card: ModelCard, to: Connection) -> HttpModel:
    """The model at `to`, under a name."""
    # Thoughts are paid as output, and triage needs few.
    effort = "low" if card.thinks else None
    if card.provider is Provider.ANTHROPIC:
        one, several = (
            AnthropicClient(to, SYSTEM, schema, structured=card.json_schema, effort=effort)
            for schema in (SCHEMA, PACK_SCHEMA)
        )
        room = MessageBatches(to) if card.batches else None
        return HttpModel(name, card, to, (one, several), room)
    form: Form = "schema" if card.json_schema else "tool" if card.tools else "text"
    schemas = (SCHEMA, PACK_SCHEMA)
    first, second = (
        OpenAIClient(to, SYSTEM, schema, form=form, effort=effort) for schema in schemas
    )
    return HttpModel(name, card, to, (first, second), None)
