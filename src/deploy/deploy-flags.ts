import { Flags } from '@oclif/core';
import { NETWORKS, PLATFORMS } from '../stack/deploy-settings.ts';

const setting = (helpGroup: string, helpValue: string, description: string) =>
  Flags.string({ description, helpValue, helpGroup });
const choice = (helpGroup: string, options: readonly string[], description: string) =>
  Flags.string({ description, options: [...options], helpGroup, helpValue: 'WORD' });
const onOff = (helpGroup: string, description: string) =>
  Flags.boolean({ description, helpGroup, allowNo: true });

const MODEL = 'MODEL AND SUMMARIES';
const FILES = 'FILES';
const SIZE = 'SIZE AND SLEEP';
const PLACE = 'NETWORK AND IMAGE';
const LIMITS = 'LIMITS';

/** Flags of `deploy`. Defaults are the template's: what is not given keeps its deployed value. */
export const DEPLOY_FLAGS = {
  'dry-run': Flags.boolean({
    description: 'show what would be done and what it costs, and change nothing; --json names every resource',
  }),
  'fail-on-changes': Flags.boolean({
    description: 'like --dry-run, and exit with code 6 if there is something to do',
  }),
  yes: Flags.boolean({ char: 'y', description: 'do not ask, not even where data would be lost' }),
  verify: Flags.boolean({
    description:
      'after the smoke test also run the checks of verify --events; tasks that fail them are taken back',
  }),
  reset: Flags.string({
    description: 'put a setting back to its default; may be given several times',
    helpValue: 'SETTING',
    multiple: true,
  }),
  'allow-downgrade': Flags.boolean({ description: 'deploy even if a newer version of mcp-s3 did before' }),
  email: Flags.string({ description: 'address that alarms are mailed to', helpValue: 'ADDRESS' }),
  model: setting(
    MODEL,
    'ID',
    'Bedrock model that writes the summaries (default: Nova 2 Lite), or extractive-1, which needs no Bedrock',
  ),
  'allowed-models': setting(
    MODEL,
    'IDS',
    'further models that a request may choose, separated by commas (default: none)',
  ),
  presummarize: choice(MODEL, ['on', 'off'], 'summarize new files ahead of time (default: on)'),
  'presummarize-limit': setting(
    MODEL,
    'NUMBER',
    'files a day that are summarized ahead of time (default: 200)',
  ),
  prefixes: setting(
    FILES,
    'LIST',
    'serve only keys below these prefixes, separated by commas: docs/,reports/ (default: all)',
  ),
  'allow-writes': onOff(FILES, 'offer models a tool that writes files; without it they can only read'),
  'cors-origin': setting(FILES, 'ORIGIN', 'origin of web pages that may call the API (default: none)'),
  'min-tasks': setting(SIZE, 'NUMBER', 'tasks at least (default: 1)'),
  'max-tasks': setting(SIZE, 'NUMBER', 'tasks at most (default: 4)'),
  cpu: setting(SIZE, 'UNITS', 'CPU of a task: 256, 512 (default), 1024 (one vCPU), 2048, 4096'),
  memory: setting(SIZE, 'MIB', 'memory of a task (default: 1024)'),
  'spot-percent': setting(
    SIZE,
    'PERCENT',
    'share of the tasks above --on-demand-base that run on Spot, which is cheaper and may be interrupted (default: 0)',
  ),
  'on-demand-base': setting(SIZE, 'NUMBER', 'number of tasks that never run on Spot (default: 0)'),
  'sleep-after': setting(
    SIZE,
    'TIME',
    'sleep after this long without a request, such as 15m or 2h, or off (default)',
  ),
  schedule: setting(
    SIZE,
    'WHEN',
    'when it runs: "mon-fri 07:00-19:00 Europe/Berlin", two cron(…), or off (default)',
  ),
  ha: onOff(PLACE, 'endpoints in two zones, so that the loss of one does not stop it'),
  network: choice(
    PLACE,
    NETWORKS,
    'how tasks reach AWS; public-egress is cheaper and gives them public addresses (default: private)',
  ),
  platform: choice(PLACE, PLATFORMS, 'platform of the tasks and the image (default: linux/arm64)'),
  'image-uri': setting(PLACE, 'URI', 'image to deploy, instead of building one'),
  'rate-limit': setting(LIMITS, 'NUMBER', 'requests a second on the REST routes (default: 10)'),
  burst: setting(LIMITS, 'NUMBER', 'requests at once on the REST routes (default: 5)'),
  'mcp-rate-limit': setting(LIMITS, 'NUMBER', 'requests a second on /mcp (default: 50)'),
  'mcp-burst': setting(LIMITS, 'NUMBER', 'requests at once on /mcp (default: 20)'),
  quota: setting(LIMITS, 'NUMBER', 'requests a day for each key (default: 1000)'),
};
