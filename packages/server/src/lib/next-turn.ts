/** Resolves when everything else that waits has had its turn: long work in one thread lets others in between. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
