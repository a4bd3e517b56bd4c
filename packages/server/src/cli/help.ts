import { RECORDING_FORMATS } from '@fleetglass/sources/recordings';

/** What `fleetglass --help` says. */
export function helpText(): string {
  const width = Math.max(...RECORDING_FORMATS.map(({ name }) => name.length));
  const formats = RECORDING_FORMATS.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join('\n');
  return `fleetglass reads what agents did and shows it: recorded sessions, logs, folders and live gateways.
Nothing leaves this machine.

Usage:
  fleetglass summarize PATH... [--json] [--format F]
      What each run did and cost: calls, tools, tokens, money, warnings. A folder means every recording below it.
  fleetglass watch PATH|URL [--port N] [--since 7d|all] [--format F]
      A live page of a file that grows, a folder of Claude Code projects, a folder of YAML tasks, or the address
      of a running gateway (its token in FLEETGLASS_TOKEN).
  fleetglass open PATH... [--port N] [--format F]
      The page of recordings that are complete.
  fleetglass export PATH --to ndjson|ag-ui|otlp|csv|md|html [--out FILE] [--format F] [--run ID] [--redact]
      The recording in another format, on the standard output where no file is named. html is one run as a page
      that replays it without a network: --run chooses it, --redact leaves out what was said.
  fleetglass convert PATH [--out FILE] [--format F]
      The recording as a Fleetglass log: the same as export --to ndjson.
  fleetglass serve --store FILE [--config FILE] [--port N] [--hostname ADDRESS] …
      A gateway over a SQLite file: live events, REST, ingest, traces and the dashboard. Its settings come from flags,
      from FLEETGLASS_… in the environment and from a JSON file, in this order.
  fleetglass config check [the same flags]
      Every setting of serve, what counts and where it was given; what is wrong, a sentence each.
  fleetglass token create NAME --role admin|developer|viewer --tokens FILE [--expires 90d] [--tenant T]
                [--run ID] [--thread ID] [--agent ID] [--task ID] [--types a,b]
      A token for serve --tokens FILE, on the standard output, once; its role and scope say what it opens.
  fleetglass token list | rotate ID|NAME [--overlap 24h] | revoke ID|NAME --tokens FILE
      Who has which token and when it was used; a successor beside the old one; the end of one, at once.
  fleetglass backup FILE TARGET [--force]
      A copy of a store's database, also while it is in use, checked from end to end, with a manifest beside it.
  fleetglass restore BACKUP FILE [--force]
      Makes a database of a backup, which is checked before; viewers start anew.
  fleetglass verify FILE
      Reads a database or a backup from end to end and says what is wrong with it.
  fleetglass archive create --store FILE --directory FOLDER --older-than 365d | --run ID...
      Moves runs that have ended out of a database into files, also while it is in use: by their age, or by name.
  fleetglass archive list --directory FOLDER [--text T] [--json]
  fleetglass archive restore --store FILE --directory FOLDER --run ID...
      What is archived; puts runs back to where they were. Files stay.
  fleetglass --help | --version

Formats are recognised by what a file holds; --format names one where that fails:
${formats}
  ${'telemetry-db'.padEnd(width)}  SQLite telemetry with invocations and daily costs

Costs are list prices of the day of each call, or what the recording itself says; a call whose price is not
known makes its total a lower bound, shown as "≥". Token counts include what was read from caches.

Exit codes: 0 all was read (warnings name what was left out), 1 something could not be read or written,
2 the command was not understood.
`;
}
