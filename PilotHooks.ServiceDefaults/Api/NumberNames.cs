using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>
/// The names by which providers know a number, in any case and with any separators. A key of one number that names another
/// one by any of them, in the query, a header or the body, is answered 403, whether or not the name means anything here:
/// what it means to the provider behind is not ours to know.
/// </summary>
public static class NumberNames
{
    /// <summary>Names the number that a call is about, as the provider's own API reads it.</summary>
    public const string Header = "x-whatsapp-number-id";

    private const string HeaderPrefix = "x-";

    /// <summary>The values of a template, under names that its author chose: <c>from</c> may be where a parcel comes from.</summary>
    private const string TemplateVariables = "variables";

    private static readonly HashSet<string> Names =
    [
        "numberid", "numberids", "whatsappnumberid", "whatsappnumberids", "phonenumberid", "phonenumberids",
        "instanceid", "instanceids", "whatsappinstanceid", "whatsappinstanceids",
        "from", "fromnumber", "fromnumberid", "frominstanceid", "fromphonenumberid",
    ];

    /// <summary>Refuses calls whose query or headers name another number than the key's.</summary>
    public static RouteGroupBuilder RefuseOtherNumbers(this RouteGroupBuilder api)
    {
        api.AddEndpointFilter((context, next) =>
        {
            if (Caller.Of(context.HttpContext) is { NumberId: not null } caller)
            {
                Refuse(context.HttpContext.Request, caller);
            }

            return next(context);
        });
        return api;
    }

    /// <summary>Refuses a body that names another number than the key's, however deep.</summary>
    public static void RefuseOtherNumbers(this Caller caller, JsonElement body)
    {
        if (caller.NumberId is not null)
        {
            Refuse(body, caller);
        }
    }

    /// <summary>What the object itself says under any of the names.</summary>
    public static IEnumerable<string> In(JsonElement body)
        => body.EnumerateObject().Where(member => IsNumber(member.Name)).Select(member => member.Value.ToString()).Where(number => number.Length > 0);

    private static void Refuse(HttpRequest request, Caller caller)
    {
        var headers = request.Headers.Where(header => header.Key.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase) && IsNumber(header.Key[HeaderPrefix.Length..]));
        foreach (var (_, values) in request.Query.Where(value => IsNumber(value.Key)).Concat(headers))
        {
            foreach (var value in values)
            {
                caller.Narrow(value);
            }
        }
    }

    private static void Refuse(JsonElement element, Caller caller)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Refuse(item, caller);
            }
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (IsNumber(member.Name))
            {
                RefuseValue(member.Value, caller);
            }
            else if (member.Name != TemplateVariables)
            {
                Refuse(member.Value, caller);
            }
        }
    }

    /// <summary>Anything but a text names another number: a provider may read it as one.</summary>
    private static void RefuseValue(JsonElement value, Caller caller)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    RefuseValue(item, caller);
                }

                return;
            default:
                caller.Narrow(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText());
                return;
        }
    }

    private static bool IsNumber(string name) => Names.Contains(string.Concat(name.Select(Plain).Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant());

    /// <summary>Full-width letters are plain ones to who normalises a text; .NET does not where it has no cultures, as here.</summary>
    private static char Plain(char letter) => letter is >= '\uFF01' and <= '\uFF5E' ? (char)(letter - '\uFF01' + '!') : letter;
}
