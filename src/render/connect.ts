import type { ConnectResult } from '../connect/connect.ts';

/** What a person does with the configuration that stands on stdout, or with the file that was written. */
export function connectNotes(result: ConnectResult): string[] {
  const { status, file, backup, command, environment, holdsKey, next } = result;
  const notes: string[] = [];
  if (status === 'shown') {
    notes.push(file === undefined ? next : `This belongs into ${file}; --write merges it there.`);
    if (command !== undefined) notes.push(`Or run: ${command.map(quote).join(' ')}`);
  }
  if (environment.length > 0 && result.client === 'claude-desktop') {
    notes.push('It cannot read the key from the environment: --write puts it there.');
  } else if (environment.length > 0) {
    notes.push(`${result.title} reads the key from ${environment.join(', ')} in its own environment.`);
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
