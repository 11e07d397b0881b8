import { DEFAULTS, DEPLOY_SETTINGS, type Parameters, platformOf } from './deploy-settings.ts';

/** A stage's settings as its flags say them, from the parameters of its stack: `{"platform": "linux/arm64", …}`. */
export function shownSettings(parameters: Parameters): Record<string, string> {
  const all = { ...DEFAULTS, ...parameters };
  return Object.fromEntries(
    DEPLOY_SETTINGS.map(({ flag, defaults }) => {
      const values = Object.keys(defaults).map((name) => all[name] ?? '');
      return [flag, shown(flag, values)];
    }),
  );
}

function shown(flag: string, values: string[]): string {
  const [value = ''] = values;
  switch (flag) {
    case 'platform':
      return platformOf({ CpuArchitecture: value });
    case 'sleep-after':
      return value === '0' ? 'off' : `${value}m`;
    case 'schedule':
      return value === '' ? 'off' : values.join(' ');
    case 'ha':
    case 'allow-writes':
      return value === 'true' ? 'on' : 'off';
    default:
      return value;
  }
}
