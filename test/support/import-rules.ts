import type { Import } from './imports.ts';

interface Rule {
  /** The sentence of the architecture that the rule stands for. */
  says: string;
  /** Files that the rule binds. */
  files: RegExp;
  /** What they may import of the project; everything else below `of` is forbidden. */
  may: RegExp;
  /** The part of the imports that the rule looks at. */
  of: RegExp;
  /** Types may come from anywhere. */
  typesAreFree?: boolean;
}

const PROJECT = /^(src|server|templates|test|bench|scripts)\//;

/** Who may import whom. A file can be bound by several rules. */
export const RULES: Rule[] = [
  {
    says: 'the server knows nothing of the command line',
    files: /^server\//,
    of: PROJECT,
    may: /^server\//,
  },
  {
    says: 'http/ and mcp/ never import each other',
    files: /^server\/http\//,
    of: /^server\/mcp\//,
    may: /^$/,
  },
  {
    says: 'http/ and mcp/ never import each other',
    files: /^server\/mcp\//,
    of: /^server\/http\//,
    may: /^$/,
  },
  {
    says: 'files/, summaries/ and telemetry/ do not know who calls them',
    files: /^server\/(files|summaries|telemetry)\//,
    of: /^server\/(http|mcp|main\.ts|app\.ts)/,
    may: /^$/,
  },
  {
    says: 'names.ts imports nothing',
    files: /^server\/names\.ts$/,
    of: /./,
    may: /^$/,
  },
  {
    says: 'of the server, the command line knows the leaves names.ts, edit-distance.ts and outbound/; the local target and dev also app.ts',
    files: /^src\/(?!targets\/|commands\/dev\.ts$)/,
    of: /^server\//,
    may: /^server\/((names|edit-distance)\.ts$|outbound\/)/,
  },
  {
    says: 'of the server, the command line knows the leaves names.ts, edit-distance.ts and outbound/; the local target and dev also app.ts',
    files: /^src\/(targets\/|commands\/dev\.ts$)/,
    of: /^server\//,
    may: /^server\/((names|app)\.ts$|outbound\/)/,
  },
  {
    says: 'outbound/ is a leaf',
    files: /^server\/outbound\//,
    of: PROJECT,
    may: /^server\/outbound\//,
  },
  {
    says: 'commands are imported by nobody',
    files: /^src\/(?!commands\/)/,
    of: /^src\/commands\//,
    may: /^$/,
  },
  {
    says: 'render/ knows result types only',
    files: /^src\/render\//,
    of: PROJECT,
    may: /^src\/render\//,
    typesAreFree: true,
  },
  {
    says: 'results are rendered by commands, not by what makes them',
    files: /^src\/(targets|stack|deploy|cost|image|doctor|aws)\//,
    of: /^src\/render\//,
    may: /^$/,
  },
  {
    says: 'an AWS adapter knows its service and nothing above it',
    files: /^src\/aws\//,
    of: /^src\/(?!aws\/|errors\.ts$|context\.ts$|sleep\.ts$)/,
    may: /^$/,
  },
  {
    says: "the AWS SDK stays in src/aws and in the server's S3 and Bedrock adapters",
    files: /^(?!src\/aws\/|server\/files\/s3|server\/summaries\/bedrock|templates\/functions\/)/,
    of: /^@(aws-sdk|smithy)\//,
    may: /^$/,
  },
  {
    says: 'templates need names only',
    files: /^templates\//,
    of: PROJECT,
    may: /^(templates\/|server\/names\.ts$)/,
  },
  {
    says: 'the product does not import its tests',
    files: /^(src|server|templates)\//,
    of: /^(test|bench|scripts)\//,
    may: /^$/,
  },
];

/** One line for each import that a rule forbids. */
export function violations(imports: Import[]): string[] {
  return imports.flatMap(({ from, to, typeOnly }) =>
    RULES.filter(
      ({ files, of, may, typesAreFree }) =>
        files.test(from) && of.test(to) && !may.test(to) && !(typesAreFree && typeOnly),
    ).map(({ says }) => `${from} imports ${to}: ${says}`),
  );
}
