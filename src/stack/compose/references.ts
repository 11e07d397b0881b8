/** The logical ids and parameters that a part of a template names, by `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::If` or `DependsOn`. */
export function referencesOf(value: unknown): Set<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const inner of value) collect(inner, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if ((key === 'Ref' || key === 'Condition') && typeof inner === 'string') found.add(inner);
    else if (key === 'Fn::GetAtt') found.add([inner].flat().join('.').split('.')[0]!);
    else if (key === 'Fn::If' && Array.isArray(inner)) found.add(String(inner[0]));
    else if (key === 'DependsOn') for (const name of [inner].flat()) found.add(String(name));
    if (key === 'Fn::Sub') {
      const text = Array.isArray(inner) ? inner[0] : inner;
      for (const [, name] of String(text).matchAll(/\$\{([^!}][^}]*)\}/g)) found.add(name!.split('.')[0]!);
    }
    collect(inner, found);
  }
}
