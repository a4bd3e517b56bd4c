import { onTestFinished } from 'vitest';

/** What an adapter of the host can do instead of its work. */
export const FAULTS: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    throw new Error('broken on purpose');
  },
  rejects: () => Promise.reject(new Error('broken on purpose')),
  hangs: () => new Promise(() => undefined),
  'gives nothing': () => undefined,
  'gives NaN': () => NaN,
  'gives a huge number': () => 1e308,
  'gives text': () => 'text',
  'gives an empty object': () => ({}),
  'promises nothing': () => Promise.resolve(undefined),
  'promises text': () => Promise.resolve('text'),
  'promises an empty object': () => Promise.resolve({}),
  'gives what throws when it is looked at': () =>
    new Proxy(
      {},
      {
        get(_, key) {
          // A promise may be asked whether it is one.
          if (key === 'then') return undefined;
          throw new Error('broken on purpose');
        },
        has: () => {
          throw new Error('broken on purpose');
        },
        ownKeys: () => {
          throw new Error('broken on purpose');
        },
      },
    ),
};

/** Everything that would have ended the host's process until the end of the test. */
export function watchProcess(): readonly unknown[] {
  const ended: unknown[] = [];
  const note = (error: unknown): void => {
    ended.push(error);
  };
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  onTestFinished(() => {
    process.off('uncaughtException', note);
    process.off('unhandledRejection', note);
  });
  return ended;
}
