using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Hub.ChangeFeed;

/// <summary>
/// Reads Debezium's envelope, with or without its schema beside it: UTF-8 bytes become a <see cref="ChangeEvent"/>.
/// </summary>
public static class DebeziumEnvelope
{
    /// <param name="key">The record's key: the primary key's columns.</param>
    /// <param name="value">The record's value.</param>
    /// <returns>
    /// Null for what changes no row: a tombstone (an empty or null value) and a heartbeat (<c>ts_ms</c> and no <c>op</c>).
    /// </returns>
    /// <exception cref="FormatException">The record is no envelope, or of an operation that is not applied; it says which.</exception>
    public static ChangeEvent? Read(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Position position)
    {
        if (value.IsEmpty)
        {
            return null;
        }

        var parts = default(Parts);
        try
        {
            var reader = new Utf8JsonReader(value);
            reader.Read();
            ReadEnvelope(ref reader, ref parts);
            reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"The record at {position} is no JSON envelope: {e.Message}", e);
        }

        if (parts.IsNull || (parts.Operation is null && parts.Time is not null && !parts.HasImages))
        {
            return null;
        }

        var operation = parts.Operation switch
        {
            "c" => ChangeOperation.Create,
            "u" => ChangeOperation.Update,
            "d" => ChangeOperation.Delete,
            "r" => ChangeOperation.Read,
            null => throw new FormatException($"The record at {position} has no 'op': it is not Debezium's envelope."),
            var other => throw new FormatException($"The record at {position} has the op '{other}'; c, u, d and r are applied."),
        };
        if ((operation == ChangeOperation.Delete ? parts.Before : parts.After) is null)
        {
            throw new FormatException($"The record at {position} has the op '{parts.Operation}' and no row for it.");
        }

        return new ChangeEvent(
            operation,
            parts.Table ?? throw new FormatException($"The record at {position} doesn't name its table."),
            ReadKey(key, position),
            parts.Before,
            operation == ChangeOperation.Delete ? null : parts.After,
            position,
            DateTimeOffset.FromUnixTimeMilliseconds(parts.SourceTime ?? parts.Time ?? 0));
    }

    /// <summary>Reads the object that the reader stands on; null for JSON's null.</summary>
    internal static ChangeRow? ReadRow(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"a row is expected where {reader.TokenType} stands");
        }

        var columns = ImmutableArray.CreateBuilder<(string, ChangeValue)>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            columns.Add((name, ReadValue(ref reader)));
        }

        return new ChangeRow(new ColumnNames([.. columns.Select(column => column.Item1)]), [.. columns.Select(column => column.Item2)]);
    }

    private static ChangeRow ReadKey(ReadOnlySpan<byte> key, Position position)
    {
        var row = key.IsEmpty
            ? throw new FormatException($"The record at {position} has no key; tables without a primary key can't be followed.")
            : ChangeRow.Parse(key);

        // With the converter's schemas on, the key is wrapped as the value is.
        return row.Names.Names is ["schema", "payload"] && row[1] is { Kind: ChangeValueKind.Nested } payload
            ? ChangeRow.Parse(Encoding.UTF8.GetBytes(payload.Text!))
            : row;
    }

    private static void ReadEnvelope(ref Utf8JsonReader reader, ref Parts parts)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            parts.IsNull = true;
            return;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"an envelope is expected where {reader.TokenType} stands");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "payload":
                    ReadEnvelope(ref reader, ref parts);
                    break;
                case "op":
                    parts.Operation = reader.GetString();
                    break;
                case "before":
                    parts.Before = ReadRow(ref reader);
                    parts.HasImages = true;
                    break;
                case "after":
                    parts.After = ReadRow(ref reader);
                    parts.HasImages = true;
                    break;
                case "source":
                    ReadSource(ref reader, ref parts);
                    break;
                case "ts_ms":
                    parts.Time = reader.TokenType == JsonTokenType.Null ? null : reader.GetInt64();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private static void ReadSource(ref Utf8JsonReader reader, ref Parts parts)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == "table")
            {
                parts.Table = reader.GetString();
            }
            else if (name == "ts_ms" && reader.TokenType != JsonTokenType.Null)
            {
                parts.SourceTime = reader.GetInt64();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static ChangeValue ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return ChangeValue.Null;
            case JsonTokenType.String:
                return new ChangeValue(ChangeValueKind.Text, reader.GetString());
            case JsonTokenType.Number:
                return new ChangeValue(ChangeValueKind.Number, Encoding.UTF8.GetString(reader.ValueSpan));
            case JsonTokenType.True:
                return new ChangeValue(ChangeValueKind.Boolean, "true");
            case JsonTokenType.False:
                return new ChangeValue(ChangeValueKind.Boolean, "false");
            default:
                using (var nested = JsonDocument.ParseValue(ref reader))
                {
                    return new ChangeValue(ChangeValueKind.Nested, nested.RootElement.GetRawText());
                }
        }
    }

    private struct Parts
    {
        public bool IsNull;
        public bool HasImages;
        public string? Operation;
        public string? Table;
        public ChangeRow? Before;
        public ChangeRow? After;
        public long? Time;
        public long? SourceTime;
    }
}
