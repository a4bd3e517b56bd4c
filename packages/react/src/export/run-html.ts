import type { FleetEvent } from '@fleetglass/core/protocol';
import { sha256Base64 } from '../lib/sha256.js';
import { redactEvents } from './redact.js';

/** Script and styles of the page that replays a run: what `@fleetglass/react/player` exports. */
export interface PlayerAssets {
  readonly script: string;
  readonly styles: string;
}

/** What the document of a run is made of. */
export interface RunHtmlOptions {
  /** All events of the run, by ascending `seq`: what `readRunEvents` reads. */
  readonly events: readonly FleetEvent[];
  readonly runId: string;
  /** Of the page. */
  readonly title: string;
  readonly assets: PlayerAssets;
  /** Leaves out what was said: messages, inputs, outputs, logs, details and notes. @default false */
  readonly redact?: boolean;
  /** @default 'system' */
  readonly theme?: 'light' | 'dark' | 'system' | 'industrial';
  /** BCP 47 tag. @default the reader's language */
  readonly locale?: string;
}

/**
 * One file that replays a run in any browser, without a network: the events as inert data, the player's script and
 * styles, and a policy that lets nothing else run or load. Large payloads that were stored apart are not in it.
 *
 * @throws Error without assets, as in a checkout that was not built
 */
export function runToHtml(options: RunHtmlOptions): string {
  const { events, runId, title, assets, redact = false, theme = 'system', locale } = options;
  if (assets.script === '') throw new Error('The player is not built; import it from the published package.');
  const script = endless(assets.script, 'script');
  const styles = endless(assets.styles, 'style');
  const data = { runId, theme, locale, redacted: redact, events: redact ? redactEvents(events) : events };
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${sha256Base64(script)}'`,
    `style-src 'sha256-${sha256Base64(styles)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${styles}</style>
</head>
<body>
<div id="fleetglass"></div>
<script type="application/json" id="fleetglass-run">${inert(JSON.stringify(data))}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** JSON in which no tag can begin. */
const inert = (json: string): string => json.replaceAll('<', String.raw`\u003c`);

/** In a script or a style sheet, its own end tag may only stand in a string, where the slash can be escaped. */
const endless = (code: string, tag: 'script' | 'style'): string =>
  code.replaceAll(new RegExp(`</(?=${tag})`, 'gi'), String.raw`<\/`).replaceAll('<!--', String.raw`\x3C!--`);

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
