'use client';

import { useId, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { Card } from '../../components/parts/Card.js';
import { SelectField } from '../../components/parts/SelectField.js';
import { useTexts } from '../../context/monitor-context.js';
import { useNow } from '../../hooks/useNow.js';
import { useDashboard } from '../dashboard-context.js';
import { dashboardLabels } from '../dashboard-labels.js';
import { PageHeading } from '../PageHeading.js';
import {
  CADENCE_NAMES,
  DENSITIES,
  isLocale,
  isTimeZone,
  NOTIFICATION_LEVELS,
  START_PAGES,
  THEMES,
} from '../settings.js';
import { settingsLabels } from '../settings-labels.js';

/** Everything that a person may set; each change counts at once. Renders again with the settings and each second. */
export function SettingsPage(): ReactElement {
  const { settings, setSettings, openDialog } = useDashboard();
  const { labels, format } = useTexts();
  const words = labels(settingsLabels);
  const { pages } = labels(dashboardLabels);
  const now = useNow();
  const choices = <V extends string>(values: readonly V[], names: { readonly [N in V]: string }) =>
    values.map((value) => ({ value, label: names[value] }));
  const arranged = Object.keys(settings.layout);
  return (
    <>
      <PageHeading>{pages.settings}</PageHeading>
      <h2 className="fg-hidden">{pages.settings}</h2>
      <div className="fg-settings">
        <Card heading={words.look}>
          <Row>
            <SelectField
              showLabel
              label={words.theme}
              value={settings.theme}
              options={choices(THEMES, words.themes)}
              onChange={(theme) => setSettings({ theme })}
            />
          </Row>
          <Row>
            <SelectField
              showLabel
              label={words.density}
              value={settings.density}
              options={choices(DENSITIES, words.densities)}
              onChange={(density) => setSettings({ density })}
            />
          </Row>
          <Row hint={arranged.length === 0 ? words.layoutOwn : words.layoutHint(nameAll(arranged, pages))}>
            <span className="fg-field-label fg-quiet">{words.layout}</span>
            <button
              type="button"
              className="fg-button"
              aria-disabled={arranged.length === 0 || undefined}
              onClick={() => setSettings({ layout: {} })}
            >
              {words.resetLayout}
            </button>
          </Row>
        </Card>
        <Card heading={words.behaviour}>
          <Row>
            <SelectField
              showLabel
              label={words.defaultPage}
              value={settings.defaultPage}
              options={choices(START_PAGES, pages)}
              onChange={(defaultPage) => setSettings({ defaultPage })}
            />
          </Row>
          <Row hint={words.cadenceHint}>
            <SelectField
              showLabel
              label={words.cadence}
              value={settings.cadence}
              options={choices(CADENCE_NAMES, words.cadences)}
              onChange={(cadence) => setSettings({ cadence })}
            />
          </Row>
          <Row hint={words.notificationsHint}>
            <SelectField
              showLabel
              label={words.notifications}
              value={settings.notifications}
              options={choices(NOTIFICATION_LEVELS, words.levels)}
              onChange={(notifications) => setSettings({ notifications })}
            />
          </Row>
          <Row hint={words.shortcutsHint}>
            <label className="fg-check">
              <input
                type="checkbox"
                checked={settings.shortcuts}
                onChange={(event) => setSettings({ shortcuts: event.currentTarget.checked })}
              />
              {words.shortcutsOn}
            </label>
            <button type="button" className="fg-link" onClick={() => openDialog('help')}>
              {words.showShortcuts}
            </button>
          </Row>
        </Card>
        <Card heading={words.region}>
          <TagField
            label={words.locale}
            placeholder={words.browserOwn}
            value={settings.locale}
            isKnown={isLocale}
            refusal={words.unknownLocale}
            hint={words.localeHint(format.money(1_234_560_000_000), format.dateTime(now))}
            onChange={(locale) => setSettings({ locale })}
          />
          <TagField
            label={words.timeZone}
            placeholder={words.browserOwn}
            value={settings.timeZone}
            isKnown={isTimeZone}
            refusal={words.unknownTimeZone}
            hint={words.timeZoneHint(format.shortTime(now))}
            onChange={(timeZone) => setSettings({ timeZone })}
          />
        </Card>
      </div>
    </>
  );
}

const nameAll = (ids: readonly string[], names: { readonly [id: string]: string }): string =>
  ids.map((id) => names[id] ?? id).join(', ');

function Row({ hint, children }: { readonly hint?: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="fg-setting">
      <div className="fg-setting-line">{children}</div>
      {hint === undefined ? null : <p className="fg-setting-hint">{hint}</p>}
    </div>
  );
}

interface TagFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string | undefined;
  readonly isKnown: (tag: string) => boolean;
  readonly refusal: string;
  readonly hint: string;
  readonly onChange: (tag: string | undefined) => void;
}

/** A name that the browser must know; what it does not know is said and changes nothing. */
function TagField({
  label,
  placeholder,
  value,
  isKnown,
  refusal,
  hint,
  onChange,
}: TagFieldProps): ReactElement {
  const [text, setText] = useState(value ?? '');
  const hintId = useId();
  const tag = text.trim();
  const isRefused = tag !== '' && !isKnown(tag);
  return (
    <div className="fg-setting">
      <label className="fg-field">
        <span className="fg-field-label fg-quiet">{label}</span>
        <input
          className="fg-input"
          value={text}
          placeholder={placeholder}
          spellCheck={false}
          aria-invalid={isRefused || undefined}
          aria-describedby={hintId}
          onChange={(event) => {
            const next = event.currentTarget.value;
            setText(next);
            const trimmed = next.trim();
            if (trimmed === '') onChange(undefined);
            else if (isKnown(trimmed)) onChange(trimmed);
          }}
        />
      </label>
      <p id={hintId} className="fg-setting-hint" data-problem={isRefused || undefined}>
        {isRefused ? refusal : hint}
      </p>
    </div>
  );
}
