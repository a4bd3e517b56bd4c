/**
 * What agents said, wrote and logged, to be read; text of theirs stays text. Load `@fleetglass/react/reading.css`.
 *
 * @packageDocumentation
 */
export { AgentLogViewer } from './reading/log/AgentLogViewer.js';
export type { AgentLogViewerProps } from './reading/log/AgentLogViewer.js';
export { ConversationViewer } from './reading/conversation/ConversationViewer.js';
export type { ConversationViewerProps } from './reading/conversation/ConversationViewer.js';
export { conversationToMarkdown } from './reading/conversation/conversation-to-markdown.js';
export type { MarkdownOptions } from './reading/conversation/conversation-to-markdown.js';
export { DiffView } from './reading/files/DiffView.js';
export type { DiffViewProps } from './reading/files/DiffView.js';
export { FileChanges } from './reading/files/FileChanges.js';
export type { FileChangesProps } from './reading/files/FileChanges.js';
export { JsonView } from './reading/json/JsonView.js';
export type { JsonViewProps } from './reading/json/JsonView.js';
export { MarkdownText } from './reading/markdown/MarkdownText.js';
export type { MarkdownTextProps } from './reading/markdown/MarkdownText.js';
export { RunComparison } from './reading/comparison/RunComparison.js';
export type { RunComparisonProps } from './reading/comparison/RunComparison.js';
