"""Says what of the answers of a test AWS's own service models (those of botocore) do not know.

Reads a JSON array of {service, operation, status, body} from standard input, and writes one line for each fault.
"""

import json
import sys
import xml.etree.ElementTree as ElementTree

import botocore.session


def walk_json(shape, value, path, faults):
    kind = shape.type_name
    if value is None:
        return
    if kind == "structure":
        if not isinstance(value, dict):
            return faults.append(f"{path} is no object")
        names = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        for name, inner in value.items():
            if name not in names:
                faults.append(f"{path}.{name} is not in {shape.name}")
            else:
                walk_json(names[name], inner, f"{path}.{name}", faults)
    elif kind == "list":
        if not isinstance(value, list):
            return faults.append(f"{path} is no list")
        for index, inner in enumerate(value):
            walk_json(shape.member, inner, f"{path}[{index}]", faults)
    elif kind == "map":
        for inner in value.values():
            walk_json(shape.value, inner, f"{path}.*", faults)
    else:
        wanted = {
            "string": str, "boolean": bool, "integer": int, "long": int, "float": (int, float),
            "double": (int, float), "timestamp": (int, float, str), "blob": str,
        }[kind]
        if not isinstance(value, wanted) or (isinstance(value, bool) and kind != "boolean"):
            faults.append(f"{path} is no {kind}: {value!r}")
        elif kind == "string" and shape.enum and value not in shape.enum:
            faults.append(f"{path} is none of {shape.name}: {value!r}")


def walk_xml(shape, element, path, faults):
    kind = shape.type_name
    if kind == "structure":
        names = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        for inner in element:
            if inner.tag not in names:
                faults.append(f"{path}.{inner.tag} is not in {shape.name}")
            else:
                walk_xml(names[inner.tag], inner, f"{path}.{inner.tag}", faults)
    elif kind == "list":
        wanted = shape.member.serialization.get("name", "member")
        for index, inner in enumerate(element):
            if inner.tag != wanted:
                faults.append(f"{path}: {inner.tag} instead of {wanted}")
            walk_xml(shape.member, inner, f"{path}[{index}]", faults)
    elif kind == "string" and shape.enum and element.text not in shape.enum:
        faults.append(f"{path} is none of {shape.name}: {element.text!r}")
    elif kind in ("integer", "long") and not (element.text or "").lstrip("-").isdigit():
        faults.append(f"{path} is no {kind}: {element.text!r}")


def without_namespaces(text):
    root = ElementTree.fromstring(text)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def check(session, answer):
    model = session.get_service_model(answer["service"])
    operation = model.operation_model(answer["operation"])
    place = f"{answer['service']} {answer['operation']}"
    faults = []
    if answer["status"] >= 400:
        known = {error.error_code for error in operation.error_shapes} | {error.name for error in operation.error_shapes}
        if answer["error"] not in known and not answer["common"]:
            faults.append(f"{place} has no error {answer['error']}")
        return faults
    if "before" in answer:
        # What the emulator itself says otherwise than AWS is not the test's.
        rest = {name: value for name, value in answer.items() if name != "before"}
        own = set(check(session, {**rest, "body": answer["before"]}))
        return [fault for fault in check(session, rest) if fault not in own]
    protocol = model.metadata["protocol"]
    if protocol in ("json", "rest-json"):
        walk_json(operation.output_shape, json.loads(answer["body"]), place, faults)
    else:
        root = without_namespaces(answer["body"])
        wrapper = operation.output_shape.serialization.get("resultWrapper")
        inner = root if wrapper is None else root.find(wrapper)
        if inner is None:
            faults.append(f"{place}: no {wrapper}")
        else:
            walk_xml(operation.output_shape, inner, place, faults)
    return faults


session = botocore.session.get_session()
for each in json.load(sys.stdin):
    for fault in check(session, each):
        print(fault)
