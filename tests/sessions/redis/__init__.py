"""Sessions in Redis, on a real Valkey server."""
