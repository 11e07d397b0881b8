type Variables = Record<string, string | undefined>;

/**
 * Sets variables of this process, and gives back what puts the old values there again. `process.env` itself must stay
 * the object that it is: what stands in another object is seen neither by `os.tmpdir()` nor by child processes, and
 * Mocha runs the next file in the same process.
 */
export function setEnvironment(values: Variables): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]]);
  assign(values);
  return () => assign(Object.fromEntries(before));
}

function assign(values: Variables): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
