import type { StackEvent } from '../aws/cloudformation-events.ts';
import { StackProgress } from '../stack/progress.ts';
import type { DeployView, StackView, StackWork } from './deploy-view.ts';

/** A view of a stack that takes events as they come from CloudFormation. */
export interface ShownStack extends Omit<StackView, 'step'> {
  event(event: StackEvent): void;
}

export function showStack(view: DeployView, work: StackWork): ShownStack {
  const shown = view.stack(work);
  const progress = new StackProgress();
  return {
    event(event) {
      const step = progress.take(event);
      if (step === undefined) return;
      shown.step(step, { running: [...progress.running.values()], finished: progress.finished.size });
    },
    lost: (error) => shown.lost(error),
    task: (evidence) => shown.task(evidence),
    end: () => shown.end(),
  };
}
