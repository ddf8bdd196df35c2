SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.number_events (
    event_id uuid NOT NULL,
    number_id text NOT NULL COLLATE pg_catalog."C",
    event text NOT NULL,
    at timestamp with time zone NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    state text,
    health text,
    phone text,
    display_name text,
    profile_name text,
    error text,
    error_code text,
    merged_at timestamp with time zone DEFAULT now()
);
CREATE TABLE public.numbers (
    number_id text NOT NULL COLLATE pg_catalog."C",
    phone text,
    display_name text,
    profile_name text,
    state text DEFAULT 'created'::text NOT NULL,
    health text DEFAULT 'healthy'::text NOT NULL,
    since timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    health_since timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    error text,
    error_code text,
    first_event_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    last_event_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL
);
CREATE TABLE public.schema_migrations (
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
INSERT INTO public.number_events VALUES ('61031ece-6d67-8a77-8cb4-a5c4eded3989', 'num-1', 'number.created', '2026-02-24 15:00:00+00', '1 number.created 61031ece6d678a778cb4a5c4eded3989', 'created', NULL, '+5511888880000', 'Main store', NULL, NULL, NULL, '2026-11-30 19:19:41.28353+00');
INSERT INTO public.number_events VALUES ('08c0933e-7872-8384-8fde-623ad3d69a36', 'num-1', 'number.health_degraded', '2026-02-24 15:00:03+00', '7 number.health_degraded 08c0933e787283848fde623ad3d69a36', NULL, 'degraded', '+5511888880000', 'Main store', NULL, NULL, NULL, '2026-11-30 19:19:41.28353+00');
INSERT INTO public.number_events VALUES ('d8d953e7-23c0-88e6-a973-21666744bfcf', 'num-1', 'number.disconnected', '2026-02-24 15:00:02+00', '3 number.disconnected d8d953e723c088e6a97321666744bfcf', 'disconnected', NULL, '+5511888880000', 'Main store', NULL, NULL, NULL, '2026-11-30 19:19:41.359422+00');
INSERT INTO public.number_events VALUES ('ef442700-d54c-829b-8e4d-6c7085ed5b3f', 'num-1', 'number.connected', '2026-02-24 15:00:01+00', '2 number.connected ef442700d54c829b8e4d6c7085ed5b3f', 'connected', NULL, '+5511888880000', 'Main store', NULL, NULL, NULL, '2026-11-30 19:19:41.359422+00');
INSERT INTO public.numbers VALUES ('num-1', '+5511888880000', 'Main store', NULL, 'disconnected', 'degraded', '2026-02-24 15:00:02+00', '2026-02-24 15:00:03+00', NULL, NULL, '2026-02-24 15:00:00+00', '2026-02-24 15:00:03+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Numbers.Data.Migrations.001_numbers.sql', '2026-11-30 19:19:11.376074+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Numbers.Data.Migrations.002_merged_at.sql', '2026-11-30 19:19:11.667772+00');
ALTER TABLE ONLY public.number_events
    ADD CONSTRAINT number_events_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.numbers
    ADD CONSTRAINT numbers_pkey PRIMARY KEY (number_id);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);
CREATE INDEX number_events_health ON public.number_events USING btree (number_id, at, place) INCLUDE (health) WHERE (health IS NOT NULL);
CREATE UNIQUE INDEX number_events_order ON public.number_events USING btree (number_id, at, place);
CREATE INDEX number_events_profiles ON public.number_events USING btree (number_id, at, place) WHERE (profile_name IS NOT NULL);
CREATE INDEX number_events_states ON public.number_events USING btree (number_id, at, place) INCLUDE (state) WHERE (state IS NOT NULL);
CREATE INDEX numbers_newest ON public.numbers USING btree (first_event_at DESC, number_id DESC);
