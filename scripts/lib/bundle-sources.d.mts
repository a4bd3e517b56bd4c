export function bundleSources(entry: string, outfile: string): Promise<void>;
