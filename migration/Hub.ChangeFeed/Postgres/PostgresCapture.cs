using System.Security.Cryptography;
using System.Text;
using Hub.ChangeFeed.Sources;
using Npgsql;

namespace Hub.ChangeFeed.Postgres;

/// <summary>
/// What the embedded way leaves in legacy's database: a watermark table, a publication a dataset and a replication slot a
/// target; and how all of it is taken away again. Everything may be done again.
/// </summary>
public static class PostgresCapture
{
    private const int NameLength = 63;

    /// <summary>The dataset's publication: its tables and the watermarks, never all tables.</summary>
    public static string Publication(string dataset) => NameOf(dataset);

    /// <summary>
    /// The slot of one target. The feed makes it when the target has read nothing yet. Unlike a publication's, its name is the
    /// whole server's: another database's slot of that name is never touched.
    /// </summary>
    public static string Slot(string dataset, string target) => NameOf(dataset, target);

    /// <summary>What a role that owns the tables, or a superuser, runs once and after each change of the tables.</summary>
    /// <param name="tables">As the config names them.</param>
    /// <param name="role">The role that Hub connects as; it is granted what it needs, and made by nobody but you. Null: no grants.</param>
    public static string InstallScript(string dataset, IEnumerable<string> tables, string schema = "public", string? role = null)
    {
        var named = tables.Append(Watermark.Table).Distinct().Select(table => Quoted(table, schema)).ToArray();
        var publication = PostgresSession.Quote(Publication(dataset));
        var script = new StringBuilder();
        script.AppendLine(
            $"""
            create table if not exists {Quoted(Watermark.Table, schema)} (
                dataset text primary key, counter bigint not null, ts_ms bigint not null, lineage text not null, mark text) with (fillfactor = 50);
            do $hub$ declare wrong text; begin
                select string_agg(c.oid::regclass::text, ', ') into wrong from pg_class c
                where c.oid in ({string.Join(", ", named.Select(table => $"{PostgresSession.Literal(table)}::regclass"))}) and (c.relreplident = 'n' or (c.relreplident = 'd'
                    and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and i.indimmediate)));
                if wrong is not null then
                    raise exception 'Published without a replica identity, legacy''s own updates and deletes of % would fail: give it a primary key that is not deferrable, and replica identity default.', wrong;
                end if;
            end $hub$;
            do $hub$ begin
                if not exists (select from pg_publication where pubname = {PostgresSession.Literal(Publication(dataset))}) then
                    create publication {publication} with (publish = 'insert, update, delete, truncate', publish_via_partition_root = true);
                end if;
            end $hub$;
            alter publication {publication} set table {string.Join(", ", named)};
            """);
        if (role is not null)
        {
            var to = PostgresSession.Quote(role);
            script.AppendLine($"alter role {to} replication;");
            foreach (var own in tables.Select(table => PostgresCatalog.Split(table, schema).Schema).Append(schema).Distinct())
            {
                script.AppendLine($"grant usage on schema {PostgresSession.Quote(own)} to {to};");
            }

            script.AppendLine($"grant select on {string.Join(", ", named)} to {to};");
            script.AppendLine($"grant insert, update on {Quoted(Watermark.Table, schema)} to {to};");
        }

        return script.ToString();
    }

    /// <summary>What takes it away: slots, whoever reads them, the publication, the dataset's watermark, its table when it was the last.</summary>
    public static string RemoveScript(string dataset, IEnumerable<string> targets, string schema = "public")
    {
        var watermarks = Quoted(Watermark.Table, schema);
        return RemoveSlotsScript(dataset, targets) + $"""
            drop publication if exists {PostgresSession.Quote(Publication(dataset))};
            do $hub$ begin
                if to_regclass({PostgresSession.Literal(watermarks)}) is not null then
                    delete from {watermarks} where dataset = {PostgresSession.Literal(dataset)};
                    if not exists (select from {watermarks}) then
                        drop table {watermarks};
                    end if;
                end if;
            end $hub$;

            """;
    }

    /// <summary>Runs <see cref="InstallScript"/>.</summary>
    /// <exception cref="FeedBrokenException">A table can't be published without breaking legacy's own writes; nothing is changed.</exception>
    public static async Task InstallAsync(PostgresSource source, string dataset, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        var described = await source.DescribeAsync(tables, cancellationToken);
        if (tables.Except(described.Select(table => table.Name)).Concat(described.Where(table => table.Key.IsEmpty).Select(table => table.Name)).FirstOrDefault() is { } wrong)
        {
            throw new FeedBrokenException(
                $"{source.Name} has no table {wrong} with a primary key. Published without one, legacy's own updates and deletes of it would fail: give it a key or leave it out.");
        }

        try
        {
            await RunAsync(source, InstallScript(dataset, tables, source.Schema), cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.RaiseException)
        {
            throw new FeedBrokenException(e.MessageText, e);
        }
    }

    /// <summary>Runs <see cref="RemoveScript"/>.</summary>
    public static Task RemoveAsync(PostgresSource source, string dataset, IEnumerable<string> targets, CancellationToken cancellationToken) =>
        EndAsync(source, RemoveScript(dataset, targets, source.Schema), cancellationToken);

    /// <summary>Drops the slots of targets, whoever reads them, and leaves the rest.</summary>
    public static Task RemoveSlotsAsync(PostgresSource source, string dataset, IEnumerable<string> targets, CancellationToken cancellationToken) =>
        EndAsync(source, RemoveSlotsScript(dataset, targets), cancellationToken);

    private static async Task EndAsync(PostgresSource source, string script, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await RunAsync(source, script, cancellationToken);
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse && attempt < 100)
            {
                // The reader was told to end and is ending.
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            }
        }
    }

    private static string RemoveSlotsScript(string dataset, IEnumerable<string> targets)
    {
        var slots = string.Join(", ", targets.Select(target => PostgresSession.Literal(Slot(dataset, target))).DefaultIfEmpty("''"));
        return $"""
            select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name in ({slots}) and database = current_database() and active;
            select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name in ({slots}) and database = current_database();

            """;
    }

    private static async Task RunAsync(PostgresSource source, string script, CancellationToken cancellationToken)
    {
        await using var command = source.Database.CreateCommand(script);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Quoted(string table, string schema)
    {
        var (own, name) = PostgresCatalog.Split(table, schema);
        return $"{PostgresSession.Quote(own)}.{PostgresSession.Quote(name)}";
    }

    /// <summary>
    /// Lower-case letters, digits and _ are all that a slot's name may have, and _ stands between its parts: names with
    /// anything else end in a hash.
    /// </summary>
    private static string NameOf(params string[] parts)
    {
        var plain = $"hub_{string.Concat(string.Join('_', parts).Select(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) ? letter : '_'))}";
        return plain.Length <= NameLength && parts.All(part => part.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter)))
            ? plain
            : $"{plain[..Math.Min(plain.Length, NameLength - 9)]}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('/', parts))))[..8]}";
    }
}
