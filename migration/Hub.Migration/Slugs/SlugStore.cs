using System.Security.Cryptography;
using Hub.ChangeFeed.Embedded;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Slugs;

/// <summary>
/// A slug table in its target, with a log of which slugs were written: triggers keep it, in the writer's own transaction,
/// whoever writes. The log holds 20,000 entries at most.
/// </summary>
internal sealed class SlugStore(SqliteConnection connection, SlugModel model)
{
    /// <summary>More changes than these are told by telling all of the table.</summary>
    private const int MostChanges = 10_000;

    private const string Tables =
        """
        CREATE TABLE IF NOT EXISTS hub_slug_changes(seq INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, slug);
        CREATE TABLE IF NOT EXISTS hub_slug_epochs(name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, epoch TEXT NOT NULL);
        """;

    private readonly string _source = $"{model.Table}.{model.Columns.Slug}";

    /// <summary>Sees to the log; an epoch is drawn where it began anew, since what was written before is not in it.</summary>
    public string TakeEpoch()
    {
        if (Standing() is { } stands)
        {
            return stands;
        }

        using var transaction = connection.BeginTransaction();
        connection.Run(Tables);
        foreach (var (name, sql) in Triggers())
        {
            connection.Run($"DROP TRIGGER IF EXISTS {SqliteSql.Quote(name)}");
            connection.Run(sql);
        }

        var epoch = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        connection.Run(
            "INSERT INTO hub_slug_epochs(name, fingerprint, epoch) VALUES($name, $fingerprint, $epoch) ON CONFLICT(name) DO UPDATE SET fingerprint = $fingerprint, epoch = $epoch",
            ("$name", model.Name), ("$fingerprint", model.Fingerprint), ("$epoch", epoch));
        transaction.Commit();
        return epoch;
    }

    /// <summary>The number of the last change.</summary>
    public long Head() => (long?)connection.Scalar("SELECT seq FROM sqlite_sequence WHERE name = 'hub_slug_changes'") ?? 0;

    /// <summary>The slugs written since; null where the log does not reach back so far, or they are too many.</summary>
    public IReadOnlyList<string>? ChangedSince(long since, long head)
    {
        if (since > head || head - since > MostChanges || (since < head && (long?)connection.Scalar("SELECT min(seq) FROM hub_slug_changes") > since + 1))
        {
            return null;
        }

        using var command = connection.Prepare(
            "SELECT DISTINCT slug FROM hub_slug_changes WHERE seq > $since AND source = $source AND slug IS NOT NULL", ("$since", since), ("$source", _source));
        using var reader = command.ExecuteReader();
        var slugs = new List<string>();
        while (reader.Read())
        {
            slugs.Add(Written(Text(reader, 0)!));
        }

        return slugs;
    }

    /// <summary>Slugs in use that do not redirect: all, or those written since a change.</summary>
    public IEnumerable<SlugRow> Rows(long? since)
    {
        var columns = model.Columns;
        var where = new List<string> { $"{Quoted(columns.Slug)} IS NOT NULL", $"{Quoted(columns.Kind)} IS NOT NULL" };
        if (columns.Active is not null)
        {
            where.Add($"coalesce({Quoted(columns.Active)}, 0) NOT IN (0, '0', '', 'false', 'False', 'f')");
        }

        if (columns.RedirectTo is not null)
        {
            where.Add($"coalesce({Quoted(columns.RedirectTo)}, '') IN ('', 0, '0')");
        }

        if (since is not null)
        {
            where.Add($"{Quoted(columns.Slug)} IN (SELECT slug FROM hub_slug_changes WHERE seq > $since AND source = $source)");
        }

        using var command = connection.Prepare(
            $"SELECT {Quoted(columns.Slug)}, {Quoted(columns.Kind)}, {Quoted(columns.Id)}, {Quoted(columns.Store)}, {Quoted(columns.Language)} FROM {SqliteSql.Quote(model.Table)} WHERE {string.Join(" AND ", where)}",
            ("$since", since ?? 0), ("$source", _source));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (kind, id) = Kind(Text(reader, 1)!, Text(reader, 2));
            yield return new SlugRow(Written(Text(reader, 0)!), kind, id, Text(reader, 3), Text(reader, 4));
        }
    }

    private string? Standing()
    {
        var known = (long)connection.Scalar("SELECT count(*) FROM sqlite_master WHERE name IN ('hub_slug_changes', 'hub_slug_epochs')")! == 2;
        if (!known)
        {
            return null;
        }

        foreach (var (name, sql) in Triggers())
        {
            if (connection.Scalar("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = $name", ("$name", name)) as string != sql)
            {
                return null;
            }
        }

        return connection.Scalar(
            "SELECT epoch FROM hub_slug_epochs WHERE name = $name AND fingerprint = $fingerprint", ("$name", model.Name), ("$fingerprint", model.Fingerprint)) as string;
    }

    private IEnumerable<(string Name, string Sql)> Triggers()
    {
        var slug = SqliteSql.Quote(model.Columns.Slug);
        (string When, string[] Rows)[] events = [("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])];
        foreach (var (when, rows) in events)
        {
            var name = $"hub_slug_{_source}_{when.ToLowerInvariant()}";
            var notes = string.Concat(rows.Select(row =>
                $"INSERT INTO hub_slug_changes(source, slug) VALUES({SqliteSql.Literal(_source)}, {row}.{slug}); "));
            yield return (name,
                $"CREATE TRIGGER {SqliteSql.Quote(name)} AFTER {when} ON {SqliteSql.Quote(model.Table)} BEGIN {notes}"
                + "DELETE FROM hub_slug_changes WHERE seq <= (SELECT max(seq) FROM hub_slug_changes) - 20000; END");
        }
    }

    private (string Kind, string? Id) Kind(string kind, string? id) =>
        model.Columns.KindUntil is { Length: > 0 } until && kind.IndexOf(until, StringComparison.Ordinal) is var end and >= 0
            ? (kind[..end], id ?? kind[(end + until.Length)..])
            : (kind, id);

    private string Written(string slug) => (model.Columns.Encoded ? Uri.UnescapeDataString(slug) : slug).Trim('/');

    private static string Quoted(string? column) => column is null ? "NULL" : SqliteSql.Quote(column);

    private static string? Text(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Convert.ToString(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A slug in use.</summary>
internal sealed record SlugRow(string Slug, string Kind, string? Id, string? Store, string? Language);
