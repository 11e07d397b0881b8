import { at, numberAt, textAt } from '../read.ts';
import type { Rule } from '../rule.ts';
import { idOf } from '../spell.ts';

/** API Gateway Developer Guide, "Create an API key": at least 20 characters. */
const SHORTEST = 20;
/** Of `GenerateSecretString`, where it is not given. */
const USUAL_PASSWORD = 32;

export const apiKeyLength: Rule = {
  id: 'api-key-length',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('ApiGateway::ApiKey')) {
      const value = textAt(properties, 'Value');
      if (value === '') continue;
      const resolved = /^\{\{resolve:secretsmanager:(\$\{[^}]+\}).*\}\}$/.exec(value)?.[1];
      const secret = stack.resources.get(idOf(resolved) ?? '')?.properties;
      const generated = at(secret, 'GenerateSecretString');
      let length = value.length;
      if (generated !== undefined) length = numberAt(generated, 'PasswordLength') || USUAL_PASSWORD;
      else if (secret !== undefined) length = textAt(secret, 'SecretString').length;
      if (length >= SHORTEST) continue;
      yield {
        resource: id,
        path: 'Properties.Value',
        message: `the key has ${length} characters, and API Gateway refuses keys below ${SHORTEST}`,
      };
    }
  },
};
