import { runToHtml } from '@fleetglass/react/export';
import type { RunHtmlOptions } from '@fleetglass/react/export';
import { script, styles } from '@fleetglass/react/player';

/** What `fleetglass export --to html` writes: the document of the screens' own export, with the player in it. */
export const writeRunDocument = (options: Omit<RunHtmlOptions, 'assets'>): string =>
  runToHtml({ ...options, assets: { script, styles } });
