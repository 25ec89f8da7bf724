"""Makes the analyzer of a model: the one place that loads the clients."""

from hashlib import sha256

from reqsift.adapters.analyzers.choosing import ANTHROPIC
from reqsift.adapters.analyzers.model import ModelAnalyzer
from reqsift.adapters.analyzers.prompt import SYSTEM
from reqsift.adapters.analyzers.reply import SCHEMA
from reqsift.adapters.models.anthropic import AnthropicClient
from reqsift.adapters.models.client import Connection
from reqsift.adapters.models.openai import OpenAIClient
from reqsift.adapters.models.prices import PRICES
from reqsift.services.ports.analyzers import QuotaKey


def model_analyzer(name: str, to: Connection) -> ModelAnalyzer:
    """The analyzer of the model at `to`, under a name."""
    account = sha256(to.key.encode()).hexdigest()[:16] if to.key else ""
    quota = QuotaKey(provider=to.base_url, account=account, model=to.model)
    if to.provider == ANTHROPIC:
        client = AnthropicClient(to, SYSTEM, SCHEMA)
        return ModelAnalyzer(name, quota, client, PRICES.get(to.model))
    return ModelAnalyzer(name, quota, OpenAIClient(to, SYSTEM, SCHEMA), None)
