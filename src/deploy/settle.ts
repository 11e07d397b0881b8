import { type Settled, settleStack } from '../stack/settle-stack.ts';
import { succeeded } from '../stack/standing.ts';
import { failure } from './apply-change.ts';
import type { DeployAt } from './deploy-context.ts';
import { goingOn } from './going-on.ts';
import { type ShownStack, showStack } from './show-stack.ts';

/**
 * Brings a stack into a state from which it can be changed, and shows what that takes. What is going on already is
 * watched to its end first.
 * @throws failed (exit 1) where that ends badly, with its cause
 */
export async function settle(
  at: DeployAt,
  name: string,
  { lookOnly, titles }: { lookOnly: boolean; titles: ReadonlyMap<string, string> },
): Promise<Settled> {
  const { connection, stage, view, context } = at;
  let shown: ShownStack | undefined;
  const work = { begun: false };
  try {
    const settled = await goingOn(at, work, () =>
      settleStack(connection, name, {
        stage,
        lookOnly,
        signal: context.signal,
        onRepair: (repair) => {
          work.begun = true;
          view.repair(repair);
          shown ??= showStack(view, { title: TITLES[repair.kind](name), total: undefined, titles });
        },
        onEvent: (event) => shown?.event(event),
        onLost: (error) => shown?.lost(error),
      }),
    );
    const { watched, wreck } = settled;
    if (wreck !== undefined) {
      view.note(`what is left of ${wreck.name} (${wreck.status}) would be deleted first`);
    }
    if (watched !== undefined && !succeeded(watched.stack)) {
      throw await failure(at, watched, titles);
    }
    return settled;
  } finally {
    await shown?.end();
  }
}

const TITLES = {
  watching: (name: string) => `Watching ${name}`,
  clearing: (name: string) => `Deleting what is left of ${name}`,
  rolling_back: (name: string) => `Taking back the failed change of ${name}`,
};
