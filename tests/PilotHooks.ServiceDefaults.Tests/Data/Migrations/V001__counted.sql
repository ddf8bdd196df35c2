-- Fails when applied twice, and takes long enough for two starters to meet.
CREATE TABLE counted (id int PRIMARY KEY);
SELECT pg_sleep(0.5);
INSERT INTO counted VALUES (1);
