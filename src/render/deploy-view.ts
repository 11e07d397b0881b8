import type { DeployView } from '../deploy/deploy-view.ts';
import type { TaskEvidence } from '../deploy/task-evidence.ts';
import type { TrialCheck } from '../deploy/trial-check.ts';
import type { Io } from '../io.ts';
import type { Repair } from '../stack/settle-stack.ts';
import { renderPlan } from './deploy-plan.ts';
import { printable } from './printable.ts';
import { stackProgress } from './stack-progress.ts';
import { waiting } from './waiting.ts';

export interface DeployViewOptions {
  env: NodeJS.ProcessEnv;
  /** The plan is the result: it goes to stdout and names every resource that an update touches. */
  planOnly: boolean;
}

/** A deployment on stderr: what is being done as a live line on a terminal, as plain lines elsewhere. */
export function deployView(
  io: Io,
  { env, planOnly }: DeployViewOptions,
): Omit<DeployView, 'ask'> & { end(): Promise<void> } {
  const wait = waiting(io);
  const watched = io.stderr.isTTY === true && !io.json;
  let order: Promise<unknown> = Promise.resolve();
  /** One thing after the other: a live line is taken away before other text comes. */
  const then = (show: () => void) => {
    order = order.then(() => wait.stop()).then(show);
    return order as Promise<void>;
  };
  const style = io.errStyle;
  return {
    place({ stage, account, region, identity, profile }) {
      const as = identity.slice(identity.lastIndexOf(':') + 1);
      then(() => {
        if (io.json) return;
        io.stderr.write(
          `${style.bold(`Stage ${stage} in account ${account}, region ${region}`)} ${style.dim(`(as ${printable(as)}${profile === undefined ? '' : `, profile ${printable(profile)}`})`)}\n`,
        );
      });
    },
    step(title) {
      if (watched) order = order.then(() => wait.next(title));
      else then(() => io.note(title));
    },
    note: (text) => void then(() => io.note(printable(text))),
    warn: (text) => void then(() => io.warn(printable(text))),
    repair: (repair) => void then(() => io.note(repairText(repair))),
    plan: (plan) =>
      then(() => {
        if (io.json) return;
        const to = planOnly ? io.stdout : io.stderr;
        const width = to.isTTY ? (to.columns ?? 80) : Number.POSITIVE_INFINITY;
        const lines = renderPlan(plan, { style: planOnly ? io.outStyle : style, width, full: planOnly });
        to.write(lines.map((line) => `${line}\n`).join(''));
      }),
    stack(work) {
      const shown = then(() => {}).then(() => stackProgress(io, env, work));
      return {
        step: (step, now) => void shown.then((view) => view.step(step, now)),
        lost: (error) => void shown.then((view) => view.lost(error)),
        task: (evidence) => void shown.then((view) => view.task(evidence)),
        end: () => shown.then((view) => view.end()),
      };
    },
    evidence: (evidence) =>
      then(() => {
        if (!io.json) for (const line of evidenceLines(evidence)) io.stderr.write(`${line}\n`);
      }),
    tried: (checks) =>
      void then(() => {
        for (const line of trialLines(checks)) io.note(line);
      }),
    end: () => then(() => {}),
  };
}

function repairText({ kind, stack, ...repair }: Repair): string {
  const cause = 'cause' in repair ? repair.cause : undefined;
  const why = cause === undefined ? '' : ` It failed at ${cause.logicalId}: ${printable(cause.reason)}`;
  switch (kind) {
    case 'watching':
      return `A deployment of ${stack.name} is going on (${stack.status}): watching it first.`;
    case 'clearing':
      return `The first deployment of ${stack.name} failed (${stack.status}): deleting what is left of it.${why}`;
    case 'rolling_back':
      return `The last update of ${stack.name} stopped halfway (${stack.status}): taking it back first.${why}`;
  }
}

function evidenceLines(evidence: TaskEvidence[]): string[] {
  return evidence.flatMap(({ task, reason, lines }) => [
    `Task ${task} ended: ${printable(reason)}`,
    ...(lines.length === 0 ? [] : ['  its last lines:', ...lines.map((line) => `    ${printable(line)}`)]),
  ]);
}

function trialLines(checks: TrialCheck[]): string[] {
  return checks.map(({ state, expected, seen }) =>
    state === 'passed'
      ? `ok: ${expected}`
      : `${state === 'failed' ? 'FAILED' : 'could not tell'}: ${expected} (${printable(seen)})`,
  );
}
