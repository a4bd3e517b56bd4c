import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/*
 * What React Server Components ask of a library: a file that uses state, effects or context says 'use client', so that
 * a server component may import it; the published entries and pure files do not, so that a server may call what is in
 * them.
 */
const src = join(import.meta.dirname, '../src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(src, name), 'utf8') }));
/** Names that React's server build does not have. */
const CLIENT_ONLY =
  /\b(useState|useEffect|useLayoutEffect|useReducer|useRef|useSyncExternalStore|useContext|useImperativeHandle|useTransition|useDeferredValue|createContext|Component)\b/;
const isClient = (text: string): boolean => text.startsWith("'use client';");
const importsOfReact = (text: string): string =>
  [...text.matchAll(/^import \{([^}]*)\} from 'react';/gm)].map(([, names]) => names).join();

it.each(
  files.filter(({ text }) => CLIENT_ONLY.test(importsOfReact(text))).map(({ name, text }) => [name, text]),
)('%s is a client file', (_, text) => {
  expect(isClient(text)).toBe(true);
});

it.each(
  files
    .filter(({ name }) => !name.includes('/') || /^(lib|format|labels)\//.test(name))
    .filter(({ text }) => !/from 'react'/.test(text))
    .map(({ name, text }) => [name, text]),
)('%s may be called on a server', (_, text) => {
  expect(isClient(text)).toBe(false);
});
