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

    /// <summary>Where it must end, because the envelope was read on from there; 0: it was passed over byte by byte.</summary>
    public int BeforeEnd;
    public int AfterEnd;
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
    /// <param name="jump">
    /// Rows are jumped over by what stands behind them: whoever reads them sees whether they end there. In a row that has an
    /// object with such names itself they don't, and the record is read again without.
    /// </param>
    public void Read(ref JsonCursor cursor, ConnectSchemas schemas, EnvelopeOrder order, bool jump)
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

        cursor.Expect((byte)'{');
        for (var place = 0; order.Outer.Take(ref cursor, place, out var name); place++)
        {
            switch (name)
            {
                case EnvelopeName.Schema:
                    Schema = schemas.Take(ref cursor);
                    break;
                case EnvelopeName.Payload when cursor.TakeNull():
                    IsNull = true;
                    break;
                case EnvelopeName.Payload:
                    cursor.Expect((byte)'{');
                    for (var inner = 0; order.Payload.Take(ref cursor, inner, out name); inner++)
                    {
                        ReadPart(ref cursor, name, order, jump);
                    }

                    break;
                default:
                    ReadPart(ref cursor, name, order, jump);
                    break;
            }
        }
    }

    private static ReadOnlySpan<byte> Text(scoped ref JsonCursor cursor) => cursor.TakeNull() ? default : cursor.String().Meant;

    private void ReadPart(scoped ref JsonCursor cursor, EnvelopeName name, EnvelopeOrder order, bool jump)
    {
        switch (name)
        {
            case EnvelopeName.Op:
                var operation = Text(ref cursor);
                Operation = operation.Length == 1 ? operation[0] : throw cursor.Broken("an op is one letter");
                break;
            case EnvelopeName.Id when cursor.Peek() == (byte)'"':
                Id = Text(ref cursor);
                break;
            case EnvelopeName.Ddl:
                Ddl = Text(ref cursor);
                break;
            case EnvelopeName.Type when cursor.Peek() == (byte)'"':
                Type = Text(ref cursor);
                break;
            case EnvelopeName.After:
                After = FindRow(ref cursor, jump ? "},\"source\":{"u8 : default, out AfterEnd);
                break;
            case EnvelopeName.TsMs:
                Time = cursor.Whole();
                break;
            case EnvelopeName.Finer:
                cursor.Skip();
                break;
            case EnvelopeName.Before:
                Before = FindRow(ref cursor, jump ? "},\"after\":"u8 : default, out BeforeEnd);
                break;
            case EnvelopeName.Source:
                ReadSource(ref cursor, order.Source);
                break;
            case EnvelopeName.Status when cursor.Peek() == (byte)'"':
                Status = Text(ref cursor);
                break;
            case EnvelopeName.Timestamp when cursor.Peek() != (byte)'"':
                Timestamp = cursor.Whole();
                break;
            case EnvelopeName.EventCount:
                EventCount = cursor.Whole();
                break;
            case EnvelopeName.Transaction:
                ReadTransaction(ref cursor);
                break;
            case EnvelopeName.TableChanges when cursor.Peek() == (byte)'[':
                TableChanges = cursor.At;
                cursor.Skip();
                break;
            case EnvelopeName.AggregateType when cursor.Peek() == (byte)'"':
                Aggregate = Text(ref cursor);
                break;
            case EnvelopeName.AdditionalData when cursor.Peek() == (byte)'{':
                Additional = cursor.At;
                cursor.Skip();
                break;
            default:
                HasMore = true;
                cursor.Skip();
                break;
        }
    }

    private static int FindRow(scoped ref JsonCursor cursor, ReadOnlySpan<byte> behind, out int end)
    {
        end = 0;
        switch (cursor.Peek())
        {
            case (byte)'n':
                cursor.TakeNull();
                return 0;
            case (byte)'{':
                var at = cursor.At;
                if (!behind.IsEmpty && cursor.Jump(behind))
                {
                    end = cursor.At;
                }
                else
                {
                    cursor.Skip();
                }

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

    private void ReadSource(scoped ref JsonCursor cursor, EnvelopeNames names)
    {
        if (cursor.TakeNull())
        {
            return;
        }

        HasSource = true;
        cursor.Expect((byte)'{');
        for (var place = 0; names.Take(ref cursor, place, out var name); place++)
        {
            switch (name)
            {
                case EnvelopeName.Db:
                    Database = Text(ref cursor);
                    break;
                case EnvelopeName.Lsn:
                    Lsn = cursor.Whole();
                    break;
                case EnvelopeName.Pos:
                    Pos = cursor.Whole();
                    break;
                case EnvelopeName.Row:
                    Row = cursor.Whole();
                    break;
                case EnvelopeName.Name:
                    Prefix = Text(ref cursor);
                    break;
                case EnvelopeName.TxId when cursor.Peek() != (byte)'"':
                    TxId = cursor.Whole();
                    break;
                case EnvelopeName.File:
                    File = Text(ref cursor);
                    break;
                case EnvelopeName.Gtid:
                    Gtid = Text(ref cursor);
                    break;
                case EnvelopeName.TsMs:
                    SourceTime = cursor.Whole();
                    break;
                case EnvelopeName.Table:
                    Table = Text(ref cursor);
                    break;
                case EnvelopeName.Schema:
                    SchemaName = Text(ref cursor);
                    break;
                case EnvelopeName.Sequence:
                    Sequence = Text(ref cursor);
                    break;
                case EnvelopeName.Connector:
                    Connector = Text(ref cursor);
                    break;
                case EnvelopeName.ServerId:
                    ServerId = cursor.Whole();
                    break;
                case EnvelopeName.CommitLsn:
                    CommitLsn = Text(ref cursor);
                    break;
                default:
                    cursor.Skip();
                    break;
            }
        }
    }
}
