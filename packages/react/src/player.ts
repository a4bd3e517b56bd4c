/**
 * What `runToHtml` puts into a file that replays a run: a classic script that needs nothing else, and its styles. The
 * build fills them in from `player/main.tsx`; in a checkout they are empty. Import it only when it is needed.
 */
export const script: string = '';
export const styles: string = '';
