import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

/** Text of a file of the kernel, or `undefined` where there is none. */
function kernelText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The same for every process from one start of this machine to the next. */
function bootId(): string {
  const bootedAt = Math.round((Date.now() - uptime() * 1_000) / 60_000);
  return kernelText('/proc/sys/kernel/random/boot_id') ?? `${hostname()}-${bootedAt}`;
}

/** When a process began, in ticks since the start of the machine; tells two with the same pid apart. */
function processStart(pid: number | 'self'): string {
  const stat = kernelText(`/proc/${pid}/stat`);
  // The second field is a name in parentheses that may hold anything; the start is the 22nd.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Names this process as an owner of leases: boot id, pid and start. */
export function processOwner(): string {
  return [bootId(), process.pid, processStart('self')].join('/');
}

/**
 * Whether the process that {@link processOwner} named is certainly gone: same machine, same start of it, and no such
 * process. For any other owner the answer is no, and its lease has to run out.
 */
export function isProcessGone(owner: string): boolean {
  const [boot, pidText, start] = owner.split('/');
  const pid = Number(pidText);
  if (boot !== bootId() || !Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Not allowed to signal it means that it is there.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const foundStart = processStart(pid);
  return foundStart !== '' && start !== '' && foundStart !== start;
}
