-- Of the two secrets of a rotation, which one the endpoint accepted last: the other is tried when that is refused.
ALTER TABLE endpoints ADD COLUMN new_secret_accepted boolean NOT NULL DEFAULT false;
