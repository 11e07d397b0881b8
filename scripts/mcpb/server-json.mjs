const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';

/** Stands where the owner of the repository belongs, as long as nobody said who that is. */
export const UNKNOWN_OWNER = 'OWNER';

/**
 * The entry for the MCP registry: the npm package, the .mcpb bundle of a release, and a service of one's own.
 *
 * @param pkg the parsed package.json
 * @param owner GitHub account that publishes; the registry checks it
 * @param sha256 of the bundle, hexadecimal
 * @param bundle the bundle's file name
 */
export function serverJson(pkg, { owner, sha256, bundle }) {
  const { name, version } = pkg;
  const environmentVariables = [
    {
      name: 'MCP_S3_ENDPOINT',
      description: 'URL of an mcp-s3 service; leave it empty to serve a folder',
      placeholder: 'https://abc123.execute-api.eu-west-1.amazonaws.com/v1',
    },
    { name: 'MCP_S3_API_KEY', description: 'Key of the service', isSecret: true },
    {
      name: 'MCP_S3_LOCAL',
      description: '1 to serve a folder of this machine',
      choices: ['0', '1'],
      default: '0',
    },
    { name: 'MCP_S3_FOLDER', description: 'Folder to serve with MCP_S3_LOCAL=1', format: 'filepath' },
  ];
  const key = { name: 'x-api-key', description: 'Key of the service', isRequired: true, isSecret: true };
  return {
    $schema: SCHEMA,
    name: `io.github.${owner}/${name}`,
    title: 'S3 files',
    description: 'List, read, search and summarize the text files in an S3 bucket, or in a local folder.',
    version,
    packages: [
      {
        registryType: 'npm',
        identifier: name,
        version,
        runtimeHint: 'npx',
        transport: { type: 'stdio' },
        packageArguments: [{ type: 'positional', value: 'bridge' }],
        environmentVariables,
      },
      {
        registryType: 'mcpb',
        identifier: `https://github.com/${owner}/${name}/releases/download/v${version}/${bundle}`,
        version,
        fileSha256: sha256,
        transport: { type: 'stdio' },
      },
    ],
    remotes: [
      {
        type: 'streamable-http',
        url: 'https://{host}/v1/mcp',
        variables: {
          host: {
            description: "Host of the service's endpoint",
            isRequired: true,
            placeholder: 'abc123.execute-api.eu-west-1.amazonaws.com',
          },
        },
        headers: [key],
      },
    ],
  };
}
