using System.Collections.Immutable;
using Hub.ChangeFeed.Sources;
using Npgsql;

namespace Hub.Migration.Applying.Postgres;

/// <summary>What PostgreSQL says of New's tables.</summary>
internal sealed class PostgresCatalog
{
    private const string Columns =
        """
        WITH RECURSIVE base(oid, typbasetype, typtype, typname, typmod, attrelid, attnum) AS (
          SELECT t.oid, t.typbasetype, t.typtype, t.typname, CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END, a.attrelid, a.attnum
          FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
          UNION ALL
          SELECT t.oid, t.typbasetype, t.typtype, t.typname, CASE WHEN t.typtype = 'd' AND t.typtypmod >= 0 THEN t.typtypmod ELSE b.typmod END, b.attrelid, b.attnum
          FROM base b JOIN pg_type t ON t.oid = b.typbasetype WHERE b.typtype = 'd')
        SELECT a.attname::text, b.typname::text, b.typtype::text, b.typmod, format_type(a.atttypid, a.atttypmod), a.attnotnull,
          a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> ''
        FROM base b JOIN pg_attribute a USING (attrelid, attnum) WHERE b.typtype <> 'd' ORDER BY a.attnum
        """;

    private const string Uniques =
        """
        SELECT i.indisprimary, array(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY k(n, o)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n WHERE k.o <= i.indnkeyatts ORDER BY k.o)
        FROM pg_index i WHERE i.indrelid = $1::regclass AND i.indisunique AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
        ORDER BY i.indexrelid
        """;

    private const string References =
        """
        SELECT c.confrelid::oid::bigint, c.confdeltype IN ('c', 'n', 'd') OR c.confupdtype IN ('c', 'n', 'd'),
          array(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(n, o) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY k.o),
          array(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY k(n, o) JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY k.o)
        FROM pg_constraint c WHERE c.conrelid = $1::regclass AND c.contype = 'f' ORDER BY c.oid
        """;

    /// <summary>By table, how each column is written.</summary>
    public Dictionary<string, Dictionary<string, PostgresColumn>> Forms { get; } = new(StringComparer.Ordinal);

    public required TargetTables Tables { get; init; }

    /// <summary>Constraints may be looked at only when the transaction ends.</summary>
    public required bool Defers { get; init; }

    public static async Task<PostgresCatalog> ReadAsync(NpgsqlConnection connection, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var tables = ImmutableArray.CreateBuilder<DatabaseTable>();
        var forms = new Dictionary<string, Dictionary<string, PostgresColumn>>(StringComparer.Ordinal);
        var oids = new Dictionary<long, string>();
        foreach (var name in names)
        {
            if (await OidAsync(connection, name, cancellationToken) is not { } oid)
            {
                continue;
            }

            oids[oid] = name;
            var columns = await QueryAsync(connection, Columns, oid, reader => (
                Form: FormOf(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetString(4)),
                Type: TypeOf(reader.GetString(1), reader.GetString(2)), NotNull: reader.GetBoolean(5), HasDefault: reader.GetBoolean(6)), cancellationToken);
            var uniques = await QueryAsync(connection, Uniques, oid, reader => (reader.GetBoolean(0), reader.GetFieldValue<string[]>(1).ToImmutableArray()), cancellationToken);
            forms[name] = columns.ToDictionary(column => column.Form.Name, column => column.Form, StringComparer.Ordinal);
            tables.Add(new DatabaseTable(
                name, [.. columns.Select(column => new DatabaseColumn(column.Form.Name, column.Type, column.Form.Declared, column.NotNull, column.HasDefault))],
                uniques.Where(unique => unique.Item1).Select(unique => unique.Item2).FirstOrDefault([]), [.. uniques.Where(unique => !unique.Item1).Select(unique => unique.Item2)]));
        }

        var acting = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        var references = ImmutableArray.CreateBuilder<TargetReference>();
        foreach (var (oid, name) in oids)
        {
            foreach (var (parent, acts, from, to) in await QueryAsync(connection, References, oid, reader => (
                reader.GetInt64(0), reader.GetBoolean(1), reader.GetFieldValue<string[]>(2), reader.GetFieldValue<string[]>(3)), cancellationToken))
            {
                if (acts)
                {
                    acting.Add(name);
                }

                references.Add(new TargetReference(name, oids.GetValueOrDefault(parent, ""), [.. from.Zip(to)]));
            }
        }

        await using var defers = new NpgsqlCommand("SELECT EXISTS(SELECT 1 FROM pg_constraint WHERE condeferrable AND conrelid = ANY($1::oid[]))", connection)
        {
            Parameters = { new() { Value = oids.Keys.Select(oid => (uint)oid).ToArray(), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Oid } },
        };
        var catalog = new PostgresCatalog
        {
            Tables = new TargetTables(tables.ToImmutable(), acting.ToImmutable(), references.ToImmutable()),
            Defers = (bool)(await defers.ExecuteScalarAsync(cancellationToken))!,
        };
        foreach (var (name, form) in forms)
        {
            catalog.Forms.Add(name, form);
        }

        return catalog;
    }

