import { text } from '../lib/guards.js';

/** Who speaks in a turn, and what kind of turn it is. */
export interface Speaker {
  readonly agent: string;
  readonly kind: 'text' | 'thinking' | 'handoff';
  /** The agent that is to go on, of a hand-off. */
  readonly to?: string;
}

const ASIDE = ' (';
const ARROW = '-> ';

/**
 * Of the two shapes of the data set, one names its agents in `name`, the other in `role`: `WebSurfer`,
 * `Orchestrator (thought)`, `Orchestrator (-> WebSurfer)`.
 */
export function speakerOf(turn: Readonly<Record<string, unknown>>): Speaker {
  const name = text(turn['name']);
  if (name !== undefined) return { agent: name, kind: 'text' };
  const role = text(turn['role']) ?? 'unknown';
  const at = role.indexOf(ASIDE, 1);
  if (at < 0 || !role.endsWith(')')) return { agent: role, kind: 'text' };
  const agent = role.slice(0, at);
  const aside = role.slice(at + ASIDE.length, -1);
  if (aside === 'thought') return { agent, kind: 'thinking' };
  if (!aside.startsWith(ARROW)) return { agent, kind: 'text' };
  const to = aside.slice(ARROW.length).trim();
  return to === '' ? { agent, kind: 'text' } : { agent, kind: 'handoff', to };
}
