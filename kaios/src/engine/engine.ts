// What screens see of the engine. The worker and the fake both answer to it; nothing else in the app knows which one it is.

import type {
  AccountRow,
  AccountSetup,
  AccountUri,
  ArchivePreferences,
  Avatar,
  ChatsSnapshot,
  ChatSettings,
  ContactsSnapshot,
  DevicesSnapshot,
  Drawn,
  EngineError,
  Event,
  MessageRow,
  Profile,
  PushTarget,
  RegistrationForm,
  Scanned,
  Stats,
  TimelineSnapshot,
  Verification,
} from './protocol';

/** A file as the page gets it to show or to give out. */
export interface FileContent {
  blob: Blob;
  name: string;
  mediaType: string | null;
}

type Chat = { account: string; chat: string };
type Person = { account: string; jid: string };

/** Every command: what it is given, and what it answers. */
export interface Commands {
  close: [Record<string, never>, void];
  setAside: [Record<string, never>, void];
  setActive: [{ active: boolean }, void];
  networkChanged: [Record<string, never>, void];
  setPush: [{ target: PushTarget | null }, void];
  stats: [Record<string, never>, Stats];
  readUri: [{ text: string }, Scanned];
  accounts: [Record<string, never>, AccountRow[]];
  addAccount: [{ setup: AccountSetup }, void];
  setPassword: [{ account: string; password: string }, void];
  changePassword: [{ account: string; password: string }, void];
  removeAccount: [{ account: string; onServer: boolean }, void];
  enableAccount: [{ account: string; on: boolean }, void];
  setConnection: [{ account: string; setup: AccountSetup }, void];
  archivePreferences: [{ account: string }, ArchivePreferences];
  setArchivePreferences: [{ account: string; preferences: ArchivePreferences }, ArchivePreferences];
  registrationForm: [{ setup: AccountSetup; token: string | null }, RegistrationForm];
  answerForm: [{ form: number; answers: Record<string, string[]> }, RegistrationForm | null];
  addContact: [Person & { name: string | null; groups: string[] }, void];
  removeContact: [Person, void];
  answerRequest: [Person & { allow: boolean }, void];
  block: [Person & { on: boolean }, void];
  setNick: [{ account: string; name: string }, void];
  setAvatar: [{ account: string; mediaType: string; bytes: Uint8Array }, void];
  avatar: [{ hash: string }, Avatar | null];
  profile: [Person, Profile];
  setProfile: [{ account: string; profile: Profile }, void];
  devices: [Person, DevicesSnapshot];
  setTrust: [Person & { fingerprint: string; trusted: boolean }, void];
  accountUri: [{ account: string }, AccountUri];
  verifyUri: [{ account: string; uri: string }, Verification];
  send: [{ account: string; to: string; text: string; replyTo: number | null }, number];
  sendFile: [
    {
      account: string;
      to: string;
      blob: Blob;
      name: string;
      caption: string | null;
      asItIs: boolean;
      picture: Drawn | null;
    },
    number,
  ];
  file: [{ message: number; file: number }, FileContent];
  fetchFiles: [{ message: number }, void];
  cancelFiles: [{ message: number }, void];
  correct: [{ message: number; text: string }, void];
  retract: [{ message: number }, void];
  react: [{ message: number; emojis: string[] }, void];
  retry: [{ message: number }, void];
  typing: [Chat & { on: boolean }, void];
  markRead: [Chat, void];
  setDraft: [Chat & { text: string }, void];
  setChat: [Chat & { settings: ChatSettings }, void];
  removeChat: [Chat, void];
  search: [{ query: string; limit: number }, MessageRow[]];
}

export type Command = keyof Commands;

/** Ends a subscription. */
export type Stop = () => void;

/** A conversation that is being watched. */
export interface Timeline {
  /** Shows so many more rows of its past. */
  loadOlder(rows: number): Promise<void>;
  stop: Stop;
}

export interface Engine {
  /** Opens the store; with `takeOver`, from another tab that has it. Beyond `limit` bytes (0: none) the oldest files go. */
  open(takeOver: boolean, limit: number): Promise<void>;
  /** Asks for something. Fails with an `EngineError`. */
  call<K extends Command>(cmd: K, parameters: Commands[K][0]): Promise<Commands[K][1]>;
  onEvent(listener: (event: Event) => void): Stop;
  /** Tells when the engine has ended by itself: it died, or another tab took the store over. */
  onEnded(listener: (error: EngineError) => void): Stop;
  /** Lets the engine go; nothing can be asked of it any more. */
  quit(): void;
  chats(account: string | null, listener: (snapshot: ChatsSnapshot) => void): Stop;
  contacts(account: string, listener: (snapshot: ContactsSnapshot) => void): Stop;
  devices(account: string, jid: string, listener: (snapshot: DevicesSnapshot) => void): Stop;
  timeline(account: string, chat: string, rows: number, listener: (snapshot: TimelineSnapshot) => void): Timeline;
}

/** An account that is only an address and a password; everything else is looked up. */
export function plainSetup(jid: string, password: string): AccountSetup {
  return { jid, password, server: null, tls: null, ca: null, pinned: null, websocket: null, dns: null };
}

/** A chat's settings that leave everything as it is, but for what is given. */
export function chatSettings(change: Partial<ChatSettings>): ChatSettings {
  return { mutedUntilMs: null, archived: null, pinned: null, encryption: null, ...change };
}

/** The error of the engine in whatever was thrown. */
export function errorOf(thrown: unknown): EngineError {
  if (typeof thrown === 'object' && thrown !== null && 'kind' in thrown) return thrown as EngineError;
  return { kind: 'closed' };
}
