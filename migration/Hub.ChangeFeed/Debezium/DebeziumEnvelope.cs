using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Hub.ChangeFeed.Sources;

namespace Hub.ChangeFeed.Debezium;

/// <summary>
/// Reads the records of a dataset's topic, and what the Hub's own capture wrote: Debezium's envelope in UTF-8, with its schema
/// beside it or without. Every value becomes its canonical text (<see cref="ChangeValue"/>). Keeps what it has learned of tables
/// and schemas, so one is made for a feed and lives as long. Not for several threads.
/// </summary>
/// <param name="tables">
/// The source's tables by their names in changes. A column that isn't among them is taken as its JSON is. Where they change,
/// another envelope is made.
/// </param>
/// <param name="handling">How the connector is set, where records have no schemas.</param>
/// <param name="defaultSchema">
/// The schema (MySQL and MariaDB: the database) whose tables are named without it; null: <c>public</c> of PostgreSQL, <c>dbo</c> of
/// SQL Server, none of the others.
/// </param>
public sealed class DebeziumEnvelope(
    IReadOnlyDictionary<string, DatabaseTable>? tables = null, DebeziumHandling handling = DebeziumHandling.Hub, string? defaultSchema = null)
{
    /// <summary>The headers of a create that was a change of key, and of the delete before it: the other key in JSON.</summary>
    public const string OldKeyHeader = "__debezium.oldkey";
    public const string NewKeyHeader = "__debezium.newkey";

    private const int MostTables = 20_000;

    private readonly IReadOnlyDictionary<string, DatabaseTable> _tables = tables ?? FrozenDictionary<string, DatabaseTable>.Empty;
    private readonly EnvelopeOrder _order = new();
    private readonly ConnectSchemas _schemas = new();
    private readonly ConnectSchemas _keySchemas = new();
    private readonly List<TableShapes> _shapes = [];
    private DebeziumSource? _source;
    private (byte[] Connector, byte[] Prefix, byte[] Database) _sourceBytes = ([], [], []);
    private byte[] _transactionBytes = [];
    private string _transaction = "";
    private long _transactionNumber = -1;

    /// <summary>Reads one record.</summary>
    /// <param name="key">The record's key; empty for null.</param>
    /// <param name="value">The record's value; empty for null.</param>
    /// <param name="offset">Its place in the topic, or its row in <c>hub_changes</c>: named by errors.</param>
    /// <param name="oldKey">What the header <see cref="OldKeyHeader"/> holds; empty where it isn't there.</param>
    /// <exception cref="FormatException">The record is none that is read: what it is, why, and what to do.</exception>
    public DebeziumRecord Read(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long offset, ReadOnlySpan<byte> oldKey = default)
    {
        if (value.IsEmpty)
        {
            return new DebeziumRecord(DebeziumRecordKind.Tombstone, default);
        }

        try
        {
            return Read(key, value, offset, oldKey, jump: true);
        }
        catch (Exception e) when (IsOfRecord(e))
        {
            // Perhaps only the jump was wrong.
        }

        try
        {
            return Read(key, value, offset, oldKey, jump: false);
        }
        catch (Exception e) when (IsOfRecord(e))
        {
            throw new FormatException($"The record at offset {offset} can't be read: {e.Message}.", e);
        }
    }

    private static bool IsOfRecord(Exception e) => e is FormatException or ArgumentException or InvalidOperationException or OverflowException or JsonException;

    private DebeziumRecord Read(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long offset, ReadOnlySpan<byte> oldKey, bool jump)
    {
        var parts = default(EnvelopeParts);
        var cursor = new JsonCursor(value);
        parts.Read(ref cursor, _schemas, _order, jump);
        cursor.End();
        return parts.IsNull ? new DebeziumRecord(DebeziumRecordKind.Tombstone, default)
            : parts.Operation == 0 ? ReadOther(parts, value, offset)
            : parts.Operation == (byte)'m' ? new DebeziumRecord(DebeziumRecordKind.Message, Instant(parts.SourceTime ?? parts.Time))
            : ReadChange(parts, key, value, offset, oldKey);
    }

    private static DateTimeOffset Instant(long? milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds ?? 0);

    private DebeziumRecord ReadChange(in EnvelopeParts parts, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long offset, ReadOnlySpan<byte> oldKey)
    {
        var operation = parts.Operation switch
        {
            (byte)'c' => ChangeOperation.Create,
            (byte)'u' => ChangeOperation.Update,
            (byte)'d' => ChangeOperation.Delete,
            (byte)'r' => ChangeOperation.Read,
            (byte)'t' => ChangeOperation.Truncate,
            var other => throw new FormatException($"it has the op '{(char)other}', and c, u, d, r, t and m are known; take a version of the Hub that knows it"),
        };
        if (!parts.HasSource)
        {
            throw new FormatException("it has no source and doesn't name its table: it is not Debezium's whole envelope; take the transforms out that change it");
        }

        var source = SourceOf(parts);
        var table = TableOf(parts, source.Connector);
        try
        {
            return new DebeziumRecord(
                DebeziumRecordKind.Change, Instant(parts.SourceTime ?? parts.Time), ReadRows(parts, operation, source, table, key, value, offset, oldKey),
                operation == ChangeOperation.Read ? null : TransactionOf(parts, source.Connector), source);
        }
        catch (FormatException e)
        {
            throw new FormatException($"table {table.Name}, {e.Message}", e);
        }
    }

    private ChangeEvent ReadRows(
        in EnvelopeParts parts, ChangeOperation operation, DebeziumSource source, TableShapes table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long offset, ReadOnlySpan<byte> oldKey)
    {
        var position = SourcePosition.Of(source.Connector, parts, offset);
        var at = Instant(parts.SourceTime ?? parts.Time);
        if (operation == ChangeOperation.Truncate)
        {
            return new ChangeEvent(operation, table.Name, RowShape.Empty, Before: null, After: null, position, at);
        }

        var keyAt = FindKey(key, out var keySchema);
        if (operation == ChangeOperation.Delete ? parts.Before == 0 && keyAt < 0 : parts.After == 0)
        {
            throw new FormatException($"it has the op '{(char)parts.Operation}' and no row for it");
        }

        return new ChangeEvent(
            operation,
            table.Name,
            keyAt < 0 ? RowShape.Empty : table.ReadKey(key, keyAt, keySchema),
            parts.Before == 0 ? null : table.ReadRow(value, parts.Before, parts.BeforeEnd, parts.Schema),
            operation == ChangeOperation.Delete ? null : table.ReadRow(value, parts.After, parts.AfterEnd, parts.Schema),
            position,
            at,
            operation == ChangeOperation.Create && !oldKey.IsEmpty ? ReadOldKey(table, oldKey, keySchema) : null);
    }

    // A header is written by a converter of its own, and is a hint: whoever needs what it leads to finds that otherwise.
    private ChangeRow? ReadOldKey(TableShapes table, ReadOnlySpan<byte> oldKey, ConnectSchema? keySchema)
    {
        try
        {
            var at = FindKey(oldKey, out var own);
            return at < 0 ? null : table.ReadKey(oldKey, at, own ?? keySchema, header: true);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Where a key's columns begin, -1 where there is none. With the converter's schemas on it is wrapped as the value is.</summary>
    private int FindKey(ReadOnlySpan<byte> key, out ConnectSchema? schema)
    {
        schema = null;
        if (key.IsEmpty)
        {
            return -1;
        }

        var cursor = new JsonCursor(key);
        if (cursor.TakeNull())
        {
            return -1;
        }

        if (cursor.Peek() != (byte)'{')
        {
            throw new FormatException("its key is no JSON object; set key.converter to org.apache.kafka.connect.json.JsonConverter");
        }

        var at = cursor.At;
        var first = true;
        cursor.Expect((byte)'{');
        if (!cursor.Name(ref first, out var name) || !name.Is("schema"u8) || cursor.Peek() is not ((byte)'{' or (byte)'n'))
        {
            return at;
        }

        schema = _keySchemas.Take(ref cursor);
        if (!cursor.Name(ref first, out name) || !name.Is("payload"u8))
        {
            schema = null;
            return at;
        }

        return cursor.TakeNull() ? -1 : cursor.Peek() == (byte)'{' ? cursor.At : throw new FormatException("its key is no JSON object");
    }

    private DebeziumRecord ReadOther(in EnvelopeParts parts, ReadOnlySpan<byte> value, long offset)
    {
        if (parts.Before == 0 && parts.After == 0)
        {
            if (!parts.Id.IsEmpty && (parts.Status.SequenceEqual("BEGIN"u8) || parts.Status.SequenceEqual("END"u8)))
            {
                var begins = parts.Status.Length == 5;
                return new DebeziumRecord(
                    begins ? DebeziumRecordKind.Begin : DebeziumRecordKind.End, Instant(parts.Time), Transaction: Transaction(TransactionKey(parts.Id)), EventCount: parts.EventCount);
            }

            if (!parts.Aggregate.IsEmpty && !parts.Type.IsEmpty)
            {
                return new DebeziumRecord(DebeziumRecordKind.Notification, Instant(parts.Timestamp), Notification: ReadNotification(parts, value));
            }

            if (parts.HasSource && (parts.TableChanges > 0 || !parts.Ddl.IsEmpty))
            {
                var source = SourceOf(parts);
                return new DebeziumRecord(
                    DebeziumRecordKind.SchemaChange, Instant(parts.SourceTime ?? parts.Time), Source: source,
                    SchemaChange: new DebeziumSchemaChange(
                        ReadChangedTables(parts, value, source.Connector), parts.Ddl.IsEmpty ? null : Encoding.UTF8.GetString(parts.Ddl), SourcePosition.Of(source.Connector, parts, offset)));
            }

            if (parts.Time is not null && !parts.HasMore && !parts.HasSource && parts.Id.IsEmpty && parts.Type.IsEmpty && parts.Status.IsEmpty)
            {
                return new DebeziumRecord(DebeziumRecordKind.Heartbeat, Instant(parts.Time));
            }
        }

        throw new FormatException("it has no 'op': it is not Debezium's envelope; name the topic that the Debezium connector writes, and take transforms out that flatten (ExtractNewRecordState) or route (EventRouter)");
    }

    private DebeziumNotification ReadNotification(in EnvelopeParts parts, ReadOnlySpan<byte> value)
    {
        string? table = null, rows = null, status = null, tables = "";
        if (parts.Additional > 0)
        {
            var cursor = new JsonCursor(value, parts.Additional);
            var first = true;
            cursor.Expect((byte)'{');
            while (cursor.Name(ref first, out var name))
            {
                if (cursor.Peek() != (byte)'"')
                {
                    cursor.Skip();
                    continue;
                }

                var text = cursor.String();
                if (name.Is("scanned_collection"u8) || name.Is("current_collection_in_progress"u8))
                {
                    table = TableName(text.ToString());
                }
                else if (name.Is("total_rows_scanned"u8))
                {
                    rows = text.ToString();
                }
                else if (name.Is("status"u8))
                {
                    status = text.ToString();
                }
                else if (name.Is("data_collections"u8))
                {
                    tables = string.Join(',', text.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries).Select(TableName));
                }
            }
        }

        return new DebeziumNotification(
            Encoding.UTF8.GetString(parts.Id), Encoding.UTF8.GetString(parts.Aggregate), Encoding.UTF8.GetString(parts.Type), table,
            long.TryParse(rows, System.Globalization.CultureInfo.InvariantCulture, out var count) ? count : null, status)
        {
            Tables = tables,
        };
    }

    private ImmutableArray<string> ReadChangedTables(in EnvelopeParts parts, ReadOnlySpan<byte> value, string connector)
    {
        var tables = ImmutableArray.CreateBuilder<string>();
        if (parts.TableChanges > 0)
        {
            using var changes = JsonDocument.Parse(Encoding.UTF8.GetString(new JsonCursor(value, parts.TableChanges).Raw()));
            foreach (var change in changes.RootElement.EnumerateArray())
            {
                // "types"."t_pk": each part in quotes, with the database first where there are three.
                if (change.ValueKind == JsonValueKind.Object && change.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String)
                {
                    tables.Add(TableName(string.Join('.', id.GetString()!.Split("\".\"").Select(part => part.Trim('"')))));
                }
            }
        }

        if (tables.Count == 0 && !parts.Table.IsEmpty)
        {
            tables.Add(TableName(connector, Encoding.UTF8.GetString(parts.Database), Encoding.UTF8.GetString(parts.SchemaName), Encoding.UTF8.GetString(parts.Table)));
        }

        return tables.ToImmutable();
    }

    private DebeziumSource SourceOf(in EnvelopeParts parts)
    {
        if (_source is { } known && known.ServerId == parts.ServerId && parts.Connector.SequenceEqual(_sourceBytes.Connector)
            && parts.Prefix.SequenceEqual(_sourceBytes.Prefix) && parts.Database.SequenceEqual(_sourceBytes.Database))
        {
            return known;
        }

        var connector = Encoding.UTF8.GetString(parts.Connector);
        if (connector is not ("postgresql" or "mariadb" or "mysql" or "sqlserver" or "hub-sqlite"))
        {
            throw new FormatException(connector.Length == 0
                ? "its source names no connector: it is not Debezium's envelope"
                : $"it comes from the Debezium connector '{connector}', and those of PostgreSQL, MariaDB, MySQL and SQL Server are read");
        }

        _sourceBytes = (parts.Connector.ToArray(), parts.Prefix.ToArray(), parts.Database.ToArray());
        return _source = new DebeziumSource(connector, Encoding.UTF8.GetString(parts.Prefix), Encoding.UTF8.GetString(parts.Database), parts.ServerId);
    }

    private TableShapes TableOf(in EnvelopeParts parts, string connector)
    {
        for (var place = 0; place < _shapes.Count; place++)
        {
            var known = _shapes[place];
            if (!known.Is(parts.Database, parts.SchemaName, parts.Table))
            {
                continue;
            }

            if (place > 0)
            {
                // The tables that are written most stand in front.
                (_shapes[place - 1], _shapes[place]) = (known, _shapes[place - 1]);
            }

            return known;
        }

        if (parts.Table.IsEmpty)
        {
            throw new FormatException("its source names no table: it is not Debezium's whole envelope");
        }

        if (_shapes.Count == MostTables)
        {
            _shapes.Clear();
        }

        var name = TableName(connector, Encoding.UTF8.GetString(parts.Database), Encoding.UTF8.GetString(parts.SchemaName), Encoding.UTF8.GetString(parts.Table));
        var made = new TableShapes(
            name, connector, parts.Database.ToArray(), parts.SchemaName.ToArray(), parts.Table.ToArray(), _tables.GetValueOrDefault(name), handling);
        _shapes.Add(made);
        return made;
    }

    private string TableName(string connector, string database, string schema, string table)
    {
        var first = connector is "mariadb" or "mysql" ? database : schema;
        return first.Length == 0 || first == (defaultSchema ?? connector switch { "postgresql" => "public", "sqlserver" => "dbo", _ => null }) ? table : $"{first}.{table}";
    }

    /// <summary>A table as notifications and schema changes name it: <c>public.orders</c>, <c>shop.orders</c>, <c>shop.dbo.orders</c>.</summary>
    private string TableName(string collection)
    {
        var parts = collection.Split('.');
        var (schema, table) = parts.Length switch
        {
            1 => ("", collection),
            2 => (parts[0], parts[1]),
            _ => (parts[^2], parts[^1]),
        };
        return schema.Length == 0 || (defaultSchema is null ? schema is "public" or "dbo" : schema == defaultSchema) ? table : $"{schema}.{table}";
    }

    private string? TransactionOf(in EnvelopeParts parts, string connector)
    {
        if (connector == "postgresql" && parts.TxId is { } number)
        {
            if (number != _transactionNumber)
            {
                (_transactionNumber, _transaction, _transactionBytes) = (number, number.ToString(System.Globalization.CultureInfo.InvariantCulture), []);
            }

            return _transaction;
        }

        return !parts.TransactionId.IsEmpty ? Transaction(TransactionKey(parts.TransactionId))
            : !parts.Gtid.IsEmpty ? Transaction(parts.Gtid)
            : !parts.CommitLsn.IsEmpty ? Transaction(parts.CommitLsn)
            : null;
    }

    /// <summary>PostgreSQL's <c>763:31442376</c> differs at each event of a transaction behind its number.</summary>
    private static ReadOnlySpan<byte> TransactionKey(ReadOnlySpan<byte> id)
    {
        var colon = id.IndexOf((byte)':');
        return colon > 0 && !id[..colon].ContainsAnyExceptInRange((byte)'0', (byte)'9') && !id[(colon + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9')
            ? id[..colon]
            : id;
    }

    private string Transaction(ReadOnlySpan<byte> id)
    {
        if (_transactionBytes.Length == 0 || !id.SequenceEqual(_transactionBytes))
        {
            (_transactionNumber, _transaction, _transactionBytes) = (-1, Encoding.UTF8.GetString(id), id.ToArray());
        }

        return _transaction;
    }
}
