/** How the target that is this very process hears and answers MCP: the server's own words for it. */
export type { McpChannel, McpMessage, McpSession } from '../../server/app.ts';
