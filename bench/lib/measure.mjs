/** Rounds to four significant digits, which is more than a shared machine deserves. */
export function round(value) {
  return Number(Number(value).toPrecision(4));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** CPU microseconds (user and system) that `fn` takes. */
export async function cpuMicros(fn) {
  const before = process.cpuUsage();
  await fn();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/**
 * Measures every candidate in turn, several rounds, so that a slow minute of the machine meets all of them alike.
 *
 * @param candidates name → async function that returns one value
 * @returns name → values, one a round; the first rounds are thrown away
 */
export async function interleave(candidates, { rounds = 7, warmup = 2 } = {}) {
  const results = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let i = 0; i < rounds + warmup; i += 1) {
    for (const [name, run] of Object.entries(candidates)) {
      globalThis.gc?.();
      const value = await run();
      if (i >= warmup) results[name].push(value);
    }
  }
  return results;
}

/**
 * Prints one figure as a JSON line.
 *
 * @param bar optional: `{ max }` or `{ min }`; `guide: true` states it without failing the run, for absolute times
 */
export function report(name, values, unit, bar, extra = {}) {
  const list = Array.isArray(values) ? values : [values];
  const value = median(list);
  const figure = { name, value: round(value), unit, ...extra };
  if (list.length > 1)
    Object.assign(figure, { min: round(Math.min(...list)), max: round(Math.max(...list)) });
  if (bar) {
    const met = bar.max === undefined ? value >= bar.min : value <= bar.max;
    figure.bar = `${bar.max === undefined ? `>= ${bar.min}` : `<= ${bar.max}`}${bar.guide ? ' (guide)' : ''}`;
    figure.met = met;
    figure.pass = met || bar.guide === true;
  }
  console.log(JSON.stringify(figure));
}

/** Ratio of two candidates, round by round. */
export function ratios(above, below) {
  return above.map((value, index) => value / below[index]);
}
