import { createSimulatedClock } from '@fleetglass/core/testing';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { FleetDashboard, SignIn } from '@fleetglass/react/dashboard';
import type { SignInProps } from '@fleetglass/react/dashboard';
import { germanLabels } from '@fleetglass/react/labels/de';
import { createFakeMonitor } from './fake-monitor.js';
import { normal } from './fixtures/runs.js';

const user = userEvent.setup();
const TOKEN = 'fgt_secret';

function renderSignIn(props: Partial<SignInProps> = {}) {
  const onSignIn = vi.fn<SignInProps['onSignIn']>();
  const form = (more: Partial<SignInProps>) => (
    <SignIn locale="en" timeZone="UTC" onSignIn={onSignIn} {...props} {...more} />
  );
  const { container, rerender } = render(form({}));
  return { onSignIn, container, rerenderWith: (more: Partial<SignInProps>) => rerender(form(more)) };
}

const field = () => screen.getByLabelText<HTMLInputElement>('Token');

it('[SEC-42] hands over what was entered, trimmed, and writes none of it into the document', async () => {
  const { onSignIn, container, rerenderWith } = renderSignIn();
  expect(field()).toHaveFocus();
  await user.type(field(), `  ${TOKEN} `);
  await user.click(screen.getByRole('checkbox', { name: 'Keep in this tab' }));
  await user.keyboard('{Tab}{Enter}');
  expect(onSignIn.mock.calls).toEqual([[TOKEN, true]]);
  rerenderWith({ checking: true });
  expect(container.innerHTML).not.toContain(TOKEN);
  await user.click(screen.getByRole('button', { name: 'Checking …' }));
  expect(onSignIn).toHaveBeenCalledTimes(1);
});

it('takes an entry away that opens nothing, and keeps one that could not be checked', async () => {
  const { rerenderWith } = renderSignIn();
  const attempt = async (problem: SignInProps['problem']) => {
    await user.type(field(), TOKEN);
    rerenderWith({ checking: true });
    screen.getByRole('checkbox').focus();
    rerenderWith({ problem });
    expect(field()).toHaveFocus();
  };
  await attempt({ reason: 'limited', retryAt: 1_000 });
  expect(screen.getByRole('alert')).toHaveTextContent('Try again after 00:00:01.');
  expect(field()).toHaveValue(TOKEN);
  expect(field()).not.toHaveAttribute('aria-invalid');
  await attempt({ reason: 'refused' });
  expect(field()).toHaveValue('');
  expect(field()).toBeInvalid();
  expect(field()).toHaveAccessibleDescription(/This token is not accepted/);
});

it.each(['', '   ', 'two words', 'fgt_ä'])('refuses what cannot be a token: "%s"', async (entry) => {
  const { onSignIn } = renderSignIn();
  if (entry !== '') await user.type(field(), entry);
  await user.keyboard('{Enter}');
  expect(screen.getByRole('alert')).toHaveTextContent(/^(Enter a token|This is no token)/);
  expect(onSignIn).not.toHaveBeenCalled();
});

it('asks the gateway again where nobody knows whether a token is needed', async () => {
  const onRetry = vi.fn();
  renderSignIn({ onRetry, problem: { reason: 'unreachable', retryAt: 2_000 } });
  expect(screen.queryByLabelText('Token')).toBeNull();
  expect(screen.getByRole('alert')).toHaveTextContent('It is asked again at 00:00:02.');
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(onRetry).toHaveBeenCalledTimes(1);
});

it('says everything in German', () => {
  const { container } = renderSignIn({
    labels: germanLabels,
    brand: 'Fleetglass',
    problem: { reason: 'ended' },
  });
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Anmelden');
  expect(container).not.toHaveTextContent(/\b(?:Sign in|Keep|Your token)\b/);
});

it('has a menu in the header that says who is signed in, and the way out there and in the palette', async () => {
  const recording = normal();
  const clock = createSimulatedClock(recording.now);
  const onSignOut = vi.fn();
  const expiresAt = Date.UTC(2027, 0, 5, 12);
  render(
    <FleetDashboard
      monitor={createFakeMonitor(recording.events, { clock })}
      clock={clock}
      locale="en"
      timeZone="UTC"
      account={{ name: 'ada', role: 'viewer', part: true, expiresAt, onSignOut }}
      readOnly
    />,
  );
  const button = screen.getByRole('button', { name: 'Signed in as ada' });
  await user.click(button);
  const menu = within(screen.getByRole('group', { name: 'Signed in as ada' }));
  for (const text of ['Viewer', 'Watches runs', /2027/, 'Only a part of the fleet is shown.'])
    expect(menu.getByText(text)).toBeInTheDocument();
  await user.keyboard('{Escape}');
  expect([button.getAttribute('aria-expanded'), document.activeElement]).toEqual(['false', button]);
  await user.click(button);
  await user.click(screen.getByRole('main'));
  expect(button).toHaveAttribute('aria-expanded', 'false');

  await user.click(button);
  await user.click(screen.getByRole('button', { name: 'Sign out' }));
  expect(onSignOut).toHaveBeenCalledTimes(1);
  await user.click(screen.getByRole('button', { name: /^Search/ }));
  await user.type(await screen.findByRole('combobox', { name: /Search/ }), 'sign out');
  await user.keyboard('{Enter}');
  expect(onSignOut).toHaveBeenCalledTimes(2);
});
