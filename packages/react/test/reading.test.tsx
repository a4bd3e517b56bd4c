import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { act } from 'react';
import type { ReactElement } from 'react';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { render } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { MonitorProvider } from '@fleetglass/react';
import {
  AgentLogViewer,
  ConversationViewer,
  FileChanges,
  JsonView,
  MarkdownText,
} from '@fleetglass/react/reading';
import { createFakeMonitor } from './fake-monitor.js';
import type { FakeMonitor } from './fake-monitor.js';
import { CHAT_RUN, chat, hostileChat, longChat, silentChat } from './fixtures/conversation.js';
import type { RecordingWithBlobs } from './fixtures/conversation.js';

function draw(
  recording: RecordingWithBlobs,
  children: ReactElement,
): { readonly monitor: FakeMonitor; readonly container: HTMLElement } {
  const clock = createSimulatedClock(recording.now);
  const monitor = createFakeMonitor(recording.events, { clock, blobs: recording.blobs });
  const { container } = render(
    <MonitorProvider monitor={monitor} clock={clock} locale="en" timeZone="UTC">
      {children}
    </MonitorProvider>,
  );
  return { monitor, container };
}

const settle = (): Promise<void> => act(async () => {});

describe('ConversationViewer', () => {
  it('pairs a call with its answer, its time and its failure', async () => {
    draw(chat({ over: true }), <ConversationViewer runId={CHAT_RUN} />);
    await settle();
    const failed = screen.getAllByRole('button', { name: /run npm test -- retry/ })[0] as HTMLElement;
    expect(failed).toHaveTextContent('Failed');
    expect(failed).toHaveTextContent('8.4s');
    expect(screen.getByText('Exit code 1: 2 tests failed')).toBeVisible();
    fireEvent.click(failed);
    expect(screen.getByText(/AssertionError: expected 200 to be 400/)).toBeVisible();
  });

  it('keeps thoughts and sub-agents closed until they are opened', async () => {
    draw(chat({ over: true }), <ConversationViewer runId={CHAT_RUN} />);
    await settle();
    const thought = screen.getAllByRole('button', { name: /^Thought/ })[0] as HTMLElement;
    expect(thought).toHaveAttribute('aria-expanded', 'false');
    expect(screen.queryByText(/unless some caller counts from zero/)).toBeNull();
    fireEvent.click(thought);
    expect(screen.getByText(/unless some caller counts from zero/)).toBeVisible();
    const block = screen.getByRole('button', { name: /Sub-agent CALLERS/ });
    expect(block).toHaveTextContent('3 messages · 1 call');
    fireEvent.click(block);
    expect(screen.getByRole('button', { name: /read_file src\/client\/request.ts/ })).toBeVisible();
  });

  it('opens what holds a match, also inside of a closed sub-agent', async () => {
    draw(chat({ over: true }), <ConversationViewer runId={CHAT_RUN} />);
    await settle();
    const field = screen.getByRole('searchbox');
    fireEvent.change(field, { target: { value: 'waitedMs' } });
    expect(screen.getByText('0 of 1')).toBeVisible();
    fireEvent.keyDown(field, { key: 'Enter' });
    await settle();
    expect(screen.getByText('1 of 1')).toBeVisible();
    expect(screen.getByRole('button', { name: /Sub-agent CLOCK/ })).toHaveAttribute('aria-expanded', 'true');
    fireEvent.change(field, { target: { value: 'nothing like it' } });
    expect(screen.getByText('No matches')).toBeVisible();
  });

  it('leaves out what is not wanted, and says so when nothing is left', async () => {
    draw(chat({ over: true }), <ConversationViewer runId={CHAT_RUN} />);
    await settle();
    for (const name of [/^Messages/, /^Thinking/, /^System/])
      fireEvent.click(screen.getByRole('button', { name }));
    expect(screen.queryByText(/careful engineer/)).toBeNull();
    expect(screen.getByRole('button', { name: /search delayOf/ })).toBeVisible();
    fireEvent.click(screen.getByRole('button', { name: /^Tools/ }));
    expect(screen.getByText('Nothing matches')).toBeVisible();
  });

  it('grows with what is being written', async () => {
    const { monitor } = draw(chat(), <ConversationViewer runId={CHAT_RUN} />);
    await settle();
    expect(screen.getByText('Writing …')).toBeVisible();
    const last = monitor.getSnapshot().head;
    const more = {
      v: 1,
      seq: last + 1,
      time: Date.UTC(2026, 10, 21),
      runId: CHAT_RUN,
      agentId: 'LEAD',
      taskId: 'fix',
    };
    await act(async () => {
      monitor.append([
        {
          ...more,
          type: 'message.delta',
          data: { messageId: 'growing', kind: 'text', text: ' is the guide.' },
        },
      ]);
    });
    await waitFor(() => expect(screen.getByText(/What is left is the guide/)).toBeVisible());
  });

  it('draws few of many messages, says what is missing, and reads it when asked', async () => {
    const { container } = draw(longChat(), <ConversationViewer runId={CHAT_RUN} />);
    await settle();
    expect(container.querySelectorAll('.fg-part').length).toBeLessThan(60);
    expect(container.querySelectorAll('*').length).toBeLessThan(1_500);
    const missing = screen.getByText(/oldest messages are not shown/);
    const count = /The ([\d,]+) oldest/.exec(missing.textContent ?? '')?.[1];
    fireEvent.click(screen.getByRole('button', { name: `Load ${count} earlier messages` }));
    await waitFor(() => expect(screen.queryByText(/oldest messages are not shown/)).toBeNull());
    expect(screen.getByText('1,800 messages')).toBeVisible();
  });

  it('shows nothing later than the moment that is replayed', async () => {
    const { monitor } = draw(chat({ over: true }), <ConversationViewer runId={CHAT_RUN} />);
    await act(async () => monitor.seek(6));
    expect(screen.getByText('3 messages')).toBeVisible();
    expect(screen.queryByText(/npm test/)).toBeNull();
  });

  it('[SEC-10] [SEC-11] runs and loads nothing of a hostile message', async () => {
    const { container } = draw(hostileChat(), <ConversationViewer runId={CHAT_RUN} />);
    await waitFor(() => expect(container.querySelector('.fg-md')).not.toBeNull());
    expect(container.querySelectorAll('script, img, iframe, svg[onload], [onerror]')).toHaveLength(0);
    for (const link of container.querySelectorAll('a')) {
      expect(link.getAttribute('href')).toMatch(/^https:\/\/example\.com/);
      expect(link).toHaveAttribute('rel', 'noopener noreferrer');
    }
    expect(container).toHaveTextContent('<script>alert(1)</script>');
    expect(container).toHaveTextContent('Image: tracker');
    expect(screen.getByRole('button', { name: 'Show all 1.2 MB' })).toBeVisible();
  });

  it('says that there is nothing yet, and that a run is not there', () => {
    draw(silentChat(), <ConversationViewer runId={CHAT_RUN} />);
    expect(screen.getByText('No messages yet')).toBeVisible();
    draw(silentChat(), <ConversationViewer runId="nobody" />);
    expect(screen.getByText('This run is not here')).toBeVisible();
  });
});

