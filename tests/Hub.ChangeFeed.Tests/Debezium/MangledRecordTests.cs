using CsCheck;
using Hub.ChangeFeed.Debezium;

namespace Hub.ChangeFeed.Tests.Debezium;

/// <summary>Records that a disk or a network broke: whatever comes, it is decoded or refused, and nothing else (CsCheck prints the seed).</summary>
public sealed class MangledRecordTests
{
    [Fact]
    public void Record_CutOrFlipped_IsDecodedOrRefused()
    {
        SampleRecord[] records =
        [
            .. Samples.Records("captured/postgresql/pgts.public.t_types.jsonl").Take(4),
            .. Samples.Records("captured/postgresql/pgt.public.t_types.jsonl").Take(2),
            .. Samples.Records("captured/mariadb/mcts.types.t_types.jsonl").Take(9),
            .. Samples.Records("captured/mariadb/mct.jsonl").Take(2),
            .. Samples.Records("captured/postgresql/pgt-notifications.jsonl").TakeLast(2),
            .. Samples.Records("captured/postgresql/pgt.transaction.jsonl").Take(2),
            .. Samples.Records("records/sqlserver.jsonl").Take(4),
        ];
        var envelope = new DebeziumEnvelope(SampleTables.Postgres, DebeziumHandling.Debezium);
        var flips = Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte).Array[0, 4];

        Gen.Select(Gen.Int[0, records.Length - 1].Select(place => records[place]), flips, flips, Gen.Int[0, 40_000]).Sample(
            (record, keyFlips, valueFlips, length) =>
            {
                var key = Mangle(record.Key, keyFlips, int.MaxValue);
                var value = Mangle(record.Value, valueFlips, length);
                try
                {
                    envelope.Read(key, value, 3, key);
                }
                catch (FormatException e)
                {
                    Assert.Contains("offset 3", e.Message, StringComparison.Ordinal);
                }
            },
            iter: 20_000, threads: 1);
    }

    [Fact]
    public void Record_CutAnywhere_IsRefused()
    {
        var record = Samples.Records("captured/postgresql/pgts.public.t_full.jsonl").First();
        var envelope = new DebeziumEnvelope(SampleTables.Postgres);
        for (var length = 1; length < record.Value.Length; length++)
        {
            Assert.Throws<FormatException>(() => envelope.Read(record.Key, record.Value.AsSpan(0, length), 1));
        }
    }

    private static byte[] Mangle(byte[] bytes, (int At, byte Value)[] flips, int length)
    {
        var mangled = bytes[..Math.Min(bytes.Length, length)];
        foreach (var (at, value) in flips)
        {
            if (mangled.Length > 0)
            {
                mangled[at % mangled.Length] = value;
            }
        }

        return mangled;
    }
}
