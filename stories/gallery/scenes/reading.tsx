import { AgentLogViewer, ConversationViewer, FileChanges, JsonView } from '@fleetglass/react/reading';
import { useEffect, useRef } from 'react';
import type { ReactElement } from 'react';
import {
  CHAT_RUN,
  chat,
  hostileChat,
  longChat,
  silentChat,
} from '../../../packages/react/test/fixtures/conversation.js';
import type { RecordingWithBlobs } from '../../../packages/react/test/fixtures/conversation.js';
import { Recorded } from '../../fixtures/Recorded.js';
// Loaded beforehand, so that a picture is not taken of what stands in its place.
import '../../../packages/react/src/reading/markdown/RichText.js';
import '../../../packages/react/src/reading/files/parse-diff.js';
import type { Scene, SceneProps, Scenes } from '../scene.js';

const scene =
  (record: () => RecordingWithBlobs, part: ReactElement, special: Partial<SceneProps> = {}): Scene =>
  ({ style, ...props }) => (
    <Recorded recording={record()} {...props} {...special} style={{ ...style, padding: 16 }}>
      {part}
    </Recorded>
  );

/** Opens what is closed, as a reader would, once it is there. */
function Opened({ what, children }: { readonly what: readonly string[]; readonly children: ReactElement }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let left = [...what];
    const timer = setInterval(() => {
      const target = box.current?.querySelector<HTMLElement>(left[0] ?? 'none');
      if (!target) return;
      target.click();
      left = left.slice(1);
      if (left.length === 0) clearInterval(timer);
    }, 20);
    return () => clearInterval(timer);
  }, [what]);
  return <div ref={box}>{children}</div>;
}

const TOOLS_OPEN = ['.fg-thinking-head', '.fg-call[data-status="completed"] .fg-call-head'];
const BLOCK_OPEN = [
  '.fg-kind:nth-child(4)',
  '.fg-kind:nth-child(1)',
  '.fg-agent-block-head',
  '.fg-call[data-status="failed"] .fg-call-head',
];
const LINE_OPEN = ['[data-level="error"] .fg-log-head'];
const DIFF_OPEN = ['.fg-file-head', '.fg-file-actions [aria-pressed]'];

const VALUE = {
  id: 'call-7',
  tool: 'search',
  limit: 50,
  exact: true,
  after: null,
  ratio: 0.25,
  filters: { include: ['src/**/*.ts'], exclude: [] },
  text: `The delay doubles once too often. ${'It is counted from one. '.repeat(60)}`,
  matches: Array.from({ length: 12_345 }, (_, index) => ({ line: index, text: `line ${index}` })),
};

const conversation = <ConversationViewer runId={CHAT_RUN} />;
const log = <AgentLogViewer runId={CHAT_RUN} onShowFile={() => {}} />;
const files = <FileChanges runId={CHAT_RUN} onShowLog={() => {}} />;
const json = (
  <section className="fg-card">
    <JsonView value={VALUE} openLevels={2} />
  </section>
);

/** What is read rather than watched. */
export const scenes: Scenes = {
  'reading-conversation': scene(() => chat({ over: true }), conversation),
  'reading-conversation-open': scene(
    () => chat({ over: true }),
    <Opened what={TOOLS_OPEN}>{conversation}</Opened>,
  ),
  'reading-conversation-block': scene(
    () => chat({ over: true }),
    <Opened what={BLOCK_OPEN}>{conversation}</Opened>,
  ),
  'reading-log-open': scene(() => chat({ over: true }), <Opened what={LINE_OPEN}>{log}</Opened>),
  'reading-files-diff': scene(() => chat({ over: true }), <Opened what={DIFF_OPEN}>{files}</Opened>),
  'reading-conversation-live': scene(() => chat(), conversation),
  'reading-conversation-long': scene(() => longChat(), conversation),
  'reading-conversation-hostile': scene(hostileChat, conversation),
  'reading-conversation-rtl': scene(() => chat({ over: true }), conversation, { dir: 'rtl' }),
  'reading-conversation-empty': scene(silentChat, conversation),
  'reading-log': scene(() => chat({ over: true }), log),
  'reading-log-long': scene(() => longChat(), log),
  'reading-log-hostile': scene(hostileChat, log),
  'reading-files': scene(() => chat({ over: true }), files),
  'reading-files-hostile': scene(hostileChat, files),
  'reading-files-rtl': scene(() => chat({ over: true }), files, { dir: 'rtl' }),
  'reading-json': scene(silentChat, json),
};
