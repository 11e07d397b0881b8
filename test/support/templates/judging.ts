import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { printTemplate } from '../../../src/stack/compose/cfn-yaml.ts';
import { composeTemplate } from '../../../src/stack/compose/compose.ts';
import { brokenTemplate } from './broken-templates.ts';
import type { JudgedBreak } from './judge-breaks.ts';

/** What a judge that others wrote says about a file. */
export interface Judgement {
  file: string;
  rule: string;
  /** Logical id; empty where it is about none. */
  resource: string;
  message: string;
}

/** Findings that stand, by the judge's rule: on which resources, and why. */
export type Exceptions = Record<string, { resources: string[]; why: string }>;

const FOLDER = new URL('../../../templates/', import.meta.url);
/** The composed template, as it is deployed and as it is printed, and those that are files of their own. */
const COMPOSED = ['app.json', 'app.yaml'];
const OWN = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const TEMPLATES = [...COMPOSED, ...OWN];

/**
 * Tests of the product's templates by a judge: nothing found but what stands, nothing listed that it no longer finds,
 * and every broken copy refused.
 * @param judge is asked once about all files, named as in the folder
 */
export function describeJudge(
  name: string,
  breaks: { copy: JudgedBreak; rule: string }[],
  exceptions: Exceptions,
  judge: (folder: string, files: string[]) => Promise<Judgement[]>,
): void {
  describe(name, function () {
    this.timeout(10 * 60_000);
    let folder: string;
    let all: Judgement[];
    const about = (...files: string[]) => all.filter(({ file }) => files.includes(file));
    const stands = ({ rule, resource }: Judgement) => exceptions[rule]?.resources.includes(resource);

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-templates-'));
      const { template, body } = await composeTemplate();
      const own = OWN.map((name) => readFileSync(new URL(name, FOLDER), 'utf8'));
      const bodies = [body, printTemplate(template), ...own];
      const broken = breaks.map(({ copy }) => JSON.stringify(brokenTemplate(copy.wrong)));
      const files = [...TEMPLATES, ...broken.map((_, index) => `broken-${index}.json`)];
      const texts = [...bodies, ...broken];
      await Promise.all(files.map((file, index) => writeFile(path.join(folder, file), texts[index]!)));
      all = await judge(folder, files);
    });
    after(() => rm(folder, { recursive: true, force: true }));

    it('finds nothing in the templates of the product but what stands for a reason', () => {
      expect(about(...TEMPLATES).filter((finding) => !stands(finding))).to.deep.equal([]);
    });

    it('still finds everything that is listed as standing', () => {
      const listed = Object.entries(exceptions).flatMap(([rule, { resources }]) =>
        resources.map((resource) => `${rule} ${resource}`),
      );
      const found = new Set(about(...TEMPLATES).map(({ rule, resource }) => `${rule} ${resource}`));
      expect(listed.filter((each) => !found.has(each))).to.deep.equal([]);
    });

    for (const [index, { copy, rule }] of breaks.entries()) {
      it(`refuses: ${copy.wrong.name}`, () => {
        const found = about(`broken-${index}.json`).filter((finding) => !stands(finding));
        expect(found.map((finding) => `${finding.rule} ${finding.resource}`)).to.include(
          `${rule} ${copy.resource}`,
        );
      });
    }
  });
}

/** Broken copies that a judge must refuse, each with the id that it must name. */
export function breaksFor(list: JudgedBreak[], judge: 'cfnLint' | 'validate' | 'checkov' | 'permissions') {
  return list.flatMap((copy) => {
    const rule = copy[judge];
    return rule === undefined ? [] : [{ copy, rule }];
  });
}

/** Runs a program that prints JSON, whatever code it ends with. @throws Error with its words where it prints none */
export function jsonOf(program: string, args: string[], cwd: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, maxBuffer: 2 ** 27 }, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout));
      } catch {
        reject(new Error(`${program} printed no JSON: ${stderr || stdout || error?.message}`));
      }
    });
  });
}
