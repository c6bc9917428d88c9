using System.Buffers;
using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Text.Json;
using Hub.Control.Protocol;

namespace Hub.Gateway.Slugs;

/// <summary>Slugs as they come over the wire and lie on the disk: JSON lines (<see cref="SlugHeader"/>).</summary>
internal static class SlugLines
{
    private const int LongestLine = 64 * 1024;

    /// <summary>A kind, an id, a store, a language.</summary>
    private const int LongestWord = 200;

    /// <summary>The table that the lines make of the one before.</summary>
    /// <exception cref="InvalidDataException">They are cut or not what they should be.</exception>
    public static async Task<SlugTable> ReadAsync(Stream stream, SlugTable? before, bool ignoreCase, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(stream);
        try
        {
            return await ReadAsync(pipe, before, ignoreCase, cancellationToken);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"a line is not what it should be: {e.Message}", e);
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    /// <summary>Writes a table whole.</summary>
    public static void Write(Stream output, SlugTable table)
    {
        using var json = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(json, new SlugHeader(table.Position, Whole: true), JsonSerializerOptions.Web);
        var lines = 0L;
        foreach (var (slug, entry) in table.All())
        {
            lines++;
            NewLine();
            json.WriteStartArray();
            json.WriteStringValue(slug);
            json.WriteStringValue(entry.Class.Kind);
            json.WriteStringValue(entry.Id.Length > 0 ? entry.Id : null);
            json.WriteStringValue(entry.Class.Store);
            json.WriteStringValue(entry.Class.Language);
            json.WriteEndArray();
        }

        NewLine();
        json.WriteNumberValue(lines);
        NewLine();

        void NewLine()
        {
            json.Flush();
            json.Reset();
            output.WriteByte((byte)'\n');
        }
    }

    private static async Task<SlugTable> ReadAsync(PipeReader pipe, SlugTable? before, bool ignoreCase, CancellationToken cancellationToken)
    {
        var reading = new Reading();
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                reading.Take(buffer.Slice(0, end));
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (buffer.Length > LongestLine)
            {
                throw new InvalidDataException($"a line is longer than {LongestLine} bytes");
            }

            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        return reading.End(before, ignoreCase);
    }

    private sealed class Reading
    {
        private readonly Dictionary<(string, string?, string?), SlugClass> _classes = [];
        private readonly List<(string Slug, SlugEntry Entry)> _whole = [];
        private readonly Dictionary<string, ImmutableArray<SlugEntry>> _changes = new(StringComparer.Ordinal);
        private SlugHeader? _header;
        private long _lines;
        private long? _told;

        public void Take(in ReadOnlySequence<byte> line)
        {
            var json = new Utf8JsonReader(line);
            if (_header is null)
            {
                _header = JsonSerializer.Deserialize<SlugHeader>(ref json, JsonSerializerOptions.Web);
                return;
            }

            json.Read();
            if (json.TokenType == JsonTokenType.Number)
            {
                _told = json.GetInt64();
                return;
            }

            _lines++;
            json.Read();
            var slug = json.GetString() ?? throw new FormatException("a line has no slug");
            json.Read();
            if (json.TokenType == JsonTokenType.EndArray)
            {
                if (IsSlug(slug))
                {
                    _changes[slug] = [];
                }

                return;
            }

            var kind = json.GetString() ?? throw new FormatException("a slug has no kind");
            json.Read();
            var id = json.GetString() ?? "";
            json.Read();
            var store = json.GetString();
            json.Read();
            var language = json.GetString();

            // What no shop writes is as unknown as what is not in the table.
            if (IsSlug(slug) && kind.Length <= LongestWord && (store?.Length ?? 0) <= LongestWord && (language?.Length ?? 0) <= LongestWord)
            {
                Add(slug, new SlugEntry(Class(kind, store, language), id.Length <= LongestWord ? id : ""));
            }
        }

        public SlugTable End(SlugTable? before, bool ignoreCase)
        {
            if (_header is null || _told != _lines)
            {
                throw new InvalidDataException($"it is cut after {_lines} lines");
            }

            return _header.Whole ? SlugTable.Build(ignoreCase, _header.Position, _whole)
                : before?.With(_header.Position, _changes) ?? throw new InvalidDataException("changes came without the table that they change");
        }

        private static bool IsSlug(string slug) => slug.Length is > 0 and <= SlugTable.LongestSlug;

        private void Add(string slug, SlugEntry entry)
        {
            if (_header!.Whole)
            {
                // One beyond what a table takes is enough for the table to know that it is full.
                if (_whole.Count <= SlugTable.MostSlugs)
                {
                    _whole.Add((slug, entry));
                }
            }
            else
            {
                _changes[slug] = _changes.TryGetValue(slug, out var known) ? known.Add(entry) : [entry];
            }
        }

        private SlugClass Class(string kind, string? store, string? language)
        {
            if (!_classes.TryGetValue((kind, store, language), out var known))
            {
                _classes.Add((kind, store, language), known = new SlugClass(kind, store, language));
            }

            return known;
        }
    }
}
