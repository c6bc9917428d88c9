using Hub.Gateway.Discovering;

namespace Hub.Cli.Discovering;

/// <summary>Reads logs into a sketch, and says what could not be read.</summary>
internal sealed class LogReading(TrafficSketch sketch)
{
    private const int Shown = 5;

    /// <summary>Files with their format and how many requests they told of.</summary>
    public List<(string File, string Format, long Requests)> Files { get; } = [];

    /// <summary>Lines that could not be read.</summary>
    public long Unread { get; private set; }

    /// <summary>The first few of them.</summary>
    public List<string> Examples { get; } = [];

    /// <exception cref="CommandFailedException">The file is not there, or is no log that is known here.</exception>
    public void Read(string name, string path, CancellationToken cancellationToken)
    {
        LogFormat? format = null;
        var (requests, unknown) = (0L, 0);
        try
        {
            foreach (var (line, number) in LogLines.Read(path).Select((line, i) => (line, i + 1L)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (line is { Length: 0 })
                {
                    continue;
                }

                format ??= line is null ? null : LogFormat.Detect(line.TrimStart('\uFEFF', ' '));
                if (format is null && ++unknown >= 100)
                {
                    throw new CommandFailedException(
                        $"{name} is no log that is known here: its first {unknown} lines are neither nginx's or Apache's (common, combined), nor W3C (IIS, CloudFront), nor JSON. "
                        + $"The first is: {Cut(line ?? "a line of more than 64 KiB")}");
                }

                if (line is null || format is null || !format.TryRead(line, out var sighting))
                {
                    Unread++;
                    if (Examples.Count < Shown)
                    {
                        Examples.Add($"{name}:{number}: {(line is null ? "longer than 64 KiB" : Cut(line))}");
                    }
                }
                else if (sighting is { } seen)
                {
                    sketch.See(in seen);
                    requests++;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandFailedException($"{name} can't be read: {e.Message}");
        }

        Files.Add((name, format?.Name ?? "empty", requests));
    }

    // A log's line is a stranger's text: it must not move the terminal's cursor.
    private static string Cut(string line) =>
        string.Concat((line.Length <= 160 ? line : line[..160] + "…").Select(c => char.IsControl(c) ? '.' : c));
}
