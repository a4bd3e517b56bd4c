import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A small file system of its own, which can be filled and freed. */
export interface SmallDisk {
  readonly path: string;
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives it back. */
  free(): void;
  /** Takes the disk away, with whatever is on it. */
  unmount(): void;
}

/**
 * Mounts one, which only root may do.
 *
 * @param folder where it becomes the folder `disk`
 * @param size such as `12m`
 * @param skip ends a test that cannot have one
 */
export function mountSmallDisk(folder: string, size: string, skip: () => never): SmallDisk {
  const path = join(folder, 'disk');
  const ballast = join(path, 'ballast');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', path], { stdio: 'ignore' });
  } catch {
    console.warn('This test needs to mount a small file system, which only root may do: skipped.');
    skip();
  }
  return {
    path,
    fill() {
      for (let bytes = 2 ** 20; bytes >= 512; bytes /= 2) {
        try {
          for (;;) writeFileSync(ballast, Buffer.alloc(bytes), { flag: 'a' });
        } catch {
          // Smaller pieces may still fit.
        }
      }
    },
    free: () => rmSync(ballast),
    unmount: () => void execFileSync('umount', ['-l', path], { stdio: 'ignore' }),
  };
}
