"""How the sessions lie in Redis, and how it is asked."""
