using System.Globalization;
using RabbitMQ.Client;

namespace PilotHooks.Console.DeadLetters;

/// <summary>How long a message that is set aside is kept: as long as other content, counted from when it first was.</summary>
internal static class SetAsideAge
{
    /// <summary>Makes the broker remove it at the end of its age; false if that is over.</summary>
    public static bool TryApply(BasicProperties properties, TimeSpan age, DateTimeOffset now)
    {
        var headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>());
        var since = headers.TryGetValue(DeadLetterTopology.SetAsideAtHeader, out var at) && at is long seconds ? seconds : now.ToUnixTimeSeconds();
        headers[DeadLetterTopology.SetAsideAtHeader] = since;
        properties.Headers = headers;
        var left = age - (now - DateTimeOffset.FromUnixTimeSeconds(since));
        properties.Expiration = ((long)left.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        return left > TimeSpan.Zero;
    }
}
