'use client';

import type { AgentState } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useAgentPart } from '../../hooks/useEntities.js';
import { plainText } from '../../lib/plain-text.js';

const selectName = ({ name }: AgentState) => ({ name });

export interface AgentNameProps {
  readonly runId: string;
  readonly agentId: string;
}

/** Name of an agent of a run, or its id where it never joined. Renders again when it joins. */
export function AgentName({ runId, agentId }: AgentNameProps): ReactElement {
  const agent = useAgentPart(runId, agentId, selectName);
  const name = plainText(agent?.name ?? agentId);
  return (
    <span className="fg-cut" title={name}>
      {name}
    </span>
  );
}
