"""The HTTP API: one service call per route, JSON in camelCase, RFC 9457 problems."""
