import { parsePatch } from 'diff';
import type { FilePatch } from './diff-rows.js';

/** Parts of a unified diff; `undefined` for what is none, or a broken one. Loaded when a diff is first shown. */
export function parseDiff(text: string): readonly FilePatch[] | undefined {
  try {
    const patches = parsePatch(text).filter((patch) => patch.hunks.length > 0);
    return patches.length > 0 ? patches : undefined;
  } catch {
    return undefined;
  }
}
