"""Signatures of records, by the package model-signing: who has written a record, and that nobody has altered it since.

A digest finds damage; who can write the record can write its digests. The signature is a file beside the record.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.nouns import HarnessError

#: Bytes that a signature may have.
_MOST = 1 << 24


def signature_of(record: Path) -> Path:
    """Where the signature of a record is: DIR/RECIPE/FORMAT.sig beside DIR/RECIPE/FORMAT."""
    record = record.resolve()
    return record.with_name(f"{record.name}.sig")


def check_key(key: Path, option: str) -> None:
    """Raise HarnessError, in one sentence, where a key cannot be read, or what uses it is not installed."""
    if not key.is_file():
        raise HarnessError(f"{option} {key}: expected the file of a key (PEM)")
    _package(option)


def sign(record: Path, key: Path) -> Path:
    """Sign a record, and all of its files.

    Args:
        record: It.
        key: A private key of an elliptic curve, as PEM.

    Returns:
        The file of the signature.

    Raises:
        HarnessError: The key is none, or model-signing is not installed.
    """
    config = _package("--sign").signing.Config()
    path = signature_of(record)
    try:
        config.use_elliptic_key_signer(private_key=key).sign(record, path)
    except Exception as error:  # whatever the libraries raise of a key that is none
        raise HarnessError(f"--sign {key}: cannot sign {record} ({_told(error)})") from None
    return path


def check_signature(record: Path, key: Path) -> None:
    """Refuse a record that was not signed with a key, or was altered afterwards.

    Args:
        record: It.
        key: The public key, as PEM.

    Raises:
        HarnessError: There is no signature, it is not by this key or not of these files, or model-signing is not
            installed.
    """
    config = _package("--verify-key").verifying.Config()
    path = signature_of(record)
    if not path.is_file() or path.is_symlink() or path.stat().st_size > _MOST:
        raise HarnessError(f"{record}: not signed; expected a signature in {path}")
    try:
        config.use_elliptic_key_verifier(public_key=key).verify(record, path)
    except Exception as error:  # whatever the libraries raise of bytes that somebody else wrote
        raise HarnessError(f"{record}: its signature is not that of {key} for these files ({_told(error)})") from None


def _package(option: str) -> Any:
    try:
        import model_signing
    except ImportError as error:
        raise HarnessError(
            f"{option}: signatures need model-signing ({error}); pip install 'roundtrip-harness[signing]'"
        ) from None
    return model_signing


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]
