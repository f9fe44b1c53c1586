// The settings that are chosen from a list, each with one call.

import { set, settings, wantedLanguage, type Settings } from '../../app/settings';
import { accounts } from '../../app/world';
import { LANGUAGES, t, useLanguage, type Language } from '../../i18n';
import { bytes } from '../../i18n/format';
import { choose, toast } from '../../parts/overlays';

export async function chooseLanguage(): Promise<void> {
  const own = (Object.keys(LANGUAGES) as Language[]).map((tag): [Settings['language'], string] => [tag, LANGUAGES[tag]]);
  const chosen = await choose<Settings['language']>(
    t('settings.language'),
    [['system', t('settings.language.system')], ...own],
    settings.language,
  );
  if (chosen === null) return;
  set('language', chosen);
  await useLanguage(wantedLanguage());
}

export const appearanceText = (): string => t(`settings.appearance.${settings.appearance}`);

export async function chooseAppearance(): Promise<void> {
  const chosen = await choose<Settings['appearance']>(
    t('settings.appearance'),
    (['system', 'light', 'dark'] as const).map((it) => [it, t(`settings.appearance.${it}`)]),
    settings.appearance,
  );
  if (chosen) set('appearance', chosen);
}

export async function chooseSize(): Promise<void> {
  const chosen = await choose<Settings['size']>(
    t('settings.size'),
    (['small', 'normal', 'large', 'huge'] as const).map((it) => [it, t(`settings.size.${it}`)]),
    settings.size,
  );
  if (chosen) set('size', chosen);
}

/** How somebody is told, and whether that works while the app is closed. */
export function notificationsText(): string {
  const how = t(`settings.notifications.${settings.notifications}`);
  const closed = settings.notifications !== 'off' && accounts().some((row) => row.pushes);
  return closed ? t('settings.notifications.closed', { how }) : how;
}

export async function chooseNotifications(): Promise<void> {
  const chosen = await choose<Settings['notifications']>(
    t('settings.notifications'),
    (['off', 'hidden', 'full'] as const).map((it) => [it, t(`settings.notifications.${it}`)]),
    settings.notifications,
  );
  if (!chosen) return;
  if (chosen !== 'off' && (!('Notification' in window) || (await Notification.requestPermission()) !== 'granted')) {
    toast(t('settings.notifications.denied'));
    return;
  }
  set('notifications', chosen);
}

const LIMITS = [100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 0];

export const limitText = (limit: number): string => (limit === 0 ? t('storage.limit.none') : bytes(limit));

export async function chooseLimit(): Promise<void> {
  const chosen = await choose<number>(
    t('storage.limit'),
    LIMITS.map((limit) => [limit, limitText(limit)]),
    settings.limit,
  );
  if (chosen !== null) set('limit', chosen);
}
