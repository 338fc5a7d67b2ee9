def marshal(value):
    """A value as DynamoDB's JSON has it."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, (int, float)):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, list):
        return {"L": [marshal(one) for one in value]}
    return {"M": {key: marshal(one) for key, one in value.items()}}


def unmarshal(value):
    ((kind, inner),) = value.items()
    if kind == "NULL":
        return None
    if kind in ("BOOL", "S"):
        return inner
    if kind == "N":
        return float(inner) if "." in inner else int(inner)
    if kind == "L":
        return [unmarshal(one) for one in inner]
    if kind == "M":
        return {key: unmarshal(one) for key, one in inner.items()}
    raise ValueError(f"no type {kind}")


def handler(event, _context):
    items = event["items"]
    marshalled = [marshal(one) for one in items]
    return {"same": [unmarshal(one) for one in marshalled] == items, "items": marshalled}
