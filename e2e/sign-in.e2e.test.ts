import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEventLog, createMemoryStore, createRecorder } from '@fleetglass/core';
import { createGateway, createSqliteTokenStore, createTokens } from '@fleetglass/server';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { violationsOf } from './axe.js';
import { CHROMIUM, launchChromium } from './chromium.js';
import { readLog } from './page-events.js';
import { chooseTheme, runPage } from './page.js';
import { temporaryFolder } from './small-repository.js';
import type { TemporaryFolder } from './small-repository.js';
import type { RunningTool } from './tool.js';
import { buildTool, runTool, startTool } from './tool.js';

const DASHBOARD = fileURLToPath(new URL('../packages/server/dist/dashboard', import.meta.url));
const WRONG = `fgt_${'W'.repeat(43)}`;

/** A page, and everything about it in which a token could be found again. */
interface GuardedPage {
  readonly page: Page;
  /** What the console said, without the refusals that a browser reports by itself. */
  readonly errors: readonly string[];
  /** Where one of these tokens is to be seen. */
  leaks(...tokens: readonly string[]): Promise<readonly string[]>;
}

const field = (page: Page) => page.getByLabel('Token');
const alert = (page: Page) => page.getByRole('alert');
const signInButton = (page: Page) => page.getByRole('button', { name: 'Sign in', exact: true });
const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.activeElement?.getAttribute('type') ?? document.activeElement?.tagName);

async function enter(page: Page, token: string, { keep = false } = {}): Promise<void> {
  await field(page).fill(token);
  if (keep) await page.getByLabel('Keep in this tab').check();
  await signInButton(page).click();
}

