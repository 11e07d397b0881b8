import { type Statement, statementsOf } from '../policies.ts';
import type { Rule } from '../rule.ts';

/** Permissions for everything that cannot be narrower, by resource and statement, each with its reason. */
export const REASONS: Record<string, string> = {
  'ExecutionRole SignInToTheRegistry': 'the action knows no resources',
  'KeeperRole LookAtBoundsAndHealth': 'neither action knows resources',
};

/** What a role may do is named: no action and no resource is `*`, unless a reason is written down. */
export const widePermission: Rule = {
  id: 'wide-permission',
  *settled(stack) {
    for (const statement of statementsOf(stack)) {
      const { resource, path, sid, actions, targets } = statement;
      if (!ofRole(statement) || REASONS[`${resource} ${sid}`] !== undefined) continue;
      for (const action of actions.filter((each) => /(^|:)\*$/.test(each))) {
        const message = `allows ${action}: name the actions that are needed`;
        yield { resource, path: `${path}.Action`, message };
      }
      if (targets.includes('*')) {
        const message = `allows ${actions.join(', ')} on everything: name the resources`;
        yield { resource, path: `${path}.Resource`, message };
      }
    }
  },
};

function ofRole({ effect, type, principal }: Statement): boolean {
  return effect === 'Allow' && type.startsWith('AWS::IAM::') && principal === undefined;
}
