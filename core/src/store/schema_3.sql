-- Version 3: files of messages.

CREATE TABLE file (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
  -- What its sender says of it.
  name TEXT, media_type TEXT, size INTEGER, sha256 BLOB, sha512 BLOB,
  width INTEGER, height INTEGER, duration INTEGER, description TEXT, blurhash TEXT, preview BLOB,
  -- Where it can be had, with its key; NULL: it is to be uploaded.
  url TEXT, cipher INTEGER, key BLOB, iv BLOB,
  encrypted_size INTEGER, encrypted_sha256 BLOB, encrypted_sha512 BLOB,
  -- Its name in the folder of files; NULL: it is not here.
  path TEXT,
  -- Who waits for it.
  wanted INTEGER NOT NULL DEFAULT 0,
  problem INTEGER
) STRICT;
CREATE INDEX file_message ON file (message);
CREATE INDEX file_path ON file (path) WHERE path IS NOT NULL;
CREATE INDEX file_wanted ON file (id) WHERE wanted > 0;

-- Names in the folder of files that no message has any more.
CREATE TABLE file_gone (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TRIGGER file_deleted AFTER DELETE ON file WHEN old.path IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO file_gone (path)
  SELECT old.path WHERE NOT EXISTS (SELECT 1 FROM file WHERE path = old.path);
END;

-- How many files a message has.
ALTER TABLE message ADD COLUMN files INTEGER NOT NULL DEFAULT 0;

-- A text beside files leaves after the message that has them.
ALTER TABLE outbox ADD COLUMN follows INTEGER;
CREATE INDEX outbox_follows ON outbox (follows) WHERE follows IS NOT NULL;

-- What the last message has besides its text: a media type, or an empty text where that is not known. NULL: no file.
ALTER TABLE chat ADD COLUMN last_file TEXT;
