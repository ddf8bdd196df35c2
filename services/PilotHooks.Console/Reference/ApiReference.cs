namespace PilotHooks.Console.Reference;

/// <summary>
/// The OpenAPI document. It is made of the services' endpoints and kept as a file, so that it is whole whichever service is
/// away; a test compares it with today's endpoints (PilotHooks.OpenApi.Tests).
/// </summary>
internal static class ApiReference
{
    public static byte[] Document { get; } = Read();

    private static byte[] Read()
    {
        using var stream = typeof(ApiReference).Assembly.GetManifestResourceStream("openapi.json")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
