"""Speaks to a server with the `mcp` package (1.x or 2.x): python_client.py URL KEY FILE MODE

Prints one JSON object: protocol version, names of the tools, resources and prompts, and the texts that `read_file`
gives for FILE. MODE is `session` for 1.x, or what `mcp.Client` of 2.x takes as `mode`.
"""

import asyncio
import json
import sys

from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

url, key, file_key, mode = sys.argv[1:]


async def ask(client, version):
    tools = await client.list_tools()
    resources = await client.list_resources()
    prompts = await client.list_prompts()
    answer = await client.call_tool("read_file", {"file_key": file_key})
    resource = await client.read_resource(resources.resources[0].uri)
    return {
        "version": version,
        "tools": [tool.name for tool in tools.tools],
        "resources": [str(resource.uri) for resource in resources.resources],
        "prompts": [prompt.name for prompt in prompts.prompts],
        "texts": [content.text for content in answer.content],
        "resource": resource.contents[0].text,
    }


async def with_session(transport):
    from mcp import ClientSession

    async with transport as (read, write, _), ClientSession(read, write) as session:
        version = (await session.initialize()).protocolVersion
        return await ask(session, version)


async def with_client(transport):
    from mcp import Client

    async with Client(transport, mode=mode) as client:
        return await ask(client, client.protocol_version)


async def main():
    async with create_mcp_http_client(headers={"x-api-key": key}) as http:
        transport = streamable_http_client(url, http_client=http)
        print(json.dumps(await (with_session if mode == "session" else with_client)(transport)))


asyncio.run(main())
