/** What the client puts in: the folder that it unpacked the bundle into, and what the person typed. */
const PLACE = `\${__dirname}`;
const typed = (name) => `\${user_config.${name}}`;

/**
 * The bundle's manifest (anthropics/mcpb, MANIFEST.md, version 0.3): how a desktop client starts the bridge, and what
 * it asks the person first.
 *
 * @param pkg the parsed package.json
 * @param tools name and description of each tool that the server lists
 */
export function manifest(pkg, tools) {
  return {
    manifest_version: '0.3',
    name: pkg.name,
    display_name: 'S3 files',
    version: pkg.version,
    description: pkg.description,
    long_description:
      'Lists, reads and summarizes the text files of an S3 bucket behind an mcp-s3 service, or of a folder on this ' +
      'machine. Give the endpoint and the API key that you were given, or choose a folder: then nothing leaves the machine.',
    author: { name: 'The mcp-s3 authors' },
    server: {
      type: 'node',
      entry_point: 'server/launch.mjs',
      mcp_config: {
        command: 'node',
        args: [`${PLACE}/server/launch.mjs`],
        env: {
          MCP_S3_ENDPOINT: typed('endpoint'),
          MCP_S3_API_KEY: typed('api_key'),
          MCP_S3_FOLDER: typed('folder'),
        },
      },
    },
    tools,
    keywords: pkg.keywords,
    license: pkg.license,
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: pkg.engines.node } },
    user_config: {
      endpoint: {
        type: 'string',
        title: 'Endpoint',
        description: 'URL of the service, such as https://abc123.execute-api.eu-west-1.amazonaws.com/v1',
        required: false,
        default: '',
      },
      api_key: {
        type: 'string',
        title: 'API key',
        description: 'Key of the service',
        sensitive: true,
        required: false,
        default: '',
      },
      folder: {
        type: 'directory',
        title: 'Folder',
        description: 'Instead of an endpoint: a folder on this machine to serve',
        required: false,
        default: '',
      },
    },
  };
}
