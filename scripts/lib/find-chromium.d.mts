export function installedChromium(...places: string[]): string | undefined;
export const chromiumFlags: string[];
export function findChromium(): string | undefined;
