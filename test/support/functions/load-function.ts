import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { ROOT } from '../imports.ts';

export interface LoadedFunction<Event, Answer> {
  handler(event: Event, context?: object): Promise<Answer>;
  /** What it logged, each line parsed. */
  lines(): Record<string, unknown>[];
  logText(): string;
}

const bundles = new Map<string, Promise<string>>();

/** The text of a function as the template holds it. */
export function functionText(name: string): Promise<string> {
  const known = bundles.get(name) ?? bundle(name);
  bundles.set(name, known);
  return known;
}

async function bundle(name: string): Promise<string> {
  const { bundleFunction } = await import(pathToFileURL(path.join(ROOT, 'scripts/functions.mjs')).href);
  return bundleFunction(ROOT, name);
}

/**
 * Loads a Lambda function's bundle as a fresh copy, as a cold start does.
 * @param settings its environment
 * @param pace what its own pauses are multiplied with: a test waits for no minute
 */
export async function loadFunction<Event, Answer>(
  name: string,
  settings: Record<string, string>,
  pace = 0.001,
): Promise<LoadedFunction<Event, Answer>> {
  let log = '';
  const process = { env: settings, stdout: { write: (text: string) => (log += text) } };
  const module = { exports: {} as { handler: LoadedFunction<Event, Answer>['handler'] } };
  // In the repository, so that it finds the SDK that the Lambda runtime would bring.
  const filename = path.join(ROOT, 'dist', 'functions', `${name}.js`);
  const compiled = vm.compileFunction(
    await functionText(name),
    ['module', 'require', 'process', 'setTimeout'],
    { filename },
  );
  const sooner = (run: () => void, ms: number) => setTimeout(run, ms * pace);
  compiled(module, createRequire(filename), process, sooner);
  return {
    handler: module.exports.handler,
    lines: () =>
      log
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    logText: () => log,
  };
}
