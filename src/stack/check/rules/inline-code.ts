import { textAt } from '../read.ts';
import type { Rule } from '../rule.ts';

/** Characters. "AWS::Lambda::Function Code", CloudFormation's guide: 4 MB, in a file called index. */
const MOST = 4 * 1024 * 1024;

export const inlineCode: Rule = {
  id: 'inline-code',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('Lambda::Function')) {
      const code = textAt(properties, 'Code.ZipFile');
      if (code === '') continue;
      if (code.length > MOST) {
        const message = `the code has ${code.length} characters, and ${MOST} are allowed inline`;
        yield { resource: id, path: 'Properties.Code.ZipFile', message };
      }
      const handler = textAt(properties, 'Handler');
      if (!handler.startsWith('index.')) {
        const message = `inline code is a file called index: the handler is index.NAME, not ${handler}`;
        yield { resource: id, path: 'Properties.Handler', message };
      }
    }
  },
};
