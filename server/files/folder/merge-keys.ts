import { compareKeys } from '../key-order.ts';
import type { ListedKey, ListWindow } from '../listing.ts';

/**
 * Merges the walk over a folder with the keys of the overlay. A real file wins over an overlay object of the same
 * key. Keys that left the window since they were read are dropped.
 */
export async function* mergeKeys(
  window: ListWindow,
  walked: AsyncGenerator<ListedKey>,
  overlay: Promise<ListedKey[]>,
): AsyncGenerator<ListedKey> {
  try {
    const odd = await overlay;
    let next = 0;
    for await (const item of walked) {
      for (; next < odd.length && compareKeys(odd[next]!.key, item.key) < 0; next++) {
        if (window.hasKey(odd[next]!.key)) yield odd[next]!;
      }
      if (odd[next]?.key === item.key) next++;
      if (window.hasKey(item.key)) yield item;
    }
    for (; next < odd.length; next++) {
      if (window.hasKey(odd[next]!.key)) yield odd[next]!;
    }
  } finally {
    await walked.return(undefined);
  }
}
