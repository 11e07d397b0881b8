import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { z } from 'zod';
import { configSchema } from '../../src/settings/config-schema.ts';

const PUBLISHED = new URL('../../docs/mcp-s3.schema.json', import.meta.url);

describe('the published schema of mcp-s3.json', () => {
  it('is the one that validates (UPDATE_SCHEMA=1 writes it)', async () => {
    const schema = {
      title: 'mcp-s3.json',
      description: 'Settings of mcp-s3 in the working folder, for each stage. Never secrets.',
      ...z.toJSONSchema(configSchema, { io: 'input' }),
    };
    if (process.env.UPDATE_SCHEMA) await writeFile(PUBLISHED, `${JSON.stringify(schema, null, 2)}\n`);
    expect(JSON.parse(await readFile(PUBLISHED, 'utf8'))).to.deep.equal(schema);
  });
});
