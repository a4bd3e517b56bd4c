import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { OrchestratorMonitoringPanel } from '@fleetglass/react';
import {
  askingBudget,
  FORK_RUN,
  forked,
  hostileDecisions,
  huge,
  normal,
  publishing,
  REVIEW_RUN,
} from './fixtures/runs.js';
import { renderRecording } from './render-panel.js';

const panel = <OrchestratorMonitoringPanel />;
const user = userEvent.setup();
const card = (name: RegExp) => within(screen.getByRole('region', { name }));
const fact = (name: string) => screen.getByText(name, { selector: '.fg-fact dt' }).parentElement;

describe('a used-up budget', () => {
  const approvalId = 'review-9/raise:run#1';
  const limit = () => screen.getByRole('spinbutton', { name: 'New limit in USD' });

  it('says what was spent, what the next call needs and what going on about costs', () => {
    renderRecording(askingBudget(), panel);
    expect(card(/^Budget used up: This run/).getByText(/REVIEWER asked at/)).toBeInTheDocument();
    expect(fact('Spent')).toHaveTextContent(/^Spent\$0\.\d+/);
    expect(fact('Limit')).toHaveTextContent('Limit$0.06until now');
    expect(fact('Next call')).toHaveTextContent('Next call$0.0090at most');
    expect(fact('Going on')?.textContent).toMatch(
      /^Going onabout \$0\.\d+\d+ open tasks, at the average so far$/,
    );
    expect(screen.getByText('The budget is used up and a person has to decide.')).toBeInTheDocument();
  });

  it('raises to what the run proposes with one click', async () => {
    const { monitor } = renderRecording(askingBudget(), panel);
    await user.click(screen.getByRole('button', { name: 'Raise to $0.12 and continue' }));
    expect(monitor.commands).toEqual([
      { type: 'decide', runId: REVIEW_RUN, approvalId, decision: 'raise', data: { limit: 120_000_000 } },
    ]);
    // Accepted: a second click, before the run tells of it, answers nothing.
    await user.click(screen.getByRole('button', { name: 'Raise to $0.12 and continue' }));
    expect(monitor.commands).toHaveLength(1);
  });

  it('raises to an amount that a person typed, by keyboard', async () => {
    const { monitor } = renderRecording(askingBudget(), panel);
    await user.clear(limit());
    await user.type(limit(), '0.2345{Enter}');
    expect(monitor.commands).toMatchObject([{ decision: 'raise', data: { limit: 234_500_000 } }]);
  });

  it('does not take a limit that is no higher, and says so', async () => {
    const { monitor } = renderRecording(askingBudget(), panel);
    await user.clear(limit());
    await user.type(limit(), '0.06');
    expect(limit()).toHaveAccessibleDescription('Enter more than $0.06.');
    expect(limit()).toBeInvalid();
    await user.click(screen.getByRole('button', { name: 'Raise and continue' }));
    expect(limit()).toHaveFocus();
    expect(monitor.commands).toEqual([]);
    await user.type(limit(), '1');
    expect(limit()).toHaveAccessibleDescription(/^The next call needs a limit of \$0\.\d+; below that/);
  });

  it('offers the limit with which the rest about fits', async () => {
    renderRecording(askingBudget(), panel);
    await user.click(screen.getByRole('button', { name: /^Set \$0\.\d\d, about enough for the rest$/ }));
    expect(Number((limit() as HTMLInputElement).value)).toBeGreaterThan(0.12);
  });

  it('stops the run on request, and tells a refusal', async () => {
    const { monitor } = renderRecording(askingBudget(), panel);
    monitor.answer({ ok: false, error: { code: 'APPROVAL_NOT_FOUND', message: 'Somebody was faster.' } });
    await user.click(screen.getByRole('button', { name: 'Stop the run' }));
    expect(monitor.commands).toEqual([{ type: 'decide', runId: REVIEW_RUN, approvalId, decision: 'stop' }]);
    expect(await screen.findByText(/^Decision refused at .*: Somebody was faster\.$/)).toBeInTheDocument();
  });

  it('cannot be answered in the past', () => {
    const { monitor } = renderRecording(askingBudget(), panel);
    act(() => monitor.seek(monitor.getSnapshot().head - 1));
    expect(card(/^Budget used up/).queryByRole('button')).not.toBeInTheDocument();
    expect(screen.getByText('It can be answered in the present only.')).toBeInTheDocument();
  });
});

