import type { RecordWrite } from '../../log/store.js';
import type { Actor } from '../../protocol/payload.js';
import { COMMAND_PREFIX } from '../history/run-record.js';

/** Where the wish to change a run comes from. */
export interface CommandOrigin {
  /** Whoever asked; absent for code that holds the run. */
  readonly by?: Actor | undefined;
  /** The command's own id; the same one is carried out once, also across restarts. */
  readonly commandId?: string | undefined;
}

/** What an event tells of it. */
export function actorOf({ by }: CommandOrigin): { readonly by?: Actor } {
  return by === undefined ? {} : { by };
}

/** Remembers the command in the commit that carries it out. */
export function commandWrites({ commandId }: CommandOrigin): readonly RecordWrite[] {
  return commandId === undefined ? [] : [{ key: COMMAND_PREFIX + commandId, value: true }];
}
