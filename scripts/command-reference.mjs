/**
 * docs/commands.md, from oclif's manifest.
 *
 *   npm run docs    after a change of commands or flags
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const SHARED = ['stage', 'local', 'folder', 'endpoint', 'profile', 'region', 'json'];

/** The reference as Markdown, of what the last build found. */
export async function commandReference() {
  const manifest = JSON.parse(await readFile(new URL('oclif.manifest.json', ROOT), 'utf8'));
  const commands = Object.values(manifest.commands)
    .filter(({ hidden }) => !hidden)
    .map((command) => ({ ...command, name: command.id.replaceAll(':', ' ') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const shared = commands.find(({ id }) => id === 'status').flags;
  return [
    '# Commands',
    '',
    'Made from the commands themselves by `npm run docs`; `mcp-s3 COMMAND --help` says the same.',
    '',
    ...commands.map(({ name, summary }) => `- [${name}](#${name.replaceAll(' ', '-')}): ${plain(summary)}`),
    '',
    '## Flags of every command',
    '',
    'Where a command has no such flag, or another meaning for it, its own table says so.',
    '',
    ...flagTable(SHARED.map((flag) => shared[flag])),
    '',
    ...commands.flatMap((command) => section(command, shared)),
  ].join('\n');
}

function section({ name, summary, description, args = {}, flags, strict, examples = [] }, shared) {
  const words = Object.values(args).map(({ name: word, required }) => {
    const title = word.toUpperCase() + (strict === false ? '…' : '');
    return required ? title : `[${title}]`;
  });
  const visible = Object.values(flags).filter(({ hidden }) => !hidden);
  const same = ({ name: flag, description: text }) =>
    SHARED.includes(flag) && shared[flag].description === text;
  const own = visible.filter((flag) => !same(flag));
  const missing = SHARED.filter((flag) => !visible.some((one) => one.name === flag));
  return [
    `## ${name}`,
    '',
    `\`mcp-s3 ${[name, ...words].join(' ')}\``,
    '',
    plain(summary),
    ...(description ? ['', plain(description)] : []),
    ...argumentList(args),
    ...(own.length > 0 ? ['', ...flagTable(own)] : []),
    ...(missing.length > 0 ? ['', `Without ${missing.map((flag) => `\`--${flag}\``).join(', ')}.`] : []),
    ...(examples.length > 0
      ? ['', '```sh', ...examples.map((line) => line.replaceAll('<%= config.bin %>', 'mcp-s3')), '```']
      : []),
    '',
  ];
}

function argumentList(args) {
  const all = Object.values(args);
  if (all.length === 0) return [];
  return [
    '',
    ...all.map(
      ({ name, description, options }) =>
        `- \`${name.toUpperCase()}\`: ${plain(description ?? '')}${choices(options)}`,
    ),
  ];
}

function flagTable(flags) {
  const rows = flags.map(({ name, char, type, allowNo, options, helpValue, description, summary }) => {
    const value = type === 'option' && !options ? ` ${[helpValue ?? 'VALUE'].flat().join(' ')}` : '';
    const short = char ? `\`-${char}\`, ` : '';
    return `| ${short}\`--${allowNo ? '[no-]' : ''}${name}${value}\` | ${plain(summary ?? description ?? '')}${choices(options)} |`;
  });
  return ['| flag | |', '|---|---|', ...rows];
}

function choices(options) {
  return options ? ` (${options.map((one) => `\`${one}\``).join(', ')})` : '';
}

/** Text that is no Markdown. */
function plain(text) {
  return text
    .trimEnd()
    .replaceAll('<%= config.bin %>', 'mcp-s3')
    .replace(/[|<>*_]/g, '\\$&');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL('docs/commands.md', ROOT), await commandReference());
}
