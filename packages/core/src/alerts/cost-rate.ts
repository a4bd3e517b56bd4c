import type { ActiveRules } from './alert-rules.js';
import { RULE_NAMES } from './alert-rules.js';
import { usdToNano } from '../model/cost.js';
import type { CostBaseline } from './cost-baseline.js';
import { addToBaseline, NO_BASELINE, sigmaOf } from './cost-baseline.js';
import type { AlertScope, BadReading, Detector, Report, Sighting } from './reading.js';
import { createSubjectTable } from './subject-table.js';
import { caveats, usd } from './words.js';

/** Where a rule draws its lines, in nano-dollars a minute, and how it says that the upper one was passed. */
interface Judge {
  readonly rule: 'cost-anomaly' | 'cost-spike';
  readonly high: (baseline: CostBaseline) => number;
  readonly low: (baseline: CostBaseline) => number;
  readonly says: (amount: number, baseline: CostBaseline) => string;
}

type Settings = NonNullable<ActiveRules['costAnomaly'] | ActiveRules['costSpike']>;

interface Minute {
  readonly start: number;
  nanoUsd: number;
  unknownCalls: number;
  simulated: boolean;
}

interface Rate {
  readonly scope: AlertScope;
  baseline: CostBaseline;
  minute: Minute | undefined;
  /** The upper line was passed and the lower one not yet. */
  high: boolean;
}

const MINUTE_MS = 60_000;

const openMinute = (start: number): Minute => ({ start, nanoUsd: 0, unknownCalls: 0, simulated: false });

function anomalyJudge({ sigma }: NonNullable<ActiveRules['costAnomaly']>): Judge {
  return {
    rule: RULE_NAMES.costAnomaly,
    high: (baseline) => baseline.mean + sigma * sigmaOf(baseline),
    low: (baseline) => baseline.mean + (sigma / 2) * sigmaOf(baseline),
    says: (amount, baseline) => {
      const sigmas = (amount - baseline.mean) / sigmaOf(baseline);
      return `${sigmas.toFixed(1)} sigma above ${usd(baseline.mean)}/min`;
    },
  };
}

function spikeJudge({ times }: NonNullable<ActiveRules['costSpike']>): Judge {
  return {
    rule: RULE_NAMES.costSpike,
    high: ({ mean }) => times * mean,
    low: ({ mean }) => ((1 + times) / 2) * mean,
    says: (amount, { mean }) => `${(amount / mean).toFixed(1)} times the usual ${usd(mean)}/min`,
  };
}

export const createCostAnomaly = (
  settings: NonNullable<ActiveRules['costAnomaly']>,
  report: Report,
  limit: number,
): Detector => createCostRate(anomalyJudge(settings), settings, report, limit);

export const createCostSpike = (
  settings: NonNullable<ActiveRules['costSpike']>,
  report: Report,
  limit: number,
): Detector => createCostRate(spikeJudge(settings), settings, report, limit);

/**
 * Cost of each minute beside that of the minutes before, counted from the first call of a subject. It is bad as soon as
 * what a minute has cost so far passes the upper line, and good when a whole minute stays below the lower one. Only
 * minutes in which every call had a price make the baseline, and none of the others ends an alert.
 */
function createCostRate(judge: Judge, settings: Settings, report: Report, limit: number): Detector {
  const { of, minutes, weight } = settings;
  const least = usdToNano(settings.leastUsd);
  /** Those with an open minute, in the order in which the minutes end. */
  const open = new Set<Rate>();
  const rates = createSubjectTable<Rate>(limit, (rate) => open.delete(rate));

  const bad = (rate: Rate, minute: Minute, seq: number): BadReading => {
    const { baseline, scope } = rate;
    const { nanoUsd, unknownCalls, simulated } = minute;
    const whose = of === 'run' ? 'This run' : 'All runs together';
    const atLeast = unknownCalls > 0 ? 'at least ' : '';
    return {
      verdict: 'bad',
      rule: judge.rule,
      scope,
      subject: '',
      seq,
      severity: 'warning',
      message: `${whose} cost ${atLeast}${usd(nanoUsd)} within a minute: ${judge.says(nanoUsd, baseline)}.${caveats(minute)}`,
      details: {
        nanoUsdPerMinute: nanoUsd,
        usualNanoUsdPerMinute: Math.round(baseline.mean),
        sigmaNanoUsdPerMinute: Math.round(sigmaOf(baseline)),
        unknownCalls,
        simulated,
      },
    };
  };

  const isHigh = ({ baseline }: Rate, amount: number): boolean =>
    baseline.count >= minutes && amount >= least && amount > judge.high(baseline);

  const start = (rate: Rate, at: number): Minute => {
    open.add(rate);
    return (rate.minute = openMinute(at));
  };

  const finish = (rate: Rate, minute: Minute): void => {
    open.delete(rate);
    rate.minute = undefined;
    const { nanoUsd, unknownCalls } = minute;
    const isWhole = unknownCalls === 0;
    if (rate.high && isWhole && nanoUsd <= Math.max(judge.low(rate.baseline), least / 2)) {
      rate.high = false;
      report({ verdict: 'good', rule: judge.rule, scope: rate.scope, subject: '' });
    }
    if (isWhole && nanoUsd > 0) {
      const most = rate.baseline.count < minutes ? Infinity : judge.high(rate.baseline);
      rate.baseline = addToBaseline(rate.baseline, nanoUsd, weight, most);
    }
    // A minute in which nothing happens ends it too.
    if (rate.high) start(rate, minute.start + MINUTE_MS);
  };

  const advance = (now: number): void => {
    for (const rate of open) {
      const { minute } = rate;
      if (!minute || minute.start + MINUTE_MS > now) return;
      finish(rate, minute);
    }
  };

  return {
    types: new Set(['usage.recorded', 'span.started', 'span.ended']),
    see({ spent, scope, now, seq }: Sighting) {
      if (!spent) return;
      const { runId, threadId } = scope;
      const own: AlertScope =
        of === 'fleet' || runId === undefined ? {} : threadId === undefined ? { runId } : { runId, threadId };
      const rate = rates.use(own.runId, '', () => ({
        scope: own,
        baseline: NO_BASELINE,
        minute: undefined,
        high: false,
      }));
      const minute = rate.minute ?? start(rate, now);
      minute.nanoUsd = Math.max(0, minute.nanoUsd + spent.nanoUsd);
      minute.unknownCalls = Math.max(0, minute.unknownCalls + spent.unknownCalls);
      minute.simulated ||= spent.simulated;
      if (!isHigh(rate, minute.nanoUsd)) return;
      rate.high = true;
      report(bad(rate, minute, seq));
    },
    due() {
      for (const { minute } of open) if (minute) return minute.start + MINUTE_MS;
      return Infinity;
    },
    advance,
    endRun(runId) {
      for (const rate of rates.ofRun(runId)) open.delete(rate);
      rates.removeRun(runId);
    },
  };
}
