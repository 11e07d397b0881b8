"""Asks parts of MiniStack outside of a request. JSON in, JSON out.

  {"function": configuration}                        the session of a function's role, as Lambda gives it
  {"policies": [...], "action", "resource", "keys"}  what the policies decide, with these condition keys
"""

import json
import os
import sys

os.environ["AUTH"] = "true"

from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document  # noqa: E402
from ministack.core.lambda_runtime import execution_credentials  # noqa: E402


def decide(ask):
    resource = ask["resource"]
    context = EvalContext(
        principal_arn="",
        principal_type="AssumedRole",
        principal_account="",
        action=ask["action"],
        resource_arn=resource,
        region="",
        service_context={key.lower(): value for key, value in ask["keys"].items()},
    )
    return evaluate(context, [parse_policy_document(policy) for policy in ask["policies"]]).decision == "Allow"


ask = json.load(sys.stdin)
print(json.dumps(execution_credentials(ask["function"]) if "function" in ask else decide(ask)))
