def handler(event, _context):
    """What each customer ordered, the best first."""
    by_name = {}
    for order in event["orders"]:
        name = order["customer"]
        entry = by_name.get(name)
        if entry is None:
            entry = by_name[name] = {"customer": name, "orders": 0, "pieces": 0, "cents": 0}
        entry["orders"] += 1
        for item in order["items"]:
            entry["pieces"] += item["quantity"]
            entry["cents"] += item["quantity"] * item["cents"]
    customers = sorted(by_name.values(), key=lambda one: (-one["cents"], one["customer"]))
    return {"customers": customers, "cents": sum(one["cents"] for one in customers)}
