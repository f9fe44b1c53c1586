-- Version 2: OMEMO (XEP-0384).

-- Our own device; its identity is in the keystore.
CREATE TABLE omemo_own (
  account INTEGER PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
  device INTEGER NOT NULL,
  legacy BLOB NOT NULL, omemo2 BLOB NOT NULL
) STRICT;

-- What lists of devices say, ours among them.
CREATE TABLE omemo_device (
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  jid TEXT NOT NULL, version INTEGER NOT NULL, device INTEGER NOT NULL,
  label TEXT,
  -- It was in the newest list.
  listed INTEGER NOT NULL,
  PRIMARY KEY (account, jid, version, device)
) STRICT, WITHOUT ROWID;

-- Identity keys: what people decide on.
CREATE TABLE omemo_key (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  jid TEXT NOT NULL, fingerprint TEXT NOT NULL,
  trust INTEGER NOT NULL,
  UNIQUE (account, jid, fingerprint)
) STRICT;

-- The sessions with one key of a device.
CREATE TABLE omemo_session (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  jid TEXT NOT NULL, device INTEGER NOT NULL, version INTEGER NOT NULL,
  key INTEGER NOT NULL REFERENCES omemo_key(id) ON DELETE CASCADE,
  record BLOB NOT NULL,
  -- When something of the device's was last read; NULL: never.
  seen INTEGER,
  -- When it last changed.
  used INTEGER NOT NULL,
  -- The store is an older copy of what sent with it: nothing may be encrypted with it any more.
  stale INTEGER NOT NULL DEFAULT 0,
  UNIQUE (account, jid, version, device, key)
) STRICT;
CREATE INDEX omemo_session_key ON omemo_session (key);

-- The key and device that a message came under, and why it cannot be read if it cannot.
ALTER TABLE message ADD COLUMN key INTEGER REFERENCES omemo_key(id) ON DELETE SET NULL;
ALTER TABLE message ADD COLUMN device INTEGER;
ALTER TABLE message ADD COLUMN sealed INTEGER;
CREATE INDEX message_key ON message (key) WHERE key IS NOT NULL;

-- A person's choice, and whether something left encrypted: then nothing leaves in clear any more by itself.
ALTER TABLE chat ADD COLUMN encryption INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat ADD COLUMN encrypted INTEGER NOT NULL DEFAULT 0;
