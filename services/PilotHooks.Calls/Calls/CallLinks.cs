namespace PilotHooks.Calls.Calls;

/// <summary>Which call each key belongs to, once a batch's facts have been linked with what was known before.</summary>
/// <param name="Calls">The call of every key of the batch. A call is named by the first of all its keys, in byte order.</param>
/// <param name="Replaced">Calls that turned out to be part of another: the former name and the present one.</param>
internal sealed record CallLinks(IReadOnlyDictionary<string, string> Calls, IReadOnlyDictionary<string, string> Replaced)
{
    /// <summary>
    /// Links keys that one fact carries together, and each known key with its call. The result depends on the set of
    /// links alone, not on their order.
    /// </summary>
    /// <param name="facts">The keys of each fact of the batch.</param>
    /// <param name="known">The call of each of these keys that is known already.</param>
    public static CallLinks Resolve(IEnumerable<IReadOnlyList<string>> facts, IReadOnlyDictionary<string, string> known)
    {
        var parents = new Dictionary<string, string>(StringComparer.Ordinal);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var fact in facts)
        {
            foreach (var key in fact)
            {
                keys.Add(key);
                Join(fact[0], key);
            }
        }

        foreach (var (key, call) in known)
        {
            Join(key, call);
        }

        return new CallLinks(
            keys.ToDictionary(key => key, Find, StringComparer.Ordinal),
            known.Values.Distinct(StringComparer.Ordinal).Where(call => Find(call) != call).ToDictionary(call => call, Find, StringComparer.Ordinal));

        string Find(string key)
        {
            while (parents.TryGetValue(key, out var parent) && parent != key)
            {
                key = parent;
            }

            return key;
        }

        void Join(string a, string b)
        {
            var (first, second) = (Find(a), Find(b));
            if (string.CompareOrdinal(first, second) > 0)
            {
                (first, second) = (second, first);
            }

            parents[first] = first;
            parents[second] = first;
        }
    }
}
