import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../../packages/${path}`, import.meta.url));

/** The packages' published names and the sources behind them, for tests, stories and galleries: never their builds. */
export const sourceAliases = [
  { find: /^@fleetglass\/core\/(client|planner|protocol)$/, replacement: `${at('core/src')}/$1.ts` },
  { find: /^@fleetglass\/core\/testing$/, replacement: at('core/src/testing/index.ts') },
  { find: /^@fleetglass\/react\/([a-z]+\.css)$/, replacement: `${at('react/src')}/$1` },
  { find: /^@fleetglass\/react\/([a-z/]+)$/, replacement: `${at('react/src')}/$1.ts` },
  { find: /^@fleetglass\/sources\/([a-z-]+)$/, replacement: `${at('sources/src')}/$1.ts` },
  { find: /^@fleetglass\/server\/adapters$/, replacement: at('server/src/adapters.ts') },
  { find: /^@fleetglass\/(core|react|server)$/, replacement: `${at('')}$1/src/index.ts` },
];
