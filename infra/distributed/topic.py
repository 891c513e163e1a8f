"""The topic of events as the settings name it."""

from infra.settings import Settings
from streams.topics import Topic


def topic_of(settings: Settings) -> Topic:
    """Return the topic as it shall be."""
    return Topic(name=settings.topic, partitions=settings.partitions)
