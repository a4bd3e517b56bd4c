/**
 * Charts of what was spent and done. Each component is light; the library that draws some of them is loaded when the first
 * drawing appears. Load `@fleetglass/react/charts.css`.
 *
 * @packageDocumentation
 */
export { AgentCreation } from './charts/AgentCreation.js';
export type { AgentCreationProps } from './charts/AgentCreation.js';
export { Analytics } from './charts/Analytics.js';
export type { AnalyticsProps } from './charts/Analytics.js';
export { CostBreakdown } from './charts/CostBreakdown.js';
export type { BreakdownBy, CostBreakdownProps } from './charts/CostBreakdown.js';
export { CostTrend } from './charts/CostTrend.js';
export type { CostPoint, CostTrendProps } from './charts/CostTrend.js';
export { DurationHistogram } from './charts/DurationHistogram.js';
export type { DurationHistogramProps } from './charts/DurationHistogram.js';
export { ModelUsage } from './charts/ModelUsage.js';
export type { ModelUsageProps } from './charts/ModelUsage.js';
export { PeakHours } from './charts/PeakHours.js';
export type { PeakHoursProps } from './charts/PeakHours.js';
export type { AnalyticsRange } from './charts/range.js';
export { SuccessRate } from './charts/SuccessRate.js';
export type { SuccessRateProps } from './charts/SuccessRate.js';
export { TokenUsage } from './charts/TokenUsage.js';
export type { TokenUsageProps } from './charts/TokenUsage.js';
export { ToolFrequency } from './charts/ToolFrequency.js';
export type { ToolFrequencyProps } from './charts/ToolFrequency.js';
export { TopCosts } from './charts/TopCosts.js';
export type { TopCostsOf, TopCostsProps } from './charts/TopCosts.js';
export { useAnalytics } from './charts/useAnalytics.js';
export type { AnalyticsOf } from './charts/useAnalytics.js';
