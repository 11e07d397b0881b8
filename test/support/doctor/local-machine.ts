import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Result } from '../../../src/doctor/diagnosis.ts';
import { type CliHome, createCliHome, type RunningCli, removeCliHome, runCli, startCli } from '../cli.ts';

/** A person's machine that `doctor --local` looks at. */
export class LocalMachine {
  readonly home: CliHome;
  /** Of the files that are served. */
  readonly folder: string;
  private dev: RunningCli | undefined;
  private readonly servers: Server[] = [];

  private constructor(home: CliHome) {
    this.home = home;
    this.folder = join(home.cwd, 'notes');
  }

  static async create(): Promise<LocalMachine> {
    const machine = new LocalMachine(await createCliHome());
    await mkdir(machine.folder);
    await writeFile(join(machine.folder, 'a.txt'), 'Rain fell.');
    return machine;
  }

  async remove(): Promise<void> {
    await this.stopDev();
    await this.freePorts();
    await removeCliHome(this.home);
  }

  async look(...args: string[]) {
    const { code, stdout, stderr } = await this.run('doctor', '--local', '--json', ...args);
    if (stderr !== '') throw new Error(stderr);
    const { checks, fixed } = JSON.parse(stdout) as { checks: Result[]; fixed: { does: string }[] };
    const broken = checks.flatMap((check) => (check.state === 'broken' ? [check] : []));
    return { code, checks, fixed, broken, of: (id: string) => checks.find((check) => check.id === id)! };
  }

  run(...args: string[]) {
    return runCli(args, { home: this.home });
  }

  /** Runs a command that doctor printed, after the words that lead up to it. */
  async runPrinted(step: string): Promise<void> {
    const [, args] = /\bmcp-s3 (.*)$/.exec(step) ?? [];
    const line = step.replace(/^[^:]*: /, '');
    if (args === undefined) await promisify(execFile)('/bin/sh', ['-c', line], { env: this.home.env });
    else if ((await this.run(...args.split(' '))).code !== 0) throw new Error(`it failed: ${step}`);
  }

  /** @returns its address */
  async startDev(): Promise<string> {
    this.dev = startCli(['dev', '--folder', this.folder, '--port', '0'], { home: this.home });
    return (await this.dev.waitFor('stdout', /(http:\/\/127\.0\.0\.1:\d+)/))[1]!;
  }

  async stopDev(): Promise<void> {
    await this.dev?.stop();
    this.dev = undefined;
  }

  /** Another program listens. */
  async takePort(): Promise<number> {
    const server = createServer();
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as { port: number }).port;
  }

  async freePorts(): Promise<void> {
    const closing = this.servers.splice(0).map((server) => new Promise((done) => server.close(done)));
    await Promise.all(closing);
  }

  /** The port that `dev` would take. */
  setPort(port: number): Promise<void> {
    return writeFile(join(this.home.cwd, 'mcp-s3.json'), JSON.stringify({ stages: { dev: { port } } }));
  }

  /** Folder of the bucket's key and log. */
  async state(): Promise<string> {
    const names = await readdir(join(this.home.stateFolder, 'dev'));
    return join(this.home.stateFolder, 'dev', names.find((name) => /^notes-/.test(name))!);
  }

  connect() {
    return this.run('connect', 'amazon-q', '--local', '--write');
  }

  /** What the client that `connect` wrote for reads. */
  get clientFile(): string {
    return join(this.home.env.HOME!, '.aws', 'amazonq', 'mcp.json');
  }

  async changeClient(change: (text: string) => string): Promise<void> {
    const text = await readFile(this.clientFile, 'utf8');
    const changed = change(text);
    if (changed === text) throw new Error(`nothing was changed in ${text}`);
    await writeFile(this.clientFile, changed);
  }
}
