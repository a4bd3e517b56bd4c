import type { AgentStatus } from '../../protocol/events/agent.js';
import type { EventDraft, EventScope } from '../../protocol/event.js';
import { draftEvent } from './event-draft.js';

interface Member {
  readonly scope: EventScope;
  readonly role: string | undefined;
  readonly parent: string | undefined;
  joined: boolean;
  running: number;
  waiting: number;
  failed: boolean;
  activity: string | undefined;
  status: AgentStatus | undefined;
  told: string | undefined;
}

export interface AgentProfile {
  readonly role?: string | undefined;
  readonly parentAgentId?: string | undefined;
}

/** Keeps what a run's agents are doing and tells it in the commits that change it. */
export interface AgentRoster {
  /** Lets an agent join if it has not yet. */
  join(agentId: string, profile: AgentProfile, events: EventDraft[], time: number): void;
  start(agentId: string, activity: string): void;
  end(agentId: string, failed: boolean): void;
  wait(agentId: string, why: string): void;
  proceed(agentId: string): void;
  activity(agentId: string, activity: string): void;
  /** Adds the changes since the last call. */
  tell(events: EventDraft[], time: number): void;
  /** The run is over. */
  finish(completed: boolean, events: EventDraft[], time: number): void;
}

function statusOf(member: Member): AgentStatus {
  if (member.running === 0) return 'idle';
  return member.waiting >= member.running ? 'waiting' : 'active';
}

export function createAgentRoster(scope: EventScope): AgentRoster {
  return new Roster(scope);
}

/** A class for the sake of memory: every run has one. */
class Roster implements AgentRoster {
  readonly #scope: EventScope;
  readonly #members = new Map<string, Member>();
  readonly #changed = new Set<Member>();

  constructor(scope: EventScope) {
    this.#scope = scope;
  }

  join(agentId: string, profile: AgentProfile, events: EventDraft[], time: number): void {
    const { role, parentAgentId } = profile;
    if (this.#members.has(agentId)) return;
    const member: Member = {
      scope: { ...this.#scope, agentId },
      role,
      parent: parentAgentId,
      joined: true,
      running: 0,
      waiting: 0,
      failed: false,
      activity: undefined,
      status: undefined,
      told: undefined,
    };
    this.#members.set(agentId, member);
    events.push(
      draftEvent(
        'agent.joined',
        {
          name: agentId,
          ...(role === undefined ? {} : { role }),
          ...(parentAgentId === undefined ? {} : { parentAgentId }),
        },
        member.scope,
        time,
      ),
    );
  }

  start(agentId: string, activity: string): void {
    this.#change(agentId, (member) => {
      member.running += 1;
      member.activity = activity;
    });
  }

  end(agentId: string, failed: boolean): void {
    this.#change(agentId, (member) => {
      member.running -= 1;
      member.failed = failed;
      if (member.running === 0) member.activity = undefined;
    });
  }

  wait(agentId: string, why: string): void {
    this.#change(agentId, (member) => {
      member.waiting += 1;
      member.activity = why;
    });
  }

  proceed(agentId: string): void {
    this.#change(agentId, (member) => {
      member.waiting -= 1;
      member.activity = undefined;
    });
  }

  activity(agentId: string, activity: string): void {
    this.#change(agentId, (member) => {
      member.activity = activity;
    });
  }

  tell(events: EventDraft[], time: number): void {
    if (this.#changed.size === 0) return;
    for (const member of this.#changed) {
      const status = statusOf(member);
      if (status === member.status && member.activity === member.told) continue;
      member.status = status;
      member.told = member.activity;
      events.push(
        draftEvent(
          'agent.status',
          member.activity === undefined ? { status } : { status, activity: member.activity },
          member.scope,
          time,
        ),
      );
    }
    this.#changed.clear();
  }

  finish(completed: boolean, events: EventDraft[], time: number): void {
    for (const member of this.#members.values()) {
      const status = completed ? 'completed' : member.failed ? 'failed' : 'idle';
      events.push(draftEvent('agent.status', { status }, member.scope, time));
    }
    this.#members.clear();
    this.#changed.clear();
  }

  #change(agentId: string, update: (member: Member) => void): void {
    const member = this.#members.get(agentId);
    if (!member) return;
    update(member);
    this.#changed.add(member);
  }
}
