/** A flag as a shell completes it. */
export interface FlagWord {
  name: string;
  char?: string;
  description: string;
  /** Whether a value follows; its words where they are known. */
  value?: { name: string; words: string[] };
  /** `--no-NAME` is there too. */
  negatable: boolean;
  multiple: boolean;
}

export interface CommandWords {
  /** One or two words: `deploy`, `key create`. */
  words: string[];
  description: string;
  flags: FlagWord[];
  /** Words that its first argument may be. */
  argument: string[];
}

/** What oclif's manifest says of a command, as far as it is used here. */
export interface ManifestCommand {
  id: string;
  hidden?: boolean | undefined;
  summary?: string | undefined;
  flags: Record<string, ManifestFlag>;
  args: Record<string, { options?: readonly string[] | undefined }>;
}

interface ManifestFlag {
  name: string;
  type: 'boolean' | 'option';
  char?: string | undefined;
  summary?: string | undefined;
  description?: string | undefined;
  hidden?: boolean | undefined;
  allowNo?: boolean | undefined;
  multiple?: boolean | undefined;
  options?: readonly string[] | undefined;
  helpValue?: string | string[] | undefined;
}

/** The commands that a person sees, in the order of their names. */
export function readGrammar(commands: readonly ManifestCommand[]): CommandWords[] {
  return commands
    .filter(({ hidden }) => !hidden)
    .map(({ id, summary = '', flags, args }) => ({
      words: id.split(':'),
      description: summary.replace(/\.$/, ''),
      flags: Object.values(flags)
        .filter(({ hidden }) => !hidden)
        .map(flagWord),
      argument: [...(Object.values(args)[0]?.options ?? [])],
    }))
    .sort((a, b) => (a.words.join(' ') < b.words.join(' ') ? -1 : 1));
}

function flagWord(flag: ManifestFlag): FlagWord {
  const { name, char, type, summary, description = '', allowNo, multiple, options, helpValue } = flag;
  return {
    name,
    ...(char === undefined ? {} : { char }),
    description: summary ?? description,
    ...(type === 'option'
      ? { value: { name: [helpValue ?? name].flat()[0]!, words: [...(options ?? [])] } }
      : {}),
    negatable: allowNo === true,
    multiple: multiple === true,
  };
}

/** The words that stand first, each once; `second` are those that may follow one that has further ones. */
export function firstWords(
  commands: readonly CommandWords[],
): { word: string; description: string; second: CommandWords[] }[] {
  const names = [...new Set(commands.map(({ words }) => words[0]!))];
  return names.map((word) => {
    const second = commands.filter(({ words }) => words[0] === word && words.length > 1);
    const alone = commands.find(({ words }) => words[0] === word && words.length === 1);
    const listed = second.map(({ words }) => words[1]).join(', ');
    return { word, description: alone?.description ?? listed, second };
  });
}
