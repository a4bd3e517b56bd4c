/**
 * Designs a workflow for a task: how hard it is, which roles it takes, what each is told, what it will cost; with templates
 * and trials of prompts.
 *
 * @packageDocumentation
 */
export type { AgentDefinition } from './planner/agent-definition.js';
export { parseAgentDefinition } from './planner/agent-definition.js';
export { compareAnalyst } from './planner/analyst-comparison.js';
export type {
  AnalystComparison,
  AnalystComparisonOptions,
  AnalystGroup,
} from './planner/analyst-comparison.js';
export { ANALYST, BUILTIN_ROLES } from './planner/builtin-roles.js';
export { estimateComplexity } from './planner/complexity.js';
export type { ComplexityEstimate, ComplexityOptions, ComplexityThresholds } from './planner/complexity.js';
export { DEFAULT_SIGNALS } from './planner/complexity-signals.js';
export type { ComplexityReason, ComplexitySignal } from './planner/complexity-signals.js';
export type { CostEstimate, CostRange, StepEstimate } from './planner/cost-estimate.js';
export type { AnalystChoice } from './planner/design-workflow.js';
export { createMemoryTemplates } from './planner/memory-templates.js';
export { createStoreTemplates } from './planner/store-templates.js';
export { diffPrompts } from './planner/prompt-difference.js';
export type { PromptDifference, PromptLine } from './planner/prompt-difference.js';
export { comparePrompts, testAgent } from './planner/prompt-trial.js';
export type { AgentTestOptions, PromptComparison, Trial, TrialOptions } from './planner/prompt-trial.js';
export type { Template, TemplateContent, TemplateDraft, TemplateKind } from './planner/template.js';
export { parseTemplateDraft } from './planner/template.js';
export { exportTemplates, importTemplates, parseTemplates } from './planner/template-json.js';
export { countCategories, createTemplateLibrary } from './planner/template-library.js';
export type {
  TemplateChange,
  TemplateLibrary,
  TemplateLibraryOptions,
  TemplateQuery,
  TemplateShelf,
  TemplateVersions,
} from './planner/template-library.js';
export { finishedRuns, hadAnalyst } from './planner/finished-run.js';
export type { FinishedRun, FinishedStep } from './planner/finished-run.js';
export { createPlanner } from './planner/planner.js';
export type { Plan, PlannedAgent, Planner, PlannerOptions, PlanOptions } from './planner/planner.js';
export { PROMPT_VARIABLES, renderTemplate } from './planner/prompt-template.js';
export type { PromptValues, PromptVariable } from './planner/prompt-template.js';
export type { Range, Role } from './planner/role.js';
export type { PromptInput, RolePrompt, StepResult } from './planner/role-prompt.js';
export { createRoleRegistry } from './planner/role-registry.js';
export type { RoleRegistry } from './planner/role-registry.js';
export { compareRuns, summariseRuns } from './planner/run-comparison.js';
export type { RunComparison, RunSetFigures } from './planner/run-comparison.js';
export type { StepTokens, TokenAssumption } from './planner/step-tokens.js';
export { BUILTIN_TASK_TYPES, createTaskTypes } from './planner/task-type.js';
export type { RolePart, TaskType, TaskTypes, TypeChoice } from './planner/task-type.js';
export { parseWorkflow } from './planner/workflow.js';
export type { Workflow, WorkflowStep } from './planner/workflow.js';
export { createWorkflowGraph } from './planner/workflow-graph.js';
export type {
  PerformStep,
  StepWork,
  WorkflowCrew,
  WorkflowGraph,
  WorkflowInput,
  WorkflowState,
} from './planner/workflow-graph.js';
