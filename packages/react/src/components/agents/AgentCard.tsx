'use client';

import type { MonitorSnapshot, RunState, TierRules } from '@fleetglass/core/client';
import { forwardRef, useCallback, useId } from 'react';
import type { ComponentPropsWithoutRef, ReactElement, ReactNode } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useAgentMetrics } from '../../hooks/useAgents.js';
import { useAgent } from '../../hooks/useEntities.js';
import { isShallowEqual } from '../../hooks/selection.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { useRunNow } from '../../hooks/useNow.js';
import type { RunTimes } from '../../hooks/useNow.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { CostText } from '../cost/CostText.js';
import { describeTokens } from '../cost/describe-tokens.js';
import { StatusBadge } from '../status/StatusBadge.js';
import { agentsLabels } from './agents-labels.js';
import { aboutAgent, ContextFigure, LoadFigure, SuccessFigure, TaskFigure } from './agent-figures.js';

export interface AgentCardProps extends Omit<ComponentPropsWithoutRef<'article'>, 'children'> {
  readonly runId: string;
  readonly agentId: string;
  /** Where the tiers begin; module constant or memoised. */
  readonly rules?: TierRules | undefined;
  /** Buttons below the figures. */
  readonly children?: ReactNode;
}

const OVER: ReadonlySet<string> = new Set(['completed', 'failed', 'offline']);

/**
 * One agent of a run: what it is, what it does and since when, what it used, how full its context is and how well it
 * works. Renders again when the agent changes, at most at the cadence for agents, and each second while it works.
 */
export const AgentCard = forwardRef<HTMLElement, AgentCardProps>(function AgentCard(
  { runId, agentId, rules, className, children, ...rest },
  ref,
) {
  const agent = useAgent(runId, agentId);
  const metrics = useAgentMetrics(runId, agentId, rules);
  const texts = useTexts();
  const nameId = useId();
  const words = texts.labels(agentsLabels);
  if (!agent || !metrics) {
    return (
      <article ref={ref} className={cx('fg-card fg-agent-card', className)} {...rest}>
        <p className="fg-soft">{words.gone}</p>
      </article>
    );
  }
  const { cost } = agent.totals;
  const tokens = describeTokens(agent.totals, texts);
  const activity = plainText(agent.activity);
  const about = aboutAgent(agent);
  const isOver = OVER.has(agent.status);
  const until = isOver ? agent.statusSince : undefined;
  return (
    <article
      ref={ref}
      className={cx('fg-card fg-agent-card', className)}
      aria-labelledby={nameId}
      data-status={agent.status}
      {...rest}
    >
      <div className="fg-agent-head">
        <h3 id={nameId} className="fg-card-title">
          {plainText(agent.name)}
        </h3>
        <StatusBadge status={agent.status} />
        <span className="fg-second">{about}</span>
        {isOver ? null : (
          <span className="fg-second fg-end">
            <Elapsed runId={runId} from={agent.statusSince} write={(time) => words.since(time)} />
          </span>
        )}
      </div>
      {activity === undefined ? null : (
        <p className="fg-agent-doing" title={activity}>
          {activity}
        </p>
      )}
      <dl className="fg-agent-facts">
        <Fact name={words.cost}>
          <CostText cost={cost} />
        </Fact>
        <Fact name={words.tokens}>
          <span title={tokens.hint}>{tokens.text}</span>
        </Fact>
        <Fact name={words.elapsed}>
          <Elapsed runId={runId} from={agent.joinedAt} until={until} write={(time) => time} />
        </Fact>
        <Fact name={words.context} hint={words.contextHint}>
          <ContextFigure context={agent.context} texts={texts} />
        </Fact>
        <Fact name={words.load}>
          <LoadFigure metrics={metrics} concurrency={agent.concurrency} texts={texts} />
        </Fact>
        <Fact name={words.success}>
          <SuccessFigure metrics={metrics} rules={rules} texts={texts} />
        </Fact>
        <Fact name={words.tasks} wide>
          <TaskFigure agent={agent} texts={texts} />
        </Fact>
      </dl>
      {children}
    </article>
  );
});

interface FactProps {
  readonly name: string;
  readonly hint?: string;
  /** On a line of its own. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

function Fact({ name, hint, wide, children }: FactProps): ReactElement {
  return (
    <div data-wide={wide}>
      <dt title={hint}>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const timesOf = ({ status, lastEventAt, endedAt, source }: RunState): RunTimes => ({
  status,
  lastEventAt,
  endedAt,
  source,
});

interface ElapsedProps {
  readonly runId: string;
  readonly from: number;
  /** It goes on without. */
  readonly until?: number | undefined;
  readonly write: (duration: string) => string;
}

/** Renders again each second while it goes on. */
function Elapsed({ runId, from, until, write }: ElapsedProps): ReactElement {
  const run = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => {
        const found = until === undefined ? state.runs.get(runId) : undefined;
        return found && timesOf(found);
      },
      [runId, until],
    ),
    { isEqual: isSameTimes, periodMs: 1000 },
  );
  return until === undefined ? (
    <Ticking run={run} from={from} write={write} />
  ) : (
    <Duration ms={until - from} write={write} />
  );
}

const isSameTimes = (a: RunTimes | undefined, b: RunTimes | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && isShallowEqual(a, b));

function Ticking({
  run,
  from,
  write,
}: Pick<ElapsedProps, 'from' | 'write'> & { readonly run: RunTimes | undefined }): ReactElement {
  const now = useRunNow(run);
  return <Duration ms={now - from} write={write} />;
}

function Duration({ ms, write }: { readonly ms: number } & Pick<ElapsedProps, 'write'>): ReactElement {
  return <>{write(useTexts().format.duration(ms))}</>;
}
