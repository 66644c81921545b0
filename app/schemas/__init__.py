"""The wire: what may come in and what goes out, in marshmallow schemas."""