describe.skipIf(CHROMIUM === undefined)('signing in to the page of a gateway', () => {
  let browser: Browser;
  let folder: TemporaryFolder;
  let tool: RunningTool | undefined;
  const closers: (() => unknown)[] = [];

  beforeAll(async () => {
    await buildTool();
    browser = await launchChromium();
  }, 300_000);
  afterAll(() => browser.close());
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await tool?.end();
    tool = undefined;
    for (const close of closers.splice(0).reverse()) await close();
    folder.remove();
  });

  async function open(url: string, options: BrowserContextOptions = {}): Promise<GuardedPage> {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'en-US',
      ...options,
    });
    const page = await context.newPage();
    const errors: string[] = [];
    const told: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      told.push(message.text(), message.location().url);
      const isRefusal = /status of (401|429)/.test(message.text());
      if (message.type() === 'error' && !isRefusal) errors.push(message.text());
    });
    page.on('request', (request) => told.push(request.url()));
    page.on('websocket', (socket) => told.push(socket.url()));
    page.on('framenavigated', (frame) => told.push(frame.url()));
    await page.goto(url);
    return {
      page,
      errors,
      async leaks(...tokens) {
        const places = {
          told: told.join('\n'),
          document: await page.content(),
          text: await page.evaluate(() => document.body.innerText),
          title: await page.title(),
          address: page.url(),
          localStorage: await page.evaluate(() => JSON.stringify(localStorage)),
          cookies: JSON.stringify(await context.cookies()),
          history: await page.evaluate(() => JSON.stringify(history.state)),
        };
        return Object.entries(places).flatMap(([place, text]) =>
          tokens.some((token) => text.includes(token)) ? [place] : [],
        );
      },
    };
  }

  /** `fleetglass serve` with a file of tokens, and one run in its log. */
  async function serve() {
    const [store, tokens] = [join(folder.path, 'fleet.db'), join(folder.path, 'tokens.db')];
    const create = async (name: string, role: string): Promise<string> => {
      const { stdout } = await runTool('token', 'create', name, '--role', role, '--tokens', tokens);
      return /fgt_[\w-]{43}/.exec(stdout)?.[0] ?? '';
    };
    const admin = await create('ops', 'admin');
    tool = await startTool(['serve', '--store', store, '--tokens', tokens, '--heartbeat-ms', '1000']);
    const { url } = tool;
    const post = async (...events: readonly object[]): Promise<number> => {
      const response = await fetch(`${url}/api/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
        body: JSON.stringify(events.map((event) => ({ v: 1, runId: 'nightly', ...event }))),
      });
      return response.status;
    };
    await post({ type: 'run.created', data: { name: 'Nightly' } });
    return {
      url,
      store,
      admin,
      create,
      post,
      revoke: (name: string) => runTool('token', 'revoke', name, '--tokens', tokens),
    };
  }

  it('[SEC-42] takes the right token, and none is found again anywhere', async () => {
    const { url, admin, store, post } = await serve();
    const { page, errors, leaks } = await open(`${url}/#run=nightly`);
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    expect(await page.title()).toBe('Sign in · Fleetglass');
    await page.getByText('fleetglass token create').waitFor();
    expect([await focused(page), await field(page).getAttribute('autocomplete')]).toEqual([
      'password',
      'off',
    ]);
    // Strangers are told nothing of what is served.
    expect(await page.content()).not.toMatch(/Nightly|fleet\.db/);

    await signInButton(page).click();
    await alert(page).getByText('Enter a token.').waitFor();
    await enter(page, 'two words');
    await alert(page).getByText('This is no token').waitFor();
    await enter(page, WRONG, { keep: true });
    await alert(page).getByText('This token is not accepted.').waitFor();
    const [described, invalid] = [
      await field(page).getAttribute('aria-describedby'),
      await field(page).getAttribute('aria-invalid'),
    ];
    expect([await page.locator(`[id="${described ?? ''}"]`).getAttribute('role'), invalid]).toEqual([
      'alert',
      'true',
    ]);
    expect([await focused(page), await field(page).inputValue()]).toEqual(['password', '']);
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);

    await page.getByLabel('Keep in this tab').uncheck();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type(admin);
    expect(await leaks(admin, WRONG)).toEqual([]);
    await page.keyboard.press('Enter');
    await runPage(page, 'Nightly');
    expect(await focused(page)).toBe('MAIN');
    await post({ type: 'task.created', taskId: 't', data: { name: 'Sweep the floor' } });
    await page.getByText('Sweep the floor').first().waitFor();

    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    expect(await leaks(admin, WRONG)).toEqual([]);
    expect(errors).toEqual([]);
    expect(tool?.output()).not.toMatch(/fgt_/);
    expect(JSON.stringify(await readLog(store))).not.toContain(admin);
  });

  it('[SEC-42] asks again after a reload, or keeps the token in its tab until somebody signs out', async () => {
    const { url, admin } = await serve();
    const { page, errors, leaks } = await open(`${url}/#run=nightly`);
    await enter(page, admin);
    await runPage(page, 'Nightly');
    await page.reload();
    await enter(page, admin, { keep: true });
    await runPage(page, 'Nightly');
    await page.reload();
    await runPage(page, 'Nightly');
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).toMatch(
      new RegExp(`^\\{"fleetglass\\.token /":"${admin}"\\}$`),
    );
    expect(await leaks(admin)).toEqual([]);
    // Another tab knows nothing of it.
    const other = await page.context().newPage();
    await other.goto(url);
    await signInButton(other).waitFor();

    await page.getByRole('button', { name: 'Signed in as ops' }).click();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-expanded'))).toBe('false');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('status').getByText('You are signed out').waitFor();
    expect(await page.content()).not.toContain('Nightly');
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    await page.reload();
    await signInButton(page).waitFor();
    expect(errors).toEqual([]);
  });

  it('[SEC-42] says that a token was revoked, shows nothing more, and goes on with another one where it was', async () => {
    const { url, create, revoke } = await serve();
    const [first, second] = [await create('ada', 'viewer'), await create('bob', 'viewer')];
    const { page, errors, leaks } = await open(`${url}/#run=nightly`);
    await enter(page, first, { keep: true });
    await runPage(page, 'Nightly');
    await page.getByRole('tab', { name: 'Logs' }).click();
    const address = page.url();
    expect((await revoke('ada')).code).toBe(0);

    await alert(page).getByText('Your token is no longer accepted').waitFor();
    expect([page.url(), await focused(page)]).toEqual([address, 'password']);
    expect(await page.content()).not.toContain('Nightly');
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    await enter(page, second);
    await runPage(page, 'Nightly');
    expect(page.url()).toBe(address);
    expect(await page.getByRole('tab', { name: 'Logs' }).getAttribute('aria-selected')).toBe('true');
    expect(await leaks(first, second)).toEqual([]);
    expect(errors).toEqual([]);
  });

  /** A gateway of a host that takes commands, with the built page. */
  async function mount(options: { readonly requestsPerAddress?: number } = {}) {
    expect(existsSync(join(DASHBOARD, 'index.html'))).toBe(true);
    const store = createMemoryStore();
    const tokenStore = createSqliteTokenStore({ file: ':memory:' });
    const tokens = createTokens({ store: tokenStore });
    const commands: unknown[] = [];
    const gateway = createGateway({
      host: {
        log: createEventLog(store),
        blobs: store,
        commands: {
          execute(command) {
            commands.push(command);
            return Promise.resolve(undefined);
          },
        },
      },
      tokens,
      static: { directory: DASHBOARD },
      rateLimits: { exemptLoopback: false, requestsPerAddress: 100, ...options },
      port: 0,
    });
    await gateway.listen();
    const recorder = createRecorder({ store });
    recorder.run('Nightly').agent('WRITER').task('Draft the text');
    await recorder.flush();
    closers.push(
      () => store.close(),
      () => tokenStore.close(),
      () => gateway.close(),
    );
    const create = async (role: 'developer' | 'viewer'): Promise<string> =>
      (await tokens.create({ name: role, role })).token;
    return { url: gateway.url, create, commands };
  }

  it('offers a viewer nothing that steers, and a developer all of it', async () => {
    const { url, create, commands } = await mount();
    const viewer = await open(url);
    await enter(viewer.page, await create('viewer'));
    await runPage(viewer.page, 'Nightly');
    await viewer.page.getByText('Draft the text').first().waitFor();
    expect(await viewer.page.getByRole('button', { name: /^(Pause|Cancel|Fork|Run again)/ }).count()).toBe(0);
    await viewer.page.getByRole('button', { name: 'Signed in as viewer' }).click();
    await viewer.page.getByText('Watches runs', { exact: true }).waitFor();

    const developer = await open(url);
    await enter(developer.page, await create('developer'));
    await developer.page.getByRole('button', { name: 'Pause', exact: true }).click();
    await expect.poll(() => commands).toEqual([expect.objectContaining({ type: 'pause' })]);
    expect([...viewer.errors, ...developer.errors]).toEqual([]);
  });

  it('says when to try again who tried too often, and keeps what was entered', async () => {
    const { url, create } = await mount({ requestsPerAddress: 2 });
    const token = await create('viewer');
    const { page } = await open(url);
    await enter(page, WRONG);
    await alert(page).getByText('This token is not accepted.').waitFor();
    await enter(page, WRONG);
    await alert(page)
      .getByText(/^Too many attempts\. Try again after \d\d:\d\d:\d\d\.$/)
      .waitFor();
    expect(await field(page).inputValue()).toBe(WRONG);
    // Who has a good one is counted by it, and not by the address.
    await enter(page, token);
    await runPage(page, 'Nightly');
  });

  it('speaks German to a German browser, and has no accessibility violations in any theme', async () => {
    const { url, create } = await mount();
    const token = await create('viewer');
    const german = await open(url, { locale: 'de-DE' });
    await german.page.getByRole('heading', { level: 1, name: 'Anmelden' }).waitFor();
    expect(await german.page.locator('html').getAttribute('lang')).toBe('de');
    await german.page.getByLabel('Token').fill(WRONG);
    await german.page.getByRole('button', { name: 'Anmelden' }).click();
    await german.page.getByRole('alert').getByText('Dieses Token wird nicht angenommen.').waitFor();

    const { page } = await open(url);
    for (const theme of ['light', 'dark', 'industrial']) {
      await enter(page, WRONG);
      await alert(page).getByText('This token is not accepted.').waitFor();
      expect({ theme, violations: await violationsOf(page) }).toEqual({ theme, violations: [] });
      await enter(page, token);
      await chooseTheme(page, theme);
      await page.getByRole('button', { name: 'Signed in as viewer' }).click();
      expect({ theme, violations: await violationsOf(page) }).toEqual({ theme, violations: [] });
      await page.getByRole('button', { name: 'Sign out' }).click();
      // What was chosen is chosen still.
      expect(await page.locator('.fg-root').getAttribute('data-theme')).toBe(theme);
    }
  });
});
