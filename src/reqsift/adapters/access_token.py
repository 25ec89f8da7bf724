"""The token that opens the server: made once, kept for the user's eyes only."""

import os
import secrets
from pathlib import Path

from reqsift.domain.errors import InvalidSetting


def access_token(folder: Path) -> str:
    """Read the token in `folder`; on the first call make it, readable by its owner alone.

    Raises:
        InvalidSetting: The folder or the file cannot be used.
    """
    path = folder / "token"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(32))
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSetting(
            f"The access token {path} cannot be used ({error}); mend it, or set REQSIFT_TOKEN."
        ) from error
    if len(token) < MIN_LENGTH:
        raise InvalidSetting(f"The access token in {path} is too short; delete the file.")
    return token


MIN_LENGTH = 16


def _write_once(path: Path, token: str) -> None:
    """Write the whole file or nothing; of two processes that race, one wins."""
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token + "\n")
    try:
        os.link(draft, path)  # never replaces a token that is there
    except FileExistsError:
        pass
    finally:
        draft.unlink()
