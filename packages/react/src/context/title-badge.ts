import { selectAnswerable } from '@fleetglass/core/client';
import type { SnapshotHub } from './snapshot-hub.js';

/**
 * Keeps "(2) " before the title of the page while two approvals wait, also when the host changes the title meanwhile.
 *
 * @returns a function that restores the title
 */
export function badgeTitle(hub: SnapshotHub): () => void {
  const channel = hub.channel(0);
  /** What stands before the host's own title now. */
  let badge = '';
  const show = (): void => {
    const { live, ready } = channel.getSnapshot();
    const waiting = ready ? selectAnswerable(live).length : 0;
    write(waiting === 0 ? '' : `(${waiting}) `);
  };
  const write = (next: string): void => {
    const { title } = document;
    const own = badge !== '' && title.startsWith(badge) ? title.slice(badge.length) : title;
    badge = next;
    if (title !== next + own) document.title = next + own;
  };
  show();
  const leave = channel.subscribe(show);
  const observer =
    typeof MutationObserver === 'undefined' ? undefined : new MutationObserver(() => write(badge));
  observer?.observe(document.head, { subtree: true, childList: true, characterData: true });
  return () => {
    observer?.disconnect();
    leave();
    write('');
  };
}
