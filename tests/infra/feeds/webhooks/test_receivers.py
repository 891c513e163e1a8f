"""Where a message may go: never into our own network, never on to another address."""

import pytest

from infra.feeds.webhooks.receivers import HttpSender, UnreachableReceiver, is_public


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *(
            "::1",
            "fe80::1",
            "fe80::1%eth0",
            "fc00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "2002:a00:1::",
            "ff02::1",
        ),
    ],
)
def test_an_address_of_our_own_network_is_refused(address: str) -> None:
    assert not is_public(address)
    sender = HttpSender(resolve=lambda *_: ["93.184.216.34", address])
    with pytest.raises(UnreachableReceiver, match="address-private"):
        sender.checked_address("https://gateway.example/jiayi")


def test_a_public_address_is_where_the_connection_goes() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1::1")
    sender = HttpSender(resolve=lambda *_: ["93.184.216.34"])
    assert sender.checked_address("https://gateway.example/jiayi") == "93.184.216.34"


def test_plain_http_needs_a_host_that_the_setting_names() -> None:
    with pytest.raises(UnreachableReceiver, match="https-needed"):
        HttpSender(resolve=lambda *_: ["93.184.216.34"]).checked_address("http://gateway.example/")
    named = HttpSender(hosts=("gateway.lan",), resolve=lambda *_: ["10.0.0.7"])
    assert named.checked_address("http://gateway.lan:8080/") == "10.0.0.7"


def test_a_name_without_an_address_is_unreachable() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise OSError(host, port)

    with pytest.raises(UnreachableReceiver, match="name-unknown"):
        HttpSender(resolve=resolve).checked_address("https://nowhere.example/")