    public static async Task<long?> OidAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT to_regclass($1)::oid::bigint", connection) { Parameters = { new() { Value = TableName.Quote(name, schemas: true) } } };
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    private static async Task<List<T>> QueryAsync<T>(
        NpgsqlConnection connection, string sql, long oid, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql.Replace("$1::regclass", "$1::bigint::oid", StringComparison.Ordinal), connection) { Parameters = { new() { Value = oid } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    private static PostgresColumn FormOf(string name, string type, string sort, int modifier, string declared)
    {
        var kind = sort == "e" ? PostgresKind.Text : type switch
        {
            "int2" => PostgresKind.Int2,
            "int4" => PostgresKind.Int4,
            "int8" => PostgresKind.Int8,
            "numeric" => PostgresKind.Numeric,
            "float4" => PostgresKind.Float4,
            "float8" => PostgresKind.Float8,
            "bool" => PostgresKind.Bool,
            "text" or "varchar" or "bpchar" or "name" or "citext" or "json" => PostgresKind.Text,
            "jsonb" => PostgresKind.Jsonb,
            "timestamp" => PostgresKind.Timestamp,
            "timestamptz" => PostgresKind.TimestampTz,
            "date" => PostgresKind.Date,
            "time" => PostgresKind.Time,
            "interval" => PostgresKind.Interval,
            "bytea" => PostgresKind.Bytea,
            "uuid" => PostgresKind.Uuid,
            _ => PostgresKind.Cast,
        };
        var size = modifier < 0 ? (int?)null : type is "varchar" or "bpchar" or "numeric" ? modifier - 4 : modifier;
        var second = type == "interval" ? size is null || (size & 0xffff) == 0xffff ? 6 : size.Value & 0xffff : size ?? 6;
        return new PostgresColumn(
            name, declared, kind, type is "varchar" or "bpchar" ? size : null, type == "numeric" ? size >> 16 : null, type == "numeric" && size is { } bits ? bits & 0x7ff : 0,
            kind is PostgresKind.Timestamp or PostgresKind.TimestampTz or PostgresKind.Time or PostgresKind.Interval ? (long)Math.Pow(10, 7 - Math.Clamp(second, 0, 6)) : 1);
    }

    private static ColumnType TypeOf(string type, string sort) => sort == "e" ? ColumnType.Enum : type switch
    {
        "int2" or "int4" or "int8" or "oid" => ColumnType.WholeNumber,
        "numeric" => ColumnType.ExactNumber,
        "float4" or "float8" => ColumnType.BinaryFraction,
        "bool" => ColumnType.Boolean,
        "text" or "varchar" or "bpchar" or "name" or "citext" => ColumnType.Text,
        "json" or "jsonb" => ColumnType.Json,
        "timestamp" => ColumnType.Timestamp,
        "timestamptz" => ColumnType.ZonedTimestamp,
        "date" => ColumnType.Date,
        "time" => ColumnType.TimeOfDay,
        "interval" => ColumnType.Interval,
        "bytea" => ColumnType.Bytes,
        "uuid" => ColumnType.Uuid,
        "bit" or "varbit" => ColumnType.Bits,
        _ => ColumnType.Other,
    };
}
