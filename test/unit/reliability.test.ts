import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const DOCS = new URL('../../docs/', import.meta.url);

/** The titles of the tests of a file, with `…` for what differs from case to case. */
function titlesIn(source: string): string[] {
  const titled = /\bit\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;
  return [...source.matchAll(titled)].map(([, single, double, template]) => {
    if (template !== undefined) return template.replace(/\$\{[^}]*\}/g, '…');
    return (single ?? double)!.replace(/\\(.)/g, '$1');
  });
}

describe('docs/reliability.md', () => {
  const links = readFileSync(new URL('reliability.md', DOCS), 'utf8')
    .split('\n')
    .filter((line) => /^\|.*\]\(/.test(line))
    .flatMap((line) => [...line.matchAll(/\[([^\]]*)\]\(([^)]*)\)/g)])
    .map(([, title, file]) => ({ title: title!, file: file! }));

  it('names many tests', () => {
    expect(links.length).to.be.above(60);
  });

  for (const { title, file } of links) {
    it(`names what exists: ${title}`, () => {
      const path = fileURLToPath(new URL(file, DOCS));
      expect(existsSync(path), file).to.equal(true);
      if (!/\/test\/.*\.ts$/.test(file)) return;
      expect(titlesIn(readFileSync(path, 'utf8')), file).to.include(title);
    });
  }
});
