interface PageTarget {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
  readonly visibilityState?: string;
}

/**
 * Calls `wake` when the browser comes online or the page is shown again; does nothing outside a browser.
 *
 * @returns a function that ends the watching
 */
export function watchPage(wake: () => void): () => void {
  const scope = globalThis as PageTarget & { readonly document?: PageTarget };
  const { document } = scope;
  const onVisible = (): void => {
    if (document?.visibilityState === 'visible') wake();
  };
  scope.addEventListener?.('online', wake);
  document?.addEventListener?.('visibilitychange', onVisible);
  return () => {
    scope.removeEventListener?.('online', wake);
    document?.removeEventListener?.('visibilitychange', onVisible);
  };
}
