// Times, sizes and lengths as people read them, in the language that is shown.

import { language, region, t } from './index';

const cache = new Map<string, Intl.DateTimeFormat>();

function format(ms: number, name: string, options: Intl.DateTimeFormatOptions): string {
  const locale = region();
  const key = `${locale} ${name}`;
  let formatter = cache.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, options);
    cache.set(key, formatter);
  }
  return formatter.format(ms);
}

/** The hour and the minute. */
export function time(ms: number): string {
  return format(ms, 'time', { hour: 'numeric', minute: '2-digit' });
}

/** How many midnights lie between two moments. */
export function daysBetween(earlier: number, later: number): number {
  const midnight = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);
  return Math.round((midnight(later) - midnight(earlier)) / 86_400_000);
}

export const sameDay = (a: number, b: number): boolean => daysBetween(a, b) === 0;

/** A day as it stands between messages. */
export function day(ms: number, now = Date.now()): string {
  const days = daysBetween(ms, now);
  if (days === 0) return t('chat.today');
  if (days === 1) return t('chat.yesterday');
  if (days > 1 && days < 7) return format(ms, 'weekday', { weekday: 'long' });
  if (new Date(ms).getFullYear() === new Date(now).getFullYear()) {
    return format(ms, 'day', { weekday: 'short', day: 'numeric', month: 'long' });
  }
  return format(ms, 'year', { day: 'numeric', month: 'long', year: 'numeric' });
}

/** When, as short as the list of chats has room for. */
export function shortly(ms: number, now = Date.now()): string {
  const days = daysBetween(ms, now);
  if (days <= 0) return time(ms);
  if (days === 1) return t('chat.yesterday');
  if (days < 7) return format(ms, 'short weekday', { weekday: 'short' });
  if (days < 300) return format(ms, 'short day', { day: 'numeric', month: 'short' });
  return format(ms, 'short year', { day: 'numeric', month: 'numeric', year: '2-digit' });
}

/** A day and a time, in full. */
export function moment(ms: number): string {
  return format(ms, 'moment', { day: 'numeric', month: 'long', year: 'numeric', hour: 'numeric', minute: '2-digit' });
}

/** A number of bytes, in the unit that suits it. */
export function bytes(size: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let unit = 0;
  let value = size;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return new Intl.NumberFormat(language(), {
    style: 'unit',
    unit: units[unit],
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(value);
}

/** A number of things. */
export const count = (n: number): string => new Intl.NumberFormat(language()).format(n);

/** Minutes and seconds. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = new Intl.NumberFormat(language(), { minimumIntegerDigits: 2 });
  return `${count(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
}

/** A part of a whole. */
export function percent(part: number): string {
  return new Intl.NumberFormat(language(), { style: 'percent' }).format(part);
}
