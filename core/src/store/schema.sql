-- Version 1. Times and positions are microseconds; enumerations are the numbers of codes.rs.

CREATE TABLE account (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  jid TEXT NOT NULL UNIQUE,
  server TEXT, tls INTEGER NOT NULL DEFAULT 0, ca TEXT, pinned BLOB, websocket TEXT, dns TEXT,
  enabled INTEGER NOT NULL DEFAULT 1,
  best_mechanism INTEGER NOT NULL DEFAULT 0,
  device TEXT NOT NULL,
  resource TEXT,
  roster_version TEXT,
  newest_id TEXT, newest_stamp INTEGER,
  -- The greatest position that was ever given to a row with a place.
  top INTEGER NOT NULL DEFAULT 0,
  -- Floating rows are counted from here.
  floats INTEGER NOT NULL DEFAULT 0,
  -- The newest hole that was ever found.
  last_hole INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE session (
  account INTEGER PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
  id TEXT NOT NULL, inbound INTEGER NOT NULL, jid TEXT NOT NULL,
  location TEXT, max_seconds INTEGER, saved INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  peer TEXT NOT NULL,
  opened INTEGER NOT NULL DEFAULT 0,
  complete INTEGER NOT NULL DEFAULT 0,
  -- The last row that was read, and its position (kept equal to the row's).
  read_message INTEGER, read_position INTEGER,
  -- Another device read up to this archive id, which is not here yet.
  read_elsewhere TEXT,
  -- What our other devices can know of what was read, and whether there may be news for them.
  published TEXT, publish INTEGER NOT NULL DEFAULT 0,
  -- The last row for which the contact was told that it was displayed.
  marked INTEGER NOT NULL DEFAULT 0,
  draft TEXT, draft_time INTEGER NOT NULL DEFAULT 0,
  muted_until INTEGER NOT NULL DEFAULT 0,
  archived INTEGER NOT NULL DEFAULT 0,
  pinned INTEGER NOT NULL DEFAULT 0,
  -- What the list shows of the last text, kept by every transaction that touches the chat.
  unread INTEGER NOT NULL DEFAULT 0,
  last INTEGER, last_time INTEGER NOT NULL DEFAULT 0, last_preview TEXT NOT NULL DEFAULT '',
  last_outgoing INTEGER NOT NULL DEFAULT 0, last_delivery INTEGER NOT NULL DEFAULT 0,
  last_retracted INTEGER NOT NULL DEFAULT 0, last_encryption INTEGER NOT NULL DEFAULT 0,
  UNIQUE (account, peer)
) STRICT;

-- Texts, and what changes texts (corrections, retractions, reactions): all have their place in the chat's order.
CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  chat INTEGER NOT NULL REFERENCES chat(id) ON DELETE CASCADE,
  kind INTEGER NOT NULL,
  outgoing INTEGER NOT NULL,
  -- Written on this device.
  local INTEGER NOT NULL DEFAULT 0,
  stanza_id TEXT,
  -- Only where it differs from stanza_id.
  origin_id TEXT,
  archive_id TEXT,
  -- The text as it is now; a correction's text; a reaction's emojis, one a line.
  body TEXT NOT NULL,
  -- The first text of a corrected message.
  original TEXT,
  -- Of the content as it came, to recognise it; NULL once retracted.
  digest INTEGER,
  time INTEGER NOT NULL,
  -- The archive gave the time, and the place if the row has one.
  stamped INTEGER NOT NULL DEFAULT 0,
  position INTEGER NOT NULL,
  place INTEGER NOT NULL,
  after_hole INTEGER NOT NULL DEFAULT 0,
  delivery INTEGER NOT NULL,
  error INTEGER,
  -- The error came back from the network: a retry is a new stanza.
  bounced INTEGER NOT NULL DEFAULT 0,
  encryption INTEGER NOT NULL DEFAULT 0,
  edited INTEGER NOT NULL DEFAULT 0,
  retracted INTEGER NOT NULL DEFAULT 0,
  reacted INTEGER NOT NULL DEFAULT 0,
  unread INTEGER NOT NULL DEFAULT 0,
  markable INTEGER NOT NULL DEFAULT 0,
  receipted INTEGER NOT NULL DEFAULT 0,
  reply_id TEXT, reply_author TEXT,
  -- The id a change refers to, and the row, once it is here.
  target TEXT, target_row INTEGER,
  -- The row of the search index: the time, made unique.
  search_key INTEGER
) STRICT;
CREATE INDEX message_order ON message (chat, position);
CREATE UNIQUE INDEX message_archive ON message (chat, archive_id) WHERE archive_id IS NOT NULL;
CREATE INDEX message_stanza ON message (chat, stanza_id) WHERE stanza_id IS NOT NULL;
CREATE INDEX message_origin ON message (chat, origin_id) WHERE origin_id IS NOT NULL;
CREATE INDEX message_nameless ON message (chat, digest) WHERE stanza_id IS NULL AND origin_id IS NULL;
CREATE INDEX message_provisional ON message (account) WHERE place = 1;
CREATE INDEX message_brought ON message (chat, position) WHERE place = 1 AND stamped = 1;
CREATE INDEX message_floating ON message (account, position) WHERE place = 2;
CREATE INDEX message_unread ON message (chat, position) WHERE unread = 1;
CREATE INDEX message_unseen ON message (chat, position) WHERE outgoing = 1 AND kind = 0 AND delivery IN (1, 2);
CREATE INDEX message_markable ON message (chat, position) WHERE markable = 1;
CREATE INDEX message_change ON message (target_row, kind, outgoing, position) WHERE target_row IS NOT NULL;
CREATE INDEX message_waiting ON message (chat, target) WHERE kind > 0 AND target_row IS NULL;
CREATE UNIQUE INDEX message_search ON message (search_key) WHERE search_key IS NOT NULL;

-- Receipts, markers and errors whose message is not here yet, and receipts that were answered without a row.
CREATE TABLE waiting (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  chat INTEGER NOT NULL REFERENCES chat(id) ON DELETE CASCADE,
  target TEXT NOT NULL,
  what INTEGER NOT NULL,
  detail INTEGER NOT NULL DEFAULT 0,
  UNIQUE (chat, target, what)
) STRICT;
CREATE INDEX waiting_account ON waiting (account, id);

-- Ids that a retried message had before: what comes with them is known, and is not the row.
CREATE TABLE retired (
  chat INTEGER NOT NULL REFERENCES chat(id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  PRIMARY KEY (chat, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  chat INTEGER NOT NULL REFERENCES chat(id) ON DELETE CASCADE,
  stanza_id TEXT NOT NULL,
  payload INTEGER NOT NULL,
  message INTEGER REFERENCES message(id) ON DELETE CASCADE,
  target TEXT, quoted TEXT,
  state INTEGER NOT NULL DEFAULT 0,
  number INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outbox_state ON outbox (account, state, id);
CREATE INDEX outbox_stanza ON outbox (account, stanza_id);
CREATE INDEX outbox_message ON outbox (message) WHERE message IS NOT NULL;
CREATE INDEX outbox_chat ON outbox (chat);

CREATE TABLE hole (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  chat INTEGER REFERENCES chat(id) ON DELETE CASCADE,
  newer TEXT NOT NULL, newer_stamp INTEGER NOT NULL, older_stamp INTEGER,
  -- Nothing of the archive was here before: what is in it is history.
  history INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX hole_account ON hole (account);
CREATE INDEX hole_chat ON hole (chat) WHERE chat IS NOT NULL;

-- Holes of the account that were filled in one chat alone.
CREATE TABLE filled (
  chat INTEGER NOT NULL REFERENCES chat(id) ON DELETE CASCADE,
  hole INTEGER NOT NULL REFERENCES hole(id) ON DELETE CASCADE,
  PRIMARY KEY (chat, hole)
) STRICT, WITHOUT ROWID;
CREATE INDEX filled_hole ON filled (hole);

CREATE TABLE contact (
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  jid TEXT NOT NULL,
  -- NULL: not in the roster.
  subscription INTEGER,
  name TEXT, ask INTEGER NOT NULL DEFAULT 0, approved INTEGER NOT NULL DEFAULT 0,
  nick TEXT, requests INTEGER NOT NULL DEFAULT 0, blocked INTEGER NOT NULL DEFAULT 0, avatar TEXT,
  PRIMARY KEY (account, jid)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_group (
  account INTEGER NOT NULL, jid TEXT NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (account, jid, name),
  FOREIGN KEY (account, jid) REFERENCES contact(account, jid) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Caches, bounded by cache.rs; `used` counts up.
CREATE TABLE avatar (
  hash TEXT PRIMARY KEY, media_type TEXT NOT NULL, bytes BLOB NOT NULL, size INTEGER NOT NULL, used INTEGER NOT NULL
) STRICT;
CREATE INDEX avatar_used ON avatar (used, size);
CREATE TABLE capability (
  key TEXT PRIMARY KEY, info TEXT NOT NULL, size INTEGER NOT NULL, used INTEGER NOT NULL
) STRICT;
CREATE INDEX capability_used ON capability (used, size);

-- The words of the texts (search.rs prepares them) and the chat as a word of its own.
CREATE VIRTUAL TABLE search USING fts5 (
  text, chat, content = '', prefix = '1 2 3',
  tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co So'"
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
