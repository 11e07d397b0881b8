"""
Everything that an AWS account holds, by every list call that answers without arguments.

    python inventory.py URL REGION [CALLS]

CALLS is a file with the calls of an earlier inventory; without it every List*, Describe* and Get* operation that
botocore knows and that requires no argument is tried, and those that the endpoint answers are taken. Prints
{"service:Operation": ["item as JSON", ...]}.
"""
import json
import re
import sys

import botocore.session
from botocore.config import Config

# Lists that leave something out unless they are asked for it.
ARGUMENTS = {
    "secretsmanager:ListSecrets": {"IncludePlannedDeletion": True},
    "ecs:ListTaskDefinitions": {"status": "INACTIVE"},
}
# Answers that are new each time.
VOLATILE = {
    "ecr:GetAuthorizationToken",
    "emr:GetBlockPublicAccessConfiguration",
    "iam:GetCredentialReport",
    "iam:GetUser",
    "secretsmanager:GetRandomPassword",
    "sts:GetSessionToken",
    "waf-regional:GetChangeToken",
    "waf:GetChangeToken",
}

url, region = sys.argv[1:3]
session = botocore.session.Session()
session.set_credentials("root", "root-secret")
loader = session.get_component("data_loader")


def operations(service):
    model = loader.load_service_model(service, "service-2")
    for name, operation in model["operations"].items():
        shape = model["shapes"].get(operation.get("input", {}).get("shape"), {})
        if re.match(r"^(List|Describe|Get)", name) and not shape.get("required"):
            yield name


def items(answer):
    answer.pop("ResponseMetadata", None)
    for name, value in answer.items():
        for item in value if isinstance(value, list) else [value]:
            yield f"{name}: {json.dumps(item, sort_keys=True, default=str)}"


def ask(client, service, operation):
    arguments = ARGUMENTS.get(f"{service}:{operation}", {})
    method = botocore.xform_name(operation)
    if client.can_paginate(method):
        for page in client.get_paginator(method).paginate(**arguments):
            yield from items(page)
    else:
        yield from items(client._make_api_call(operation, arguments))


def inventory(calls):
    config = Config(retries={"max_attempts": 0}, connect_timeout=5, read_timeout=60)
    for service, names in calls.items():
        client = session.create_client(service, region_name=region, endpoint_url=url, config=config)
        for name in names:
            try:
                yield f"{service}:{name}", sorted(set(ask(client, service, name)))
            except Exception as error:  # also what its parsers throw at an answer of another protocol
                # What was listed before must be listed again.
                if known:
                    yield f"{service}:{name}", [f"cannot be listed any more: {error}"]


known = len(sys.argv) > 3
if known:
    calls = {}
    with open(sys.argv[3], encoding="utf-8") as file:
        for call in json.load(file):
            calls.setdefault(call.split(":")[0], []).append(call.split(":")[1])
else:
    calls = {
        service: names
        for service in session.get_available_services()
        if (names := [name for name in operations(service) if f"{service}:{name}" not in VOLATILE])
    }
json.dump(dict(inventory(calls)), sys.stdout)
