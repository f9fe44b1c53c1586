-- Receipts that another device of ours has given meanwhile are looked for in what waits to leave.
CREATE INDEX outbox_target ON outbox (chat, target) WHERE target IS NOT NULL;
