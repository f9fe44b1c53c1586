// What the fake answers about accounts, contacts and devices.

import type { Command } from '../engine';
import type { AccountSetup, DeviceRow, EngineError, Profile, RegistrationForm, Scanned, UriAction } from '../protocol';
import { fail, type Answers } from './commands';
import type { FakeEngine } from './index';
import { contactRow, ME } from './row';
import { device } from './world';

type Rest = Exclude<
  Command,
  | 'send' | 'sendFile' | 'file' | 'fetchFiles' | 'cancelFiles' | 'correct' | 'retract' | 'react' | 'retry' | 'typing'
  | 'markRead' | 'setDraft' | 'setChat' | 'removeChat' | 'search' | 'avatar'
>;

const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="70"><rect width="200" height="70" fill="#eef3f6"/>' +
  '<path d="M10 50q40-40 90 0t90-20" stroke="#9fb8c6" fill="none" stroke-width="3"/>' +
  '<text x="40" y="48" font-size="36" font-family="serif" fill="#24485c" transform="rotate(-4 90 40)">7K4mq</text></svg>';

function formFor(domain: string): RegistrationForm {
  const text = { kind: 'text-single', required: true, values: [], choices: [], media: [] };
  const fields = [
    { ...text, name: 'username', label: 'Username' },
    { ...text, name: 'password', kind: 'text-private', label: 'Password' },
  ];
  if (!domain.startsWith('form.')) return { id: 1, instructions: '', url: null, fields };
  const media = [{ mediaType: 'image/svg+xml', bytes: new TextEncoder().encode(PICTURE), uri: '' }];
  return {
    id: 2,
    instructions: 'This server is run by volunteers. Be kind to each other.',
    url: null,
    fields: [...fields, { ...text, name: 'ocr', label: '', media }],
  };
}

/** How signing in goes, by what is typed. */
function outcome(setup: Pick<AccountSetup, 'jid' | 'password' | 'server' | 'websocket'>): EngineError | null {
  const domain = setup.jid.split('@')[1] ?? '';
  if (domain.startsWith('nowhere.') && !setup.server && !setup.websocket) return { kind: 'serverNotFound', domain };
  return setup.password === 'wrong' ? { kind: 'wrongPassword' } : null;
}

function read(text: string): Scanned {
  const bare = /^(?:xmpp:)?([^?\s]+)(?:\?([^;]*)(.*))?$/.exec(text.trim());
  const address = (bare?.[1] ?? '').toLowerCase();
  if (!bare || !/^[^@\s/]+@[^@\s/]+$|^[^@\s/]+\.[^@\s/]+$/.test(address)) fail({ kind: 'badAddress' });
  const preauth = /preauth=([^;]+)/.exec(text)?.[1] ?? null;
  const name = /name=([^;]+)/.exec(text)?.[1] ?? null;
  const actions: Record<string, UriAction> = {
    message: { kind: 'message', body: null },
    roster: { kind: 'roster', name: name && decodeURIComponent(name), preauth, registers: text.includes('ibr=y') },
    register: { kind: 'register', preauth },
    join: { kind: 'join', password: null },
  };
  const keys = (text.match(/omemo/g) ?? []).length;
  return { address, action: actions[bare[2] ?? ''] ?? { kind: 'address' }, keys };
}

const PROFILES: Record<string, Partial<Profile>> = {
  'amina@kilimani.example': {
    fullName: 'Amina Wanjiru',
    title: 'Gardener',
    organisation: 'Kilimani Primary School',
    emails: ['amina@kilimani.example'],
    urls: ['https://garden.example'],
  },
  [ME]: { nickname: 'Mara' },
};

const NOBODY: Profile = {
  fullName: null,
  nickname: null,
  emails: [],
  phones: [],
  urls: [],
  organisation: null,
  title: null,
  note: null,
};

