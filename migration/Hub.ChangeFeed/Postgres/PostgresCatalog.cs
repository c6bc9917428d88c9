using System.Collections.Immutable;
using Hub.ChangeFeed.Sources;
using Npgsql;

namespace Hub.ChangeFeed.Postgres;

/// <summary>Tables as <c>pg_catalog</c> has them. Generated columns are left out: the replication stream doesn't bring them.</summary>
internal static class PostgresCatalog
{
    /// <summary>A column's type with a domain's base type in its place: expects <c>pg_attribute a</c>.</summary>
    private const string BaseType = """
        lateral (
            with recursive base(type, modifier) as (
                select a.atttypid, a.atttypmod
                union all
                select d.typbasetype, case when base.modifier >= 0 then base.modifier else d.typtypmod end
                from base join pg_type d on d.oid = base.type where d.typtype = 'd')
            select format_type(base.type, base.modifier) as declared, t.typtype = 'e' as is_enum
            from base join pg_type t on t.oid = base.type where t.typtype <> 'd') base
        """;

    private const string Columns = $"""
        select a.attname, base.declared, base.is_enum, a.attnotnull, a.atthasdef or a.attidentity <> ''
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid cross join {BaseType}
        where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        order by a.attnum
        """;

    private const string Indexes = """
        select i.indisprimary, array(
            select a.attname::text from unnest(i.indkey::int2[]) with ordinality k(number, place)
            join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number where k.place <= i.indnkeyatts order by k.place)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_index i on i.indrelid = c.oid
        where n.nspname = $1 and c.relname = $2 and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
        order by i.indexrelid
        """;

    /// <summary>The schema and table that a config's name means.</summary>
    public static (string Schema, string Table) Split(string name, string schema) =>
        name.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? (name[..dot], name[(dot + 1)..]) : (schema, name);

    /// <summary>The name that a config writes for it.</summary>
    public static string Name(string schema, string table, string defaultSchema) => schema == defaultSchema ? table : $"{schema}.{table}";

    /// <summary>Null where there is no such table.</summary>
    public static async Task<DatabaseTable?> DescribeAsync(NpgsqlConnection connection, string name, string schema, CancellationToken cancellationToken)
    {
        var (own, table) = Split(name, schema);
        var columns = ImmutableArray.CreateBuilder<DatabaseColumn>();
        await using (var command = new NpgsqlCommand(Columns, connection) { Parameters = { new() { Value = own }, new() { Value = table } } })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var declared = reader.GetString(1);
                columns.Add(new DatabaseColumn(
                    reader.GetString(0), PostgresType.Of(declared, reader.GetBoolean(2)).Type, declared, reader.GetBoolean(3), reader.GetBoolean(4)));
            }
        }

        if (columns.Count == 0)
        {
            return null;
        }

        ImmutableArray<string> key = [];
        var uniques = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        await using (var command = new NpgsqlCommand(Indexes, connection) { Parameters = { new() { Value = own }, new() { Value = table } } })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                if (reader.GetBoolean(0))
                {
                    key = [.. reader.GetFieldValue<string[]>(1)];
                }
                else
                {
                    uniques.Add([.. reader.GetFieldValue<string[]>(1)]);
                }
            }
        }

        await using var identity = new NpgsqlCommand(
            "select c.relreplident = 'f' from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2", connection)
        {
            Parameters = { new() { Value = own }, new() { Value = table } },
        };
        return new DatabaseTable(name, columns.DrainToImmutable(), key, uniques.DrainToImmutable())
        {
            WholeBefore = await identity.ExecuteScalarAsync(cancellationToken) is true,
        };
    }

    /// <summary>What the replication stream calls by numbers; a type that is gone by now is known by its text alone.</summary>
    public static async Task<PostgresType[]> DescribeTypesAsync(NpgsqlConnection connection, uint[] types, int[] modifiers, CancellationToken cancellationToken)
    {
        var described = types.Select(_ => PostgresType.Of("")).ToArray();
        await using var command = new NpgsqlCommand(
            $"""
            select a.place, base.declared, base.is_enum
            from unnest($1::int8[], $2::int4[]) with ordinality u(type, modifier, place)
            cross join lateral (select u.place, u.type::oid as atttypid, u.modifier as atttypmod) a cross join {BaseType}
            """, connection)
        { Parameters = { new() { Value = Array.ConvertAll(types, type => (long)type) }, new() { Value = modifiers } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            described[reader.GetInt64(0) - 1] = PostgresType.Of(reader.GetString(1), reader.GetBoolean(2));
        }

        return described;
    }

    /// <summary>The primary key's columns in its order; none where there is none.</summary>
    public static async Task<string[]> PrimaryKeyAsync(NpgsqlConnection connection, uint table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select array(
                select a.attname::text from unnest(i.indkey::int2[]) with ordinality k(number, place)
                join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number where k.place <= i.indnkeyatts order by k.place)
            from pg_index i where i.indrelid = {table} and i.indisprimary
            """, connection);
        return await command.ExecuteScalarAsync(cancellationToken) as string[] ?? [];
    }
}
