"""The relay alone: logins that stay secret, letters a server does not want, settings that are none.

With LocalStack around it: test_mail.py.
"""

import logging
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lab.launch.ports import free_port
from lab_engine.runtime.certificate import self_signed
from lab_engine.sns.letters import Letter
from lab_engine.sns.relay import MailServerError, Relay, mail_server_from_environment
from tests.engine.smtp_server import MailServer, serving
from tests.engine.waiting import wait_for

SECRET = "kw4m-lap"  # a password for 127.0.0.1 only  # pragma: allowlist secret
LETTER = Letter(
    '"CSV Pipeline" <no-reply@sns.amazonaws.com>', "nok@example.com", "รายงาน", "ยอดขาย"
)

Configure = Callable[..., Relay]


@pytest.fixture
def relay_to(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Configure:
    """A relay as the environment describes it."""
    caplog.set_level(logging.DEBUG)

    def configure(**environment: str) -> Relay:
        for name in ("SMTP_HOST", "SMTP_USER", "SMTP_PASS"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        server = mail_server_from_environment()
        assert server is not None
        assert SECRET not in repr(server)
        return Relay(server)

    return configure


@pytest.fixture(scope="module")
def certificate_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 and its key, signed by itself."""
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(self_signed())
    return file


@pytest.fixture
def certificate(certificate_file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file)
    return context


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch, certificate_file: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate_file))


def test_a_letter_arrives_as_it_was_written(relay_to: Configure) -> None:
    with serving(MailServer(free_port())) as server:
        relay_to(SMTP_HOST=server.address).send(LETTER)
        [letter] = wait_for("the letter", lambda: server.letters)

    assert (letter["Subject"], letter.get_content().strip()) == ("รายงาน", "ยอดขาย")
    assert letter["Date"].datetime > datetime.now(UTC) - timedelta(minutes=1)
    assert letter["Message-ID"].endswith("@sns.amazonaws.com>")


@pytest.mark.usefixtures("trusted")
def test_with_a_user_and_password_it_logs_in_and_neither_is_logged(
    relay_to: Configure, certificate: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(MailServer(free_port(), certificate, ("nok", SECRET))) as server:
        relay_to(SMTP_HOST=server.address, SMTP_USER="nok", SMTP_PASS=SECRET).send(LETTER)
        wait_for("the letter", lambda: server.letters)

    assert server.logins == [("nok", SECRET)]
    assert SECRET not in caplog.text


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_told_without_repeating_it(
    relay_to: Configure, certificate: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(MailServer(free_port(), certificate, ("nok", "another"))) as server:
        relay_to(SMTP_HOST=server.address, SMTP_USER="nok", SMTP_PASS=SECRET).send(LETTER)
        wait_for("the warning", lambda: "does not accept SMTP_USER and SMTP_PASS" in caplog.text)

    assert SECRET in server.logins[0]
    assert SECRET not in caplog.text
    assert not server.letters


@pytest.mark.parametrize("offers_tls", [True, False], ids=["unknown certificate", "no STARTTLS"])
def test_a_server_that_cannot_prove_itself_gets_no_password(
    relay_to: Configure,
    certificate: ssl.SSLContext,
    caplog: pytest.LogCaptureFixture,
    offers_tls: bool,
) -> None:
    offered = certificate if offers_tls else None
    with serving(MailServer(free_port(), offered, ("nok", SECRET))) as server:
        relay_to(SMTP_HOST=server.address, SMTP_USER="nok", SMTP_PASS=SECRET).send(LETTER)
        wait_for("the warning", lambda: "took no copy of a mail" in caplog.text)

    assert server.logins == []
    assert SECRET not in caplog.text


def test_a_letter_that_cannot_be_sent_does_not_stop_the_next(relay_to: Configure) -> None:
    broken = Letter("a\nb", "nok@example.com", "two\nlines", "text")
    with serving(MailServer(free_port())) as server:
        relay = relay_to(SMTP_HOST=server.address)
        relay.send(broken)
        relay.send(LETTER)
        [letter] = wait_for("the good letter", lambda: server.letters)

    assert letter["Subject"] == LETTER.subject


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"SMTP_HOST": "mailpit:smtp"}, "SMTP_HOST"),
        ({"SMTP_HOST": "mailpit:99999"}, "SMTP_HOST"),
        ({"SMTP_HOST": ":1025"}, "SMTP_HOST"),
        ({"SMTP_HOST": "smtp://mailpit:1025"}, "SMTP_HOST"),
        ({"SMTP_HOST": "nok@mailpit:1025"}, "SMTP_HOST"),
        ({"SMTP_HOST": "mailpit", "SMTP_USER": "nok"}, "SMTP_PASS"),
        ({"SMTP_HOST": "mailpit", "SMTP_PASS": SECRET}, "SMTP_USER"),
    ],
)
def test_settings_that_cannot_be_meant_are_told_by_their_name(
    relay_to: Configure, environment: dict[str, str], names: str
) -> None:
    with pytest.raises(MailServerError, match=names) as error:
        relay_to(**environment)
    assert SECRET not in str(error.value)


@pytest.mark.parametrize("nothing", ["", "  "])
def test_without_smtp_host_nothing_is_relayed(
    monkeypatch: pytest.MonkeyPatch, nothing: str
) -> None:
    monkeypatch.setenv("SMTP_HOST", nothing)
    assert mail_server_from_environment() is None
