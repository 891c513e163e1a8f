import asyncio

import orjson
import pytest
from click.testing import CliRunner

from infra.cli.main import cli
from infra.dev.local import Services
from streams.topics import Topic, TopicError, create_topic, partition_of


@pytest.mark.parametrize(
    ("key", "murmur2"),
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
        ("a-little-bit-longer-string", -1486304829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        ("abc", 479470107),
    ],
)
def test_a_streams_partition_is_that_of_kafkas_own_clients(key, murmur2):
    """The values are those of Apache Kafka's UtilsTest.testMurmur2."""
    assert partition_of(key, 2**31 - 1) == (murmur2 & 0x7FFFFFFF) % (2**31 - 1)
    assert partition_of(key, 8) == (murmur2 & 0x7FFFFFFF) % 8


def test_a_topic_is_made_once_and_its_partition_count_is_frozen(services: Services) -> None:
    async def three_times() -> tuple[bool, bool]:
        made = await create_topic(services.bootstrap_servers, Topic(name="frozen", partitions=3))
        again = await create_topic(services.bootstrap_servers, Topic(name="frozen", partitions=3))
        with pytest.raises(TopicError, match="topic-partitions-frozen"):
            await create_topic(services.bootstrap_servers, Topic(name="frozen", partitions=4))
        return made, again

    assert asyncio.run(three_times()) == (True, False)


def test_the_command_makes_the_topic_and_says_no_in_one_line(services: Services) -> None:
    command = ["streams", "create-topics", "--bootstrap-servers", services.bootstrap_servers, "--json"]
    first, second, other = (CliRunner().invoke(cli, [*command, *more]) for more in ([], [], ["--partitions", "9"]))
    assert [orjson.loads(each.stdout)["made"] for each in (first, second)] == [True, False]
    assert other.exit_code == 2
    assert orjson.loads(other.stderr) == {
        "rule": "topic-partitions-frozen",
        "detail": orjson.loads(other.stderr)["detail"],
        "values": {"topic": "jiayi.events.v1", "found": 8, "wanted": 9},
    }


def test_a_broker_that_is_away_is_told_in_one_line() -> None:
    result = CliRunner().invoke(cli, ["streams", "create-topics", "--bootstrap-servers", "127.0.0.1:1", "--json"])
    assert (result.exit_code, orjson.loads(result.stderr)["rule"]) == (2, "kafka-unreachable")
