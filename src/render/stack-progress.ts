import type { StackView, StackWork } from '../deploy/deploy-view.ts';
import type { Io } from '../io.ts';
import type { ResourceStep } from '../stack/progress.ts';
import { formatDuration } from './duration.ts';
import { glyphsFor } from './glyphs.ts';
import { liveBlock } from './live-block.ts';
import { printable } from './printable.ts';

/** More of what is under way than this is only counted. */
const SHOWN = 8;
const TICK_MS = 200;
const SPINNERS = { unicode: '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏', ascii: '-\\|/' };

/** A stack's resources as they come into being: a live block on a terminal, a line for each elsewhere. */
export function stackProgress(io: Io, env: NodeJS.ProcessEnv, work: StackWork): StackView {
  if (io.json) return { step() {}, lost() {}, task() {}, end: async () => {} };
  return io.stderr.isTTY ? livingProgress(io, env, work) : plainProgress(io, work);
}

function plainProgress(io: Io, work: StackWork): StackView {
  io.note(`${work.title}${work.total === undefined ? '' : ` (${resources(work.total)})`}`);
  return {
    step(step) {
      if (step.state === 'begun') return;
      const line = stepText(step, work);
      if (step.state === 'failed') io.stderr.write(`${io.errStyle.red(line)}\n`);
      else io.note(line);
    },
    lost: ({ message }) => io.warn(`${message}; trying again`),
    task: ({ reason }) => io.warn(`a task ended: ${reason}`),
    end: async () => {},
  };
}

function livingProgress(io: Io, env: NodeJS.ProcessEnv, work: StackWork): StackView {
  const style = io.errStyle;
  const block = liveBlock(io);
  const spinner = [...(glyphsFor(env).ellipsis === '…' ? SPINNERS.unicode : SPINNERS.ascii)];
  const started = Date.now();
  let running: ResourceStep[] = [];
  let finished = 0;
  let ticks = 0;
  let ended = false;
  const counted = () => {
    // Some updates touch more than the change set told.
    const known = work.total !== undefined && finished <= work.total;
    return `${known ? `${finished} of ${work.total}` : `${finished} done`}, ${formatDuration(Date.now() - started)}`;
  };
  const draw = () => {
    const now = Date.now();
    const head = `${style.cyan(spinner[ticks++ % spinner.length]!)} ${style.bold(work.title)}  ${style.dim(counted())}`;
    const lines = running.slice(0, SHOWN).map((step) => {
      const age = formatDuration(Math.max(0, now - step.time));
      return `    ${VERBS[step.verb].running}: ${nameOf(step, work)}  ${style.dim(age)}`;
    });
    if (running.length > SHOWN) lines.push(style.dim(`    and ${running.length - SHOWN} more`));
    block.draw([head, ...lines]);
  };
  const timer = setInterval(draw, TICK_MS);
  draw();
  return {
    step(step, now) {
      running = now.running;
      finished = now.finished;
      if (step.state === 'failed') block.print([style.red(stepText(step, work))]);
      draw();
    },
    lost: ({ message }) => block.print([`${style.yellow('Warning:')} ${message}; trying again`]),
    task: ({ reason }) => block.print([`${style.yellow('Warning:')} a task ended: ${printable(reason)}`]),
    async end() {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      block.print([`${work.title}: ${style.dim(counted())}`]);
      block.clear();
    },
  };
}

const VERBS = {
  create: { running: 'creating', done: 'created', failed: 'could not create' },
  update: { running: 'updating', done: 'updated', failed: 'could not update' },
  delete: { running: 'deleting', done: 'deleted', failed: 'could not delete' },
  import: { running: 'importing', done: 'imported', failed: 'could not import' },
};

function stepText(step: ResourceStep, work: StackWork): string {
  const { verb, state, rollback, ms, reason } = step;
  const back = rollback ? ' (taking back)' : '';
  if (state === 'failed')
    return `${VERBS[verb].failed}: ${nameOf(step, work)}${back}: ${printable(reason ?? '')}`;
  const time = ms === undefined || ms < 1000 ? '' : ` in ${formatDuration(ms)}`;
  return `${VERBS[verb].done}: ${nameOf(step, work)}${time}${back}`;
}

function nameOf({ logicalId, type }: ResourceStep, { titles }: StackWork): string {
  const title = titles.get(logicalId) ?? type.replace(/^AWS::/, '').replaceAll('::', ' ');
  return `${printable(title)} (${logicalId})`;
}

function resources(count: number): string {
  return `${count} ${count === 1 ? 'resource' : 'resources'}`;
}
