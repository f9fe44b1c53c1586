// Devices as they are shown: one row a key, its number in groups.

import type { DeviceRow } from '../engine/protocol';

/** A fingerprint in groups of eight, as people compare it. */
export function grouped(fingerprint: string): string[] {
  return fingerprint.match(/.{1,8}/g) ?? [];
}

/** One row a key: both versions of one device share it. */
export function byKey(devices: readonly DeviceRow[]): DeviceRow[] {
  const rows = new Map<string, DeviceRow>();
  for (const device of devices) {
    const known = rows.get(device.fingerprint);
    if (!known) rows.set(device.fingerprint, device);
    else {
      const lastSeenMs = Math.max(known.lastSeenMs ?? 0, device.lastSeenMs ?? 0) || null;
      rows.set(device.fingerprint, {
        ...known,
        label: known.label ?? device.label,
        lastSeenMs,
        listed: known.listed || device.listed,
        this: known.this || device.this,
      });
    }
  }
  return Array.from(rows.values());
}
