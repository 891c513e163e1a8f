"""Topics of the real Kafka as an operator handles them: deleted, widened, and sent to by hand."""

from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType  # type: ignore[import-untyped]

from streams.envelope import Headers


async def delete_topic(servers: str, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        await admin.delete_topics([name])
    finally:
        await admin.close()


async def take_messages_of(servers: str, name: str, size: int) -> None:
    """Let a topic take messages of so many bytes."""
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        wider = ConfigResource(ConfigResourceType.TOPIC, name, configs={"max.message.bytes": str(size)})
        await admin.alter_configs([wider])
    finally:
        await admin.close()


async def send(servers: str, name: str, partition: int, value: bytes, headers: Headers) -> None:
    """Send one message by hand."""
    async with AIOKafkaProducer(bootstrap_servers=servers) as producer:
        await producer.send_and_wait(name, value, partition=partition, headers=list(headers))
