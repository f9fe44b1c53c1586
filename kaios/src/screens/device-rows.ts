// Devices as they are shown: when they are known, one row a key, its number in groups.

import { onCleanup } from 'solid-js';
import { createStore, reconcile } from 'solid-js/store';
import { engine } from '../app/world';
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

/**
 * Watches the devices of somebody; null until it is known what there is. Whose devices were never seen here is asked for them first:
 * what stands below them would be pushed away under who is about to press it.
 */
export function watchDevices(account: string, jid: string): () => DeviceRow[] | null {
  const [devices, setDevices] = createStore<{ rows: DeviceRow[] | null }>({ rows: null });
  let asked = false;
  // A row stays the same through all snapshots, and so does the focus that is on it.
  const show = (rows: DeviceRow[]): void => {
    if (asked || rows.length > 0) setDevices('rows', reconcile(byKey(rows), { key: 'fingerprint' }));
  };
  onCleanup(engine().devices(account, jid, (snapshot) => show(snapshot.devices)));
  // Without a connection, what is known is the answer. A snapshot that came before it may be newer.
  const answer = engine().call('devices', { account, jid });
  void answer.then((snapshot) => snapshot.devices, () => []).then((rows) => {
    asked = true;
    if (devices.rows === null) show(rows);
  });
  return () => devices.rows;
}
