"""Whether a value fits a JSON schema, by a validator that is not the model server's."""

from importlib import import_module
from typing import Any

_VALIDATOR: Any = import_module("jsonschema").Draft202012Validator  # it has no types


def fits(schema: dict[str, Any], value: object) -> bool:
    """Raises SchemaError where the schema is none."""
    _VALIDATOR.check_schema(schema)
    return bool(_VALIDATOR(schema).is_valid(value))
