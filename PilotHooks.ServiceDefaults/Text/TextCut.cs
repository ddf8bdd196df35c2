using System.Globalization;

namespace PilotHooks.ServiceDefaults.Text;

/// <summary>Cuts texts between characters as people see them: no half of an emoji, no letter without its accent.</summary>
public static class TextCut
{
    /// <summary>
    /// The text, or as much of its beginning as has at most <paramref name="maxLength"/> UTF-16 units, the mark included
    /// that then ends it. A first character that is longer than that, which may have any number of accents, loses some of them.
    /// </summary>
    public static string Cut(string text, int maxLength, string mark = "…")
    {
        if (text.Length <= maxLength)
        {
            return text;
        }

        var room = Math.Max(0, maxLength - mark.Length);
        var kept = 0;
        while (kept + StringInfo.GetNextTextElementLength(text, kept) is var next && next <= room)
        {
            kept = next;
        }

        if (kept == 0)
        {
            kept = room > 0 && char.IsHighSurrogate(text[room - 1]) ? room - 1 : room;
        }

        return $"{text.AsSpan(0, kept)}{mark}";
    }
}
