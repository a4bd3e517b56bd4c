import { createRequire } from 'node:module';

// By the package's own name: where the built file stands does not matter.
const { version } = createRequire(import.meta.url)('@fleetglass/server/package.json') as {
  readonly version: string;
};

/** Version of this package. */
export const VERSION = version;
