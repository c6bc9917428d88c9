namespace Hub.ChangeFeed.Debezium;

/// <summary>
/// The names of an object's members in the order in which they came last: a connector writes them in the same one each time,
/// so that comparing bytes finds the next one sooner than reading it.
/// </summary>
internal sealed class EnvelopeNames
{
    private const int Most = 64;

    private readonly List<(byte[] Text, EnvelopeName Name)> _order = [];
    private readonly bool _ofSource;

    public EnvelopeNames(bool ofSource) => _ofSource = ofSource;

    /// <summary>The next member's name with its colon taken, or false at the object's end.</summary>
    public bool Take(scoped ref JsonCursor cursor, int place, out EnvelopeName name)
    {
        if (place < _order.Count && cursor.TakeBytes(_order[place].Text))
        {
            name = _order[place].Name;
            return true;
        }

        var first = place == 0;
        if (!cursor.Name(ref first, out var text))
        {
            name = default;
            return false;
        }

        name = _ofSource ? OfSource(text.Bytes) : OfEnvelope(text.Bytes);
        if (!text.Escaped && place < Most)
        {
            Learn(place, text.Bytes, name);
        }

        return true;
    }

    private void Learn(int place, ReadOnlySpan<byte> text, EnvelopeName name)
    {
        var before = place == 0 ? "\""u8 : ",\""u8;
        if (place < _order.Count && _order[place].Text.AsSpan(before.Length).StartsWith(text) && _order[place].Text.Length == before.Length + text.Length + 2)
        {
            return;
        }

        byte[] quoted = [.. before, .. text, (byte)'"', (byte)':'];
        if (place < _order.Count)
        {
            _order[place] = (quoted, name);
        }
        else if (place == _order.Count)
        {
            _order.Add((quoted, name));
        }
    }

    private static EnvelopeName OfEnvelope(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("op"u8) => EnvelopeName.Op,
        2 when name.SequenceEqual("id"u8) => EnvelopeName.Id,
        3 when name.SequenceEqual("ddl"u8) => EnvelopeName.Ddl,
        4 when name.SequenceEqual("type"u8) => EnvelopeName.Type,
        5 when name.SequenceEqual("after"u8) => EnvelopeName.After,
        5 when name.SequenceEqual("ts_ms"u8) => EnvelopeName.TsMs,
        5 when name.SequenceEqual("ts_us"u8) || name.SequenceEqual("ts_ns"u8) => EnvelopeName.Finer,
        6 when name.SequenceEqual("before"u8) => EnvelopeName.Before,
        6 when name.SequenceEqual("source"u8) => EnvelopeName.Source,
        6 when name.SequenceEqual("status"u8) => EnvelopeName.Status,
        6 when name.SequenceEqual("schema"u8) => EnvelopeName.Schema,
        7 when name.SequenceEqual("payload"u8) => EnvelopeName.Payload,
        9 when name.SequenceEqual("timestamp"u8) => EnvelopeName.Timestamp,
        11 when name.SequenceEqual("event_count"u8) => EnvelopeName.EventCount,
        11 when name.SequenceEqual("transaction"u8) => EnvelopeName.Transaction,
        12 when name.SequenceEqual("tableChanges"u8) => EnvelopeName.TableChanges,
        14 when name.SequenceEqual("aggregate_type"u8) => EnvelopeName.AggregateType,
        15 when name.SequenceEqual("additional_data"u8) => EnvelopeName.AdditionalData,
        _ => EnvelopeName.Other,
    };

    private static EnvelopeName OfSource(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("db"u8) => EnvelopeName.Db,
        3 when name.SequenceEqual("lsn"u8) => EnvelopeName.Lsn,
        3 when name.SequenceEqual("pos"u8) => EnvelopeName.Pos,
        3 when name.SequenceEqual("row"u8) => EnvelopeName.Row,
        4 when name.SequenceEqual("name"u8) => EnvelopeName.Name,
        4 when name.SequenceEqual("txId"u8) => EnvelopeName.TxId,
        4 when name.SequenceEqual("file"u8) => EnvelopeName.File,
        4 when name.SequenceEqual("gtid"u8) => EnvelopeName.Gtid,
        5 when name.SequenceEqual("ts_ms"u8) => EnvelopeName.TsMs,
        5 when name.SequenceEqual("table"u8) => EnvelopeName.Table,
        6 when name.SequenceEqual("schema"u8) => EnvelopeName.Schema,
        8 when name.SequenceEqual("sequence"u8) => EnvelopeName.Sequence,
        9 when name.SequenceEqual("connector"u8) => EnvelopeName.Connector,
        9 when name.SequenceEqual("server_id"u8) => EnvelopeName.ServerId,
        10 when name.SequenceEqual("commit_lsn"u8) => EnvelopeName.CommitLsn,
        _ => EnvelopeName.Other,
    };
}

/// <summary>The members of an envelope and of its source that are read.</summary>
internal enum EnvelopeName
{
    Other, Op, Id, Ddl, Type, After, TsMs, Finer, Before, Source, Status, Schema, Payload, Timestamp, EventCount, Transaction, TableChanges, AggregateType, AdditionalData,
    Db, Lsn, Pos, Row, Name, TxId, File, Gtid, Table, Sequence, Connector, ServerId, CommitLsn,
}

/// <summary>What was learned of the order of names, in all objects of an envelope.</summary>
internal sealed class EnvelopeOrder
{
    public EnvelopeNames Outer { get; } = new(ofSource: false);

    public EnvelopeNames Payload { get; } = new(ofSource: false);

    public EnvelopeNames Source { get; } = new(ofSource: true);
}
