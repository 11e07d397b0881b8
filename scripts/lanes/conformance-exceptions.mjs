/**
 * What the conformance suites ask of a server that this one does not do by design, each with its reason. The lane
 * fails when an entry is stale: when no suite has the scenario or check, or when it passes. Extensions are not run.
 */
const ONLY_TEXT = 'tools answer with text and data: a bucket of text files has no such content to give';
const NEVER_ASKS =
  'the server never asks the client back (sampling, elicitation, roots): it keeps no state to go on with';
const NO_LOGGING =
  'logging is not offered: a level would be state between requests, and 2026-07-28 deprecates it';
const FIXED_URIS =
  "asks for the suite's own test:// URIs; resources here are s3://BUCKET/KEY and nothing else";
const NO_SUBSCRIPTIONS = 'subscriptions are not offered: nobody watches the bucket';
const ONLY_TEXT_PROMPTS = 'prompts are text: a prompt names files, the model reads them with the tools';
const RESUMABLE = 'streams are not resumable: there are no sessions that events could be kept for';

export const NOT_APPLICABLE = {
  'logging-set-level': NO_LOGGING,
  'tools-call-with-logging': NO_LOGGING,
  'tools-call-image': ONLY_TEXT,
  'tools-call-audio': ONLY_TEXT,
  'tools-call-embedded-resource': ONLY_TEXT,
  'tools-call-mixed-content': ONLY_TEXT,
  'tools-call-sampling': NEVER_ASKS,
  'tools-call-elicitation': NEVER_ASKS,
  'elicitation-sep1034-defaults': NEVER_ASKS,
  'elicitation-sep1330-enums': NEVER_ASKS,
  'json-schema-2020-12':
    'wants $schema, $ref and unevaluated keywords kept in an input schema; schemas here are made from the code that validates, which has none',
  'server-session-lifecycle': 'there are no sessions',
  'server-sse-polling': RESUMABLE,
  'resources-read-text': FIXED_URIS,
  'resources-read-binary': FIXED_URIS,
  'resources-templates-read': FIXED_URIS,
  'resources-subscribe': NO_SUBSCRIPTIONS,
  'resources-unsubscribe': NO_SUBSCRIPTIONS,
  'prompts-get-embedded-resource': ONLY_TEXT_PROMPTS,
  'prompts-get-with-image': ONLY_TEXT_PROMPTS,
  'http-custom-header-server-validation': 'no tool asks for its arguments in headers (x-mcp-header)',
  'input-required-result-basic-elicitation': NEVER_ASKS,
  'input-required-result-basic-sampling': NEVER_ASKS,
  'input-required-result-basic-list-roots': NEVER_ASKS,
  'input-required-result-request-state': NEVER_ASKS,
  'input-required-result-multiple-input-requests': NEVER_ASKS,
  'input-required-result-multi-round': NEVER_ASKS,
  'input-required-result-non-tool-request': NEVER_ASKS,
  'input-required-result-result-type': NEVER_ASKS,
  'input-required-result-tampered-state': NEVER_ASKS,
  'input-required-result-capability-check': NEVER_ASKS,
};

/** These pass, but only because the tool they call does not exist and the answer is an error: they count for nothing. */
export const HOLLOW = {
  'input-required-result-missing-input-response': NEVER_ASKS,
  'input-required-result-ignore-extra-params': NEVER_ASKS,
  'input-required-result-validate-input': NEVER_ASKS,
};

/** Check nothing in 2025-11-25, where they need a session, and something in 2026-07-28. */
export const NEEDS_SESSION = { 'server-sse-multiple-streams': 'there are no sessions' };

/** Single checks of scenarios that apply otherwise. */
export const CHECKS_NOT_APPLICABLE = {
  'sep-2575-server-rejects-undeclared-capability': NEVER_ASKS,
  'sep-2575-missing-capability-http-400': NEVER_ASKS,
  'sep-2575-http-server-no-independent-requests-on-stream': NEVER_ASKS,
};
