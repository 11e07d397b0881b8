import { Readable } from 'node:stream';
import { type Check, ok, skipped, wrong } from '../check.ts';

/** A small file of a key that says what it is. It is removed at the end. */
export const upload: Check = {
  name: 'upload',
  needs: ['health'],
  ofService: false,
  expected: 'a file of a few lines is stored, its checksum compared',
  remedy: 'see what the bucket refuses: mcp-s3 upload FILE',
  async run(walk) {
    const { target, context, mark, prefix } = walk;
    if (target.kind === 'endpoint') {
      return skipped('not possible with a key alone; a file that is there is used');
    }
    const key = `${prefix}mcp-s3-verify-${mark}.txt`;
    const content = Buffer.from(textOf(mark));
    walk.file = { key, size: content.length, content };
    const result = await target.upload(
      { key, open: async () => ({ body: Readable.from([content]), size: content.length }) },
      { noClobber: true, onProgress: () => {}, signal: context.signal },
    );
    return result.status === 'uploaded' ? ok(key) : wrong(`${key} was there already`);
  },
};

function textOf(mark: string): string {
  const sentences = [
    'This file was made by mcp-s3 verify and is removed when the walk is over.',
    'Its second line is read alone, by its number.',
    'The harbour office keeps a record of every boat that comes in before noon.',
    'In March the record was lost, and three clerks wrote it anew from memory.',
    `The word of this walk is ${mark}.`,
  ];
  return `${sentences.join('\n')}\n`;
}