describe('a decision', () => {
  it('shows its facts, its other details, and what counts when nobody answers', async () => {
    const { advance } = renderRecording(publishing(), panel);
    expect(fact('Errors')).toHaveTextContent('Errors3');
    expect(fact('Cost so far')).toHaveTextContent('$0.0812 (simulated)');
    expect(screen.getByText(/"reviewed": 24/)).toBeInTheDocument();
    expect(screen.getByText(/without an answer it is “Publish” in 44s$/)).toBeInTheDocument();
    await advance(60_000);
    expect(screen.getByText(/“Publish” in 0/)).toBeInTheDocument();
  });

  it('is announced, and keeps the focus near when its card goes', async () => {
    const { monitor } = renderRecording(publishing(), panel);
    expect(
      screen.getByText('Decision needed: Publish the report on 24 files?', { selector: '[role=status]' }),
    ).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Publish without notes' }));
    const { seq, state } = monitor.getSnapshot();
    const data = { approvalId: 'publish/approve', decision: 'publish without notes' };
    act(() =>
      monitor.append([
        { v: 1, seq: seq + 1, time: state.time, type: 'approval.decided', runId: REVIEW_RUN, data },
      ]),
    );
    expect(screen.queryByRole('region', { name: /^Decision needed/ })).not.toBeInTheDocument();
    expect(document.activeElement).toHaveClass('fg-approvals');
  });

  it('is text whatever an agent writes, and no budget because it says so', () => {
    const { container } = renderRecording(hostileDecisions(), panel);
    expect(container.querySelector('img, script, .fg-approval svg:not(.fg-shape)')).toBeNull();
    expect(container.textContent).not.toContain('\u202E');
    expect(screen.queryByRole('spinbutton')).not.toBeInTheDocument();
    expect(card(/Budget used up\? Raise it!/).getByRole('button', { name: 'Raise' })).toBeInTheDocument();
  });
});

