import { expect } from 'chai';
import fc from 'fast-check';
import { ServiceError } from '../../server/errors.ts';
import { compileGlob } from '../../server/files/glob.ts';

describe('a glob', () => {
  const cases: [string, string[], string[]][] = [
    ['*.md', ['a.md', 'x/y/a.md', '.md'], ['a.mdx', 'a.md/b', 'A.MD']],
    ['docs/*.md', ['docs/a.md'], ['docs/x/a.md', 'a.md', 'x/docs/a.md']],
    ['docs/**', ['docs/a', 'docs/a/b'], ['docs', 'docsx/a']],
    ['docs/**/*.md', ['docs/a.md', 'docs/x/y/a.md'], ['docs.md', 'docs/a.txt']],
    ['**/a.txt', ['a.txt', 'x/a.txt', 'x/y/a.txt'], ['ba.txt', 'x/ba.txt']],
    ['/a', ['/a'], ['a', 'x/a']],
    ['a?c', ['abc', 'a😀c'], ['ac', 'abbc']],
    ['x/a?c', ['x/abc'], ['x/a/c']],
    ['[a-c]x', ['ax', 'cx'], ['dx', 'x']],
    ['[!a-c]x', ['dx'], ['ax']],
    ['[]]', [']'], ['[']],
    ['{a,b}.{txt,md}', ['a.txt', 'b.md'], ['c.txt', 'a.tx']],
    ['{a,x{1,2}}', ['a', 'x1', 'x2'], ['x', 'x3']],
    ['a\\*', ['a*'], ['ab']],
    ['a{,b}', ['a', 'ab'], ['b']],
    ['report (1)+.txt', ['report (1)+.txt'], ['report 1.txt']],
  ];
  for (const [glob, yes, no] of cases) {
    it(glob, () => {
      const matches = compileGlob(glob);
      for (const key of yes) expect(matches(key), key).to.equal(true);
      for (const key of no) expect(matches(key), key).to.equal(false);
    });
  }

  it('refuses what is none, and says why', () => {
    for (const glob of ['', '{a', '[a', 'a\\', 'x'.repeat(300), '{1,2,3,4}'.repeat(8)]) {
      expect(() => compileGlob(glob), glob).to.throw(ServiceError, /glob/);
    }
  });

  it('takes any key as itself when escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (key) => {
        const literal = Array.from(key, (char) => `\\${char}`).join('');
        expect(
          compileGlob(literal)(literal.includes('/') ? key : key.slice(key.lastIndexOf('/') + 1)),
        ).to.equal(true);
      }),
    );
  });

  it('does not hang', () => {
    expect(compileGlob(`${'*a'.repeat(100)}b`)('a'.repeat(1000))).to.equal(false);
    expect(compileGlob(`${'**/'.repeat(60)}b`)('a/'.repeat(500))).to.equal(false);
  });
});
