import type { AgentMetrics, AgentState, TierRules } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import type { Texts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { agentsLabels } from './agents-labels.js';
import { Gauge } from './Gauge.js';

/** Share of a context from which little of it is left. */
const NEARLY_FULL = 0.8;
const FULL = 0.95;

/** Role and model in one line; a role that only says the name once more is left out. */
export function aboutAgent({ name, role, model }: Pick<AgentState, 'name' | 'role' | 'model'>): string {
  const saysMore = role !== undefined && !name.toLowerCase().startsWith(role.toLowerCase());
  return plainText([saysMore ? role : undefined, model].filter(Boolean).join(' · '));
}

interface FigureProps {
  readonly texts: Texts;
}

/** How full the context of an agent's model is. */
export function ContextFigure({
  context,
  texts: { labels, format },
}: FigureProps & { readonly context: AgentState['context'] | undefined }): ReactElement {
  const words = labels(agentsLabels);
  if (!context || context.limitTokens <= 0) return <span title={words.notMeasured}>{words.none}</span>;
  const share = context.usedTokens / context.limitTokens;
  const tone = share >= FULL ? 'error' : share >= NEARLY_FULL ? 'warning' : undefined;
  const say = tone ? words.contextWarning : words.contextUsed;
  const text = say(format.count(context.usedTokens), format.count(context.limitTokens));
  return (
    <span className="fg-gauged" data-tone={tone} title={text}>
      <Gauge label={words.context} share={share} text={text} tone={tone} />
      {tone ? <WarningShape /> : null}
      {format.percent(share)}
    </span>
  );
}

/** How many of its places an agent uses. */
export function LoadFigure({
  metrics: { load, runningTasks },
  concurrency = 1,
  texts: { labels, format },
}: FigureProps & { readonly metrics: AgentMetrics; readonly concurrency: number | undefined }): ReactElement {
  const words = labels(agentsLabels);
  const text = words.loadOf(format.count(runningTasks), format.count(concurrency));
  const tone = load > 1 ? 'warning' : undefined;
  return (
    <span className="fg-gauged" data-tone={tone} title={words.loadHint}>
      <Gauge label={words.load} share={load} text={text} tone={tone} />
      {tone ? <WarningShape /> : null}
      {text}
    </span>
  );
}

const TONES: { readonly [tier: string]: string | undefined } = { elite: 'good', probation: 'error' };

/** Success rate and tier, with how they are computed as a hint. */
export function SuccessFigure({
  metrics: { successRate, tier },
  rules,
  texts: { labels, format },
}: FigureProps & { readonly metrics: AgentMetrics; readonly rules: TierRules | undefined }): ReactElement {
  const words = labels(agentsLabels);
  const { elite = 0.95, probation = 0.7, rated = 5 } = rules ?? {};
  const hint = words.successHint(format.percent(elite), format.percent(probation), format.count(rated));
  return (
    <span className="fg-gauged" title={hint}>
      {successRate === undefined ? words.none : format.percent(successRate)}
      <span className="fg-tag" data-tone={TONES[tier] ?? 'none'}>
        {words.tier[tier]}
      </span>
    </span>
  );
}

/** What became of an agent's tasks, in words. */
export function TaskFigure({
  agent: { completedTasks, runningTasks, failedTasks },
  texts: { labels, format },
}: FigureProps & {
  readonly agent: Pick<AgentState, 'completedTasks' | 'runningTasks' | 'failedTasks'>;
}): ReactElement {
  const words = labels(agentsLabels);
  const counts: string[] = [];
  if (completedTasks > 0) counts.push(words.done(format.count(completedTasks)));
  if (runningTasks > 0) counts.push(words.running(format.count(runningTasks)));
  if (failedTasks === 0) return <>{counts.join(', ') || words.noTasks}</>;
  return (
    <>
      {counts.map((count) => `${count}, `)}
      <span className="fg-bad">{words.failed(format.count(failedTasks))}</span>
    </>
  );
}

function WarningShape(): ReactElement {
  return (
    <svg className="fg-shape" viewBox="0 0 12 12" aria-hidden="true">
      <path d="M6 1.5 11 10.5H1ZM6 5v2.5M6 9v.1" />
    </svg>
  );
}
