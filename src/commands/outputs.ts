import { Args } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { failed, usageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { hiding } from '../shared-flags.ts';
import type { Target } from '../targets/target.ts';

/** Never in the list: a key must not get into a build's log by accident. */
const API_KEY = 'api_key';

/** Outputs of this machine that come and go with `dev`. */
const ADDRESSES = ['api_gateway_endpoint', 'mcp_endpoint'];

export default class Outputs extends BaseCommand<typeof Outputs> {
  static override baseFlags = hiding('endpoint');
  static override summary = 'Print names and addresses, for scripts.';
  static override description =
    'With NAME only that value, as it is. "api_key" is printed only when it is named; it stands in no list.';
  static override examples = [
    '<%= config.bin %> outputs --local',
    'curl -H "x-api-key: $(<%= config.bin %> outputs api_key --local)" "$(<%= config.bin %> outputs api_gateway_endpoint --local)/files"',
  ];
  static override args = { name: Args.string({ description: 'print only this value' }) };

  protected async execute(): Promise<object> {
    const { io } = this.context;
    const { name } = this.args;
    const target = await this.openTarget();
    if (name !== undefined) {
      const value = name === API_KEY ? (await target.keys.show()).value : await this.find(target, name);
      if (!this.json) io.out(io.show(value));
      return { [name]: value };
    }
    const outputs = await target.outputs();
    if (!this.json) {
      const width = Math.max(...Object.keys(outputs).map((each) => each.length));
      for (const [each, value] of Object.entries(outputs)) {
        io.out(`${io.outStyle.dim(each.padEnd(width))}  ${io.show(value)}`);
      }
    }
    return outputs;
  }

  private async find(target: Target, name: string): Promise<string> {
    const outputs = await target.outputs();
    if (Object.hasOwn(outputs, name)) return outputs[name]!;
    if (target.kind === 'local' && ADDRESSES.includes(name)) {
      throw failed(
        'not_running',
        `${name} exists only while mcp-s3 dev runs, and it does not run for this bucket`,
        ['start it: mcp-s3 dev'],
      );
    }
    const names = [...Object.keys(outputs), API_KEY];
    const meant = nearest(name, names);
    throw usageError(`there is no output ${JSON.stringify(name)}`, [
      ...(meant === undefined ? [] : [`did you mean ${meant}?`]),
      `outputs: ${names.join(', ')}`,
    ]);
  }
}