describe('MarkdownText', () => {
  it('is plain text where Markdown would hold up the page', async () => {
    const { container } = draw(silentChat(), <MarkdownText text={'> '.repeat(10_000)} label="x" />);
    await settle();
    expect(container.querySelector('blockquote')).toBeNull();
    expect(screen.getByRole('button', { name: /^Show all 20 kB/ })).toBeVisible();
  });
});

describe('AgentLogViewer', () => {
  it('shows lines of a run, filters them, and leads to a file', async () => {
    const onShowFile = vi.fn();
    draw(chat({ over: true }), <AgentLogViewer runId={CHAT_RUN} onShowFile={onShowFile} />);
    await screen.findByText(/tool calls · 1 failed/);
    fireEvent.change(screen.getByLabelText('Outcome'), { target: { value: 'error' } });
    expect(screen.getByText(/^2 of \d+ lines/)).toBeVisible();
    fireEvent.change(screen.getByLabelText('Outcome'), { target: { value: 'info' } });
    fireEvent.change(screen.getByLabelText('Tool'), { target: { value: 'search' } });
    expect(screen.getByText(/^2 of \d+ lines/)).toBeVisible();
    fireEvent.change(screen.getByLabelText('Tool'), { target: { value: '' } });
    fireEvent.click(screen.getAllByRole('button', { name: /file\.read/ })[0] as HTMLElement);
    fireEvent.click(screen.getByRole('button', { name: 'Show file' }));
    expect(onShowFile).toHaveBeenCalledWith('src/retry/backoff.ts', expect.any(Number));
  });

  it('shows part of the time', async () => {
    draw(chat({ over: true }), <AgentLogViewer runId={CHAT_RUN} />);
    fireEvent.change(await screen.findByLabelText('From'), { target: { value: '500' } });
    expect(screen.getByText(/^\d+ of \d+ lines/)).toBeVisible();
    fireEvent.click(screen.getByRole('button', { name: 'All times' }));
    expect(screen.getByText(/^\d+ lines/)).toBeVisible();
  });

  it('reads a file of lines, broken ones too', () => {
    draw(silentChat(), <AgentLogViewer lines={'{"level":"error","message":"full"}\nno json {\n'} />);
    expect(screen.getByText('1 lines are no JSON and shown as text.')).toBeVisible();
    expect(screen.getByRole('button', { name: /no JSON.*no json \{/ })).toBeVisible();
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'FULL' } });
    expect(screen.getByText('0 of 1')).toBeVisible();
  });
});

