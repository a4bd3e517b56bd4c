import { useEffect, useState } from 'react';
import type { About } from '../src/cli/live-page.js';

/** What the command behind the page shows; asked once, `undefined` until it answered. */
export function useAbout(): About | undefined {
  const [about, setAbout] = useState<About>();
  useEffect(() => {
    const abort = new AbortController();
    fetch('./api/v1/about', { signal: abort.signal })
      .then(async (response) => (response.ok ? ((await response.json()) as About) : undefined))
      .then(setAbout, () => undefined);
    return () => abort.abort();
  }, []);
  return about;
}
