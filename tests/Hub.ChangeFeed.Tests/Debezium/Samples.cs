using System.Text;
using System.Text.Json;
using Hub.ChangeFeed.Debezium;

namespace Hub.ChangeFeed.Tests.Debezium;

/// <summary>
/// Records that connectors wrote, or that were derived from their source: outside the repository, in a folder that
/// HUB_DEBEZIUM_SAMPLES names or beside the checkout. Without it tests are skipped, aloud; in CI they fail.
/// </summary>
internal static class Samples
{
    private const string Variable = "HUB_DEBEZIUM_SAMPLES";

    public static string[] Lines(string file) => [.. File.ReadAllLines(Path.Combine(Folder(), file)).Where(line => line.StartsWith('{'))];

    public static IEnumerable<SampleRecord> Records(string file) => Lines(file).Select(SampleRecord.Parse);

    public static string[] Files(string folder, string pattern) =>
        [.. Directory.GetFiles(Path.Combine(Folder(), folder), pattern).Select(path => Path.Combine(folder, Path.GetFileName(path))).Order(StringComparer.Ordinal)];

    public static string Folder()
    {
        var folder = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : Path.Combine(Checkout(), "..", "shared", "debezium-samples");
        if (!Directory.Exists(folder))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"There are no samples of Debezium in {folder}; set {Variable}.");
            Assert.Skip($"There are no samples of Debezium in {folder}; {Variable} names another folder.");
        }

        return folder;
    }

    private static string Checkout()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Hub.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests don't run in a checkout.");
        }

        return folder;
    }
}

/// <summary>One Kafka record of a sample.</summary>
internal sealed record SampleRecord(string Name, byte[] Key, byte[] Value, byte[] OldKey)
{
    public static SampleRecord Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new SampleRecord(
            root.TryGetProperty("id", out var id) ? id.GetString()! : $"{Text(root, "topic")}/{Text(root, "partition")}/{Text(root, "offset")}",
            Bytes(root, "key"), Bytes(root, "value"), OldKeyOf(root));
    }

    public DebeziumRecord Decode(DebeziumEnvelope envelope) => envelope.Read(Key, Value, 17, OldKey);

    private static string Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static byte[] Bytes(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Encoding.UTF8.GetBytes(value.GetRawText()) : [];

    private static byte[] OldKeyOf(JsonElement root)
    {
        if (!root.TryGetProperty("headers", out var headers))
        {
            return [];
        }

        if (headers.ValueKind == JsonValueKind.Object)
        {
            return headers.TryGetProperty(DebeziumEnvelope.OldKeyHeader, out var old) ? Encoding.UTF8.GetBytes(old.GetString()!) : [];
        }

        return headers.EnumerateArray().Where(header => header[0].GetString() == DebeziumEnvelope.OldKeyHeader)
            .Select(header => Encoding.UTF8.GetBytes(header[1].GetString()!)).FirstOrDefault([]);
    }
}
