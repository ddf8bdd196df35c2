SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION public.delivery_id(event_id uuid, endpoint_id text) RETURNS uuid
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT (left(replace(event_id::text, '-', ''), 16) || lpad(to_hex(
        ('x' || right(replace(event_id::text, '-', ''), 16))::bit(64)::bigint
        # (('x' || left(encode(sha256(convert_to(endpoint_id, 'UTF8')), 'hex'), 16))::bit(64) & x'3fffffffffffffff')::bigint), 16, '0'))::uuid
$$;
CREATE FUNCTION public.note_deliveries_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO delivery_count_changes
    SELECT endpoint_id, status, -count(*) FROM there_before GROUP BY endpoint_id, status;
    RETURN NULL;
END $$;
CREATE FUNCTION public.note_deliveries_inserted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO delivery_count_changes
    SELECT endpoint_id, status, count(*) FROM now_there GROUP BY endpoint_id, status;
    RETURN NULL;
END $$;
CREATE FUNCTION public.note_deliveries_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO delivery_count_changes
    SELECT endpoint_id, status, sum(change)
    FROM (SELECT endpoint_id, status, 1 AS change FROM now_there UNION ALL SELECT endpoint_id, status, -1 FROM there_before) c
    GROUP BY endpoint_id, status HAVING sum(change) <> 0;
    RETURN NULL;
END $$;
CREATE TABLE public.attempts (
    delivery_id uuid NOT NULL,
    id uuid NOT NULL,
    endpoint_id text NOT NULL,
    event_id uuid NOT NULL,
    event text NOT NULL,
    number integer NOT NULL,
    at timestamp with time zone NOT NULL,
    succeeded boolean NOT NULL,
    status_code integer,
    error text,
    response text,
    duration_ms integer NOT NULL,
    format text NOT NULL
);
CREATE TABLE public.deliveries (
    id uuid NOT NULL,
    endpoint_id text NOT NULL,
    event_id uuid NOT NULL,
    event text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    step integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone,
    urgent boolean DEFAULT false NOT NULL,
    lease uuid,
    leased_until timestamp with time zone,
    size integer NOT NULL,
    body bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    first_at timestamp with time zone,
    first_status_code integer,
    first_response text,
    first_duration_ms integer,
    first_format text
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.02');
CREATE VIEW public.attempt_log AS
 SELECT attempts.delivery_id,
    attempts.id,
    attempts.endpoint_id,
    attempts.event_id,
    attempts.event,
    attempts.number,
    attempts.at,
    attempts.succeeded,
    attempts.status_code,
    attempts.error,
    attempts.response,
    attempts.duration_ms,
    attempts.format
   FROM public.attempts
UNION ALL
 SELECT deliveries.id AS delivery_id,
    deliveries.id,
    deliveries.endpoint_id,
    deliveries.event_id,
    deliveries.event,
    1 AS number,
    deliveries.first_at AS at,
    true AS succeeded,
    deliveries.first_status_code AS status_code,
    NULL::text AS error,
    deliveries.first_response AS response,
    deliveries.first_duration_ms AS duration_ms,
    deliveries.first_format AS format
   FROM public.deliveries;
CREATE TABLE public.data_protection_keys (
    name text NOT NULL,
    xml text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.delivery_count_changes (
    endpoint_id text NOT NULL,
    status text NOT NULL,
    change bigint NOT NULL
);
CREATE TABLE public.delivery_counts (
    endpoint_id text NOT NULL,
    status text NOT NULL,
    count bigint NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE public.endpoint_states (
    endpoint_id text NOT NULL,
    tokens double precision DEFAULT 0 NOT NULL,
    tokens_at timestamp with time zone DEFAULT '1970-01-01 00:00:00+00'::timestamp with time zone NOT NULL,
    held_until timestamp with time zone,
    circuit_until timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    failing_since timestamp with time zone,
    last_failure_at timestamp with time zone
)
WITH (fillfactor='50');
CREATE TABLE public.endpoints (
    id text NOT NULL,
    url text NOT NULL,
    name text NOT NULL,
    description text,
    events text[] NOT NULL,
    active boolean DEFAULT true NOT NULL,
    paused_reason text,
    number_id text,
    rate_limit integer,
    format text NOT NULL,
    signature text NOT NULL,
    secret bytea NOT NULL,
    old_secret bytea,
    old_secret_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
CREATE TABLE public.events (
    event_id uuid NOT NULL,
    kind text NOT NULL,
    event text NOT NULL,
    source text NOT NULL,
    number_id text,
    occurred_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone DEFAULT now() NOT NULL,
    traceparent text,
    payload bytea
);
CREATE TABLE public.first_attempts (
    id uuid NOT NULL,
    event_ids uuid[] NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    leased_until timestamp with time zone NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='1000');
CREATE TABLE public.number_changes (
    event_id uuid NOT NULL,
    number_id text NOT NULL COLLATE pg_catalog."C",
    at timestamp with time zone NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    state text,
    health text
);
CREATE TABLE public.number_outages (
    number_id text NOT NULL COLLATE pg_catalog."C",
    down_since timestamp with time zone,
    reason text,
    learned_at timestamp with time zone,
    alerted_since timestamp with time zone
);
CREATE TABLE public.removed_endpoints (
    endpoint_id text NOT NULL,
    removed_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.retry_runs (
    endpoint_id text NOT NULL,
    since timestamp with time zone NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    after_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    after_id uuid DEFAULT '00000000-0000-0000-0000-000000000000'::uuid NOT NULL,
    total bigint NOT NULL,
    done bigint DEFAULT 0 NOT NULL,
    put_back_at timestamp with time zone
)
WITH (fillfactor='50');
CREATE TABLE public.schema_migrations (
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
INSERT INTO public.attempts VALUES ('033e26f1-dc6d-8440-a022-be5be712e99f', 'd698fd09-07e1-48ae-94a2-51d066143794', 'wh_01a22de5ec3f702eaf02554e3414c976', '033e26f1-dc6d-8440-82f4-63e804a27b6b', 'message.failed', 1, '2026-11-30 19:19:39.633747+00', true, 200, NULL, 'ok', 163, 'original');
INSERT INTO public.attempts VALUES ('498849ab-4f45-8a86-8df9-b9ba5f4cb124', '498849ab-4f45-8a86-8df9-b9ba5f4cb124', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '498849ab-4f45-8a86-b4ab-97aafe48783e', 'message.read', 1, '2026-11-30 19:19:39.081256+00', true, 200, NULL, 'ok', 715, 'original');
INSERT INTO public.attempts VALUES ('498849ab-4f45-8a86-967d-4a191df8eaca', 'f682055d-6d21-4471-a7ee-feadefea41ab', 'wh_01a22de5ec3f702eaf02554e3414c976', '498849ab-4f45-8a86-b4ab-97aafe48783e', 'message.read', 1, '2026-11-30 19:19:39.096624+00', true, 200, NULL, 'ok', 700, 'original');
INSERT INTO public.attempts VALUES ('68d73df8-f903-8fd7-93e2-d36200015a83', '68d73df8-f903-8fd7-93e2-d36200015a83', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '68d73df8-f903-8fd7-aab0-fd72a1059399', 'message.reply', 1, '2026-11-30 19:19:39.081049+00', true, 200, NULL, 'ok', 713, 'original');
INSERT INTO public.attempts VALUES ('b529d011-5373-811d-8514-244486b0c7ca', '179619e2-97c3-410a-9040-385a9cfcd700', 'wh_01a22de5ec3f702eaf02554e3414c976', 'b529d011-5373-811d-a7c2-f9f76500553e', 'message.sent', 1, '2026-11-30 19:19:39.784588+00', true, 200, NULL, 'ok', 13, 'original');
INSERT INTO public.attempts VALUES ('033e26f1-dc6d-8440-bba6-4df8a5a6b271', '033e26f1-dc6d-8440-bba6-4df8a5a6b271', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '033e26f1-dc6d-8440-82f4-63e804a27b6b', 'message.failed', 1, '2026-11-30 19:19:39.556231+00', false, 500, NULL, 'ok', 241, 'original');
INSERT INTO public.attempts VALUES ('68d73df8-f903-8fd7-8866-20c142b5016d', '7a5a8510-00a2-4c03-85c8-5706b2103c5d', 'wh_01a22de5ec3f702eaf02554e3414c976', '68d73df8-f903-8fd7-aab0-fd72a1059399', 'message.reply', 1, '2026-11-30 19:19:39.080879+00', false, 500, NULL, 'ok', 716, 'original');
INSERT INTO public.attempts VALUES ('b3785109-7e90-8316-abb9-8de72fdfe4b2', 'cfb4d935-36b1-42c9-afb3-16ee3a2b2451', 'wh_01a22de5ec3f702eaf02554e3414c976', 'b3785109-7e90-8316-896f-5054cc6f7646', 'message.group', 1, '2026-11-30 19:19:39.814604+00', true, 200, NULL, 'ok', 35, 'original');
INSERT INTO public.attempts VALUES ('b3785109-7e90-8316-b03d-7e446d6bbf5c', 'b3785109-7e90-8316-b03d-7e446d6bbf5c', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'b3785109-7e90-8316-896f-5054cc6f7646', 'message.group', 1, '2026-11-30 19:19:39.759919+00', false, 500, NULL, 'ok', 44, 'original');
INSERT INTO public.attempts VALUES ('c32d1730-1365-8c91-8ae3-b3f67394b5b1', 'c32d1730-1365-8c91-8ae3-b3f67394b5b1', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'c32d1730-1365-8c91-b3b1-9de6d2907cab', 'message.received', 1, '2026-11-30 19:19:39.675792+00', false, NULL, 'The exchange broke off: ResponseEnded.', NULL, 215, 'original');
INSERT INTO public.attempts VALUES ('c32d1730-1365-8c91-9167-40553120ee5f', '376a3735-f26a-446a-bf7d-42d48259bbaf', 'wh_01a22de5ec3f702eaf02554e3414c976', 'c32d1730-1365-8c91-b3b1-9de6d2907cab', 'message.received', 1, '2026-11-30 19:19:39.811661+00', false, 500, NULL, 'ok', 67, 'original');
INSERT INTO public.attempts VALUES ('df5bb324-f6d3-8edc-b674-1bee2257f542', '0995db8e-2796-4a8d-861b-47425f98ac66', 'wh_01a22de5ec3f702eaf02554e3414c976', 'df5bb324-f6d3-8edc-94a2-c65dc1e767b6', 'message.delivered', 1, '2026-11-30 19:19:39.785106+00', true, 200, NULL, 'ok', 93, 'original');
INSERT INTO public.attempts VALUES ('08c0933e-7872-8384-b68c-4c2a72d2532c', '08beaa61-b4d5-4a7a-99a4-42e628586835', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '08c0933e-7872-8384-8fde-623ad3d69a36', 'number.health_degraded', 1, '2026-11-30 19:19:40.437764+00', false, 500, NULL, 'ok', 39, 'original');
INSERT INTO public.attempts VALUES ('d8d953e7-23c0-88e6-9021-0f76c64076d5', 'fc54b1fc-9793-49b7-ab2e-54c1e9f30522', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'd8d953e7-23c0-88e6-a973-21666744bfcf', 'number.disconnected', 1, '2026-11-30 19:19:40.710604+00', true, 200, NULL, 'ok', 43, 'original');
INSERT INTO public.attempts VALUES ('20390b2e-b7f2-86e9-a8cf-4852ea4ab4de', '20390b2e-b7f2-86e9-a8cf-4852ea4ab4de', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '20390b2e-b7f2-86e9-919d-66424b4e7dc4', 'call.ringing', 1, '2026-11-30 19:19:41.338607+00', false, 500, NULL, 'ok', 183, 'original');
INSERT INTO public.attempts VALUES ('09351c16-c28e-88f4-aff8-bda7780b384b', '76092172-f908-4758-a8a0-7306b8661a21', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '09351c16-c28e-88f4-96aa-93b7d90ff151', 'call.ended', 1, '2026-11-30 19:19:41.600709+00', true, 200, NULL, 'ok', 16, 'original');
INSERT INTO public.attempts VALUES ('c8e7d40c-e32e-8828-956e-d6faa585b021', 'c8e7d40c-e32e-8828-956e-d6faa585b021', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'c8e7d40c-e32e-8828-ac3c-f8ea0481793b', 'calls', 1, '2026-11-30 19:19:42.697549+00', false, 500, NULL, 'ok', 26, 'original');
INSERT INTO public.attempts VALUES ('8ba8de44-e01b-83ed-887c-1f80cc895edd', '9135df40-1287-4875-86ef-2a48f2df2884', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '8ba8de44-e01b-83ed-b12e-31906d8d97c7', 'something.new', 1, '2026-11-30 19:19:43.313497+00', true, 200, NULL, 'ok', 164, 'original');
INSERT INTO public.attempts VALUES ('b3785109-7e90-8316-b03d-7e446d6bbf5c', '6bc9cb8e-d1da-4737-8c1d-2f708b922b54', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'b3785109-7e90-8316-896f-5054cc6f7646', 'message.group', 2, '2026-11-30 19:19:44.474438+00', false, 500, NULL, 'ok', 54, 'original');
INSERT INTO public.attempts VALUES ('08c0933e-7872-8384-b68c-4c2a72d2532c', 'a8f0eb6e-ba0b-4630-9c60-58f77b944e1e', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '08c0933e-7872-8384-8fde-623ad3d69a36', 'number.health_degraded', 2, '2026-11-30 19:19:45.194111+00', true, 200, NULL, 'ok', 27, 'original');
INSERT INTO public.attempts VALUES ('68d73df8-f903-8fd7-8866-20c142b5016d', '848e82be-2ce5-4752-8d22-5dcf528ca725', 'wh_01a22de5ec3f702eaf02554e3414c976', '68d73df8-f903-8fd7-aab0-fd72a1059399', 'message.reply', 2, '2026-11-30 19:19:45.538744+00', false, NULL, 'The exchange broke off: ResponseEnded.', NULL, 17, 'original');
INSERT INTO public.attempts VALUES ('c32d1730-1365-8c91-8ae3-b3f67394b5b1', '65cb7fe9-16bc-4bdf-9208-41bb4f3e9f0c', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'c32d1730-1365-8c91-b3b1-9de6d2907cab', 'message.received', 2, '2026-11-30 19:19:45.544136+00', true, 200, NULL, 'ok', 11, 'original');
INSERT INTO public.attempts VALUES ('c32d1730-1365-8c91-9167-40553120ee5f', '80a83777-912c-4a1a-ab4a-255f4be82518', 'wh_01a22de5ec3f702eaf02554e3414c976', 'c32d1730-1365-8c91-b3b1-9de6d2907cab', 'message.received', 2, '2026-11-30 19:19:46.184326+00', false, 500, NULL, 'ok', 22, 'original');
INSERT INTO public.attempts VALUES ('033e26f1-dc6d-8440-bba6-4df8a5a6b271', 'e9c576f2-b62f-4e1e-b1d8-80780052ae0b', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '033e26f1-dc6d-8440-82f4-63e804a27b6b', 'message.failed', 2, '2026-11-30 19:19:46.135351+00', false, NULL, 'The exchange broke off: ResponseEnded.', NULL, 102, 'original');
INSERT INTO public.attempts VALUES ('c8e7d40c-e32e-8828-956e-d6faa585b021', '4df25aec-c8bd-4e9d-a715-e6fb9f70c505', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'c8e7d40c-e32e-8828-ac3c-f8ea0481793b', 'calls', 2, '2026-11-30 19:19:47.083412+00', true, 200, NULL, 'ok', 60, 'original');
INSERT INTO public.attempts VALUES ('20390b2e-b7f2-86e9-a8cf-4852ea4ab4de', '37af82f4-703f-4598-861b-74cbda5cfcb0', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '20390b2e-b7f2-86e9-919d-66424b4e7dc4', 'call.ringing', 2, '2026-11-30 19:19:47.081458+00', true, 200, NULL, 'ok', 84, 'original');
INSERT INTO public.data_protection_keys VALUES ('key-2b294e2d-111a-4795-bcc1-2af5161e3c4f', '<key id="2b294e2d-111a-4795-bcc1-2af5161e3c4f" version="1"><creationDate>2026-11-30T19:19:15.1785766Z</creationDate><activationDate>2026-11-30T19:19:15.1785766Z</activationDate><expirationDate>2027-02-28T19:19:15.1785766Z</expirationDate><descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"><descriptor><encryption algorithm="AES_256_CBC" /><validation algorithm="HMACSHA256" /><masterKey p4:requiresEncryption="true" xmlns:p4="http://schemas.asp.net/2015/03/dataProtection"><!-- Warning: the key below is in an unencrypted form. --><value>MI+qCi8dGA3M5klLYlyW73tLUnwfDvM3dhTZ9E85AeLgNu84Hel0NKjCi6bYtjshqM0OtbEZsc5f2CeP2XDNOw==</value></masterKey></descriptor></descriptor></key>', '2026-11-30 19:19:16.750628+00');
INSERT INTO public.deliveries VALUES ('d741fb75-97e1-8a50-abfd-fcfc4869352f', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'd741fb75-97e1-8a50-92af-d2ece96dfc35', 'call.permission_updated', 'successful', 1, 1, NULL, false, NULL, NULL, 170, NULL, '2026-11-30 19:19:42.043338+00', '2026-11-30 19:19:42.065872+00', 200, 'ok', 37, 'original');
INSERT INTO public.deliveries VALUES ('8ba8de44-e01b-83ed-887c-1f80cc895edd', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '8ba8de44-e01b-83ed-b12e-31906d8d97c7', 'something.new', 'successful', 1, 1, NULL, false, NULL, NULL, 43, NULL, '2026-11-30 19:19:43.28344+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('df5bb324-f6d3-8edc-adf0-e84d60e3aeac', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'df5bb324-f6d3-8edc-94a2-c65dc1e767b6', 'message.delivered', 'successful', 1, 1, NULL, false, NULL, NULL, 217, NULL, '2026-11-30 19:19:39.618447+00', '2026-11-30 19:19:39.66847+00', 200, 'ok', 134, 'original');
INSERT INTO public.deliveries VALUES ('b529d011-5373-811d-9e90-d7e7c4049c24', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'b529d011-5373-811d-a7c2-f9f76500553e', 'message.sent', 'successful', 1, 1, NULL, false, NULL, NULL, 237, NULL, '2026-11-30 19:19:39.618447+00', '2026-11-30 19:19:39.664075+00', 200, 'ok', 134, 'original');
INSERT INTO public.deliveries VALUES ('498849ab-4f45-8a86-967d-4a191df8eaca', 'wh_01a22de5ec3f702eaf02554e3414c976', '498849ab-4f45-8a86-b4ab-97aafe48783e', 'message.read', 'successful', 1, 1, NULL, false, NULL, NULL, 212, NULL, '2026-11-30 19:19:39.003299+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('033e26f1-dc6d-8440-a022-be5be712e99f', 'wh_01a22de5ec3f702eaf02554e3414c976', '033e26f1-dc6d-8440-82f4-63e804a27b6b', 'message.failed', 'successful', 1, 1, NULL, false, NULL, NULL, 284, NULL, '2026-11-30 19:19:39.199137+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('b529d011-5373-811d-8514-244486b0c7ca', 'wh_01a22de5ec3f702eaf02554e3414c976', 'b529d011-5373-811d-a7c2-f9f76500553e', 'message.sent', 'successful', 1, 1, NULL, false, NULL, NULL, 237, NULL, '2026-11-30 19:19:39.618447+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('68d73df8-f903-8fd7-93e2-d36200015a83', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '68d73df8-f903-8fd7-aab0-fd72a1059399', 'message.reply', 'successful', 1, 1, NULL, false, NULL, NULL, 305, NULL, '2026-11-30 19:19:38.948128+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('498849ab-4f45-8a86-8df9-b9ba5f4cb124', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '498849ab-4f45-8a86-b4ab-97aafe48783e', 'message.read', 'successful', 1, 1, NULL, false, NULL, NULL, 212, NULL, '2026-11-30 19:19:39.003299+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('df5bb324-f6d3-8edc-b674-1bee2257f542', 'wh_01a22de5ec3f702eaf02554e3414c976', 'df5bb324-f6d3-8edc-94a2-c65dc1e767b6', 'message.delivered', 'successful', 1, 1, NULL, false, NULL, NULL, 217, NULL, '2026-11-30 19:19:39.618447+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('b3785109-7e90-8316-abb9-8de72fdfe4b2', 'wh_01a22de5ec3f702eaf02554e3414c976', 'b3785109-7e90-8316-896f-5054cc6f7646', 'message.group', 'successful', 1, 1, NULL, false, NULL, NULL, 265, NULL, '2026-11-30 19:19:39.745366+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('b3785109-7e90-8316-b03d-7e446d6bbf5c', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'b3785109-7e90-8316-896f-5054cc6f7646', 'message.group', 'pending', 2, 2, '2026-11-30 19:20:11.205622+00', false, NULL, NULL, 265, NULL, '2026-11-30 19:19:39.745366+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('68d73df8-f903-8fd7-8866-20c142b5016d', 'wh_01a22de5ec3f702eaf02554e3414c976', '68d73df8-f903-8fd7-aab0-fd72a1059399', 'message.reply', 'pending', 2, 2, '2026-11-30 19:20:17.517763+00', false, NULL, NULL, 305, NULL, '2026-11-30 19:19:38.948128+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('c32d1730-1365-8c91-8ae3-b3f67394b5b1', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'c32d1730-1365-8c91-b3b1-9de6d2907cab', 'message.received', 'successful', 2, 2, NULL, false, NULL, NULL, 321, NULL, '2026-11-30 19:19:39.67162+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('c32d1730-1365-8c91-9167-40553120ee5f', 'wh_01a22de5ec3f702eaf02554e3414c976', 'c32d1730-1365-8c91-b3b1-9de6d2907cab', 'message.received', 'pending', 2, 2, '2026-11-30 19:20:21.03948+00', false, NULL, NULL, 321, NULL, '2026-11-30 19:19:39.67162+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('033e26f1-dc6d-8440-bba6-4df8a5a6b271', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '033e26f1-dc6d-8440-82f4-63e804a27b6b', 'message.failed', 'pending', 2, 2, '2026-11-30 19:20:11.664972+00', false, NULL, NULL, 284, NULL, '2026-11-30 19:19:39.199137+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('c8e7d40c-e32e-8828-956e-d6faa585b021', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'c8e7d40c-e32e-8828-ac3c-f8ea0481793b', 'calls', 'successful', 2, 2, NULL, false, NULL, NULL, 189, NULL, '2026-11-30 19:19:42.690112+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('61031ece-6d67-8a77-b5e6-8bd44ce9f093', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '61031ece-6d67-8a77-8cb4-a5c4eded3989', 'number.created', 'successful', 1, 1, NULL, false, NULL, NULL, 145, NULL, '2026-11-30 19:19:40.174328+00', '2026-11-30 19:19:40.192304+00', 200, 'ok', 5, 'original');
INSERT INTO public.deliveries VALUES ('ef442700-d54c-829b-b71f-426024e99225', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'ef442700-d54c-829b-8e4d-6c7085ed5b3f', 'number.connected', 'successful', 1, 1, NULL, false, NULL, NULL, 147, NULL, '2026-11-30 19:19:40.823549+00', '2026-11-30 19:19:40.833767+00', 200, 'ok', 15, 'original');
INSERT INTO public.deliveries VALUES ('ca5c9bc8-5507-81aa-909c-0eac64692ada', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'ca5c9bc8-5507-81aa-a9ce-20bcc56de3c0', 'form.submitted', 'successful', 1, 1, NULL, false, NULL, NULL, 138, NULL, '2026-11-30 19:19:43.873731+00', '2026-11-30 19:19:43.887063+00', 200, 'ok', 64, 'original');
INSERT INTO public.deliveries VALUES ('20390b2e-b7f2-86e9-a8cf-4852ea4ab4de', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '20390b2e-b7f2-86e9-919d-66424b4e7dc4', 'call.ringing', 'successful', 2, 2, NULL, false, NULL, NULL, 193, NULL, '2026-11-30 19:19:41.33204+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('d8d953e7-23c0-88e6-9021-0f76c64076d5', 'wh_01a22de5e9bb7cdaad82d386ccaea402', 'd8d953e7-23c0-88e6-a973-21666744bfcf', 'number.disconnected', 'successful', 1, 1, NULL, false, NULL, NULL, 150, NULL, '2026-11-30 19:19:40.624178+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('09351c16-c28e-88f4-aff8-bda7780b384b', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '09351c16-c28e-88f4-96aa-93b7d90ff151', 'call.ended', 'successful', 1, 1, NULL, false, NULL, NULL, 206, NULL, '2026-11-30 19:19:41.576059+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES ('08c0933e-7872-8384-b68c-4c2a72d2532c', 'wh_01a22de5e9bb7cdaad82d386ccaea402', '08c0933e-7872-8384-8fde-623ad3d69a36', 'number.health_degraded', 'successful', 2, 2, NULL, false, NULL, NULL, 153, NULL, '2026-11-30 19:19:40.300033+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.delivery_counts VALUES ('wh_01a22de5ec3f702eaf02554e3414c976', 'pending', 2);
INSERT INTO public.delivery_counts VALUES ('wh_01a22de5ec3f702eaf02554e3414c976', 'successful', 5);
INSERT INTO public.delivery_counts VALUES ('wh_01a22de5e9bb7cdaad82d386ccaea402', 'pending', 2);
INSERT INTO public.delivery_counts VALUES ('wh_01a22de5e9bb7cdaad82d386ccaea402', 'successful', 15);
INSERT INTO public.endpoint_states VALUES ('wh_01a22de5ec3f702eaf02554e3414c976', 4, '2026-11-30 19:19:46.11408+00', NULL, NULL, 2, '2026-11-30 19:19:45.565294+00', '2026-11-30 19:19:46.213028+00');
INSERT INTO public.endpoint_states VALUES ('wh_01a22de5e9bb7cdaad82d386ccaea402', 0, '1970-01-01 00:00:00+00', NULL, NULL, 0, NULL, NULL);
INSERT INTO public.endpoints VALUES ('wh_01a22de5e9bb7cdaad82d386ccaea402', 'http://127.0.0.1:47120/a', 'CRM', NULL, '{*}', true, NULL, NULL, NULL, 'original', 'both', '\x09f0c9f02d4e292b1a119547bcc12af5161e3c4fd3cc1b10d52a0fabae4f5bffd8b457939781f33f85686dba6d06125f9006942756cd1a350225e92ed907db24cb5710216f47b9ccfc96467edb1fcfe553799012fb80ae91768a6811e6ffd6f366b17fa32a966b3c31adec46ae54773b0a4238b2d33a0a84ac0b9104314e09acedc1fed6', NULL, NULL, '2026-11-30 19:19:32.025766+00', '2026-11-30 19:19:32.025766+00');
INSERT INTO public.endpoints VALUES ('wh_01a22de5ec3f702eaf02554e3414c976', 'http://127.0.0.1:47120/b', 'Alerts', NULL, '{message.*}', true, NULL, NULL, 5, 'original', 'both', '\x09f0c9f02d4e292b1a119547bcc12af5161e3c4f4bbf66b5a4a0d922dd34c8f91e70536f1373552e2d741fe5b38e3e3adfd5497dfb89c8585ba519f01fa3bce1d42d168d11921c68a9221ea2ecbec853cd9921f9ae0a2f4e3b8898ce8b2df7f7e18f62f00a30f223ea6c7b8c4ca0457d1c07e920a595d78c31a84db693c7a337ae77e6f1578940a3534fefa8f04e6258622cc313', NULL, NULL, '2026-11-30 19:19:32.671563+00', '2026-11-30 19:19:32.671563+00');
INSERT INTO public.events VALUES ('68d73df8-f903-8fd7-aab0-fd72a1059399', 'MessageReceived', 'message.reply', 'whatsapp', 'num-1', '2026-02-24 15:00:07+00', '2026-11-30 19:19:35.938474+00', '2026-11-30 19:19:38.948128+00', '00-2bbe79b1099f99ded64e82ae1dae01f6-5c40ccb65dee0830-00', '\x7b226576656e74223a226d6573736167652e7265706c79222c2264617461223a7b22746f223a222b35353131393939393930303030222c2266726f6d223a222b35353131383838383830303030222c226e756d6265724964223a226e756d2d31222c226d6573736167654964223a2277612d7265706c79222c226964223a227265706c79222c2274797065223a2274657874222c2266726f6d4d65223a66616c73652c22636f6e74656e74223a224869222c2271756f7465644d6573736167654964223a2277612d6f7574222c22636f6e74656e745265706c696564223a22446f20796f7520636f6e6669726d3f222c22636f7272656c6174696f6e4964223a22636f72722d31222c22637265617465644174223a22323032362d30322d32345431353a30303a30372e3030305a227d7d');
INSERT INTO public.events VALUES ('498849ab-4f45-8a86-b4ab-97aafe48783e', 'MessageStatusReported', 'message.read', 'whatsapp', 'num-1', '2026-02-24 15:00:10+00', '2026-11-30 19:19:38.094942+00', '2026-11-30 19:19:39.003299+00', '00-54fc0a2a2ad19c9edd0b0ef49823c99e-7f16e326259efcb3-00', '\x7b226576656e74223a226d6573736167652e72656164222c2264617461223a7b22746f223a222b35353131393939393930303030222c2266726f6d223a222b35353131383838383830303030222c226e756d6265724964223a226e756d2d31222c226d6573736167654964223a2277612d6f7574222c226964223a226f7574222c2274797065223a2274657874222c2266726f6d4d65223a747275652c22636f6e74656e74223a224869222c22637265617465644174223a22323032362d30322d32345431353a30303a31302e3030305a227d7d');
INSERT INTO public.events VALUES ('033e26f1-dc6d-8440-82f4-63e804a27b6b', 'MessageStatusReported', 'message.failed', 'whatsapp', 'num-1', '2026-02-24 15:00:07+00', '2026-11-30 19:19:39.172249+00', '2026-11-30 19:19:39.199137+00', '00-540c554a45bfadbc1af4330eecf8f88c-5698dfe126e041a9-00', '\x7b226576656e74223a226d6573736167652e6661696c6564222c2264617461223a7b22746f223a222b35353131393939393930303030222c2266726f6d223a222b35353131383838383830303030222c226e756d6265724964223a226e756d2d31222c226d6573736167654964223a2277612d626164222c226964223a22626164222c2274797065223a2274657874222c2266726f6d4d65223a747275652c22636f6e74656e74223a224869222c226572726f72223a224661696c656420746f2073656e64206d6573736167652e222c226572726f72436f6465223a2244454c495645525f4e4f545f434f4e4649524d4544222c22637265617465644174223a22323032362d30322d32345431353a30303a30372e3030305a227d7d');
INSERT INTO public.events VALUES ('b529d011-5373-811d-a7c2-f9f76500553e', 'MessageStatusReported', 'message.sent', 'whatsapp', 'num-1', '2026-02-24 15:00:05+00', '2026-11-30 19:19:38.61983+00', '2026-11-30 19:19:39.618447+00', '00-18a58e5be6112f708a30987edb530161-24a410e55c25238a-00', '\x7b226576656e74223a226d6573736167652e73656e74222c2264617461223a7b22746f223a222b35353131393939393930303030222c2266726f6d223a222b35353131383838383830303030222c226e756d6265724964223a226e756d2d31222c226d6573736167654964223a2277612d6f7574222c226964223a226f7574222c2274797065223a2274657874222c2266726f6d4d65223a747275652c22636f6e74656e74223a224869222c22636f7272656c6174696f6e4964223a22636f72722d31222c22637265617465644174223a22323032362d30322d32345431353a30303a30352e3030305a227d7d');
INSERT INTO public.events VALUES ('df5bb324-f6d3-8edc-94a2-c65dc1e767b6', 'MessageStatusReported', 'message.delivered', 'whatsapp', 'num-1', '2026-02-24 15:00:06+00', '2026-11-30 19:19:38.921193+00', '2026-11-30 19:19:39.618447+00', '00-19f9e9d618472611d60832d9afebbf04-1817ed9524adf0af-00', '\x7b226576656e74223a226d6573736167652e64656c697665726564222c2264617461223a7b22746f223a222b35353131393939393930303030222c2266726f6d223a222b35353131383838383830303030222c226e756d6265724964223a226e756d2d31222c226d6573736167654964223a2277612d6f7574222c226964223a226f7574222c2274797065223a2274657874222c2266726f6d4d65223a747275652c22636f6e74656e74223a224869222c22637265617465644174223a22323032362d30322d32345431353a30303a30362e3030305a227d7d');
INSERT INTO public.events VALUES ('c32d1730-1365-8c91-b3b1-9de6d2907cab', 'MessageReceived', 'message.received', 'whatsapp', 'num-1', '2026-02-24 15:00:07+00', '2026-11-30 19:19:39.516437+00', '2026-11-30 19:19:39.67162+00', '00-0e36aba13333fc23da0600e72aca293f-aa5c3e1ff2aeb4af-00', '\x7b226576656e74223a226d6573736167652e7265636569766564222c2264617461223a7b22746f223a222b35353131393939393930303030222c2266726f6d223a222b35353131383838383830303030222c226e756d6265724964223a226e756d2d31222c226d6573736167654964223a2277612d696e222c226964223a22696e222c2274797065223a2274657874222c2266726f6d4d65223a66616c73652c22636f6e74656e74223a224869222c226d656469614c696e6b223a2268747470733a2f2f6578616d706c652e636f6d2f612e6a7067222c226d6564696154797065223a22696d616765222c226d6564696143617074696f6e223a224c6f6f6b222c226d6564696146696c656e616d65223a22612e6a7067222c22637265617465644174223a22323032362d30322d32345431353a30303a30372e3030305a227d7d');
INSERT INTO public.events VALUES ('b3785109-7e90-8316-896f-5054cc6f7646', 'MessageReceived', 'message.group', 'whatsapp', 'num-1', '2026-02-24 15:00:08+00', '2026-11-30 19:19:39.669203+00', '2026-11-30 19:19:39.745366+00', '00-6b66cedb1358165020d4df66d309eebe-f6400702100c74d3-00', '\x7b226576656e74223a226d6573736167652e67726f7570222c2264617461223a7b22746f223a222b35353131393939393930303030222c2266726f6d223a222b35353131383838383830303030222c226e756d6265724964223a226e756d2d31222c226d6573736167654964223a2277612d67726f7570222c226964223a2267726f7570222c2274797065223a2274657874222c2266726f6d4d65223a66616c73652c22636f6e74656e74223a224869222c2267726f75704964223a2231323033363340672e7573222c2267726f75704e616d65223a224d792047726f7570222c22637265617465644174223a22323032362d30322d32345431353a30303a30382e3030305a227d7d');
INSERT INTO public.events VALUES ('61031ece-6d67-8a77-8cb4-a5c4eded3989', 'NumberChanged', 'number.created', 'whatsapp', 'num-1', '2026-02-24 15:00:00+00', '2026-11-30 19:19:39.97428+00', '2026-11-30 19:19:40.174328+00', '00-b1f55cbdd8e8c472eb7199015c7e7880-1badd1585457bf60-00', '\x7b226576656e74223a226e756d6265722e63726561746564222c2264617461223a7b226e756d6265724964223a226e756d2d31222c2270686f6e65223a222b35353131383838383830303030222c22646973706c61794e616d65223a224d61696e2073746f7265222c22637265617465644174223a22323032362d30322d32345431353a30303a30302e3030305a227d7d');
INSERT INTO public.events VALUES ('08c0933e-7872-8384-8fde-623ad3d69a36', 'NumberChanged', 'number.health_degraded', 'whatsapp', 'num-1', '2026-02-24 15:00:03+00', '2026-11-30 19:19:40.218752+00', '2026-11-30 19:19:40.300033+00', '00-0ccab6b890e8dbda8b34f70a3bf854da-c29dd7e827274b62-00', '\x7b226576656e74223a226e756d6265722e6865616c74685f6465677261646564222c2264617461223a7b226e756d6265724964223a226e756d2d31222c2270686f6e65223a222b35353131383838383830303030222c22646973706c61794e616d65223a224d61696e2073746f7265222c22637265617465644174223a22323032362d30322d32345431353a30303a30332e3030305a227d7d');
INSERT INTO public.events VALUES ('d8d953e7-23c0-88e6-a973-21666744bfcf', 'NumberChanged', 'number.disconnected', 'whatsapp', 'num-1', '2026-02-24 15:00:02+00', '2026-11-30 19:19:40.452385+00', '2026-11-30 19:19:40.624178+00', '00-738fe4cb6287fa21848b29781c06c0a1-8d6e210f89afa3f6-00', '\x7b226576656e74223a226e756d6265722e646973636f6e6e6563746564222c2264617461223a7b226e756d6265724964223a226e756d2d31222c2270686f6e65223a222b35353131383838383830303030222c22646973706c61794e616d65223a224d61696e2073746f7265222c22637265617465644174223a22323032362d30322d32345431353a30303a30322e3030305a227d7d');
INSERT INTO public.events VALUES ('ef442700-d54c-829b-8e4d-6c7085ed5b3f', 'NumberChanged', 'number.connected', 'whatsapp', 'num-1', '2026-02-24 15:00:01+00', '2026-11-30 19:19:40.752826+00', '2026-11-30 19:19:40.823549+00', '00-cbf3db2ca5bca3a63d7b3c6f071542ac-2ed00f528979821a-00', '\x7b226576656e74223a226e756d6265722e636f6e6e6563746564222c2264617461223a7b226e756d6265724964223a226e756d2d31222c2270686f6e65223a222b35353131383838383830303030222c22646973706c61794e616d65223a224d61696e2073746f7265222c22637265617465644174223a22323032362d30322d32345431353a30303a30312e3030305a227d7d');
INSERT INTO public.events VALUES ('20390b2e-b7f2-86e9-919d-66424b4e7dc4', 'CallChanged', 'call.ringing', 'whatsapp', 'num-1', '2026-02-24 15:01:01+00', '2026-11-30 19:19:41.040547+00', '2026-11-30 19:19:41.33204+00', '00-6c3d743e19e52f509a9f26e217ac780f-100b799e5dabb587-00', '\x7b226576656e74223a2263616c6c2e72696e67696e67222c2263616c6c4964223a2263616c6c2d31222c2265787465726e616c43616c6c4964223a2277616369642e31222c22646972656374696f6e223a22494e424f554e44222c22737461747573223a2252494e47494e47222c2266726f6d223a2235353131393939393930303030222c22746f223a2235353131383838383830303030222c2274696d657374616d70223a22323032362d30322d32345431353a30313a30312e3030305a227d');
INSERT INTO public.events VALUES ('09351c16-c28e-88f4-96aa-93b7d90ff151', 'CallChanged', 'call.ended', 'whatsapp', 'num-1', '2026-02-24 15:01:09+00', '2026-11-30 19:19:41.50841+00', '2026-11-30 19:19:41.576059+00', '00-f0edc10a29f4f17dfebeac7ec08cc0db-b147eaed783638ef-00', '\x7b226576656e74223a2263616c6c2e656e646564222c2263616c6c4964223a2263616c6c2d31222c2265787465726e616c43616c6c4964223a2277616369642e31222c22646972656374696f6e223a22494e424f554e44222c22737461747573223a22434f4d504c45544544222c2266726f6d223a2235353131393939393930303030222c22746f223a2235353131383838383830303030222c2274696d657374616d70223a22323032362d30322d32345431353a30313a30392e3030305a222c226475726174696f6e223a377d');
INSERT INTO public.events VALUES ('d741fb75-97e1-8a50-92af-d2ece96dfc35', 'CallPermissionUpdated', 'call.permission_updated', 'whatsapp', 'num-1', '2026-02-24 15:01:00+00', '2026-11-30 19:19:41.828255+00', '2026-11-30 19:19:42.043338+00', '00-5a1b07733aa940a08906aa73e07257ee-e4ae96eb89a100e5-00', '\x7b226576656e74223a2263616c6c2e7065726d697373696f6e5f75706461746564222c2263616c6c4964223a6e756c6c2c22646972656374696f6e223a6e756c6c2c22737461747573223a225045524d414e454e54222c2266726f6d223a2235353131393132333435363738222c22746f223a2235353131383838383830303030222c2274696d657374616d70223a22323032362d30322d32345431353a30313a30302e3030305a227d');
INSERT INTO public.events VALUES ('c8e7d40c-e32e-8828-ac3c-f8ea0481793b', 'CallSignalled', 'calls', 'whatsapp', 'num-1', '2026-02-24 15:01:05+00', '2026-11-30 19:19:42.348211+00', '2026-11-30 19:19:42.690112+00', '00-cb0313584bd4ef79bf7cf7e185b961c7-87e29b35c52eaa69-00', '\x7b2263616c6c73223a5b7b226964223a2277616369642e31222c226576656e74223a22636f6e6e656374222c2266726f6d223a2235353131393939393930303030222c22746f223a2235353131383838383830303030222c2274696d657374616d70223a2231373731393435323635222c2273657373696f6e223a7b227364705f74797065223a226f66666572222c22736470223a22763d30227d7d5d2c226d6573736167696e675f70726f64756374223a227768617473617070227d');
INSERT INTO public.events VALUES ('8ba8de44-e01b-83ed-b12e-31906d8d97c7', 'UnknownEventReceived', 'something.new', 'whatsapp', NULL, '2026-11-30 19:19:42.781565+00', '2026-11-30 19:19:42.781565+00', '2026-11-30 19:19:43.28344+00', '00-fa81d1e9e0880b2184fde0c032956cb1-b2d0e1a71379cab5-00', '\x7b226576656e74223a22736f6d657468696e672e6e6577222c2264617461223a7b226964223a2231227d7d');
INSERT INTO public.events VALUES ('ca5c9bc8-5507-81aa-a9ce-20bcc56de3c0', 'FormSubmitted', 'form.submitted', 'platform', NULL, '2026-02-24 15:00:05+00', '2026-11-30 19:19:43.63965+00', '2026-11-30 19:19:43.873731+00', '00-719e1d6cb55506f0eee07dea030a8482-4471252b0f185745-00', '\x7b226964223a226576745f31222c2274797065223a22666f726d2e7375626d6974746564222c22637265617465645f6174223a22323032362d30322d32345431353a30303a30355a222c2264617461223a7b226f626a656374223a7b22666f726d5f6964223a22666f726d2d31222c22616e7377657273223a7b226e616d65223a22416e61227d7d7d7d');
INSERT INTO public.events VALUES ('812fc958-f026-4428-e13b-21f7c3363085', 'UnknownEventReceived', 'number.alert', 'pilothooks', 'num-1', '2026-11-30 19:19:47.688497+00', '2026-11-30 19:19:47.688497+00', '2026-11-30 19:19:47.688497+00', NULL, '\x7b226576656e74223a226e756d6265722e616c657274222c2264617461223a7b226e756d6265724964223a226e756d2d31222c22726561736f6e223a22646973636f6e6e6563746564222c22646f776e53696e6365223a22323032362d30322d32345431353a30303a30322e3030305a222c22637265617465644174223a22323032362d31312d33305431393a31393a34372e3638385a227d7d');
INSERT INTO public.number_changes VALUES ('61031ece-6d67-8a77-8cb4-a5c4eded3989', 'num-1', '2026-02-24 15:00:00+00', '1 number.created 61031ece6d678a778cb4a5c4eded3989', 'created', NULL);
INSERT INTO public.number_changes VALUES ('08c0933e-7872-8384-8fde-623ad3d69a36', 'num-1', '2026-02-24 15:00:03+00', '7 number.health_degraded 08c0933e787283848fde623ad3d69a36', NULL, 'degraded');
INSERT INTO public.number_changes VALUES ('d8d953e7-23c0-88e6-a973-21666744bfcf', 'num-1', '2026-02-24 15:00:02+00', '3 number.disconnected d8d953e723c088e6a97321666744bfcf', 'disconnected', NULL);
INSERT INTO public.number_changes VALUES ('ef442700-d54c-829b-8e4d-6c7085ed5b3f', 'num-1', '2026-02-24 15:00:01+00', '2 number.connected ef442700d54c829b8e4d6c7085ed5b3f', 'connected', NULL);
INSERT INTO public.number_outages VALUES ('num-1', '2026-02-24 15:00:02+00', 'disconnected', '2026-11-30 19:19:40.643839+00', '2026-02-24 15:00:02+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Relay.Data.Migrations.001_relay.sql', '2026-11-30 19:19:14.211653+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Relay.Data.Migrations.002_delivery_counts.sql', '2026-11-30 19:19:14.390331+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Relay.Data.Migrations.003_number_outages.sql', '2026-11-30 19:19:14.44808+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Relay.Data.Migrations.004_retry_runs.sql', '2026-11-30 19:19:14.493154+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Relay.Data.Migrations.005_retry_run_put_back.sql', '2026-11-30 19:19:14.503012+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Relay.Data.Migrations.006_first_attempts.sql', '2026-11-30 19:19:14.533116+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Relay.Data.Migrations.007_first_successes.sql', '2026-11-30 19:19:14.536454+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Relay.Data.Migrations.008_delivery_ids.sql', '2026-11-30 19:19:14.583665+00');
ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (delivery_id, id);
ALTER TABLE ONLY public.data_protection_keys
    ADD CONSTRAINT data_protection_keys_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delivery_counts
    ADD CONSTRAINT delivery_counts_pkey PRIMARY KEY (endpoint_id, status);
ALTER TABLE ONLY public.endpoint_states
    ADD CONSTRAINT endpoint_states_pkey PRIMARY KEY (endpoint_id);
ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.first_attempts
    ADD CONSTRAINT first_attempts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.number_changes
    ADD CONSTRAINT number_changes_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.number_outages
    ADD CONSTRAINT number_outages_pkey PRIMARY KEY (number_id);
ALTER TABLE ONLY public.removed_endpoints
    ADD CONSTRAINT removed_endpoints_pkey PRIMARY KEY (endpoint_id);
ALTER TABLE ONLY public.retry_runs
    ADD CONSTRAINT retry_runs_pkey PRIMARY KEY (endpoint_id);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);
CREATE INDEX attempts_age ON public.attempts USING brin (at);
CREATE INDEX attempts_endpoint ON public.attempts USING btree (endpoint_id, at, id);
CREATE INDEX deliveries_age ON public.deliveries USING brin (created_at);
CREATE INDEX deliveries_due ON public.deliveries USING btree (endpoint_id, due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX deliveries_first ON public.deliveries USING btree (endpoint_id, first_at, id) WHERE (first_at IS NOT NULL);
CREATE INDEX deliveries_status ON public.deliveries USING btree (endpoint_id, status, created_at) WHERE ((first_at IS NULL) OR (status <> 'successful'::text));
CREATE INDEX deliveries_urgent ON public.deliveries USING btree (due_at) WHERE urgent;
CREATE INDEX deliveries_waiting ON public.deliveries USING btree (event_id) WHERE (due_at IS NOT NULL);
CREATE INDEX events_content ON public.events USING btree (received_at) WHERE (payload IS NOT NULL);
CREATE INDEX events_number ON public.events USING btree (number_id, received_at, event_id) WHERE (number_id IS NOT NULL);
CREATE INDEX events_received ON public.events USING btree (received_at, event_id);
CREATE INDEX number_changes_health ON public.number_changes USING btree (number_id, at, place) INCLUDE (health) WHERE (health IS NOT NULL);
CREATE UNIQUE INDEX number_changes_order ON public.number_changes USING btree (number_id, at, place);
CREATE INDEX number_changes_states ON public.number_changes USING btree (number_id, at, place) INCLUDE (state) WHERE (state IS NOT NULL);
CREATE TRIGGER deliveries_deleted AFTER DELETE ON public.deliveries REFERENCING OLD TABLE AS there_before FOR EACH STATEMENT EXECUTE FUNCTION public.note_deliveries_deleted();
CREATE TRIGGER deliveries_inserted AFTER INSERT ON public.deliveries REFERENCING NEW TABLE AS now_there FOR EACH STATEMENT EXECUTE FUNCTION public.note_deliveries_inserted();
CREATE TRIGGER deliveries_updated AFTER UPDATE ON public.deliveries REFERENCING OLD TABLE AS there_before NEW TABLE AS now_there FOR EACH STATEMENT EXECUTE FUNCTION public.note_deliveries_updated();
