/** Milliseconds that a time zone is ahead of UTC at a moment. */
export type ZoneOffset = (time: number) => number;

/** No zone changes its clocks within less. */
const STEP = 900_000;
const MOST_STEPS = 50_000;
/** Dates end a little later, and their days in every zone should exist. */
const LAST_TIME = 8e15;

/**
 * How far a time zone is ahead of UTC. What was asked for is remembered for a while, and selectors remember results for
 * the function: keep it as long as the zone stays the same.
 *
 * @param timeZone IANA name
 * @default timeZone the machine's own
 * @returns a function that gives 0 for what is no moment
 * @throws RangeError from the returned function, when nobody knows a zone of that name
 */
export function createZoneOffset(timeZone?: string): ZoneOffset {
  // Formats are dear, and many who could ask for one never do.
  let format: Intl.DateTimeFormat | undefined;
  const known = new Map<number, number>();
  return (time) => {
    if (!(Math.abs(time) <= LAST_TIME)) return 0;
    const step = Math.floor(time / STEP) * STEP;
    let offset = known.get(step);
    if (offset === undefined) {
      format ??= new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
        ...(timeZone === undefined ? {} : { timeZone }),
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
      const parts = format.formatToParts(step).map(({ type, value }) => [type, Number(value)] as const);
      const found: { readonly [type: string]: number } = Object.fromEntries(parts);
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
      offset = Date.UTC(year, month - 1, day, hour, minute, second) - step;
      if (known.size >= MOST_STEPS) known.clear();
      known.set(step, offset);
    }
    return offset;
  };
}
