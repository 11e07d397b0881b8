"""Deletes every version in a bucket with botocore, a page after the other: `python empty_bucket.py URL BUCKET`."""
import sys

import botocore.session
from botocore.config import Config

url, bucket = sys.argv[1:3]
session = botocore.session.Session()
session.set_credentials("root", "root-secret")
client = session.create_client(
    "s3", region_name="eu-central-1", endpoint_url=url, config=Config(s3={"addressing_style": "path"})
)
for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
    entries = page.get("Versions", []) + page.get("DeleteMarkers", [])
    objects = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries]
    if objects:
        client.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
