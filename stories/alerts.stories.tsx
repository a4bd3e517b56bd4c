import {
  AlertsPanel,
  ApprovalCard,
  ConnectionStatus,
  McpServers,
  SystemHealth,
  Toasts,
} from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { expect, fn, waitFor } from 'storybook/test';
import {
  ASKING_RUN,
  busyFleet,
  extended,
  manyAlerts,
  newsOfFleet,
  settledApproval,
} from '../packages/react/test/fixtures/busy-fleet.js';
import type { Recording } from '../packages/react/test/fixtures/recording.js';
import { empty, normal, publishing, REVIEW_RUN } from '../packages/react/test/fixtures/runs.js';
import { Later } from './fixtures/Later.js';
import { lostConnection, neverReady, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';

interface AlertArgs extends Pick<RecordedProps, 'dir' | 'seq' | 'theme' | 'wrap'> {
  readonly record: () => Recording;
  readonly part: ReactElement;
  /** The last events arrive while somebody looks. */
  readonly later?: boolean;
  readonly width?: number;
}

const onOpen = fn();
const alerts = <AlertsPanel defaultStatus="all" onOpen={onOpen} />;
const system = (
  <>
    <ConnectionStatus />
    <SystemHealth />
    <McpServers />
  </>
);

function Part({ record, part, later = false, width, wrap, seq, ...props }: AlertArgs) {
  const [recording] = useState(record);
  const style = {
    padding: 16,
    minBlockSize: later ? 360 : undefined,
    background: 'var(--fg-bg)',
    ...(width ? { inlineSize: width } : {}),
  };
  return later ? (
    <Later recording={recording} style={style} {...props}>
      {part}
    </Later>
  ) : (
    <Recorded recording={recording} wrap={wrap} seq={seq} style={style} {...props}>
      {part}
    </Recorded>
  );
}

/** Alerts, what is new, decisions, and the parts of the system. */
const meta: Meta<typeof Part> = {
  title: 'AlertsPanel',
  component: Part,
  parameters: { layout: 'fullscreen' },
  args: { record: busyFleet, part: alerts, theme: 'light' },
};
export default meta;

type Story = StoryObj<typeof Part>;

export const Alerts: Story = {
  play: async ({ canvas, userEvent }) => {
    await userEvent.click((await canvas.findAllByRole('button', { name: /^Acknowledge/ }))[0] as HTMLElement);
    await expect(await canvas.findByText(/^Acknowledgement /)).toBeVisible();
    await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'Severity' }), 'warning');
    await expect(canvas.queryByText('CODER has made no progress for 10 minutes.')).toBeNull();
  },
};
export const AlertsDark: Story = { args: { theme: 'dark' } };
export const AlertsIndustrial: Story = { args: { theme: 'industrial' } };
export const AlertsRightToLeft: Story = { args: { dir: 'rtl' } };
export const AlertsNarrow: Story = { args: { width: 320 } };
export const AlertsHuge: Story = { args: { record: manyAlerts } };
export const AlertsHugeNarrow: Story = { args: { record: manyAlerts, width: 320, theme: 'dark' } };
export const AlertsLoading: Story = { args: { record: empty, wrap: neverReady } };
export const AlertsNone: Story = { args: { record: normal } };
export const AlertsStale: Story = { args: { wrap: lostConnection } };
export const AlertsHostile: Story = {
  args: {
    record: () =>
      extended(busyFleet(), (add) =>
        add(
          0,
          'alert.raised',
          { runId: ASKING_RUN, agentId: '<b>x</b>' },
          {
            alertId: 'evil',
            rule: '<script>alert(1)</script>',
            severity: 'critical',
            message: `\u202E<img src=x onerror="alert(1)"> ${'long '.repeat(400)}`,
            details: { ['k'.repeat(90)]: 'v'.repeat(190) },
          },
        ),
      ),
  },
  play: async ({ canvasElement }) => {
    await waitFor(() => expect(canvasElement.querySelector('.fg-alert')).not.toBeNull());
    await expect(canvasElement.querySelector('img, script')).toBeNull();
  },
};

const toasts = <Toasts onOpen={onOpen} />;

export const ToastsOneByOne: Story = {
  args: { record: newsOfFleet, part: toasts, later: true },
  play: async ({ canvas, userEvent }) => {
    await expect(await canvas.findByText(/and 3 more/, {}, { timeout: 5000 })).toBeVisible();
    await userEvent.click(canvas.getAllByRole('button', { name: /^Dismiss: / })[0] as HTMLElement);
    await userEvent.keyboard('{Escape}');
  },
};
export const ToastsDark: Story = { args: { record: newsOfFleet, part: toasts, later: true, theme: 'dark' } };
export const ToastsNarrowRightToLeft: Story = {
  args: { record: newsOfFleet, part: toasts, later: true, width: 320, dir: 'rtl', theme: 'industrial' },
};

const decision = <ApprovalCard runId={REVIEW_RUN} approvalId="publish/approve" />;

export const Decision: Story = {
  args: { record: publishing, part: decision },
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Add a note' }));
    await expect(canvas.getByRole('textbox', { name: 'Note' })).toHaveFocus();
  },
};
export const DecisionMade: Story = { args: { record: settledApproval, part: decision } };
export const DecisionMadeDark: Story = { args: { record: settledApproval, part: decision, theme: 'dark' } };
export const DecisionInReplay: Story = { args: { record: publishing, part: decision, seq: 101 } };

export const System: Story = { args: { part: system } };
export const SystemDark: Story = { args: { part: system, theme: 'dark' } };
export const SystemIndustrialNarrow: Story = { args: { part: system, theme: 'industrial', width: 320 } };
export const SystemUntold: Story = { args: { record: normal, part: system } };
export const SystemConnectionLost: Story = { args: { part: system, wrap: lostConnection } };
