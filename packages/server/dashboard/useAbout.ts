import { useEffect, useState } from 'react';
import type { About } from '../src/cli/live-page.js';
import type { PageAccess } from './page-access.js';

/** What the command behind the page shows; asked once, `undefined` until it answered. */
export function useAbout(access: PageAccess): About | undefined {
  const [about, setAbout] = useState<About>();
  useEffect(() => {
    const abort = new AbortController();
    access
      .ask('./api/v1/about', abort.signal)
      .then(async (response) => (response.ok ? ((await response.json()) as About) : undefined))
      .then(setAbout, () => undefined);
    return () => abort.abort();
  }, [access]);
  return about;
}