describe('FileChanges', () => {
  it('shows who did what to which file, its history and its diff', async () => {
    const onShowLog = vi.fn();
    draw(chat({ over: true }), <FileChanges runId={CHAT_RUN} onShowLog={onShowLog} />);
    const file = await screen.findByRole('button', { name: /Modified src\/retry\/backoff\.ts/ });
    expect(file).toHaveTextContent('5 lines added, 3 removed');
    fireEvent.click(file);
    fireEvent.click(screen.getByRole('button', { name: 'Show diff' }));
    const diff = await screen.findByRole('region', { name: 'Diff of src/retry/backoff.ts' });
    await waitFor(() => expect(within(diff).getByText(/2 \*\* \(attempt - 1\)/)).toBeVisible());
    fireEvent.click(screen.getAllByRole('button', { name: 'Show in log' })[0] as HTMLElement);
    expect(onShowLog).toHaveBeenCalledWith(expect.any(Number));
  });

  it('tells what was produced from what was read', async () => {
    draw(chat({ over: true }), <FileChanges runId={CHAT_RUN} />);
    fireEvent.click(await screen.findByRole('tab', { name: /Read/ }));
    expect(screen.getByText('3 files')).toBeVisible();
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'worker' } });
    expect(screen.getByText('1 file')).toBeVisible();
  });

  it('shows a broken diff as it is, and paths as text', async () => {
    const { container } = draw(hostileChat(), <FileChanges runId={CHAT_RUN} />);
    fireEvent.click(await screen.findByRole('button', { name: /calc!A1/ }));
    fireEvent.click(screen.getByRole('button', { name: 'Show diff' }));
    expect(await screen.findByText(/no complete diff/)).toBeVisible();
    expect(container.querySelectorAll('a, script')).toHaveLength(0);
  });
});

describe('JsonView', () => {
  it('draws little of a lot, and moves by keys', () => {
    const value = { list: Array.from({ length: 1_000_000 }, (_, index) => index), last: 'x' };
    const { container } = draw(silentChat(), <JsonView value={value} openLevels={2} />);
    expect(container.querySelectorAll('*').length).toBeLessThan(1_000);
    const tree = screen.getByRole('tree');
    const chosen = () => container.querySelector('[aria-selected="true"]')?.textContent;
    fireEvent.keyDown(tree, { key: 'ArrowDown' });
    expect(chosen()).toContain('list');
    fireEvent.keyDown(tree, { key: 'ArrowLeft' });
    fireEvent.keyDown(tree, { key: 'End' });
    expect(chosen()).toContain('last');
    fireEvent.keyDown(tree, { key: 'Home' });
    expect(chosen()).toContain('2 members');
  });

  it('opens what holds a match', () => {
    draw(silentChat(), <JsonView value={{ a: { b: { c: 'needle' } } }} />);
    const field = screen.getByRole('searchbox');
    fireEvent.change(field, { target: { value: 'needle' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(screen.getByText('needle')).toBeVisible();
  });
});
