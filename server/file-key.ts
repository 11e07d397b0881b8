import { z } from 'zod';

/** A file's key at the edge of the server. Keys are opaque; the store knows the rest of the rules. */
export const fileKey = z
  .string()
  .min(1)
  .max(1024)
  .refine((key) => Buffer.byteLength(key) <= 1024, 'a key has at most 1,024 bytes')
  .describe('Key of the file, exactly as listed; not a path: nothing in it is resolved or decoded.');
