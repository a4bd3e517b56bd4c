/** Script and styles of the page that replays an exported run, each one text, from the packages' sources. */
export function bundlePlayer(): Promise<{ readonly script: string; readonly styles: string }>;

/** Fills in `@fleetglass/react/player`, and the command line's document of a run, which holds it. */
export function buildPlayer(): Promise<number>;
