"""Asks the API at argv[1] by DigitalOcean's own Python client (pydo) and prints what it understood, as JSON.

What the client cannot read ends the program; a refusal is told by its status and message."""
import json
import sys

from azure.core.exceptions import HttpResponseError
from pydo import Client

client = Client(token=sys.argv[2], endpoint=sys.argv[1], retry_total=0)
domain = "shop.test"
told = {}


def tell(name, call):
    try:
        told[name] = call()
    except HttpResponseError as error:
        told[name] = [error.status_code, error.message.splitlines()[0]]


def create(**body):
    return client.domains.create_record(domain, body=body)["domain_record"]


made = create(type="A", name="www", data="192.0.2.1", ttl=30)
for last in range(2, 27):
    create(type="A", name="www", data=f"192.0.2.{last}", ttl=30)
pages = [
    client.domains.list_records(domain, name="www.shop.test", type="A", page=page) for page in (1, 2)
]
told["sizes"] = [len(page["domain_records"]) for page in pages]
told["total"] = pages[0]["meta"]["total"]
told["more"] = ["next" in page["links"]["pages"] for page in pages]
tell("patched", lambda: client.domains.patch_record(domain, made["id"], body={"type": "A", "data": "203.0.113.1"}))
tell("put", lambda: client.domains.update_record(domain, made["id"], body={"type": "A", "name": "www", "ttl": 60}))
told["alias"] = create(type="CNAME", name="api", data="shop.test.", ttl=30)["data"]
tell("undotted", lambda: create(type="CNAME", name="cdn", data="www.shop.test", ttl=30))
tell("apex alias", lambda: create(type="CNAME", name="@", data="www.shop.test.", ttl=30))
tell("short", lambda: create(type="A", name="x", data="192.0.2.1", ttl=5))
tell("wide", lambda: client.domains.list_records(domain, per_page=500))
tell("absent", lambda: client.domains.get_record(domain, 1)["id"])
tell("removed", lambda: client.domains.delete_record(domain, made["id"]))
print(json.dumps(told))
