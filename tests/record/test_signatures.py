"""Who has written a record: signatures by model-signing, with keys of one's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hostile import HARMLESS, record_of

from harness.entry.asked import Output
from harness.nouns import HarnessError
from harness.record.record import open_record
from harness.record.signatures import check_key, check_signature, sign, signature_of

needs_signing = pytest.mark.skipif(
    bool(subprocess.run([sys.executable, "-c", "import model_signing"], capture_output=True).returncode),
    reason="model-signing is not installed, which roundtrip-harness[signing] brings",
)


def new_key(folder, name):
    """A private and a public key."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    key = ec.generate_private_key(ec.SECP256R1())
    private, public = folder / f"{name}.pem", folder / f"{name}-public.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


@pytest.fixture
def record(tmp_path):
    return record_of(tmp_path / "records" / "dot_keras", "dot_keras", "model", HARMLESS["dense"])


@needs_signing
def test_a_record_that_is_signed_is_that_of_whoever_has_the_key(tmp_path, record):
    private, public = new_key(tmp_path, "mine")
    _, other = new_key(tmp_path, "other")

    assert signature_of(record) == sign(record, private)
    check_signature(record, public)
    open_record(record)  # the signature is beside it
    with pytest.raises(
        HarnessError, match=r"dot_keras: its signature is not that of .*other-public\.pem for these files"
    ):
        check_signature(record, other)


@needs_signing
@pytest.mark.parametrize("name", ["record.json", "artifact/model", "more"])
def test_what_was_altered_or_added_since_is_refused(tmp_path, record, name):
    private, public = new_key(tmp_path, "mine")
    sign(record, private)
    with (record / name).open("ab") as file:
        file.write(b" ")

    with pytest.raises(HarnessError, match="dot_keras: its signature is not that of"):
        check_signature(record, public)


@needs_signing
def test_a_signature_that_is_not_there_or_damaged_is_one_sentence(tmp_path, record):
    private, public = new_key(tmp_path, "mine")
    with pytest.raises(HarnessError, match=r"dot_keras: not signed; expected a signature in .*dot_keras\.sig"):
        check_signature(record, public)

    sign(record, private)
    for damaged in (b"", b"{", os.urandom(100), b"[]"):
        signature_of(record).write_bytes(damaged)
        with pytest.raises(HarnessError, match="dot_keras: its signature is not that of") as error:
            check_signature(record, public)
        assert "\n" not in str(error.value)


@needs_signing
def test_a_key_that_is_none_is_one_sentence(tmp_path, record):
    (tmp_path / "key.pem").write_text("no key")

    with pytest.raises(HarnessError, match=r"--sign .*key\.pem: cannot sign .*dot_keras \("):
        sign(record, tmp_path / "key.pem")
    with pytest.raises(HarnessError, match=r"--sign .*none\.pem: expected the file of a key \(PEM\)"):
        check_key(tmp_path / "none.pem", "--sign")


def test_without_the_package_it_is_said_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "key.pem").write_text("")
    monkeypatch.setitem(sys.modules, "model_signing", None)

    with pytest.raises(HarnessError, match=r"--sign: signatures need model-signing .*roundtrip-harness\[signing\]"):
        check_key(tmp_path / "key.pem", "--sign")


def test_what_is_signed_must_be_kept():
    with pytest.raises(HarnessError, match=r"--sign key\.pem: expected --records DIR with it, the records to sign"):
        Output(sign=Path("key.pem")).check()
