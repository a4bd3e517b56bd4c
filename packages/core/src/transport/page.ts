type Listen = (type: string, listener: () => void, capture: boolean) => void;

/** What wakes: events of the window, and of the document, which only capturing sees from the window. */
const WAKING = ['online', 'pageshow', 'visibilitychange', 'resume'];

/** After these a page may never run again, or only much later. */
export const ENDING = ['freeze', 'pagehide'];

/**
 * Calls `happened` when the browser comes online, or the page is shown or hidden, thawed, or taken out of the back-forward
 * cache; or at other events of the window and the document. Does nothing outside a browser.
 *
 * @returns a function that ends the watching
 */
export function watchPage(happened: () => void, types: readonly string[] = WAKING): () => void {
  const each = (method: 'addEventListener' | 'removeEventListener'): void => {
    const scope = globalThis as { readonly [K in typeof method]?: Listen };
    for (const type of types) scope[method]?.(type, happened, true);
  };
  each('addEventListener');
  return () => each('removeEventListener');
}

/** Whether the browser says that there is no network; it knows nothing of a server on the same machine. */
export const isOffline = (): boolean =>
  (globalThis as { readonly navigator?: { readonly onLine?: boolean } }).navigator?.onLine === false;
