"""What a provider keeps of the beginnings of requests, and bills less for when it comes again."""

from reqsift.simulator.dialect import Usage, Wanted

_LIFETIME_S = 300.0
_MOST_KEPT = 1000


class PromptCache:
    """Knows the beginnings that were seen; times are monotonic seconds."""

    def __init__(self, least_tokens: int) -> None:
        """Keep beginnings of so many tokens or more."""
        self._least = least_tokens
        self._used_at: dict[bytes, float] = {}

    def bill(self, wanted: Wanted, now: float) -> Usage:
        """What the input of a call that begins now is billed as; a use keeps the entry alive."""
        tokens = tokens_of(len(wanted.body))
        kept = min(tokens, tokens_of(wanted.prefix_size))
        if wanted.prefix is None or kept < self._least:
            return Usage(tokens)
        used_at = self._used_at.get(wanted.prefix)
        if used_at is None or now - used_at > _LIFETIME_S:
            return Usage(tokens - kept, cache_write=kept)
        self._used_at[wanted.prefix] = now
        return Usage(tokens - kept, cache_read=kept)

    def keep(self, wanted: Wanted, usage: Usage, now: float) -> None:
        """Note that an answer has begun: what its call wrote can be read from now on."""
        if wanted.prefix is None or not usage.cache_write:
            return
        if len(self._used_at) >= _MOST_KEPT:
            self._used_at.clear()
        self._used_at[wanted.prefix] = now


def tokens_of(size: int) -> int:
    """Four bytes, or characters, are about a token."""
    return -(-size // 4)
