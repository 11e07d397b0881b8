/** A setting of the function, which the template gives it. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the setting ${name} is missing`);
  return value;
}

/** A setting that is a whole number, at least 0. */
export function numberSetting(name: string): number {
  const value = Number(setting(name));
  if (!Number.isInteger(value) || value < 0) throw new Error(`the setting ${name} is no whole number`);
  return value;
}

/** A setting of parts that commas separate; none where it is empty. */
export function listSetting(name: string): string[] {
  return (process.env[name] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
