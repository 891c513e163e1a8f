from tests.services import database_url, services

__all__ = ["database_url", "services"]
