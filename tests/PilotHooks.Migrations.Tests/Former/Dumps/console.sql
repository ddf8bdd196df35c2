SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.api_keys (
    id uuid NOT NULL,
    name text NOT NULL,
    number_id text,
    hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.data_protection_keys (
    name text NOT NULL,
    xml text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.dead_letters (
    id uuid NOT NULL,
    delivery_key bytea NOT NULL,
    queue text NOT NULL,
    event_id uuid,
    event text,
    source text,
    number_id text,
    reason text,
    exception_type text,
    failed_at timestamp with time zone NOT NULL,
    payload bytea NOT NULL,
    properties jsonb NOT NULL,
    headers jsonb NOT NULL,
    replay_requested_at timestamp with time zone,
    replayed_at timestamp with time zone,
    replay_refused_at timestamp with time zone
);
CREATE TABLE public.figures (
    at timestamp with time zone NOT NULL,
    service text NOT NULL,
    replica text NOT NULL,
    report text NOT NULL,
    stored_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.schema_migrations (
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
INSERT INTO public.api_keys VALUES ('01a22de5-edbd-71b3-a942-82f5f246a9b7', 'shop', 'num-1', '\xd1c07f676a6b6cdd9e371f7992081ef9213f2c4ac5a89ba73f8d0610ab87a90e', '2026-11-30 19:19:33.053067+00');
INSERT INTO public.data_protection_keys VALUES ('key-38a1e5ff-282f-48de-94f5-c4f4e970cee4', '<key id="38a1e5ff-282f-48de-94f5-c4f4e970cee4" version="1"><creationDate>2026-11-30T19:19:08.2622098Z</creationDate><activationDate>2026-11-30T19:19:08.2622098Z</activationDate><expirationDate>2027-02-28T19:19:08.2622098Z</expirationDate><descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"><descriptor><encryption algorithm="AES_256_CBC" /><validation algorithm="HMACSHA256" /><masterKey p4:requiresEncryption="true" xmlns:p4="http://schemas.asp.net/2015/03/dataProtection"><!-- Warning: the key below is in an unencrypted form. --><value>03s8RQlT/GC+3n4G9/K8pa592LC8vYtNeniiS62YVt/ax8S6fHZ74TiBmc1wB1JCWntJfzOlLAEDGarrFWR2Vw==</value></masterKey></descriptor></descriptor></key>', '2026-11-30 19:19:09.374114+00');
INSERT INTO public.dead_letters VALUES ('0198c0de-0000-7000-8000-000000000001', '\x01', 'messaging-inbound', '0198c0de-0000-5000-8000-000000000002', 'message.received', 'whatsapp', 'num-1', 'Of the time before.', 'System.FormatException', '2026-02-24 15:00:00+00', '\x7b7d', '{}', '{}', NULL, NULL, NULL);
INSERT INTO public.figures VALUES ('2026-11-30 19:19:10+00', 'ingress', 'vm-16758', '{"service":"ingress","replica":"vm-16758","at":"2026-11-30T19:19:10.000Z","sums":{},"distributions":{},"gauges":{"pilothooks.ingress.spool.depth":0}}', '2026-11-30 19:19:13.423495+00');
INSERT INTO public.figures VALUES ('2026-11-30 19:19:10+00', 'console', 'vm-16744', '{"service":"console","replica":"vm-16744","at":"2026-11-30T19:19:10.000Z","sums":{},"distributions":{},"gauges":{}}', '2026-11-30 19:19:13.423495+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Console.Data.Migrations.001_api_keys.sql', '2026-11-30 19:19:07.268106+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Console.Data.Migrations.002_dead_letters.sql', '2026-11-30 19:19:07.396878+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Console.Data.Migrations.003_data_protection.sql', '2026-11-30 19:19:07.464069+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Console.Data.Migrations.003_figures.sql', '2026-11-30 19:19:07.472685+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Console.Data.Migrations.005_replay_progress.sql', '2026-11-30 19:19:07.492057+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Console.Data.Migrations.006_dead_letters_events.sql', '2026-11-30 19:19:07.517743+00');
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_hash_key UNIQUE (hash);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.data_protection_keys
    ADD CONSTRAINT data_protection_keys_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_delivery_key_key UNIQUE (delivery_key);
ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.figures
    ADD CONSTRAINT figures_pkey PRIMARY KEY (at, service, replica);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);
CREATE INDEX api_keys_newest ON public.api_keys USING btree (created_at DESC, id DESC);
CREATE INDEX dead_letters_events ON public.dead_letters USING btree (event_id) WHERE (event_id IS NOT NULL);
CREATE INDEX dead_letters_open ON public.dead_letters USING btree (failed_at DESC, id DESC) WHERE (replayed_at IS NULL);
CREATE INDEX dead_letters_replayed ON public.dead_letters USING btree (replayed_at) WHERE (replayed_at IS NOT NULL);
CREATE INDEX dead_letters_replays ON public.dead_letters USING btree (replay_requested_at) WHERE (replay_requested_at IS NOT NULL);
CREATE INDEX dead_letters_requested ON public.dead_letters USING btree (failed_at, id) WHERE ((replay_requested_at IS NOT NULL) AND (replayed_at IS NULL));
CREATE INDEX figures_stored ON public.figures USING btree (stored_at);
