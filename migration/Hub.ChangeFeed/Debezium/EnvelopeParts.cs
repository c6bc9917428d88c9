namespace Hub.ChangeFeed.Debezium;

/// <summary>
/// What an envelope consists of, found in one walk: rows are passed over, because the table that they are of stands behind
/// them, and read afterwards where they begin.
/// </summary>
internal ref struct EnvelopeParts
{
    /// <summary>Where the payload's row begins; 0: there is none.</summary>
    public int Before;
    public int After;
    public bool IsNull;
    public bool HasSource;
    public bool HasMore;
    public byte Operation;
    public ConnectSchema? Schema;
    public long? Time;
    public ReadOnlySpan<byte> TransactionId;

    // Of the source block.
    public ReadOnlySpan<byte> Connector;
    public ReadOnlySpan<byte> Prefix;
    public ReadOnlySpan<byte> Database;
    public ReadOnlySpan<byte> SchemaName;
    public ReadOnlySpan<byte> Table;
    public ReadOnlySpan<byte> Sequence;
    public ReadOnlySpan<byte> File;
    public ReadOnlySpan<byte> Gtid;
    public ReadOnlySpan<byte> CommitLsn;
    public long? SourceTime;
    public long? TxId;
    public long? Lsn;
    public long? Pos;
    public long? Row;
    public long? ServerId;

    // Of records that change no row.
    public ReadOnlySpan<byte> Status;
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Type;
    public ReadOnlySpan<byte> Aggregate;
    public ReadOnlySpan<byte> Ddl;
    public int Additional;
    public int TableChanges;
    public long? EventCount;
    public long? Timestamp;

    /// <summary>Reads an object with or without its schema.</summary>
    public void Read(scoped ref JsonCursor cursor, ConnectSchemas schemas)
    {
        if (cursor.TakeNull())
        {
            IsNull = true;
            return;
        }

        if (cursor.Peek() != (byte)'{')
        {
            throw cursor.Broken("an envelope is expected");
        }

        var first = true;
        cursor.Expect((byte)'{');
        while (cursor.Name(ref first, out var name))
        {
            if (name.Bytes.SequenceEqual("schema"u8))
            {
                Schema = schemas.Take(ref cursor);
            }
            else if (name.Bytes.SequenceEqual("payload"u8))
            {
                ReadPayload(ref cursor);
            }
            else
            {
                ReadPart(ref cursor, name.Bytes);
            }
        }
    }

    private static ReadOnlySpan<byte> Text(scoped ref JsonCursor cursor) => cursor.TakeNull() ? default : cursor.String().Meant;

    private void ReadPayload(scoped ref JsonCursor cursor)
    {
        if (cursor.TakeNull())
        {
            IsNull = true;
            return;
        }

        var first = true;
        cursor.Expect((byte)'{');
        while (cursor.Name(ref first, out var name))
        {
            ReadPart(ref cursor, name.Bytes);
        }
    }

    private void ReadPart(scoped ref JsonCursor cursor, scoped ReadOnlySpan<byte> name)
    {
        switch (name.Length)
        {
            case 2 when name.SequenceEqual("op"u8):
                var operation = Text(ref cursor);
                Operation = operation.Length == 1 ? operation[0] : throw cursor.Broken("an op is one letter");
                break;
            case 2 when name.SequenceEqual("id"u8) && cursor.Peek() == (byte)'"':
                Id = Text(ref cursor);
                break;
            case 3 when name.SequenceEqual("ddl"u8):
                Ddl = Text(ref cursor);
                break;
            case 4 when name.SequenceEqual("type"u8) && cursor.Peek() == (byte)'"':
                Type = Text(ref cursor);
                break;
            case 5 when name.SequenceEqual("after"u8):
                After = FindRow(ref cursor);
                break;
            case 5 when name.SequenceEqual("ts_ms"u8):
                Time = cursor.Whole();
                break;
            case 5 when name.SequenceEqual("ts_us"u8) || name.SequenceEqual("ts_ns"u8):
                cursor.Skip();
                break;
            case 6 when name.SequenceEqual("before"u8):
                Before = FindRow(ref cursor);
                break;
            case 6 when name.SequenceEqual("source"u8):
                ReadSource(ref cursor);
                break;
            case 6 when name.SequenceEqual("status"u8) && cursor.Peek() == (byte)'"':
                Status = Text(ref cursor);
                break;
            case 9 when name.SequenceEqual("timestamp"u8) && cursor.Peek() != (byte)'"':
                Timestamp = cursor.Whole();
                break;
            case 11 when name.SequenceEqual("event_count"u8):
                EventCount = cursor.Whole();
                break;
            case 11 when name.SequenceEqual("transaction"u8):
                ReadTransaction(ref cursor);
                break;
            case 12 when name.SequenceEqual("tableChanges"u8) && cursor.Peek() == (byte)'[':
                TableChanges = cursor.At;
                cursor.Skip();
                break;
            case 14 when name.SequenceEqual("aggregate_type"u8) && cursor.Peek() == (byte)'"':
                Aggregate = Text(ref cursor);
                break;
            case 15 when name.SequenceEqual("additional_data"u8) && cursor.Peek() == (byte)'{':
                Additional = cursor.At;
                cursor.Skip();
                break;
            default:
                HasMore = true;
                cursor.Skip();
                break;
        }
    }

    private static int FindRow(scoped ref JsonCursor cursor)
    {
        switch (cursor.Peek())
        {
            case (byte)'n':
                cursor.TakeNull();
                return 0;
            case (byte)'{':
                var at = cursor.At;
                cursor.Skip();
                return at;
            default:
                throw cursor.Broken("a row is expected");
        }
    }

    private void ReadTransaction(scoped ref JsonCursor cursor)
    {
        if (cursor.TakeNull())
        {
            return;
        }

        var first = true;
        cursor.Expect((byte)'{');
        while (cursor.Name(ref first, out var name))
        {
            if (name.Bytes.SequenceEqual("id"u8))
            {
                TransactionId = Text(ref cursor);
            }
            else
            {
                cursor.Skip();
            }
        }
    }

    private void ReadSource(scoped ref JsonCursor cursor)
    {
        if (cursor.TakeNull())
        {
            return;
        }

        HasSource = true;
        var first = true;
        cursor.Expect((byte)'{');
        while (cursor.Name(ref first, out var named))
        {
            var name = named.Bytes;
            switch (name.Length)
            {
                case 2 when name.SequenceEqual("db"u8):
                    Database = Text(ref cursor);
                    break;
                case 3 when name.SequenceEqual("lsn"u8):
                    Lsn = cursor.Whole();
                    break;
                case 3 when name.SequenceEqual("pos"u8):
                    Pos = cursor.Whole();
                    break;
                case 3 when name.SequenceEqual("row"u8):
                    Row = cursor.Whole();
                    break;
                case 4 when name.SequenceEqual("name"u8):
                    Prefix = Text(ref cursor);
                    break;
                case 4 when name.SequenceEqual("txId"u8) && cursor.Peek() != (byte)'"':
                    TxId = cursor.Whole();
                    break;
                case 4 when name.SequenceEqual("file"u8):
                    File = Text(ref cursor);
                    break;
                case 4 when name.SequenceEqual("gtid"u8):
                    Gtid = Text(ref cursor);
                    break;
                case 5 when name.SequenceEqual("ts_ms"u8):
                    SourceTime = cursor.Whole();
                    break;
                case 5 when name.SequenceEqual("table"u8):
                    Table = Text(ref cursor);
                    break;
                case 6 when name.SequenceEqual("schema"u8):
                    SchemaName = Text(ref cursor);
                    break;
                case 8 when name.SequenceEqual("sequence"u8):
                    Sequence = Text(ref cursor);
                    break;
                case 9 when name.SequenceEqual("connector"u8):
                    Connector = Text(ref cursor);
                    break;
                case 9 when name.SequenceEqual("server_id"u8):
                    ServerId = cursor.Whole();
                    break;
                case 10 when name.SequenceEqual("commit_lsn"u8):
                    CommitLsn = Text(ref cursor);
                    break;
                default:
                    cursor.Skip();
                    break;
            }
        }
    }
}
