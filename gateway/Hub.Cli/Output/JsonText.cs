using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hub.Cli.Output;

/// <summary>JSON as people read it: indented, and each letter as it is. It goes to a terminal or a file, never into a page.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of<T>(T data) => JsonSerializer.Serialize(data, Readable);
}
