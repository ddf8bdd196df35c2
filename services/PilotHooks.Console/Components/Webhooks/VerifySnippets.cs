namespace PilotHooks.Console.Components.Webhooks;

/// <summary>Short programs that check a signature, for the endpoint's page. Code, so in no language but their own.</summary>
internal static class VerifySnippets
{
    private const string StandardOnly = "standard";

    /// <summary>While two secrets sign, the header holds one signature for each.</summary>
    private static readonly IReadOnlyList<(string Language, string Code)> Hex =
    [
        ("Node", """
            const { createHmac, timingSafeEqual } = require('node:crypto');

            // rawBody: the bytes as received, before any parsing
            function verify(rawBody, headers, secret) {
              const expected = createHmac('sha256', secret).update(rawBody).digest();
              return (headers['x-webhook-signature'] ?? '').split(',').some(hex => {
                const given = Buffer.from(hex, 'hex');
                return given.length === expected.length && timingSafeEqual(given, expected);
              });
            }
            """),
        ("Python", """
            import hashlib
            import hmac

            # raw_body: the bytes as received, before any parsing
            def verify(raw_body: bytes, headers, secret: str) -> bool:
                expected = hmac.new(secret.encode(), raw_body, hashlib.sha256).hexdigest()
                given = headers.get("X-Webhook-Signature", "").split(",")
                return any(hmac.compare_digest(one, expected) for one in given)
            """),
        ("C#", """
            // body: the bytes as received, before any parsing
            static bool Verify(byte[] body, HttpRequest request, string secret)
            {
                var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
                return request.Headers["X-Webhook-Signature"].ToString().Split(',').Any(given =>
                    CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected)));
            }
            """),
        ("curl", """
            # Sends your server a signed body, as a delivery is
            BODY='{"event":"webhook.test"}'
            SIGNATURE=$(printf %s "$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/.* //')
            curl "$URL" -H 'Content-Type: application/json' -H "X-Webhook-Signature: $SIGNATURE" --data-raw "$BODY"
            """),
    ];

    private static readonly IReadOnlyList<(string Language, string Code)> Standard =
    [
        ("Node", """
            const { createHmac, timingSafeEqual } = require('node:crypto');

            // rawBody: the bytes as received, before any parsing; refuse a timestamp that is minutes away, too
            function verify(rawBody, headers, secret) {
              const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
              const head = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`;
              const expected = createHmac('sha256', key).update(head).update(rawBody).digest();
              return (headers['webhook-signature'] ?? '').split(' ').some(one => {
                const given = Buffer.from(one.slice('v1,'.length), 'base64');
                return given.length === expected.length && timingSafeEqual(given, expected);
              });
            }
            """),
        ("Python", """
            import base64
            import hashlib
            import hmac

            # raw_body: the bytes as received, before any parsing; refuse a timestamp that is minutes away, too
            def verify(raw_body: bytes, headers, secret: str) -> bool:
                key = base64.b64decode(secret.removeprefix("whsec_"))
                head = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode()
                expected = "v1," + base64.b64encode(hmac.digest(key, head + raw_body, hashlib.sha256)).decode()
                return any(hmac.compare_digest(one, expected) for one in headers["webhook-signature"].split(" "))
            """),
        ("C#", """
            // body: the bytes as received, before any parsing; refuse a timestamp that is minutes away, too
            static bool Verify(byte[] body, HttpRequest request, string secret)
            {
                var head = Encoding.UTF8.GetBytes($"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}.");
                var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), [.. head, .. body]));
                return request.Headers["webhook-signature"].ToString().Split(' ').Any(given =>
                    CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected)));
            }
            """),
        ("curl", """
            # Sends your server a signed body, as a delivery is
            BODY='{"event":"webhook.test"}' ID=test-1 NOW=$(date +%s)
            KEY=$(printf %s "${SECRET#whsec_}" | base64 -d | od -An -tx1 | tr -d ' \n')
            SIGNATURE=v1,$(printf %s "$ID.$NOW.$BODY" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$KEY -binary | base64)
            curl "$URL" -H 'Content-Type: application/json' -H "webhook-id: $ID" -H "webhook-timestamp: $NOW" -H "webhook-signature: $SIGNATURE" --data-raw "$BODY"
            """),
    ];

    /// <summary>For the endpoint's way of signing; where both are sent, the shorter one.</summary>
    public static IReadOnlyList<(string Language, string Code)> For(string signature) => signature == StandardOnly ? Standard : Hex;
}
