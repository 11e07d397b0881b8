import { type BuildStep, runBuilder } from './build-step.ts';
import { type RegistryLogin, withLogin } from './login.ts';
import { isLoopback, parseReference } from './reference.ts';

/** Milliseconds for forgetting a login. */
const LOGOUT_LIMIT = 15_000;

/**
 * Pushes an image that was built.
 * @param login undefined for a registry that asks for none
 * @throws failed (exit 1) with the builder's last words
 */
export async function pushImage(
  { name, platform }: { name: string; platform: string },
  login: RegistryLogin | undefined,
  step: BuildStep,
): Promise<void> {
  const { registry } = parseReference(name);
  if (login === undefined) return await push(name, platform, step, {});
  await withLogin(registry, login, step.env, async (variables) => {
    if (step.builder.name !== 'finch') return await push(name, platform, step, variables);
    await withFinchLogin(registry, login, step, variables, () => push(name, platform, step, variables));
  });
}

async function push(
  name: string,
  platform: string,
  step: BuildStep,
  variables: NodeJS.ProcessEnv,
): Promise<void> {
  const { builder } = step;
  const redhat = builder.name === 'podman' || builder.name === 'buildah';
  const plain = redhat && isLoopback(parseReference(name).registry) ? ['--tls-verify=false'] : [];
  // Otherwise finch looks for an image of its own platform.
  const only = builder.name === 'finch' ? ['--platform', platform] : [];
  await runBuilder('push the image', ['push', ...plain, ...only, name], { ...step, variables });
}

/** The virtual machine of finch keeps logins of its own, and sees no other folder's. */
async function withFinchLogin(
  registry: string,
  { username, password }: RegistryLogin,
  step: BuildStep,
  variables: NodeJS.ProcessEnv,
  work: () => Promise<void>,
): Promise<void> {
  const login = ['login', '--username', username, '--password-stdin', registry];
  try {
    await runBuilder('log in to the registry', login, { ...step, variables, input: password });
    await work();
  } finally {
    const quiet = { ...step, report: () => undefined, signal: AbortSignal.timeout(LOGOUT_LIMIT) };
    await runBuilder('log out', ['logout', registry], { ...quiet, variables }).catch(() => undefined);
  }
}
