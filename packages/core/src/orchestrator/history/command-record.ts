import type { Store } from '../../log/store.js';
import type { Actor } from '../../protocol/payload.js';
import { hashRequest } from '../calls/request-hash.js';
import { readHistory } from './run-history.js';
import { COMMAND_PREFIX, RUN_BEGIN } from './run-record.js';

const PLAIN = /^[\w-]{1,64}$/;

/** What a command is known by: two actors who happen to choose the same id mean two commands. */
export function commandKey(commandId: string, actor: Actor | undefined): string {
  return actor === undefined && PLAIN.test(commandId)
    ? commandId
    : JSON.stringify([actor?.id ?? null, commandId]);
}

/** Id of the run that a command starts: the same for the same command, so that it starts one only. */
export function runIdFor(commandId: string): string {
  return `run_${PLAIN.test(commandId) ? commandId.replace(/^cmd_/, '') : hashRequest(commandId)}`;
}

/** Whether the run exists because of this command. */
export async function wasStartedBy(store: Store, runId: string, commandId: string): Promise<boolean> {
  const stored = await store.load(runId, { prefix: RUN_BEGIN });
  return stored !== undefined && readHistory(stored).beginning?.commandId === commandId;
}

/** Whether the run's record says that the command was carried out. */
export async function wasCarriedOut(store: Store, runId: string, commandId: string): Promise<boolean> {
  const key = COMMAND_PREFIX + commandId;
  const stored = await store.load(runId, { prefix: key });
  return stored?.records.some((record) => record.key === key && record.value === true) ?? false;
}
