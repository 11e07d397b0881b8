const nothing = (): void => {};

/**
 * For the AWS SDK where a profile is named: it writes eight lines to the console where keys are set beside it, although
 * the one that was named is used.
 */
export const quietLogger = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
