-- Version 4: keys that are verified by scanning, and decisions that devices share (XEP-0450).

-- A key's Ed25519 form, by which others are told of it, once a device of omemo:2 has shown it.
ALTER TABLE omemo_key ADD COLUMN ed25519 BLOB;
-- When its trust was decided on, by the clock of who did.
ALTER TABLE omemo_key ADD COLUMN decided INTEGER NOT NULL DEFAULT 0;
-- A person decided, and other devices were not told yet.
ALTER TABLE omemo_key ADD COLUMN to_tell INTEGER NOT NULL DEFAULT 0;

-- The label counts if the device's key has signed it.
ALTER TABLE omemo_device ADD COLUMN label_signature BLOB;

-- What devices said whose own keys are not verified: it counts once they are.
CREATE TABLE trust_waiting (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  -- Whose device said it, and its key.
  sender TEXT NOT NULL, sender_fingerprint TEXT NOT NULL,
  -- Of which key.
  owner TEXT NOT NULL, fingerprint TEXT NOT NULL,
  trusted INTEGER NOT NULL,
  time INTEGER NOT NULL,
  UNIQUE (account, sender, sender_fingerprint, owner, fingerprint)
) STRICT;
