def handler(event, _context):
    return {"message": f"Hello {event.get('name', 'world')}, this is Lambda!"}
