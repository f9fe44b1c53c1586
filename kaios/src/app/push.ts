// Lets a person be told of new messages while the app is closed: the browser's push service wakes the service worker, a push
// service of XMPP's (XEP-0357) tells it, and that one hears it from the account's server. Which one that is, says whoever hosts
// the app, in push.json beside the page.

import { createEffect, createMemo } from 'solid-js';
import type { PushTarget } from '../engine/protocol';
import { language, t } from '../i18n';
import { sameBytes } from './bytes';
import { settings } from './settings';
import { accounts, engine } from './world';

/** What push.json says: the service's address, and the public key that its notifications are signed with (RFC 8292). */
interface Service {
  service: string | null;
  key: string | null;
}

/** What the service worker reads, which knows no language. */
const WORDS = 'larimar-words';

async function hosted(): Promise<Service> {
  const answer = await fetch('./push.json');
  return answer.ok ? ((await answer.json()) as Service) : { service: null, key: null };
}

/** The bytes of a text in the alphabet that addresses use (RFC 4648 section 5). */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Where this browser is to be told: its name at the service is the address that its own push service gave it. */
async function target(manager: PushManager): Promise<PushTarget | null> {
  const { service, key } = await hosted();
  if (!service || !key) return null;
  const wanted = bytesOf(key);
  let held = await manager.getSubscription();
  const before = held?.options.applicationServerKey;
  if (held && !sameBytes(before ? new Uint8Array(before) : null, wanted)) {
    await held.unsubscribe();
    held = null;
  }
  held ??= await manager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted });
  return { service, node: held.endpoint, secret: null };
}

async function settle(wanted: boolean): Promise<void> {
  const { pushManager } = (await navigator.serviceWorker.ready) as Partial<ServiceWorkerRegistration>;
  if (!pushManager) return;
  const where = wanted ? await target(pushManager) : null;
  await engine().call('setPush', { target: where });
  if (where === null) await (await pushManager.getSubscription())?.unsubscribe();
}

/** Leaves what a notification says where the service worker finds it. */
async function leaveWords(): Promise<void> {
  const words = await caches.open(WORDS);
  await words.put('./words.json', new Response(JSON.stringify({ news: t('notify.new'), language: language() })));
}

/** Follows the setting and the accounts, one step after the other. Call it inside a root. */
export function followPush(): void {
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) return;
  let settled = Promise.resolve();
  // Of what happens to accounts all day this matters alone.
  const isWanted = createMemo(() => settings.notifications !== 'off' && accounts().length > 0);
  createEffect(() => {
    const wanted = isWanted();
    // A browser whose push service does not answer tells of what comes while the app is open.
    settled = settled.then(() => settle(wanted)).catch(() => undefined);
  });
  createEffect(() => {
    language();
    leaveWords().catch(() => undefined);
  });
}
