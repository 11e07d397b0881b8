import { findApiKey } from '../../aws/api-keys.ts';
import { EXPIRES_TAG, oldSlot, slotsOf, withoutOld } from '../../targets/aws/key-slots.ts';
import { type Findings, ifAllowed, type Look } from './look.ts';

/** The key from before a rotation goes with the first deployment after its time is up. */
export async function checkKeySlots({ connection, stack, signal }: Look): Promise<Findings> {
  const slots = slotsOf(stack?.parameters ?? {});
  const slot = oldSlot(slots);
  const id = slot === undefined ? undefined : stack?.outputs[`ApiKeyId${slot}`];
  if (id === undefined) return {};
  return await ifAllowed('the API key from before', async () => {
    const key = await findApiKey(connection, id, signal);
    const over = Date.parse(key?.tags[EXPIRES_TAG] ?? '') <= Date.now();
    return key === undefined || !key.enabled || over ? { facts: { KeySlots: withoutOld(slots) } } : {};
  });
}
