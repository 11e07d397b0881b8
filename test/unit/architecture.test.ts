import { expect } from 'chai';
import { violations } from '../support/import-rules.ts';
import { cycles, filesBelow, importsOf, readSource } from '../support/imports.ts';

const PRODUCT = ['src', 'server', 'templates'];
const MOST_LINES = 350;
/** Names that say nothing: what is in there could be anything. */
const EMPTY_NAMES = /(^|\/)(utils?|helpers?|types|common|misc)(\.[^/]+)?(\/|$)/;

const isCode = (file: string) => /\.(ts|mjs|js)$/.test(file);
const imports = filesBelow(...PRODUCT)
  .filter(isCode)
  .flatMap((file) => importsOf(file, readSource(file)));

describe('architecture', () => {
  it('has imports in the directions of the architecture only', () => {
    expect(imports.length).to.be.greaterThan(0);
    expect(violations(imports)).to.deep.equal([]);
  });

  it('has no circular imports', () => {
    expect(cycles(imports)).to.deep.equal([]);
  });

  it('has no file or folder whose name says nothing', () => {
    const all = filesBelow(...PRODUCT, 'test', 'bench', 'scripts');
    expect(all.filter((file) => EMPTY_NAMES.test(file))).to.deep.equal([]);
  });

  it(`has no source file above ${MOST_LINES} lines`, () => {
    const long = filesBelow(...PRODUCT, 'test', 'bench', 'scripts', 'bin')
      .filter(isCode)
      .map((file) => ({ file, lines: readSource(file).split('\n').length }))
      .filter(({ lines }) => lines > MOST_LINES);
    expect(long).to.deep.equal([]);
  });

  it('names no registry in the lock file', () => {
    expect(readSource('package-lock.json')).not.to.include('"resolved"');
  });

  it('has the optional packages of every platform in the lock file, or `npm ci` would refuse it', () => {
    const packages = Object.entries(JSON.parse(readSource('package-lock.json')).packages) as [
      string,
      { optionalDependencies?: Record<string, string> },
    ][];
    const locked = new Set(packages.map(([place]) => place.replace(/^.*node_modules\//, '')));
    const wanted = packages.flatMap(([, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {}),
    );
    expect(wanted.filter((name) => !locked.has(name))).to.deep.equal([]);
  });
});

describe('the check of the architecture', () => {
  const found = (source: string, from = 'src/commands/a.ts') => importsOf(from, source);

  it('finds every form of import', () => {
    const source = [
      "import a from './a.ts';",
      'import {',
      '  b,',
      "} from '../b.ts';",
      "import type { C } from './c.ts';",
      "export * from './d.ts';",
      "import './e.ts';",
      "const f = await import('./f.ts');",
      "import { type G, g } from 'g';",
      "import type from './h.ts';",
    ].join('\n');
    expect(found(source).map(({ to, typeOnly, lazy }) => [to, typeOnly, lazy])).to.deep.equal([
      ['src/commands/a.ts', false, false],
      ['src/b.ts', false, false],
      ['src/commands/c.ts', true, false],
      ['src/commands/d.ts', false, false],
      ['src/commands/e.ts', false, false],
      ['g', false, false],
      ['src/commands/h.ts', false, false],
      ['src/commands/f.ts', false, true],
    ]);
  });

  it('is not misled by comments and strings', () => {
    const source = [
      "// import a from './a.ts';",
      "/* import('./b.ts') */",
      "const text = `import('./c.ts')`;",
      'export const url = "x"; // from',
    ].join('\n');
    expect(found(source)).to.deep.equal([]);
  });

  const forbidden: [string, string][] = [
    ['server/app.ts', "import '../src/io.ts';"],
    ['server/http/a.ts', "import '../mcp/b.ts';"],
    ['server/mcp/a.ts', "await import('../http/b.ts');"],
    ['server/files/a.ts', "import { createApp } from '../app.ts';"],
    ['server/names.ts', "import path from 'node:path';"],
    ['src/commands/files.ts', "import { createApp } from '../../server/app.ts';"],
    ['src/targets/local.ts', "import '../../server/files/folder.ts';"],
    ['src/targets/local.ts', "import '../commands/dev.ts';"],
    ['src/targets/local.ts', "import '../render/table.ts';"],
    ['src/render/a.ts', "import { b } from '../targets/b.ts';"],
    ['src/aws/a.ts', "import '../targets/b.ts';"],
    ['src/targets/aws.ts', "import type { S3 } from '@aws-sdk/client-s3';"],
    ['templates/functions/upload.ts', "import '../../src/io.ts';"],
    ['src/io.ts', "import '../test/support/a.ts';"],
  ];
  for (const [from, source] of forbidden) {
    it(`refuses ${source} in ${from}`, () => {
      expect(violations(found(source, from))).to.have.lengthOf.at.least(1);
    });
  }

  it('lets the allowed ones pass', () => {
    const allowed = [
      ...found("import { createApp } from '../../server/app.ts';", 'src/commands/dev.ts'),
      ...found("import type { Row } from '../targets/b.ts';", 'src/render/a.ts'),
      ...found("import { PRODUCT } from '../server/names.ts';", 'src/io.ts'),
      ...found("import { S3Client } from '@aws-sdk/client-s3';", 'server/files/s3.ts'),
    ];
    expect(violations(allowed)).to.deep.equal([]);
  });

  it('sees a circle, and none where one arrow is a type', () => {
    const a = found("import { b } from './b.ts';", 'src/a.ts');
    expect(cycles([...a, ...found("import { a } from './a.ts';", 'src/b.ts')])).to.deep.equal([
      'src/a.ts -> src/b.ts -> src/a.ts',
    ]);
    expect(cycles([...a, ...found("import type { a } from './a.ts';", 'src/b.ts')])).to.deep.equal([]);
  });
});
