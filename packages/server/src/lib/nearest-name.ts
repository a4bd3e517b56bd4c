/** Steps of typing between two words: letters put in, left out or changed. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

const LONGEST = 64;

/** The name that was probably meant; `undefined` where none is near. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  if (written.length > LONGEST) return undefined;
  const word = written.toLowerCase();
  let best: { readonly name: string; readonly steps: number } | undefined;
  for (const name of names) {
    const steps = distance(word, name.toLowerCase());
    if (steps <= Math.max(2, Math.floor(name.length / 3)) && steps < (best?.steps ?? Infinity))
      best = { name, steps };
  }
  return best?.name;
}
