"""Alembic's environment: how an older database becomes the present one."""
