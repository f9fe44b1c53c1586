// What crosses between the page and the engine's worker. Made by bindings/wasm/tests/protocol.rs from the engine's types: change those.

export type AccountState = 'connecting' | 'online' | 'offline' | 'failed';

export type AccountRow = {
  account: string;
  enabled: boolean;
  state: AccountState;
  error: EngineError | null;
  pushes: boolean;
};

export type AccountSetup = {
  jid: string;
  password: string;
  server: string | null;
  tls: string | null;
  ca: string | null;
  pinned: string | null;
  websocket: string | null;
  dns: string | null;
};

export type AccountUri = {
  uri: string;
  trustMessage: string;
};

export type ArchivePreferences = {
  default: string;
  always: Array<string>;
  never: Array<string>;
};

export type Availability = 'offline' | 'online' | 'away' | 'busy';

export type Avatar = {
  hash: string;
  mediaType: string;
  bytes: Uint8Array;
};

export type ChatEncryption = 'automatic' | 'always' | 'never';

export type ChatRow = {
  id: number;
  account: string;
  chat: string;
  name: string;
  preview: string;
  file: string | null;
  outgoing: boolean;
  delivery: DeliveryState;
  encryption: EncryptionState;
  timeMs: number;
  unread: number;
  draft: string | null;
  muted: boolean;
  archived: boolean;
  pinned: boolean;
  avatar: string | null;
  chosen: ChatEncryption;
};

export type ChatSettings = {
  mutedUntilMs: number | null;
  archived: boolean | null;
  pinned: boolean | null;
  encryption: ChatEncryption | null;
};

export type ChatsSnapshot = {
  rows: Array<ChatRow>;
};

export type ContactRow = {
  jid: string;
  name: string;
  subscription: string;
  asked: boolean;
  requests: boolean;
  blocked: boolean;
  groups: Array<string>;
  availability: Availability;
  status: string | null;
  avatar: string | null;
};

export type ContactsSnapshot = {
  account: string;
  rows: Array<ContactRow>;
};

export type Contradiction = {
  device: number;
  scanned: string;
  found: string;
};

export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'displayed' | 'failed';

export type DeviceRow = {
  id: number;
  version: EncryptionState;
  fingerprint: string;
  trust: TrustState;
  label: string | null;
  lastSeenMs: number | null;
  listed: boolean;
  this: boolean;
};

export type DevicesSnapshot = {
  account: string;
  jid: string;
  devices: Array<DeviceRow>;
};

export type Drawn = {
  bytes: Uint8Array;
  transparent: boolean;
  width: number;
  height: number;
  preview: Uint8Array;
  previewWidth: number;
  previewHeight: number;
  colours: Uint8Array;
  across: number;
  down: number;
};

export type EncryptionState = 'none' | 'omemo' | 'omemo2';

export type EngineError =
  | { kind: 'wrongPassword' }
  | { kind: 'accountDisabled' }
  | { kind: 'serverNotFound', domain: string }
  | { kind: 'serverUnreachable', step: string }
  | { kind: 'certificateInvalid', reason: string, fingerprint: string }
  | { kind: 'noEncryption' }
  | { kind: 'downgradeRefused' }
  | { kind: 'serverNotGenuine' }
  | { kind: 'notXmpp', detail: string }
  | { kind: 'registrationClosed' }
  | { kind: 'formNeeded' }
  | { kind: 'answersRefused', reason: string | null }
  | { kind: 'invitationRefused' }
  | { kind: 'nameTaken' }
  | { kind: 'refused', condition: string }
  | { kind: 'timedOut' }
  | { kind: 'offline' }
  | { kind: 'badAddress' }
  | { kind: 'badValue', field: string }
  | { kind: 'noSuchAccount' }
  | { kind: 'accountExists' }
  | { kind: 'noSuchMessage' }
  | { kind: 'noSuchChat' }
  | { kind: 'fileUnreadable' }
  | { kind: 'pictureUnusable' }
  | { kind: 'fileNotHere', problem: string }
  | { kind: 'notYours' }
  | { kind: 'storeInUse' }
  | { kind: 'storageFull' }
  | { kind: 'storeDamaged', detail: string }
  | { kind: 'storeTooNew' }
  | { kind: 'storeExists' }
  | { kind: 'notABackup' }
  | { kind: 'backupDamaged' }
  | { kind: 'backupTooNew' }
  | { kind: 'wrongPassphrase' }
  | { kind: 'backupUnusable', detail: string }
  | { kind: 'cancelled' }
  | { kind: 'storeUnusable', detail: string }
  | { kind: 'keystoreUnusable' }
  | { kind: 'closed' };

export type Event =
  | { kind: 'account', account: string, state: AccountState, error: EngineError | null }
  | { kind: 'typing', account: string, chat: string, from: string, on: boolean }
  | { kind: 'sync', account: string, done: boolean, page: number }
  | { kind: 'notify', account: string, chat: string, message: number }
  | { kind: 'transfer', account: string, message: number, file: number, moved: number, total: number | null }
  | { kind: 'backup', done: number, total: number }
  | { kind: 'subscriptionRequest', account: string, from: string, nick: string | null };

export type FileRow = {
  id: number;
  name: string;
  mediaType: string | null;
  size: number | null;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  description: string | null;
  blurhash: string | null;
  preview: Uint8Array | null;
  state: FileState;
  error: string | null;
  path: string | null;
  moved: number | null;
};

export type FileState = 'remote' | 'coming' | 'here' | 'failed';