describe('a fork', () => {
  const open = async () => {
    await user.click(screen.getByRole('button', { name: 'Fork …' }));
    return within(screen.getByRole('dialog', { name: /^Fork / }));
  };
  /** Of the list of checkpoints; a field of the page has options too. */
  const list = () => within(screen.getByRole('listbox', { name: 'Checkpoint to begin from' }));
  const chosen = () => list().getByRole('option', { selected: true });

  it('begins at the newest checkpoint and goes to the new run', async () => {
    const { monitor } = renderRecording(normal(), panel);
    monitor.answer({ ok: true, result: { runId: 'run-2' } });
    const dialog = await open();
    expect(screen.getByRole('listbox', { name: 'Checkpoint to begin from' })).toHaveFocus();
    expect(chosen()).toHaveTextContent('10 tasks done');
    expect(fact('Taken over')).toHaveTextContent('10 tasks');
    await user.click(dialog.getByRole('button', { name: 'Fork and run' }));
    const [command] = monitor.commands;
    expect(command).toMatchObject({ type: 'fork', runId: REVIEW_RUN });
    expect(command).not.toHaveProperty('patch');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(screen.getByText('Run run-2 is not in this log')).toBeInTheDocument();
  });

  it('chooses with the keyboard and says what is not paid again', async () => {
    renderRecording(normal(), panel);
    await open();
    await user.keyboard('{End}');
    expect(chosen()).toHaveTextContent('The beginning');
    expect(fact('Not paid again')).toHaveTextContent('$0.00');
    await user.keyboard('{ArrowUp}');
    expect(chosen()).toHaveTextContent('Analyse the repository');
    expect(fact('Running on')).toHaveTextContent(/\$0\.\d+ so far/);
    await user.keyboard('{Home}');
    expect(chosen()).toHaveAttribute('aria-posinset', '1');
  });

  it('begins at the moment that is replayed', async () => {
    const { monitor } = renderRecording(normal(), panel);
    act(() => monitor.seek(60));
    const done = monitor.getSnapshot().state.runs.get(REVIEW_RUN)?.taskCounts.completed ?? 0;
    await user.click(screen.getByRole('button', { name: 'Fork from here …' }));
    expect(done).toBeGreaterThan(0);
    expect(chosen()).toHaveTextContent(`${done} task${done === 1 ? '' : 's'} done`);
  });

  it('sends a patch that is an object of fields, and nothing else', async () => {
    const { monitor } = renderRecording(normal(), panel);
    const dialog = await open();
    await user.click(dialog.getByText('Change the state first'));
    const field = dialog.getByRole('textbox', { name: 'Fields to replace, as a JSON object' });
    const submit = dialog.getByRole('button', { name: 'Fork and run' });
    for (const [text, problem] of [
      ['{{"tone": ', 'This is not JSON.'],
      ['[[1]', 'Enter an object, such as {"field": "value"}.'],
    ] as const) {
      await user.clear(field);
      await user.type(field, text);
      expect(field).toHaveAccessibleDescription(problem);
      await user.click(submit);
    }
    expect(monitor.commands).toEqual([]);
    await user.clear(field);
    await user.type(field, '{{"tone": "warm"}');
    monitor.answer({ ok: false, error: { code: 'BAD_INPUT', message: 'There is no field tone.' } });
    await user.click(submit);
    expect(monitor.commands).toMatchObject([{ type: 'fork', patch: { tone: 'warm' } }]);
    expect(await dialog.findByText(/^Fork refused at .*: There is no field tone\.$/)).toBeInTheDocument();
  });

  it('says where it came from, with a way there, and what was reused', async () => {
    renderRecording(forked(), <OrchestratorMonitoringPanel runId={FORK_RUN} />);
    const note = screen.getByText(/^Fork of/);
    expect(note.textContent).toMatch(
      /^Fork of run-01k9review at “Plan the review”: 2 tasks reused, \$0\.\d+ not paid again$/,
    );
    expect(screen.getAllByText('An earlier result was used again, nothing was paid')).toHaveLength(2);
    await user.click(screen.getByRole('button', { name: REVIEW_RUN }));
    expect(screen.getByText(/was forked as/)).toHaveTextContent('by Ana Lucía');
  });

  it('draws only the checkpoints that can be seen, of thousands', async () => {
    const recording = huge();
    const [created, ...others] = recording.events;
    const graph = { nodes: [{ name: 'surveyor' }], edges: [] };
    const events = [{ ...created!, data: { ...created!.data, graph } }, ...others];
    renderRecording({ ...recording, events }, panel);
    await open();
    expect(Number(chosen().getAttribute('aria-setsize'))).toBeGreaterThan(1000);
    expect(list().getAllByRole('option').length).toBeLessThan(60);
  });

  it('is not offered for a run without a graph', () => {
    renderRecording(hugeWithoutGraph(), panel);
    expect(screen.queryByRole('button', { name: 'Fork …' })).not.toBeInTheDocument();
  });
});

const hugeWithoutGraph = () => ({ ...huge(), events: huge().events.slice(0, 200) });

describe('a recording', () => {
  const recorded = (recording: ReturnType<typeof publishing>) => ({
    ...recording,
    events: recording.events.map((event) => {
      if (event.type !== 'run.created') return event;
      return { ...event, data: { ...event.data, source: 'langgraph-stream' } };
    }),
  });

  it('shows what was asked and offers no answer', () => {
    renderRecording(recorded(publishing()), panel);
    expect(card(/^Decision needed/).queryByRole('button')).not.toBeInTheDocument();
    expect(screen.getByText('This is a recording: it can be watched, not answered.')).toBeInTheDocument();
    expect(screen.getByText(/^Since \d\d:\d\d:\d\d\.$/)).toBeInTheDocument();
  });

  it('says when its source has no times', () => {
    const { events, ...rest } = recorded(publishing());
    const [created] = events;
    const facts = {
      ...created,
      seq: events.length + 1,
      type: 'run.labelled',
      data: { labels: {}, facts: { times: 'none' } },
    };
    const { unmount } = renderRecording({ events, ...rest }, panel);
    expect(screen.queryByText(/^Without times/)).not.toBeInTheDocument();
    unmount();
    renderRecording({ events: [...events, facts as (typeof events)[number]], ...rest }, panel);
    expect(screen.getByText('Without times: a second stands for each step')).toBeInTheDocument();
  });
});
