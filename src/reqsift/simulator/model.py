"""The model behind all APIs: what it says to a request."""

import math

import msgspec

from reqsift.simulator.dialect import Dialect, Ending, Refused, Said, Trouble, Wanted
from reqsift.simulator.instances import Unsatisfiable, instance
from reqsift.simulator.prompt_cache import tokens_of
from reqsift.simulator.script import Script, Spoken, asked_of
from reqsift.simulator.settings import Fault, Settings

_OK = Said.prose("OK")
_PROSE = Said.prose("I have looked at it, and there is nothing that I would worry about.")
_WRONG = Said.json(b'{"unexpected": true}')
_REFUSAL = Said.prose("I cannot help with that.")
_MOST_SCHEMAS = 1000


class Speech(msgspec.Struct, frozen=True, gc=False):
    """An answer, before it takes the shape of an API."""

    said: Said
    ending: Ending
    tokens: int


class Model:
    """Says what its script decides, or else the smallest answer that obeys the schema."""

    def __init__(self, settings: Settings, script: Script | None) -> None:
        """Speak as the settings say."""
        self._settings = settings
        self._script = script
        self._smallest: dict[bytes, Said] = {}

    def read(self, body: bytes, dialect: Dialect) -> Wanted:
        """Read a request.

        Raises:
            Refused: It makes no sense, nothing obeys its schema, or there is no such model.
        """
        try:
            wanted = dialect.read(body)
            self._obeying(wanted.schema)
        except (msgspec.DecodeError, Unsatisfiable, UnicodeDecodeError) as error:
            raise Refused(Trouble.INVALID, "invalid", str(error)) from error
        if wanted.model == "gone":
            raise Refused(Trouble.NO_MODEL, "invalid", "model: gone")
        return wanted

    def speak(self, wanted: Wanted, fault: Fault | None) -> Speech:
        """The answer to a request; a fault may spoil it."""
        speech = self._scripted(self._script, wanted) if self._script else self._plain(wanted)
        match fault:
            case Fault.MALFORMED:
                return msgspec.structs.replace(speech, said=_PROSE, ending=Ending.DONE)
            case Fault.SCHEMA:
                return msgspec.structs.replace(speech, said=_WRONG, ending=Ending.DONE)
            case Fault.TRUNCATED:
                half = speech.said.half()
                return msgspec.structs.replace(speech, said=half, ending=Ending.LENGTH)
            case Fault.REFUSAL:
                return msgspec.structs.replace(speech, said=_REFUSAL, ending=Ending.REFUSAL)
            case _:
                return speech

    def _plain(self, wanted: Wanted) -> Speech:
        most = math.inf if wanted.most_tokens is None else wanted.most_tokens
        tokens = int(min(self._settings.output_tokens, most))
        return Speech(self._obeying(wanted.schema), Ending.DONE, tokens)

    def _scripted(self, script: Script, wanted: Wanted) -> Speech:
        spoken = script(asked_of(wanted))
        if spoken is None:
            return self._plain(wanted)
        if isinstance(spoken, str):
            spoken = Spoken(spoken)
        text, ending = spoken.text, spoken.ending
        most = wanted.most_tokens
        if most is not None and tokens_of(len(text)) > most:
            text, ending = text[: 4 * most], Ending.LENGTH
        return Speech(Said.of(text), ending, tokens_of(len(text)))

    def _obeying(self, schema: bytes | None) -> Said:
        if schema is None:
            return _OK
        said = self._smallest.get(schema)
        if said is None:
            said = Said.json(instance(schema, self._settings.items))
            if len(self._smallest) >= _MOST_SCHEMAS:
                self._smallest.clear()
            self._smallest[schema] = said
        return said
