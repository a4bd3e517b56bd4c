/** The part of a tab's storage that is used. */
export type TabStorage = Pick<Storage, 'getItem' | 'removeItem' | 'setItem'>;

/** Keeps a token over reloads of one tab, where a person asked for that. */
export interface TokenKeeper {
  read(): string | undefined;
  keep(token: string): void;
  forget(): void;
}

/**
 * @param storage asked for at each use, because a browser may refuse it; never `localStorage`, which outlives the tab and
 * is read by all others
 * @param key another one for each gateway of an origin
 */
export function createTokenKeeper(storage: () => TabStorage, key: string): TokenKeeper {
  const attempt = <T>(use: (tab: TabStorage) => T): T | undefined => {
    try {
      return use(storage());
    } catch {
      // Without storage a token lasts as long as the page.
      return undefined;
    }
  };
  return {
    read: () => attempt((tab) => tab.getItem(key)) ?? undefined,
    keep: (token) => attempt((tab) => tab.setItem(key, token)),
    forget: () => attempt((tab) => tab.removeItem(key)),
  };
}
