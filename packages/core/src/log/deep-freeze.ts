/** Freezes plain objects and arrays, as deep as they go; what is frozen already is taken to be frozen within. */
export function deepFreeze(root: object): void {
  const rest: object[] = [root];
  for (let value = rest.pop(); value; value = rest.pop()) {
    if (Object.isFrozen(value)) continue;
    Object.freeze(value);
    for (const part of Object.values(value) as unknown[])
      if (typeof part === 'object' && part !== null) rest.push(part);
  }
}
