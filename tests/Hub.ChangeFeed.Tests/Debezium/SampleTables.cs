using Hub.ChangeFeed.Sources;

namespace Hub.ChangeFeed.Tests.Debezium;

/// <summary>The tables of the captured samples, as their databases describe them.</summary>
internal static class SampleTables
{
    public static IReadOnlyDictionary<string, DatabaseTable> Postgres { get; } = Tables(
        ("t_types", """
            id bigint WholeNumber, b boolean Boolean, i2 smallint WholeNumber, i4 integer WholeNumber, i8 bigint WholeNumber, r real BinaryFraction,
            d double_precision BinaryFraction, n numeric ExactNumber, n12_2 numeric(12;2) ExactNumber, n_nan numeric ExactNumber, m money ExactNumber, c character(5) Text,
            v character_varying Text, t text Text, by bytea Bytes, d1 date Date, t1 time_without_time_zone TimeOfDay, t6 time(3)_without_time_zone TimeOfDay,
            ttz time_with_time_zone TimeOfDay, ts timestamp_without_time_zone Timestamp, ts3 timestamp(3)_without_time_zone Timestamp, tstz timestamp_with_time_zone ZonedTimestamp,
            iv interval Interval, u uuid Uuid, j json Json, jb jsonb Json, x xml Text, ia integer[] Other, ta text[] Other, md mood Enum, inet inet Text, hs hstore Json,
            bits bit(3) Bits, vb bit_varying(8) Bits, rng int4range Text
            """),
        ("t_full", "id integer WholeNumber, k2 text Text, v text Text, added integer WholeNumber"),
        ("t_toast", "id integer WholeNumber, small integer WholeNumber, big text Text, bignull text Text"),
        ("t_nopk", "a integer WholeNumber, b text Text"),
        ("t_outbox", "id uuid Uuid, aggregatetype text Text, aggregateid text Text, type text Text, payload jsonb Json"));

    public static IReadOnlyDictionary<string, DatabaseTable> MariaDb { get; } = Tables(
        ("t_types", """
            id bigint(20)_unsigned WholeNumber, b tinyint(1) WholeNumber, i1 tinyint(4) WholeNumber, i1u tinyint(3)_unsigned WholeNumber, i2 smallint(6) WholeNumber,
            i3 mediumint(9) WholeNumber, i4 int(11) WholeNumber, i4u int(10)_unsigned WholeNumber, i8u bigint(20)_unsigned WholeNumber, f float BinaryFraction, d double BinaryFraction,
            n10_0 decimal(10;0) ExactNumber, n65_30 decimal(65;30) ExactNumber, c char(5) Text, v varchar(100) Text, t text Text, lt longtext Text, bi binary(4) Bytes, vb varbinary(10) Bytes,
            bl blob Bytes, d1 date Date, t0 time TimeOfDay, t6 time(6) TimeOfDay, dt datetime Timestamp, dt6 datetime(6) Timestamp, ts timestamp ZonedTimestamp, ts6 timestamp(6) ZonedTimestamp,
            y year(4) WholeNumber, e enum Enum, s set Text, j longtext Json, bt bit(10) Bits, latin varchar(20) Text
            """),
        ("t_pk", "a int(11) WholeNumber, b varchar(20) Text, v varchar(100) Text, vv varchar(100) Text, added int(11) WholeNumber"),
        ("t_nopk", "a int(11) WholeNumber, b varchar(20) Text"));

    public static DatabaseTable Table(string name, params (string Name, ColumnType Type, string Declared)[] columns) => new(
        name, [.. columns.Select(column => new DatabaseColumn(column.Name, column.Type, column.Declared, NotNull: false, HasDefault: false))], [], []);

    private static Dictionary<string, DatabaseTable> Tables(params (string Name, string Columns)[] tables) => tables.ToDictionary(
        table => table.Name,
        table => Table(table.Name, [.. table.Columns.Split(',', StringSplitOptions.TrimEntries).Select(column => column.Split(' ')).Select(
            parts => (parts[0], Enum.Parse<ColumnType>(parts[2]), parts[1].Replace('_', ' ').Replace(';', ',')))]));
}
