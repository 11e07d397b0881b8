/** The commands in the root help, by what somebody comes for. What stands in no group is listed last. */
export const GROUPS: { title: string; commands: string[] }[] = [
  { title: 'SERVE', commands: ['dev', 'deploy', 'destroy'] },
  { title: 'USE', commands: ['upload', 'files', 'summarize', 'ask'] },
  { title: 'CONNECT', commands: ['connect', 'bridge', 'key'] },
  { title: 'OPERATE', commands: ['status', 'doctor', 'verify', 'logs', 'metrics', 'alarms', 'cost'] },
  { title: 'AUTOMATE', commands: ['outputs', 'pipeline', 'template', 'completion'] },
];

/** Headings of the flags that many commands share. They stand last in a command's help. */
export const LAST_GROUPS: Record<string, string> = {
  TARGET: 'WHICH DEPLOYMENT',
  OUTPUT: 'OUTPUT',
};
