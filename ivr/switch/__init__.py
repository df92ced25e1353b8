"""Asterisk: finding or unpacking it, rendering its configuration, asking whether it is well."""
