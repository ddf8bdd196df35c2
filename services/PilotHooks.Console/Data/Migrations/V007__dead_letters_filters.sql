-- The open ones of a number, a queue or an event name, newest first. By beginnings, because a provider's number or name may
-- be longer than an index holds.
CREATE INDEX dead_letters_numbers ON dead_letters (left(number_id, 200), failed_at DESC, id DESC) WHERE replayed_at IS NULL AND number_id IS NOT NULL;
CREATE INDEX dead_letters_queues ON dead_letters (queue, failed_at DESC, id DESC) WHERE replayed_at IS NULL;
CREATE INDEX dead_letters_names ON dead_letters (left(event, 200), failed_at DESC, id DESC) WHERE replayed_at IS NULL AND event IS NOT NULL;
