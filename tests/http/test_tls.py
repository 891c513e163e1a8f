"""TLS: which versions and ciphers the server takes. Handshakes in memory, with a certificate of our own."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from infra.http.server.draining import server_config


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `jiayi.example` with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "jiayi.example")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("jiayi.example")]), critical=False)
        .sign(key, SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(signed.public_bytes(Encoding.PEM) + secret)
    return file


def shaken(certificate: Path, client: ssl.SSLContext) -> tuple[str | None, str]:
    """Return the version and the cipher on which the server of `jiayi serve` and a client agree."""
    config = server_config(lambda: None, certificate=str(certificate), key=str(certificate))
    config.load()
    assert config.ssl is not None
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        client.wrap_bio(to_client, to_server, server_hostname="jiayi.example"),
        config.ssl.wrap_bio(to_server, to_client, server_side=True),
    )
    for _ in range(3):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    agreed = ends[0].cipher()
    assert agreed is not None
    return ends[0].version(), agreed[0]


def client_of(certificate: Path, newest: ssl.TLSVersion, ciphers: str = "ALL:@SECLEVEL=0") -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(certificate))
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = newest
    context.set_ciphers(ciphers)
    return context


def test_tls_1_3_is_spoken_and_1_2_with_forward_secrecy_and_authenticated_encryption(certificate: Path) -> None:
    assert shaken(certificate, client_of(certificate, ssl.TLSVersion.TLSv1_3))[0] == "TLSv1.3"
    version, cipher = shaken(certificate, client_of(certificate, ssl.TLSVersion.TLSv1_2))
    assert version == "TLSv1.2"
    assert cipher.startswith("ECDHE-")
    assert cipher.endswith(("GCM-SHA256", "GCM-SHA384", "CHACHA20-POLY1305"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_older_versions_and_weaker_ciphers_are_refused(certificate: Path) -> None:
    weak = "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0"
    for client in (
        client_of(certificate, ssl.TLSVersion.TLSv1_1),
        client_of(certificate, ssl.TLSVersion.TLSv1_2, weak),
    ):
        with pytest.raises(ssl.SSLError):
            shaken(certificate, client)


def test_a_client_that_does_not_know_the_certificate_turns_away(certificate: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(certificate, ssl.create_default_context())
