import { expect } from 'chai';
import fc from 'fast-check';
import { parse, stripComments } from 'jsonc-parser';
import { mergeConfig, type Setting } from '../../src/connect/merge-config.ts';
import { CliError } from '../../src/errors.ts';

const ENTRY = { type: 'http', url: 'https://x.example/mcp' };
const SERVER: Setting = { path: ['mcpServers', 'mcp-s3'], value: ENTRY };
const INPUT: Setting = { path: ['inputs'], value: { id: 'key', password: true }, append: true };

const merge = (text: string | undefined, ...settings: Setting[]) =>
  mergeConfig(text, settings.length === 0 ? [SERVER] : settings, 'mcp.json');

/** `after` is `before` with one piece put in and nothing taken out. */
function onlyAdds(before: string, after: string): boolean {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  return after.endsWith(before.slice(start));
}

describe('merging into a client file', () => {
  it('makes a file where there is none, and takes an empty one for that', () => {
    const fresh = `{\n  "mcpServers": {\n    "mcp-s3": {\n      "type": "http",\n      "url": "https://x.example/mcp"\n    }\n  }\n}\n`;
    expect(merge(undefined)).to.equal(fresh);
    expect(merge(' \n')).to.equal(fresh);
  });

  const files: Record<string, string> = {
    'comments and a trailing comma':
      '// top\n{\n\t"mcpServers": {\n\t\t/* a */ "b": {"command":"x"}, // why\n\t},\n\t"z": 1\n}\n',
    'one line': '{"mcpServers":{"b":{"command":"x"}}}',
    'an empty section': '{\n    "mcpServers": {}\n}',
    'a section with a comment only': '{\n  "mcpServers": {\n    // none yet\n  }\n}\n',
    'no section': '{\n  "theme": "dark"\n}\n',
    'Windows line ends': '{\r\n  "mcpServers": {\r\n    "b": {}\r\n  }\r\n}\r\n',
    'a byte order mark': '\ufeff{\n  "a": [1, 2 , 3]\n}\n',
    'an array on several lines': '{\n  "inputs": [\n    { "id": "other" } // mine\n  ]\n}',
  };
  for (const [what, text] of Object.entries(files)) {
    it(`changes not a character of what is there: ${what}`, () => {
      const after = merge(text);
      expect(onlyAdds(text, after), after).to.equal(true);
      const value = parse(after.replace('\ufeff', ''), [], { allowTrailingComma: true });
      expect(value.mcpServers['mcp-s3']).to.deep.equal(ENTRY);
      expect(merge(after)).to.equal(after);
      const lone = after.replaceAll('\r\n', '');
      if (text.includes('\r\n')) expect(lone).not.to.include('\n');
    });
  }

  it('keeps every other member, in its order, whatever the file holds', () => {
    const json = fc
      .dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 })
      .filter((value) => !('mcpServers' in value));
    const servers = fc.dictionary(
      fc.string().filter((name) => name !== 'mcp-s3'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(json, fc.option(servers), fc.constantFrom(0, 1, 2, '\t'), (rest, section, indent) => {
        const before = section === null ? rest : { ...rest, mcpServers: section };
        const after = JSON.parse(merge(JSON.stringify(before, null, indent)));
        const expected = { ...before, mcpServers: { ...section, 'mcp-s3': ENTRY } };
        expect(JSON.stringify(after)).to.equal(JSON.stringify(expected));
      }),
    );
  });

  it('replaces an entry of its own that is another', () => {
    const after = merge(
      '{\n  "mcpServers": {\n    "mcp-s3": { "url": "old" }, // ours\n    "b": {}\n  }\n}\n',
    );
    expect(parse(after).mcpServers).to.deep.equal({ 'mcp-s3': ENTRY, b: {} });
    expect(after).to.include('}, // ours\n');
  });

  it('appends what is not in the array yet, once', () => {
    const made = merge('{}', INPUT);
    expect(parse(made)).to.deep.equal({ inputs: [{ id: 'key', password: true }] });
    expect(merge(made, INPUT)).to.equal(made);
    const second = merge('{\n  "inputs": [\n    { "id": "other" } // mine\n  ]\n}', INPUT);
    expect(stripComments(second)).to.include('{ "id": "other" },').and.include('"id": "key"');
    expect(second).to.include('// mine');
  });

  const bad: Record<string, string> = {
    'a missing brace': '{\n  "mcpServers": {\n    "b": {}\n',
    'a missing quote': '{"mcpServers: {}}',
    'an array': '[]',
    'a section that is a list': '{"mcpServers": []}',
    'a section that is null': '{"mcpServers": null}',
  };
  for (const [what, text] of Object.entries(bad)) {
    it(`refuses ${what}`, () => {
      expect(() => merge(text))
        .to.throw(CliError, /cannot add to mcp\.json/)
        .with.property('exitCode', 2);
    });
  }
});
