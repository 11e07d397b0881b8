import { PRODUCT } from '../../../server/names.ts';
import { type Check, NO_FILE, ok, wrong } from '../check.ts';
import { missingTools, shownPage } from './mcp-expected.ts';

const GENERATION = '2025-11-25';
const REMEDY = 'look at the log for /mcp: mcp-s3 logs --filter mcp';

/** The generation of the clients in the field, spoken by their library. */
export const mcpConnect2025: Check = {
  name: `mcp ${GENERATION} connect`,
  needs: ['health'],
  ofService: true,
  expected: `the handshake, with ${PRODUCT} on the other side`,
  remedy: REMEDY,
  async run(walk) {
    const client = await walk.connectMcp();
    walk.mcp = client;
    const { name, version } = client.getServerVersion() ?? {};
    const { protocolVersion } = client.transport as { protocolVersion?: string };
    const seen = `${name} ${version}, protocol ${protocolVersion}`;
    return name === PRODUCT && protocolVersion === GENERATION
      ? ok(seen)
      : wrong(seen, `${REMEDY}; is it the right URL?`);
  },
};

export const mcpTools2025: Check = {
  name: `mcp ${GENERATION} tools`,
  needs: [mcpConnect2025.name],
  ofService: true,
  expected: 'the list of tools, none of the documented ones missing',
  remedy: REMEDY,
  async run({ mcp }) {
    const { tools } = await mcp!.listTools();
    const missing = missingTools(tools);
    return missing.length === 0 ? ok(`${tools.length} tools`) : wrong(`without ${missing.join(', ')}`);
  },
};

export const mcpCall2025: Check = {
  name: `mcp ${GENERATION} call`,
  needs: [mcpConnect2025.name, 'files'],
  ofService: true,
  expected: 'read_file answers with the text of the file',
  remedy: REMEDY,
  async run({ mcp, file }) {
    if (file === undefined) return NO_FILE;
    const result = await mcp!.callTool({ name: 'read_file', arguments: { file_key: file.key, lines: 5 } });
    return shownPage(result as { content?: unknown; isError?: unknown }, file);
  },
};
