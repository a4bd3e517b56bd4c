/** Script and styles of the page that replays an exported run, each one text, from the packages' sources. */
export function bundlePlayer(): Promise<{ readonly script: string; readonly styles: string }>;

/** Fills in `@fleetglass/react/player`. */
export function buildPlayer(): Promise<number>;
