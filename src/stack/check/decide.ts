const NO_VALUE = Symbol('AWS::NoValue');

/**
 * A value with the branches that conditions choose, and without what they leave out (`AWS::NoValue`). Other functions
 * stay.
 * @param holds whether a condition does
 */
export function decide(value: unknown, holds: (condition: string) => boolean): unknown {
  const decided = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(decided).filter((each) => each !== NO_VALUE);
    if (typeof inner !== 'object' || inner === null) return inner;
    if ('Fn::If' in inner) {
      const [name, yes, no] = inner['Fn::If'] as [string, unknown, unknown];
      return decided(holds(name) ? yes : no);
    }
    if ('Ref' in inner && inner.Ref === 'AWS::NoValue') return NO_VALUE;
    const entries = Object.entries(inner).map(([key, deeper]) => [key, decided(deeper)] as const);
    return Object.fromEntries(entries.filter(([, deeper]) => deeper !== NO_VALUE));
  };
  return decided(value);
}
