// The messages between the page and the worker that holds the engine: the core's types, named as in Rust but in camelCase.

import type { EngineError } from './protocol-errors';

export type { EngineError, ErrorKind, PlainErrorKind } from './protocol-errors';

export type AccountState = 'connecting' | 'online' | 'offline' | 'failed';
export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'displayed' | 'failed';
export type EncryptionState = 'none' | 'omemo' | 'omemo2';
export type TrustState = 'undecided' | 'blind' | 'verified' | 'distrusted';
export type FileState = 'remote' | 'coming' | 'here' | 'failed';
export type Availability = 'offline' | 'online' | 'away' | 'busy';
export type Style = 'bold' | 'italic' | 'strike' | 'mono' | 'quote' | 'preformatted';
export type ChatEncryption = 'automatic' | 'always' | 'never';

export interface SpanRow {
  start: number;
  end: number;
  style: Style;
}

export interface ReplyRow {
  message: number | null;
  preview: string | null;
  outgoing: boolean;
}

export interface ReactionRow {
  emoji: string;
  from: string[];
}

export interface FileRow {
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
}

export interface MessageRow {
  id: number;
  account: string;
  chat: string;
  from: string;
  outgoing: boolean;
  text: string;
  action: boolean;
  spans: SpanRow[];
  timeMs: number;
  encryption: EncryptionState;
  trust: TrustState | null;
  device: number | null;
  sealed: string | null;
  files: FileRow[];
  delivery: DeliveryState;
  error: string | null;
  reply: ReplyRow | null;
  edited: boolean;
  retracted: boolean;
  reactions: ReactionRow[];
  gapBefore: boolean;
}

export interface ChatRow {
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
}

export interface ContactRow {
  jid: string;
  name: string;
  subscription: string;
  asked: boolean;
  requests: boolean;
  blocked: boolean;
  groups: string[];
  availability: Availability;
  status: string | null;
  avatar: string | null;
}

export interface DeviceRow {
  id: number;
  version: EncryptionState;
  fingerprint: string;
  trust: TrustState;
  label: string | null;
  lastSeenMs: number | null;
  listed: boolean;
  this: boolean;
}

export interface ChatsSnapshot {
  rows: ChatRow[];
}

export interface TimelineSnapshot {
  account: string;
  chat: string;
  rows: MessageRow[];
  complete: boolean;
  loading: boolean;
  typing: boolean;
}

export interface TimelinePage {
  rows: MessageRow[];
  complete: boolean;
}

export interface ContactsSnapshot {
  account: string;
  rows: ContactRow[];
}

export interface DevicesSnapshot {
  account: string;
  jid: string;
  devices: DeviceRow[];
}

export interface AccountRow {
  account: string;
  enabled: boolean;
  state: AccountState;
  error: EngineError | null;
}

export interface AccountSetup {
  jid: string;
  password: string;
  server: string | null;
  tls: string | null;
  ca: string | null;
  pinned: string | null;
  websocket: string | null;
  dns: string | null;
}

export interface AccountUri {
  uri: string;
  trustMessage: string;
}

export interface Contradiction {
  device: number;
  scanned: string;
  found: string;
}

export interface Verification {
  jid: string;
  verified: string[];
  waiting: string[];
  distrusted: string[];
  contradicted: Contradiction[];
}

export interface Avatar {
  hash: string;
  mediaType: string;
  bytes: Uint8Array;
}

export interface Profile {
  fullName: string | null;
  nickname: string | null;
  emails: string[];
  phones: string[];
  urls: string[];
  organisation: string | null;
  title: string | null;
  note: string | null;
}

export interface ChatSettings {
  mutedUntilMs: number | null;
  archived: boolean | null;
  pinned: boolean | null;
  encryption: ChatEncryption | null;
}

export interface ArchivePreferences {
  default: string;
  always: string[];
  never: string[];
}

export interface Stats {
  dbBytes: number;
  messages: number;
  bytesIn: number;
  bytesOut: number;
  roundTrips: number;
  stanzasIn: number;
  stanzasOut: number;
}

export interface RegistrationChoice {
  label: string;
  value: string;
}

export interface RegistrationMedia {
  mediaType: string;
  bytes: Uint8Array | null;
  uri: string;
}

export interface RegistrationField {
  name: string;
  kind: string;
  label: string;
  required: boolean;
  values: string[];
  choices: RegistrationChoice[];
  media: RegistrationMedia[];
}

export interface RegistrationForm {
  id: number;
  instructions: string;
  url: string | null;
  fields: RegistrationField[];
}

export type UriAction =
  | { kind: 'address' }
  | { kind: 'message'; body: string | null }
  | { kind: 'roster'; name: string | null; preauth: string | null; registers: boolean }
  | { kind: 'subscribe'; preauth: string | null }
  | { kind: 'register'; preauth: string | null }
  | { kind: 'join'; password: string | null }
  | { kind: 'trust' }
  | { kind: 'other'; name: string };

export interface Scanned {
  address: string;
  action: UriAction;
  keys: number;
}

/** A file as the page gets it to show. */
export interface FileContent {
  blob: Blob;
  name: string;
  mediaType: string;
}

export type Event =
  | { kind: 'account'; account: string; state: AccountState; error: EngineError | null }
  | { kind: 'message'; message: MessageRow }
  | { kind: 'chat'; chat: ChatRow }
  | { kind: 'typing'; account: string; chat: string; from: string; on: boolean }
  | { kind: 'sync'; account: string; done: boolean; page: number }
  | { kind: 'notify'; account: string; chat: string; message: number }
  | { kind: 'transfer'; account: string; message: number; file: number; moved: number; total: number | null }
  | { kind: 'backup'; done: number; total: number }
  | { kind: 'subscriptionRequest'; account: string; from: string; nick: string | null };
