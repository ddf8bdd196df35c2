-- What a replica of the version before writes, as it sent it to the server.
SELECT id, queue, number_id, payload, properties::text AS properties, headers::text AS headers, replayed_at FROM dead_letters WHERE replay_requested_at IS NOT NULL AND replayed_at IS NULL AND replay_refused_at IS NULL
ORDER BY failed_at, id LIMIT '32'::bigint FOR UPDATE SKIP LOCKED;

INSERT INTO data_protection_keys (name, xml) VALUES ('key-38a1e5ff-282f-48de-94f5-c4f4e970cee4'::text, '<key id="38a1e5ff-282f-48de-94f5-c4f4e970cee4" version="1"><creationDate>2026-11-30T19:19:08.2622098Z</creationDate><activationDate>2026-11-30T19:19:08.2622098Z</activationDate><expirationDate>2027-02-28T19:19:08.2622098Z</expirationDate><descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"><descriptor><encryption algorithm="AES_256_CBC" /><validation algorithm="HMACSHA256" /><masterKey p4:requiresEncryption="true" xmlns:p4="http://schemas.asp.net/2015/03/dataProtection"><!-- Warning: the key below is in an unencrypted form. --><value>03s8RQlT/GC+3n4G9/K8pa592LC8vYtNeniiS62YVt/ax8S6fHZ74TiBmc1wB1JCWntJfzOlLAEDGarrFWR2Vw==</value></masterKey></descriptor></descriptor></key>'::text) ON CONFLICT (name) DO UPDATE SET xml = excluded.xml;

DELETE FROM dead_letters WHERE replayed_at < '2026-10-31 19:19:10.123883+00'::timestamp with time zone;

INSERT INTO figures (at, service, replica, report)
SELECT * FROM unnest('{"2026-11-30 19:19:10+00","2026-11-30 19:19:10+00"}'::timestamp with time zone[], '{ingress,console}'::text[], '{vm-16758,vm-16744}'::text[], '{"{\"service\":\"ingress\",\"replica\":\"vm-16758\",\"at\":\"2026-11-30T19:19:10.000Z\",\"sums\":{},\"distributions\":{},\"gauges\":{\"pilothooks.ingress.spool.depth\":0}}","{\"service\":\"console\",\"replica\":\"vm-16744\",\"at\":\"2026-11-30T19:19:10.000Z\",\"sums\":{},\"distributions\":{},\"gauges\":{}}"}'::text[])
ON CONFLICT DO NOTHING;

DELETE FROM figures WHERE ctid = ANY(ARRAY(SELECT ctid FROM figures WHERE at < '2026-11-30 18:09:13.482459+00'::timestamp with time zone LIMIT '1000'::bigint));

INSERT INTO api_keys (id, name, number_id, hash, created_at) VALUES ('01a22de5-edbd-71b3-a942-82f5f246a9b7'::uuid, 'shop'::text, 'num-1'::text, '\xd1c07f676a6b6cdd9e371f7992081ef9213f2c4ac5a89ba73f8d0610ab87a90e'::bytea, '2026-11-30 19:19:33.053067+00'::timestamp with time zone)
RETURNING id, name, number_id, created_at;
