"""Validates answers against AWS's own model of its APIs, as botocore holds it.

Reads one JSON array from standard input: [{"service", "operation", "answer"}], where the answer is JSON as the service
sends it. Prints a JSON array of complaints, one text for each answer; empty where it fits.
"""

import json
import sys

import botocore.session
from botocore.validate import ParamValidator


def complaint(session, check):
    shape = session.get_service_model(check["service"]).operation_model(check["operation"]).output_shape
    unknown = sorted(set(check["answer"]) - set(shape.members))
    report = ParamValidator().validate(check["answer"], shape).generate_report()
    return "; ".join(part for part in [report, unknown and f"unknown: {unknown}"] if part)


session = botocore.session.get_session()
print(json.dumps([complaint(session, check) for check in json.load(sys.stdin)]))
