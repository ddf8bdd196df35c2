using Microsoft.AspNetCore.Routing.Template;

namespace PilotHooks.Console.Audit;

/// <summary>A call of the API that the audit keeps.</summary>
/// <param name="Action">What it does, as the audit calls it.</param>
/// <param name="Object">What it does it to, as far as the address says.</param>
/// <param name="BeforeIn">Where the object can be read beforehand; null where there is nothing to be read.</param>
/// <param name="KeepsAnswer">Whether the answer says what there is afterwards.</param>
internal sealed record AuditedCall(string Action, string? Object, AuditedObject? BeforeIn, bool KeepsAnswer);

internal enum AuditedObject
{
    Key,
    Endpoint,
}

/// <summary>Which calls of the API the audit keeps, by method and path as routing reads them.</summary>
internal static class AuditedCalls
{
    private static readonly Rule[] Rules =
    [
        new("POST", "v1/api-keys", "key.created"),
        new("DELETE", "v1/api-keys/{id}", "key.deleted", AuditedObject.Key),
        new("POST", "v1/webhooks", "endpoint.created"),
        new("PATCH", "v1/webhooks/{id}", "endpoint.changed", AuditedObject.Endpoint),
        new("DELETE", "v1/webhooks/{id}", "endpoint.deleted", AuditedObject.Endpoint),
        new("POST", "v1/webhooks/{id}/rotate-secret", "secret.rotated"),
        new("POST", "v1/webhooks/{id}/retry-failed", "deliveries.retried"),
        new("POST", "v1/deliveries/{id}/retry", "delivery.retried"),
        new("POST", "v1/events/{id}/replay", "event.replayed"),
        new("POST", "v1/dead-letters/replay", "dead-letters.replayed"),
        new("POST", "v1/dead-letters/{id}/replay", "dead-letter.replayed"),
        new("POST", "v1/refused-requests/{id}/accept", "refused-request.accepted"),
        new("DELETE", "v1/contacts/{person}", "contact.erased"),
        new("GET", "v1/contacts/{person}/export", "contact.exported", KeepsAnswer: false),
    ];

    /// <summary>The call, if the audit keeps it.</summary>
    public static AuditedCall? Find(HttpRequest request)
    {
        foreach (var rule in Rules)
        {
            var values = new RouteValueDictionary();
            if (rule.Method.Equals(request.Method, StringComparison.OrdinalIgnoreCase) && rule.Matcher.TryMatch(request.Path, values))
            {
                var named = values.GetValueOrDefault("id") as string ?? (values.GetValueOrDefault("person") is string person ? Mask(person) : null);
                return new AuditedCall(rule.Action, named, rule.BeforeIn, rule.KeepsAnswer);
            }
        }

        return null;
    }

    /// <summary>Enough of a person to be recognised by who asked, too little to be found by who reads.</summary>
    internal static string Mask(string person) => person.Length < 8 ? "…" : $"{person[..2]}…{person[^2..]}";

    private sealed record Rule(string Method, string Template, string Action, AuditedObject? BeforeIn = null, bool KeepsAnswer = true)
    {
        public TemplateMatcher Matcher { get; } = new(TemplateParser.Parse(Template), new RouteValueDictionary());
    }
}
