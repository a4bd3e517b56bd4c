/**
 * What `runToHtml` puts into a file that replays a run. The build fills it in from `player/main.tsx`; in a checkout it is
 * empty. Import it only when it is needed: it weighs half a megabyte.
 *
 * @packageDocumentation
 */
/** A classic script that needs nothing else. */
export const script: string = '';
/** Its stylesheet. */
export const styles: string = '';
