/** The stateless example of `@modelcontextprotocol/sdk`. */
import { sdk1Handler } from './sdk1-handler.ts';
import { fromFolder, serve } from './serve.ts';

serve(sdk1Handler(fromFolder));
