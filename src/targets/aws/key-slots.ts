/**
 * The default key lives in one of two slots, so that an old key and a new one can live side by side: one resource
 * alone cannot hold both. The stack's parameter `KeySlots` names the slots that exist, the current one last.
 *
 *     a  --rotate-->  ab  --rotate-->  b  -->  ba  --rotate-->  a  -->  ab
 */
export type KeySlots = 'a' | 'b' | 'ab' | 'ba';

/** Tag of a key that is kept for a while: until when, ISO 8601. The keeper disables it then. */
export const EXPIRES_TAG = 'mcp-s3:expires';

/** Tag of a key that was made for a person or a program. */
export const KEY_NAME_TAG = 'mcp-s3:key-name';

export type Slot = 'A' | 'B';

/** @param parameters of a stack; one that was never rotated may say nothing */
export const slotsOf = ({ KeySlots }: Readonly<Record<string, string>>): KeySlots =>
  (KeySlots || 'a') as KeySlots;

export const currentSlot = (slots: KeySlots): Slot => (slots.endsWith('a') ? 'A' : 'B');

/** The slot of the key before; undefined where it is gone. */
export const oldSlot = (slots: KeySlots): Slot | undefined =>
  slots.length === 1 ? undefined : slots.startsWith('a') ? 'A' : 'B';

/** Only the current slot: how the old one is dropped. */
export const withoutOld = (slots: KeySlots): KeySlots => (slots.endsWith('a') ? 'a' : 'b');

/** A fresh key in the other slot, beside the one that is current now. */
export const withFresh = (slots: KeySlots): KeySlots => (withoutOld(slots) === 'a' ? 'ab' : 'ba');
