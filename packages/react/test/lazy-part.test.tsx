import { act, fireEvent, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import type { ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it, vi } from 'vitest';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { MonitorProvider, PartBoundary } from '@fleetglass/react';
import { dialogPlace } from '../src/components/parts/dialog-place.js';
import { lazyPart } from '../src/components/parts/lazy-part.js';
import { createFakeMonitor } from './fake-monitor.js';
import * as runs from './fixtures/runs.js';
import { renderRecording } from './render-panel.js';

interface NoteProps {
  readonly text: string;
}
type Note = (props: NoteProps) => ReactElement;

const Shown: Note = ({ text }) => <p>{text}</p>;

/** A part whose code arrives, or fails to, when the test says so. */
function setUp() {
  const loads: { readonly arrive: () => void; readonly fail: (error: Error) => void }[] = [];
  const load = vi.fn(
    () => new Promise<Note>((resolve, reject) => loads.push({ arrive: () => resolve(Shown), fail: reject })),
  );
  const Part = lazyPart<NoteProps>(load, (content) => <div data-testid="place">{content}</div>);
  const settle = (how: (load: (typeof loads)[number]) => void): Promise<void> =>
    act(async () => how(loads.at(-1)!));
  return { Part, load, settle };
}

const draw = (part: ReactElement) => renderRecording(runs.normal(), part);

it('holds its place until the code is here', async () => {
  const { Part, load, settle } = setUp();
  draw(
    <StrictMode>
      <Part text="Here" />
    </StrictMode>,
  );
  expect(screen.getByTestId('place')).toContainElement(screen.getByRole('status', { name: 'Loading …' }));
  await settle(({ arrive }) => arrive());
  expect(screen.getByText('Here')).toBeInTheDocument();
  expect(screen.queryByTestId('place')).toBeNull();
  expect(load).toHaveBeenCalledTimes(1);
});

it('is shown at once when somebody was about to ask for it', async () => {
  const { Part, load, settle } = setUp();
  const { rerender } = draw(
    <button type="button" {...Part.warm}>
      Open
    </button>,
  );
  expect(load).not.toHaveBeenCalled();
  fireEvent.pointerEnter(screen.getByRole('button'));
  fireEvent.focus(screen.getByRole('button'));
  expect(load).toHaveBeenCalledTimes(1);
  await settle(({ arrive }) => arrive());
  rerender(<span />);
  draw(<Part text="Here" />);
  expect(screen.getByText('Here')).toBeInTheDocument();
});

it('says that the code cannot come, tells the host once, and tries again when asked', async () => {
  const { Part, load, settle } = setUp();
  const onError = vi.fn();
  draw(
    <PartBoundary onError={onError}>
      <Part text="Here" />
    </PartBoundary>,
  );
  const gone = new Error('offline');
  await settle(({ fail }) => fail(gone));
  expect(screen.getByTestId('place')).toContainElement(screen.getByRole('alert'));
  expect(onError.mock.calls).toEqual([[gone]]);
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(load).toHaveBeenCalledTimes(2);
  expect(screen.queryByRole('alert')).toBeNull();
  await settle(({ arrive }) => arrive());
  expect(screen.getByText('Here')).toBeInTheDocument();
});

it('forgets a failure that nobody saw', async () => {
  const { Part, load, settle } = setUp();
  const preloaded = Part.preload();
  await settle(({ fail }) => fail(new Error('offline')));
  await expect(preloaded).resolves.toBeUndefined();
  draw(<Part text="Here" />);
  expect(load).toHaveBeenCalledTimes(2);
  await settle(({ arrive }) => arrive());
  expect(screen.getByText('Here')).toBeInTheDocument();
});

it('takes over the place that a server drew, though the code is here already', async () => {
  const { Part, settle } = setUp();
  void Part.preload();
  await settle(({ arrive }) => arrive());
  const clock = createSimulatedClock(0);
  const monitor = createFakeMonitor(runs.normal().events, { clock });
  const page = (
    <MonitorProvider monitor={monitor} clock={clock} locale="en" timeZone="UTC">
      <Part text="Here" />
    </MonitorProvider>
  );
  const container = document.createElement('div');
  container.innerHTML = renderToString(page);
  expect(container.textContent).toContain('Loading …');
  const onRecoverableError = vi.fn();
  render(page, { container: document.body.appendChild(container), hydrate: true, onRecoverableError });
  expect(await screen.findByText('Here')).toBeInTheDocument();
  expect(onRecoverableError).not.toHaveBeenCalled();
});

it('can be left while it is loaded, where it is a dialog', () => {
  const Part = lazyPart<{ readonly onClose: () => void }>(() => new Promise(() => {}), dialogPlace);
  const onClose = vi.fn();
  draw(<Part onClose={onClose} />);
  expect(screen.getByRole('dialog', { name: 'Loading …' })).toBeInTheDocument();
  fireEvent.click(screen.getByRole('button', { name: 'Close' }));
  expect(onClose).toHaveBeenCalledTimes(1);
});