export function accountCommands(engine: FakeEngine): Pick<Answers, Rest> {
  const { world } = engine;
  const signIn = (account: string, error: EngineError | null): void => {
    const row = world.accounts.find((it) => it.account === account);
    if (!row) return;
    row.state = 'connecting';
    row.error = null;
    engine.tell({ kind: 'account', account, state: 'connecting', error: null });
    setTimeout(() => {
      row.state = error ? 'failed' : 'online';
      row.error = error;
      engine.tell({ kind: 'account', account, state: row.state, error });
    }, 500);
  };
  const add = (setup: AccountSetup): void => {
    if (!/^[^@\s]+@[^@\s]+$/.test(setup.jid)) fail({ kind: 'badAddress' });
    if (world.accounts.some((it) => it.account === setup.jid)) fail({ kind: 'accountExists' });
    world.accounts.push({ account: setup.jid, enabled: true, state: 'connecting', error: null, pushes: false });
    signIn(setup.jid, outcome(setup));
  };
  const contact = (jid: string, part: Partial<ReturnType<typeof contactRow>>): void => {
    const row = world.contacts.find((it) => it.jid === jid);
    if (row) Object.assign(row, part);
    else world.contacts.push(contactRow(jid, jid.split('@')[0] ?? jid, { subscription: 'none', ...part }));
    engine.changed('contacts');
  };
  const devicesOf = (jid: string): DeviceRow[] => {
    let rows = world.devices.get(jid);
    if (!rows) {
      rows = [device(jid.length * 7, { label: 'Larimar', lastSeenMs: Date.now() - 5_000_000 })];
      world.devices.set(jid, rows);
    }
    return rows;
  };
  let domain = '';
  const done = (): void => undefined;
  return {
    close: done,
    setAside: done,
    setActive: done,
    networkChanged: done,
    setPush: done,
    stats: () => ({
      dbBytes: 9_437_184,
      messages: Array.from(world.chats.values()).reduce((sum, chat) => sum + chat.rows.length, 0),
      bytesIn: 0,
      bytesOut: 0,
      roundTrips: 0,
      stanzasIn: 0,
      stanzasOut: 0,
    }),
    readUri: ({ text }) => read(text),
    accounts: () => world.accounts.map((row) => ({ ...row })),
    addAccount: ({ setup }) => add(setup),
    setPassword: ({ account, password }) => signIn(account, outcome({ jid: account, password, server: 'known', websocket: null })),
    changePassword: done,
    removeAccount: ({ account }) => {
      world.accounts = world.accounts.filter((row) => row.account !== account);
    },
    enableAccount: ({ account, on }) => {
      const row = world.accounts.find((it) => it.account === account);
      if (row) Object.assign(row, { enabled: on, state: on ? 'online' : 'offline' });
    },
    setConnection: done,
    archivePreferences: () => ({ default: 'always', always: [], never: [] }),
    setArchivePreferences: ({ preferences }) => preferences,
    registrationForm: ({ setup }) => {
      domain = setup.jid.split('@').pop() ?? '';
      if (domain.startsWith('nowhere.')) fail({ kind: 'serverNotFound', domain });
      if (domain.startsWith('closed.')) fail({ kind: 'registrationClosed' });
      return formFor(domain);
    },
    answerForm: ({ answers }) => {
      const name = answers.username?.[0] ?? '';
      if (name === 'taken' || name === '') fail({ kind: 'nameTaken' });
      add({ jid: `${name}@${domain}`, password: '', server: null, tls: null, ca: null, pinned: null, websocket: null, dns: null });
      return null;
    },
    addContact: ({ jid, name }) => contact(jid, { asked: true, ...(name ? { name } : {}) }),
    removeContact: ({ jid }) => contact(jid, { subscription: 'none', asked: false }),
    answerRequest: ({ jid, allow }) => contact(jid, { requests: false, subscription: allow ? 'both' : 'none' }),
    block: ({ jid, on }) => contact(jid, { blocked: on }),
    setNick: ({ name }) => {
      PROFILES[ME] = { ...PROFILES[ME], nickname: name };
    },
    setAvatar: done,
    profile: ({ jid }) => ({ ...NOBODY, ...PROFILES[jid] }),
    setProfile: done,
    devices: ({ account, jid }) => {
      const devices = devicesOf(jid).map((row) => ({ ...row }));
      engine.changed(`devices ${jid}`);
      return { account, jid, devices };
    },
    setTrust: ({ jid, fingerprint, trusted }) => {
      for (const row of devicesOf(jid)) {
        if (row.fingerprint === fingerprint) row.trust = trusted ? 'verified' : 'distrusted';
      }
      engine.changed(`devices ${jid}`);
    },
    accountUri: ({ account }) => {
      const keys = devicesOf(account).map((row) => `omemo-sid-${String(row.id)}=${row.fingerprint}`);
      return { uri: `xmpp:${account}?${keys.join(';')}`, trustMessage: `xmpp:${account}?trust-message` };
    },
    verifyUri: ({ uri }) => {
      const { address, keys } = read(uri);
      const rows = keys > 0 ? devicesOf(address) : [];
      rows.forEach((row) => (row.trust = 'verified'));
      engine.changed(`devices ${address}`);
      return { jid: address, verified: rows.map((row) => row.fingerprint), waiting: [], distrusted: [], contradicted: [] };
    },
  };
}
