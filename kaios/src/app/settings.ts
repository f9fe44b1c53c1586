// What a person has set for this device: kept in the browser's local storage, applied to the page at once.

import { createEffect } from 'solid-js';
import { createStore } from 'solid-js/store';
import { direction, language, LANGUAGES, match, spokenHere, useLanguage, type Language } from '../i18n';

export interface Settings {
  appearance: 'system' | 'light' | 'dark';
  contrast: boolean;
  lessMotion: boolean;
  size: 'small' | 'normal' | 'large' | 'huge';
  language: 'system' | Language;
  notifications: 'off' | 'hidden' | 'full';
  /** In bytes; 0: no limit. */
  limit: number;
}

const KEY = 'larimar.settings';

const USUAL: Settings = {
  appearance: 'system',
  contrast: false,
  lessMotion: false,
  size: 'normal',
  language: 'system',
  notifications: 'off',
  limit: 500_000_000,
};

function stored(): Settings {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>) };
  } catch {
    // Nothing that can be read: as at the beginning.
    return USUAL;
  }
}

const [settings, write] = createStore<Settings>({ ...USUAL });

export { settings };

export function set<K extends keyof Settings>(name: K, value: Settings[K]): void {
  write({ [name]: value });
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // A browser that stores nothing keeps it for as long as the page is open.
  }
}

/** The language that is wanted now. */
export function wantedLanguage(): Language {
  const chosen = settings.language;
  return chosen !== 'system' && chosen in LANGUAGES ? chosen : match(navigator.languages);
}

/** Reads the settings and keeps the page as they say. Call it inside a root. */
export function apply(): void {
  write(stored());
  spokenHere(navigator.languages);
  const page = document.documentElement;
  createEffect(() => {
    page.dataset.appearance = settings.appearance;
    page.dataset.size = settings.size;
    page.classList.toggle('contrast', settings.contrast);
    page.classList.toggle('still', settings.lessMotion);
  });
  createEffect(() => {
    page.lang = language();
    page.dir = direction();
  });
  createEffect(() => {
    // A language that cannot be loaded leaves the one before.
    useLanguage(wantedLanguage()).catch(() => undefined);
  });
}
