import { Args } from '@oclif/core';
import { BaseCommand } from '../../base-command.ts';
import { hiding } from '../../shared-flags.ts';

export default class KeyRevoke extends BaseCommand<typeof KeyRevoke> {
  static override baseFlags = hiding('endpoint');
  static override summary = 'Delete an API key: it is refused from now on.';
  static override examples = ['<%= config.bin %> key revoke alice --local'];
  static override args = { name: Args.string({ description: "the key's name", required: true }) };

  protected async execute(): Promise<object> {
    const { io } = this.context;
    const target = await this.openTarget();
    await target.keys.revoke(this.args.name);
    if (!this.json) io.out(`The key ${io.show(this.args.name)} is gone.`);
    return { revoked: this.args.name };
  }
}
