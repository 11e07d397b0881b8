import type { ConnectResult } from '../connect/connect.ts';

/**
 * What a person does with the configuration that stands on stdout, or with the file that was written.
 * @param showKey the command that prints the key; undefined where only its owner knows it
 */
export function connectNotes(result: ConnectResult, showKey?: string): string[] {
  const { status, file, backup, command, environment, holdsKey, next } = result;
  const notes: string[] = [];
  if (status === 'shown') {
    notes.push(file === undefined ? next : `This belongs into ${file}; --write merges it there.`);
    if (command !== undefined) notes.push(`Or run: ${command.map(quote).join(' ')}`);
  }
  if (environment.length > 0 && result.client === 'claude-desktop') {
    notes.push('It cannot read the key from the environment: --write puts it there.');
  } else if (environment.length > 0) {
    const [variable] = environment;
    notes.push(`${result.title} reads the key from ${variable}: set it where you start ${result.title}.`);
    if (showKey !== undefined) notes.push(`For a shell: export ${variable}="$(${showKey})"`);
  }
  if (backup !== undefined) notes.push(`What was there before is in ${backup}.`);
  if (holdsKey && status === 'written')
    notes.push('The file holds the API key and is readable by you alone.');
  if (status === 'written') notes.push(next);
  return notes;
}

/** For a POSIX shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
