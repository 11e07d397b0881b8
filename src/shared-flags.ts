import { Flags } from '@oclif/core';

/** What every command reads, so that a flag without a meaning gets a reason and not a shrug. */
export const SHARED_FLAGS = {
  stage: Flags.string({
    description: 'deployment to work on (default: dev)',
    helpGroup: 'TARGET',
    helpValue: 'NAME',
  }),
  local: Flags.boolean({
    description: 'use this machine: no AWS account, no network',
    helpGroup: 'TARGET',
    allowNo: true,
  }),
  folder: Flags.string({
    description: 'folder that is the local bucket (implies --local)',
    helpGroup: 'TARGET',
    helpValue: 'PATH',
  }),
  endpoint: Flags.string({
    description: 'URL of a running service; its key is read from MCP_S3_API_KEY',
    helpGroup: 'TARGET',
    helpValue: 'URL',
  }),
  profile: Flags.string({ description: 'AWS profile', helpGroup: 'TARGET', helpValue: 'NAME' }),
  region: Flags.string({ description: 'AWS region', helpGroup: 'TARGET', helpValue: 'NAME' }),
  json: Flags.boolean({ description: 'print one JSON object instead of text', helpGroup: 'OUTPUT' }),
};

type SharedFlags = typeof SHARED_FLAGS;

/** The shared flags for a command in which some mean nothing: its help and the shells' completion leave them out. */
export function hiding(...names: (keyof SharedFlags)[]): SharedFlags {
  const shown = Object.entries(SHARED_FLAGS).map(([name, flag]) => [
    name,
    names.includes(name as keyof SharedFlags) ? { ...flag, hidden: true } : flag,
  ]);
  return Object.fromEntries(shown) as SharedFlags;
}
