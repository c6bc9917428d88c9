namespace Hub.Connectors.Xero;

/// <summary>Writes what Xero's parameter <c>where</c> takes.</summary>
internal static class XeroFilter
{
    /// <summary>A field that has exactly this text.</summary>
    public static string Is(string field, string text) => $"{field}==\"{text}\"";

    /// <summary>Can it stand in a filter? How Xero wants a quote written in one is said nowhere.</summary>
    public static bool Takes(string text) => !text.AsSpan().ContainsAny('"', '\\');
}
