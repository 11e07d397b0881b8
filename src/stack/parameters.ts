import type { ParameterValue } from '../aws/cloudformation-changes.ts';
import { DEFAULTS, type Parameters, settingOf, type Wish } from './deploy-settings.ts';

export interface ParameterSources {
  /** Parameters of the template that is deployed now, with their defaults where they have one. */
  known: ReadonlyMap<string, string | undefined>;
  /** Of the stack as it stands; undefined where there is none. */
  deployed: Parameters | undefined;
  wishes: ReadonlyMap<string, Wish>;
  /** What was looked up or is a matter of course: stage, version, zones, the model's ARNs, the image. */
  facts: Parameters;
}

export interface Resolution {
  /** Each parameter's value as it will be. */
  effective: Parameters;
  /** For the change set. What stays is not written anew, so that a change made meanwhile is not undone. */
  values: ParameterValue[];
  changes: ParameterChange[];
}

/** A value that becomes another. */
export interface ParameterChange {
  parameter: string;
  /** The setting that decides it; missing for what is looked up. */
  flag?: string;
  /** Missing where the stack has no such parameter yet. */
  from?: string;
  to: string;
  /** `--min-tasks`, `mcp-s3.json`, `looked up`. */
  why: string;
}

/** Facts win over wishes, wishes over the deployed value, and that over the template's default. */
export function resolveParameters({ known, deployed, wishes, facts }: ParameterSources): Resolution {
  const resolution: Resolution = { effective: {}, values: [], changes: [] };
  for (const [name, byDefault] of known) {
    const wish = wishes.get(name);
    const asked = facts[name] ?? wish?.value;
    const before = deployed?.[name];
    const value = asked ?? before ?? byDefault ?? '';
    resolution.effective[name] = value;
    if (before !== undefined && before === value) resolution.values.push({ name, keep: true });
    else if (asked !== undefined) {
      resolution.values.push({ name, value });
      if (value !== (before ?? byDefault)) {
        resolution.changes.push(changeOf(name, before, value, wish?.from));
      }
    }
  }
  return resolution;
}

/** Values as they will be, before anything is looked up; for the checks of what fits together. */
export function plannedParameters(
  deployed: Parameters | undefined,
  wishes: ReadonlyMap<string, Wish>,
): Parameters {
  const asked = Object.fromEntries([...wishes].map(([name, { value }]) => [name, value]));
  return { ...DEFAULTS, ...deployed, ...asked };
}

function changeOf(
  parameter: string,
  from: string | undefined,
  to: string,
  why = 'looked up',
): ParameterChange {
  const flag = settingOf(parameter)?.flag;
  return {
    parameter,
    ...(flag === undefined ? {} : { flag }),
    ...(from === undefined ? {} : { from }),
    to,
    why,
  };
}
