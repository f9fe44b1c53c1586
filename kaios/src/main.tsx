// Begins the app: settings, engine, screens.

import './engine/early';
import { createRoot, createSignal, onCleanup, Show, type JSX } from 'solid-js';
import { render } from 'solid-js/web';
import { firstSeen, followFirst, forgetFirst } from './app/first';
import { askToKeep } from './app/kept';
import { followSize, layout } from './app/layout';
import { notifyOfMessages } from './app/notify';
import { handlers } from './app/keys';
import { followPush } from './app/push';
import { followHistory, restart } from './app/router';
import { apply, settings } from './app/settings';
import { Shell } from './app/shell';
import { accounts, engine, showFirst, useEngine, watch } from './app/world';
import { errorOf, type Engine } from './engine/engine';
import type { EngineError } from './engine/protocol';
import { WorkerEngine } from './engine/worker-engine';
import { keep } from './focus/keeper';
import { listen } from './focus/pressed';
import { Overlays } from './parts/overlay-view';
import { SoftkeyBar } from './parts/softkey-bar';
import { Stone } from './parts/icon';
import { Trouble } from './screens/trouble';
import './style/index.css';

async function chooseEngine(): Promise<Engine> {
  if (import.meta.env.MODE !== 'production' && new URLSearchParams(location.search).has('fake')) {
    const { FakeEngine } = await import('./engine/fake');
    return new FakeEngine(new URLSearchParams(location.search).get('fake') ?? '');
  }
  return new WorkerEngine();
}

const [begun, setBegun] = createSignal(false);
const [error, setError] = createSignal<EngineError | null>(null);
/** The engine that is told of was open before it ended. */
const [hadBegun, setHadBegun] = createSignal(false);

/** Lets the app open without a network. */
function stayForOffline(): void {
  if (import.meta.env.MODE !== 'production' || !('serviceWorker' in navigator)) return;
  // Where it may not stay, the app needs the network to open, and nothing else.
  navigator.serviceWorker.register('./service-worker.js').catch(() => undefined);
}

/** What the phone and the browser tell the engine. */
function followBrowser(): void {
  const active = (): void => void engine().call('setActive', { active: !document.hidden }).catch(() => undefined);
  const online = (): void => void engine().call('networkChanged', {}).catch(() => undefined);
  document.addEventListener('visibilitychange', active);
  addEventListener('online', online);
  onCleanup(() => {
    document.removeEventListener('visibilitychange', active);
    removeEventListener('online', online);
  });
  active();
}

/** Ends what follows the engine that was open. */
let leave = (): void => undefined;

/** What goes on for as long as this engine is open. */
function follow(): void {
  leave = createRoot((dispose) => {
    followFirst();
    followBrowser();
    notifyOfMessages();
    followPush();
    askToKeep();
    return dispose;
  });
}

/** The list as it was last is there at once; what is asked of the engine meanwhile waits for it. */
function beginWithFirst(): boolean {
  const first = import.meta.env.MODE === 'production' ? firstSeen() : null;
  if (!first) return false;
  showFirst(first.rows, first.accounts);
  restart({ screen: 'chats' });
  setBegun(true);
  return true;
}

async function open(takeOver: boolean): Promise<void> {
  setError(null);
  setHadBegun(false);
  try {
    const chosen = await chooseEngine();
    useEngine(chosen);
    const opening = chosen.open(takeOver, settings.limit);
    const hasBegun = !takeOver && beginWithFirst();
    await opening;
    chosen.onEnded((wrong) => {
      leave();
      setBegun(false);
      setHadBegun(true);
      setError(wrong);
    });
    await watch();
    // Somebody may have gone on from the list by now.
    if (!hasBegun || accounts().length === 0) restart(accounts().length > 0 ? { screen: 'chats' } : { screen: 'welcome' });
    follow();
    setBegun(true);
  } catch (thrown) {
    engine().quit();
    setBegun(false);
    setError(errorOf(thrown));
  }
}

async function setAside(): Promise<void> {
  try {
    const chosen = await chooseEngine();
    useEngine(chosen);
    await chosen.call('setAside', {});
    forgetFirst();
    chosen.quit();
    await open(false);
  } catch (thrown) {
    setError(errorOf(thrown));
  }
}

function Beginning(): JSX.Element {
  return (
    <>
      <div class="panes alone">
        <main class="pane">
          <Show when={error()} fallback={<Stone class="begin-stone" />}>
            {(wrong) => (
              <Trouble
                error={wrong()}
                hadBegun={hadBegun()}
                onRetry={(it) => void open(it)}
                onSetAside={() => void setAside()}
              />
            )}
          </Show>
        </main>
      </div>
      <SoftkeyBar />
      <Overlays />
    </>
  );
}

function App(): JSX.Element {
  return (
    <Show when={begun()} fallback={<Beginning />}>
      <Shell />
    </Show>
  );
}

async function begin(): Promise<void> {
  createRoot(() => {
    apply();
  });
  followSize();
  followHistory();
  keep();
  listen(handlers);
  // Who has nothing but keys sees from the start where they are.
  if (layout() === 'tiny') document.documentElement.classList.add('keys');
  const place = document.getElementById('app');
  if (place) render(() => <App />, place);
  stayForOffline();
  await open(false);
}

void begin();
