"""Copies that only the holder of a key can read, in the age format (https://age-encryption.org/v1).

The bot knows only the public key: a thief of the machine, or of the stored copies, can't read one.
The package pyrage (the extra `encryption`) writes them; the program `age` reads them without the bot.
"""

import os
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from db.errors import StoreCorruptError, StoreError, StoreReadOnlyError

SUFFIX = ".age"
HEADER = b"age-encryption.org/v1\n"
SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how every such key begins
MISSING = (
    "Encrypted copies need the package pyrage: pip install 'iso-bot[encryption]', or from a clone "
    "pip install --require-hashes -r requirements/run.txt."
)
NO_RECIPIENT = "'{key}' is no public key of age. It begins with age1; `iso-bot db keygen` makes one."
NO_IDENTITY = (
    "{copy} is encrypted. Say with --identity in which file the secret key is that belongs to it: "
    "the one that `iso-bot db keygen` or `age-keygen` wrote."
)


def _age() -> Any:
    try:
        return import_module("pyrage")
    except ModuleNotFoundError:
        raise StoreError(MISSING) from None


def installed() -> bool:
    """Whether copies can be encrypted here."""
    return find_spec("pyrage") is not None


def is_sealed(path: Path) -> bool:
    """Whether a file is encrypted in the age format."""
    try:
        with path.open("rb") as file:
            return file.read(len(HEADER)) == HEADER
    except OSError:
        return False


def recipient(key: str) -> Any:
    """Parse the public key `key`. Raises StoreError: it is invalid, or the package is not installed."""
    age = _age()
    try:
        return age.x25519.Recipient.from_str(key.strip())
    except age.RecipientError:
        raise StoreError(NO_RECIPIENT.format(key=key)) from None


def seal(plain: Path, target: Path, key: str) -> None:
    """Encrypt `plain` into `target` for the public `key`.

    Raises:
        StoreError: the key is invalid, or the target can't be written.
    """
    to = recipient(key)
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _age().encrypt_file(str(plain), str(part), [to])
        sync(part)
        part.replace(target)
        sync(target.parent)
    except OSError as error:
        raise StoreReadOnlyError(
            f"The copy {target} can't be written ({error.strerror or error})."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def unseal(copy: Path, plain: Path, identity: Path | None) -> None:
    """Decrypt `copy` into the new file `plain`, readable only by its owner.

    Raises:
        StoreError: there is no key or the wrong one, or the copy is damaged.
    """
    if identity is None:
        raise StoreError(NO_IDENTITY.format(copy=copy))
    age = _age()
    keys = [age.x25519.Identity.from_str(line) for line in _secrets(identity)]
    os.close(os.open(plain, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        age.decrypt_file(str(copy), str(plain), keys)
    except age.DecryptError:
        raise StoreError(
            f"The secret key in {identity} is not the one that {copy} was encrypted for."
        ) from None
    except OSError as error:
        raise StoreCorruptError(f"The copy {copy} is damaged ({error}).") from error


def _secrets(path: Path) -> list[str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreReadOnlyError(f"The file {path} with the secret key can't be read ({error}).") from None
    found = [line.strip() for line in lines if line.strip().upper().startswith(SECRET)]
    if not found:
        raise StoreError(f"There is no secret key in {path}: a line that begins with {SECRET}.")
    return found


def keygen(path: Path) -> str:
    """Create a key, write its secret part to the new file `path`, and return its public part.

    Raises:
        StoreReadOnlyError: the file exists, or can't be written.
    """
    key = _age().x25519.Identity.generate()
    public = str(key.to_public())
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise StoreReadOnlyError(f"{path} can't be made ({error.strerror}).") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"# public key: {public}\n{key}\n")
    return public


def sync(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    with suppress(PermissionError):  # Windows can't open folders, and need not sync them
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