export type MessageRow = {
  id: number;
  account: string;
  chat: string;
  from: string;
  outgoing: boolean;
  text: string;
  action: boolean;
  spans: Array<SpanRow>;
  timeMs: number;
  encryption: EncryptionState;
  trust: TrustState | null;
  device: number | null;
  sealed: string | null;
  files: Array<FileRow>;
  delivery: DeliveryState;
  error: string | null;
  reply: ReplyRow | null;
  edited: boolean;
  retracted: boolean;
  reactions: Array<ReactionRow>;
  gapBefore: boolean;
};

export type Profile = {
  fullName: string | null;
  nickname: string | null;
  emails: Array<string>;
  phones: Array<string>;
  urls: Array<string>;
  organisation: string | null;
  title: string | null;
  note: string | null;
};

export type PushTarget = {
  service: string;
  node: string;
  secret: string | null;
};

export type ReactionRow = {
  emoji: string;
  from: Array<string>;
};

export type RegistrationChoice = {
  label: string;
  value: string;
};

export type RegistrationField = {
  name: string;
  kind: string;
  label: string;
  required: boolean;
  values: Array<string>;
  choices: Array<RegistrationChoice>;
  media: Array<RegistrationMedia>;
};

export type RegistrationForm = {
  id: number;
  instructions: string;
  url: string | null;
  fields: Array<RegistrationField>;
};

export type RegistrationMedia = {
  mediaType: string;
  bytes: Uint8Array | null;
  uri: string;
};

export type ReplyRow = {
  message: number | null;
  preview: string | null;
  outgoing: boolean;
};

export type Request =
  | 'close'
  | { 'setActive': { active: boolean } }
  | 'networkChanged'
  | { 'setPush': { target: PushTarget | null } }
  | 'stats'
  | { 'readUri': { text: string } }
  | 'accounts'
  | { 'addAccount': { setup: AccountSetup } }
  | { 'setPassword': { account: string, password: string } }
  | { 'changePassword': { account: string, password: string } }
  | { 'removeAccount': { account: string, onServer: boolean } }
  | { 'enableAccount': { account: string, on: boolean } }
  | { 'setConnection': { account: string, setup: AccountSetup } }
  | { 'sync': { account: string } }
  | { 'archivePreferences': { account: string } }
  | { 'setArchivePreferences': { account: string, preferences: ArchivePreferences } }
  | { 'registrationForm': { setup: AccountSetup, token: string | null } }
  | { 'answerForm': { form: number, answers: { [key in string]: Array<string> } } }
  | { 'addContact': { account: string, jid: string, name: string | null, groups: Array<string> } }
  | { 'removeContact': { account: string, jid: string } }
  | { 'answerRequest': { account: string, jid: string, allow: boolean } }
  | { 'block': { account: string, jid: string, on: boolean } }
  | { 'setNick': { account: string, name: string } }
  | { 'setAvatar': { account: string, mediaType: string, bytes: Uint8Array } }
  | { 'avatar': { hash: string } }
  | { 'profile': { account: string, jid: string } }
  | { 'setProfile': { account: string, profile: Profile } }
  | { 'devices': { account: string, jid: string } }
  | { 'setTrust': { account: string, jid: string, fingerprint: string, trusted: boolean } }
  | { 'accountUri': { account: string } }
  | { 'verifyUri': { account: string, uri: string } }
  | { 'send': { account: string, to: string, text: string, replyTo: number | null } }
  | { 'sendFile': { account: string, to: string, name: string, caption: string | null, asItIs: boolean, picture: Drawn | null } }
  | { 'file': { message: number, file: number } }
  | { 'fetchFiles': { message: number } }
  | { 'cancelFiles': { message: number } }
  | { 'correct': { message: number, text: string } }
  | { 'retract': { message: number } }
  | { 'react': { message: number, emojis: Array<string> } }
  | { 'retry': { message: number } }
  | { 'typing': { account: string, chat: string, on: boolean } }
  | { 'markRead': { account: string, chat: string } }
  | { 'setDraft': { account: string, chat: string, text: string } }
  | { 'setChat': { account: string, chat: string, settings: ChatSettings } }
  | { 'removeChat': { account: string, chat: string } }
  | { 'search': { query: string, limit: number } }
  | { 'subscribeChats': { view: number, account: string | null } }
  | { 'subscribeTimeline': { view: number, account: string, chat: string, window: number } }
  | { 'subscribeContacts': { view: number, account: string } }
  | { 'subscribeDevices': { view: number, account: string, jid: string } }
  | { 'loadOlder': { view: number, rows: number } }
  | { 'unsubscribe': { view: number } };

export type Scanned = {
  address: string;
  action: UriAction;
  keys: number;
};

export type SpanRow = {
  start: number;
  end: number;
  style: Style;
};

export type Stats = {
  dbBytes: number;
  messages: number;
  bytesIn: number;
  bytesOut: number;
  roundTrips: number;
  stanzasIn: number;
  stanzasOut: number;
};

export type Style = 'bold' | 'italic' | 'strike' | 'mono' | 'quote' | 'preformatted';

export type TimelinePage = {
  rows: Array<MessageRow>;
  complete: boolean;
};

export type TimelineSnapshot = {
  account: string;
  chat: string;
  rows: Array<MessageRow>;
  complete: boolean;
  loading: boolean;
  typing: boolean;
};

export type TrustState = 'undecided' | 'blind' | 'verified' | 'distrusted';

export type UriAction =
  | { kind: 'address' }
  | { kind: 'message', body: string | null }
  | { kind: 'roster', name: string | null, preauth: string | null, registers: boolean }
  | { kind: 'subscribe', preauth: string | null }
  | { kind: 'register', preauth: string | null }
  | { kind: 'join', password: string | null }
  | { kind: 'trust' }
  | { kind: 'other', name: string };

export type Verification = {
  jid: string;
  verified: Array<string>;
  waiting: Array<string>;
  distrusted: Array<string>;
  contradicted: Array<Contradiction>;
};
