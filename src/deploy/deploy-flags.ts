import { Flags } from '@oclif/core';
import { NETWORKS, PLATFORMS } from '../stack/deploy-settings.ts';

const setting = (description: string, helpValue: string) =>
  Flags.string({ description, helpValue, helpGroup: 'SETTINGS' });
const onOff = (description: string) => Flags.boolean({ description, helpGroup: 'SETTINGS', allowNo: true });

/** Flags of `deploy`. Defaults are the template's: what is not given keeps its deployed value. */
export const DEPLOY_FLAGS = {
  'dry-run': Flags.boolean({
    description: 'show what would be done and what it costs, and do nothing; --json names every resource',
  }),
  'fail-on-changes': Flags.boolean({
    description: 'as --dry-run; exit 6 where there is something to do',
  }),
  yes: Flags.boolean({ char: 'y', description: 'do not ask, also where data would be lost' }),
  verify: Flags.boolean({
    description:
      'after the smoke test also go the acceptance walk of verify --events; tasks that fail it are taken back',
  }),
  reset: Flags.string({
    description: 'put a setting back to its default; may be given several times',
    helpValue: 'SETTING',
    multiple: true,
  }),
  'allow-downgrade': Flags.boolean({ description: 'deploy although a newer version did before' }),
  email: setting('address that alarms are mailed to', 'ADDRESS'),
  'image-uri': setting('image to deploy instead of building one', 'URI'),
  platform: Flags.string({
    description: 'platform of tasks and image (default: linux/arm64)',
    options: [...PLATFORMS],
    helpGroup: 'SETTINGS',
  }),
  model: setting('model that writes summaries (default: Nova 2 Lite)', 'ID'),
  'allowed-models': setting('further models that callers may choose, with commas', 'IDS'),
  ha: onOff('endpoints in two zones'),
  network: Flags.string({
    description: 'how tasks reach AWS: private is through endpoints (default), public-egress is cheaper',
    options: [...NETWORKS],
    helpGroup: 'SETTINGS',
  }),
  'min-tasks': setting('tasks at least (default: 1)', 'NUMBER'),
  'max-tasks': setting('tasks at most (default: 4)', 'NUMBER'),
  cpu: setting('CPU of a task: 256, 512 (default), 1024 is one vCPU, 2048, 4096', 'UNITS'),
  memory: setting('memory of a task (default: 1024)', 'MIB'),
  'on-demand-base': setting('first tasks that never run on Spot (default: 0)', 'NUMBER'),
  'spot-percent': setting('share of the further tasks that run on Spot (default: 0)', 'PERCENT'),
  'sleep-after': setting('sleep after this long without a request: 15m, 2h, or off (default)', 'TIME'),
  schedule: setting(
    'when it runs: "mon-fri 07:00-19:00 Europe/Berlin", two cron(…), or off (default)',
    'WHEN',
  ),
  'rate-limit': setting('requests a second on the REST routes (default: 10)', 'NUMBER'),
  burst: setting('requests at once on the REST routes (default: 5)', 'NUMBER'),
  'mcp-rate-limit': setting('requests a second on /mcp (default: 50)', 'NUMBER'),
  'mcp-burst': setting('requests at once on /mcp (default: 20)', 'NUMBER'),
  quota: setting('requests a day for each key (default: 1000)', 'NUMBER'),
  presummarize: Flags.string({
    description: 'summarize new files ahead of time (default: on)',
    options: ['on', 'off'],
    helpGroup: 'SETTINGS',
  }),
  'presummarize-limit': setting('files a day that are summarized ahead of time (default: 200)', 'NUMBER'),
  'allow-writes': onOff('offer models a tool that writes files'),
  prefixes: setting('serve only keys below these prefixes, with commas', 'LIST'),
  'cors-origin': setting('origin of web pages that may call the API', 'ORIGIN'),
};
