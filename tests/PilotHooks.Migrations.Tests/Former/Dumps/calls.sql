SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.call_aliases (
    key text NOT NULL COLLATE pg_catalog."C",
    call_key text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.call_events (
    event_id uuid NOT NULL,
    entry integer NOT NULL,
    call_key text NOT NULL COLLATE pg_catalog."C",
    origin smallint NOT NULL,
    at timestamp with time zone NOT NULL,
    event text NOT NULL,
    call_id text COLLATE pg_catalog."C",
    external_call_id text COLLATE pg_catalog."C",
    number_id text,
    direction text,
    status text COLLATE pg_catalog."C",
    status_rank smallint NOT NULL,
    "from" text,
    "to" text,
    ringing_at timestamp with time zone,
    connected_at timestamp with time zone,
    ended_at timestamp with time zone,
    missed_at timestamp with time zone,
    duration_seconds integer,
    sdp_type text,
    sdp text,
    merged_at timestamp with time zone DEFAULT now()
);
CREATE TABLE public.call_permissions (
    event_id uuid NOT NULL,
    number_id text,
    status text NOT NULL,
    "from" text,
    "to" text,
    at timestamp with time zone NOT NULL,
    merged_at timestamp with time zone DEFAULT now()
);
CREATE TABLE public.calls (
    key text NOT NULL COLLATE pg_catalog."C",
    call_id text,
    external_call_id text,
    number_id text,
    direction text,
    status text,
    "from" text,
    "to" text,
    ringing_at timestamp with time zone,
    connected_at timestamp with time zone,
    ended_at timestamp with time zone,
    missed_at timestamp with time zone,
    duration_seconds integer,
    signals integer NOT NULL,
    first_event_at timestamp with time zone NOT NULL
);
CREATE TABLE public.own_phones (
    phone text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.schema_migrations (
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
INSERT INTO public.call_aliases VALUES ('c:call-1', 'c:call-1');
INSERT INTO public.call_aliases VALUES ('w:wacid.1', 'c:call-1');
INSERT INTO public.call_events VALUES ('20390b2e-b7f2-86e9-919d-66424b4e7dc4', 0, 'c:call-1', 0, '2026-02-24 15:01:01+00', 'call.ringing', 'call-1', 'wacid.1', 'num-1', 'INBOUND', 'RINGING', 10, '+5511999990000', '+5511888880000', '2026-02-24 15:01:01+00', NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-30 19:19:41.792166+00');
INSERT INTO public.call_events VALUES ('09351c16-c28e-88f4-96aa-93b7d90ff151', 0, 'c:call-1', 0, '2026-02-24 15:01:09+00', 'call.ended', 'call-1', 'wacid.1', 'num-1', 'INBOUND', 'COMPLETED', 43, '+5511999990000', '+5511888880000', NULL, NULL, '2026-02-24 15:01:09+00', NULL, 7, NULL, NULL, '2026-11-30 19:19:41.792166+00');
INSERT INTO public.call_events VALUES ('c8e7d40c-e32e-8828-ac3c-f8ea0481793b', 0, 'c:call-1', 1, '2026-02-24 15:01:05+00', 'connect', NULL, 'wacid.1', 'num-1', 'INBOUND', 'RINGING', 10, '+5511999990000', '+5511888880000', '2026-02-24 15:01:05+00', NULL, NULL, NULL, NULL, 'offer', 'v=0', '2026-11-30 19:19:43.051711+00');
INSERT INTO public.call_permissions VALUES ('d741fb75-97e1-8a50-92af-d2ece96dfc35', 'num-1', 'PERMANENT', '+5511912345678', '+5511888880000', '2026-02-24 15:01:00+00', '2026-11-30 19:19:42.535676+00');
INSERT INTO public.calls VALUES ('c:call-1', 'call-1', 'wacid.1', 'num-1', 'INBOUND', 'COMPLETED', '+5511999990000', '+5511888880000', '2026-02-24 15:01:01+00', NULL, '2026-02-24 15:01:09+00', NULL, 7, 1, '2026-02-24 15:01:01+00');
INSERT INTO public.own_phones VALUES ('+5511888880000');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Calls.Data.Migrations.001_calls.sql', '2026-11-30 19:19:13.959563+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Calls.Data.Migrations.002_merged_at.sql', '2026-11-30 19:19:14.13607+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Calls.Data.Migrations.003_retention.sql', '2026-11-30 19:19:14.240114+00');
ALTER TABLE ONLY public.call_aliases
    ADD CONSTRAINT call_aliases_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.call_events
    ADD CONSTRAINT call_events_pkey PRIMARY KEY (event_id, entry);
ALTER TABLE ONLY public.call_permissions
    ADD CONSTRAINT call_permissions_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.calls
    ADD CONSTRAINT calls_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.own_phones
    ADD CONSTRAINT own_phones_pkey PRIMARY KEY (phone);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);
CREATE INDEX call_aliases_calls ON public.call_aliases USING btree (call_key);
CREATE INDEX call_events_calls ON public.call_events USING btree (call_key, at);
CREATE INDEX call_events_with_sdp ON public.call_events USING btree (COALESCE(merged_at, at)) WHERE (sdp IS NOT NULL);
CREATE INDEX call_permissions_from ON public.call_permissions USING btree ("from", at DESC);
CREATE INDEX call_permissions_to ON public.call_permissions USING btree ("to", at DESC);
CREATE INDEX calls_callees ON public.calls USING btree ("to", first_event_at DESC);
CREATE INDEX calls_callers ON public.calls USING btree ("from", first_event_at DESC);
CREATE INDEX calls_newest ON public.calls USING btree (first_event_at DESC, key DESC);
CREATE INDEX calls_numbers ON public.calls USING btree (number_id, first_event_at DESC, key DESC);
CREATE INDEX calls_statuses ON public.calls USING btree (status, first_event_at DESC, key DESC);
