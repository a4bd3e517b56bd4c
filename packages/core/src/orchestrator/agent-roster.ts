import type { AgentStatus } from '../protocol/events/agent.js';
import type { EventDraft, EventScope } from '../protocol/event.js';
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

export function createAgentRoster(scope: EventScope): AgentRoster {
  const members = new Map<string, Member>();
  const changed = new Set<Member>();

  const change = (agentId: string, update: (member: Member) => void): void => {
    const member = members.get(agentId);
    if (!member) return;
    update(member);
    changed.add(member);
  };
  const statusOf = (member: Member): AgentStatus => {
    if (member.running === 0) return 'idle';
    return member.waiting >= member.running ? 'waiting' : 'active';
  };

  return {
    join(agentId, { role, parentAgentId }, events, time) {
      if (members.has(agentId)) return;
      const member: Member = {
        scope: { ...scope, agentId },
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
      members.set(agentId, member);
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
    },
    start: (agentId, activity) =>
      change(agentId, (member) => {
        member.running += 1;
        member.activity = activity;
      }),
    end: (agentId, failed) =>
      change(agentId, (member) => {
        member.running -= 1;
        member.failed = failed;
        if (member.running === 0) member.activity = undefined;
      }),
    wait: (agentId, why) =>
      change(agentId, (member) => {
        member.waiting += 1;
        member.activity = why;
      }),
    proceed: (agentId) =>
      change(agentId, (member) => {
        member.waiting -= 1;
        member.activity = undefined;
      }),
    activity: (agentId, activity) =>
      change(agentId, (member) => {
        member.activity = activity;
      }),
    tell(events, time) {
      if (changed.size === 0) return;
      for (const member of changed) {
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
      changed.clear();
    },
    finish(completed, events, time) {
      for (const member of members.values()) {
        const status = completed ? 'completed' : member.failed ? 'failed' : 'idle';
        events.push(draftEvent('agent.status', { status }, member.scope, time));
      }
      members.clear();
      changed.clear();
    },
  };
}
