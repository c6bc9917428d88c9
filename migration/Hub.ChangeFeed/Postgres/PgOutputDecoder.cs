using Npgsql;

namespace Hub.ChangeFeed.Postgres;

/// <summary>
/// Turns pgoutput's messages (protocol 1, values as text: whole, committed transactions in commit order) into changes.
/// </summary>
internal sealed class PgOutputDecoder(NpgsqlDataSource database, string dataset, IEnumerable<string> tables, string schema)
{
    private static readonly ChangeRow NoKey = new(new ColumnNames([]), []);

    private readonly Dictionary<uint, PublishedTable> _tables = [];
    private readonly HashSet<string> _wanted = [.. tables];
    private uint _lastId;
    private PublishedTable? _last;
    private ulong _commit;
    private ulong _at;
    private ulong _row;
    private DateTimeOffset _time;

    /// <summary>A transaction has begun and not ended.</summary>
    public bool InTransaction { get; private set; }

    /// <summary>Where the last ended transaction's successor is read from: the end of its commit record.</summary>
    public ulong End { get; private set; }

    /// <summary>The position of the last change.</summary>
    public Position Highest { get; private set; }

    /// <summary>Reads a message of any other kind than a table's description.</summary>
    /// <param name="start">Where in the log it stands.</param>
    /// <param name="events">Where its changes go.</param>
    public void Read(ReadOnlySpan<byte> message, ulong start, List<ChangeEvent> events)
    {
        var reader = new PgOutputReader(message);
        switch ((char)reader.Byte())
        {
            case 'B':
                _commit = reader.UInt64();
                _time = DateTimeOffset.UnixEpoch.AddTicks((946_684_800_000_000L + (long)reader.UInt64()) * TimeSpan.TicksPerMicrosecond);
                (_at, _row, InTransaction) = (0, 0, true);
                break;
            case 'C':
                reader.Byte();
                reader.UInt64();
                End = reader.UInt64();
                InTransaction = false;
                break;
            case 'I':
                if (TableOf(reader.UInt32()) is { Name: not null } inserted)
                {
                    reader.Byte();
                    var values = reader.Tuple(inserted, out _);
                    Add(events, inserted, ChangeOperation.Create, inserted.KeyOf(values), null, values, Next(start));
                }

                break;
            case 'U':
                if (TableOf(reader.UInt32()) is { Name: not null } updated)
                {
                    Update(ref reader, updated, Next(start), events);
                }

                break;
            case 'D':
                if (TableOf(reader.UInt32()) is { Name: not null } deleted)
                {
                    reader.Byte();
                    var old = reader.Tuple(deleted, out _);
                    Add(events, deleted, ChangeOperation.Delete, deleted.KeyOf(old), old, null, Next(start));
                }

                break;
            case 'T':
                var count = reader.UInt32();
                reader.Byte();
                for (var i = 0; i < count; i++)
                {
                    if (TableOf(reader.UInt32()) is { Name: { } name })
                    {
                        events.Add(new ChangeEvent(ChangeOperation.Truncate, name, NoKey, null, null, Next(start), _time));
                    }
                }

                break;
            case 'O' or 'Y' or 'M':
                break;
            case var other:
                throw new FeedBrokenException($"PostgreSQL sent a message '{other}', which protocol 1 doesn't have.");
        }
    }

    /// <summary>Reads a table's description.</summary>
    public async Task ReadRelationAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var relation = RelationMessage.Read(new PgOutputReader(message.Span[1..]));
        var name = PostgresCatalog.Name(relation.Schema, relation.Table, schema);
        var isWatermark = name == Sources.Watermark.Table;
        _tables[relation.Id] = isWatermark || _wanted.Contains(name)
            ? await PublishedTable.OfAsync(database, relation, name, isWatermark, cancellationToken)
            : PublishedTable.Foreign;
        _last = null;
    }

    private void Update(ref PgOutputReader reader, PublishedTable table, Position position, List<ChangeEvent> events)
    {
        var kind = (char)reader.Byte();
        ChangeValue[]? old = null;
        if (kind is 'K' or 'O')
        {
            old = reader.Tuple(table, out _);
            reader.Byte();
        }

        var values = reader.Tuple(table, out var unchanged);
        if (unchanged && old is not null)
        {
            // What was not sent did not change: with a full identity the row before has it, otherwise the key at most.
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i].Kind == ChangeValueKind.Unknown && (kind == 'O' || table.Key.Contains(i)))
                {
                    values[i] = old[i];
                }
            }
        }

        if (old is null || table.SameKey(old, values))
        {
            Add(events, table, ChangeOperation.Update, table.KeyOf(values), kind == 'O' ? old : null, values, position);
            return;
        }

        // A change of key is two changes at one position.
        Add(events, table, ChangeOperation.Delete, table.KeyOf(old), old, null, position);
        Add(events, table, ChangeOperation.Create, table.KeyOf(values), null, values, position);
    }

    private void Add(
        List<ChangeEvent> events, PublishedTable table, ChangeOperation operation, ChangeRow key, ChangeValue[]? before, ChangeValue[]? after, Position position)
    {
        if (table.IsWatermark && key[0].Text != dataset)
        {
            return;
        }

        Highest = position;
        events.Add(new ChangeEvent(
            operation, table.Name!, key, before is null ? null : new ChangeRow(table.Names, before), after is null ? null : new ChangeRow(table.Names, after), position, _time));
    }

    /// <summary>Rows that were written at once share a place in the log.</summary>
    private Position Next(ulong start)
    {
        _row = start == _at ? _row + 1 : 0;
        _at = start;
        return new Position(_commit, start, _row);
    }

    private PublishedTable TableOf(uint id)
    {
        if (_last is null || _lastId != id)
        {
            _last = _tables.TryGetValue(id, out var table)
                ? table
                : throw new FeedBrokenException($"PostgreSQL sent a change of the table with oid {id} without describing it first.");
            _lastId = id;
        }

        return _last;
    }
}
