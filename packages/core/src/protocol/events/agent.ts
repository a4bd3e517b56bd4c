/** What an agent is doing right now. */
export type AgentStatus = 'idle' | 'active' | 'waiting' | 'completed' | 'failed' | 'offline';

/** First event of an agent inside its run. */
export interface AgentJoinedData {
  readonly name: string;
  readonly role?: string;
  /** Model that it usually calls. */
  readonly model?: string;
  /** Tasks that it can perform at once; load is the share of it in use. */
  readonly concurrency?: number;
  /** Agent that started this one, for sub-agents. */
  readonly parentAgentId?: string;
}

export interface AgentStatusData {
  readonly status: AgentStatus;
  /** One line for people: what it is doing or why it waits. */
  readonly activity?: string;
}

/** Sign of life of a long activity. May be merged; the last one counts. */
export interface AgentHeartbeatData {
  readonly activity?: string;
}

export interface AgentLeftData {
  readonly message?: string;
}

export interface AgentEvents {
  'agent.joined': AgentJoinedData;
  'agent.status': AgentStatusData;
  'agent.heartbeat': AgentHeartbeatData;
  'agent.left': AgentLeftData;
}
