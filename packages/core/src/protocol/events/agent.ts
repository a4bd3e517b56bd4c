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

/** The agent's status from now on, in place of the one before. */
export interface AgentStatusData {
  readonly status: AgentStatus;
  /** One line for people: what it is doing or why it waits. */
  readonly activity?: string;
}

/** Sign of life of a long activity. May be merged; the last one counts. */
export interface AgentHeartbeatData {
  readonly activity?: string;
}

/** The agent is gone; what it had begun is not ended by this. */
export interface AgentLeftData {
  readonly message?: string;
}

/** Data of the events of agents, by type. */
export interface AgentEvents {
  'agent.joined': AgentJoinedData;
  'agent.status': AgentStatusData;
  'agent.heartbeat': AgentHeartbeatData;
  'agent.left': AgentLeftData;
}
