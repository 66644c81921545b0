"""The wire: what may come in and what goes out, as shapes that msgspec checks."""
