using System.Collections.Immutable;
using System.Data.Common;
using System.Text;
using System.Text.Json;
using Hub.ChangeFeed;
using Hub.Migration.Applying;

namespace Hub.Migration.Verification;

/// <summary>What verification found in a target and how far it is: <c>hub.verifications</c> and <c>hub.differences</c>.</summary>
/// <remarks>
/// Of a table at most <see cref="MostKept"/> differences are kept with their values; all are counted. Values are cut at
/// <see cref="MostCharacters"/>.
/// </remarks>
internal sealed class VerificationTable(ITargetStore store, string dataset, string target)
{
    public const int MostKept = 10_000;
    public const int MostCharacters = 200;
    private const string Mask = "•••";
    private const string Where = "WHERE dataset = @dataset AND target = @target";
    private const string Columns = "\"table\", mapping, began_ms, ended_ms, verified_ms, last_key, rows, missing, extra, mismatched, quarantined, found";

    public Task<ImmutableArray<TableVerification>> ReadAsync(CancellationToken cancellationToken) => store.AskAsync<ImmutableArray<TableVerification>>(
        async sql => [.. await sql.QueryAsync($"SELECT {Columns} FROM hub.verifications {Where} ORDER BY \"table\"", Read, cancellationToken, Parameters())],
        [], cancellationToken);

    /// <summary>Begins a table, or begins it anew; what was found before stands until it has ended.</summary>
    public Task BeginAsync(string table, string mapping, DateTimeOffset now, CancellationToken cancellationToken) => DoAsync(
        sql => sql.RunAsync(
            """
            INSERT INTO hub.verifications("dataset", target, "table", mapping, began_ms, rows, missing, extra, mismatched, quarantined, found)
              VALUES(@dataset, @target, @table, @mapping, @now, 0, 0, 0, 0, 0, '0,0,0,0')
            ON CONFLICT(dataset, target, "table") DO UPDATE SET mapping = excluded.mapping, began_ms = excluded.began_ms, ended_ms = NULL, last_key = NULL,
              rows = 0, found = excluded.found
            """,
            cancellationToken, [.. Parameters(), ("table", table), ("mapping", mapping), ("now", now.ToUnixTimeMilliseconds())]),
        cancellationToken);

    /// <summary>Keeps how far it came and what it found there.</summary>
    public Task StepAsync(
        ComparedColumns table, ChangeRow? lastKey, long rows, DifferenceCounts found, IReadOnlyList<Difference> differences, bool clear, DateTimeOffset now,
        CancellationToken cancellationToken) => DoAsync(
        async sql =>
        {
            await PutAsync(sql, table, differences, clear, now, cancellationToken);
            await sql.RunAsync(
                $"UPDATE hub.verifications SET last_key = @key, rows = @rows, found = @found {Where} AND \"table\" = @table", cancellationToken,
                [.. Parameters(), ("table", table.Name), ("key", lastKey?.ToJson()), ("rows", rows), ("found", found.ToString())]);
            return 0;
        },
        cancellationToken);

    /// <summary>The table was compared to its end: what was found in this run is what stands.</summary>
    public Task EndAsync(string table, DifferenceCounts found, DateTimeOffset now, CancellationToken cancellationToken) => DoAsync(
        async sql =>
        {
            await sql.RunAsync(
                $"""
                DELETE FROM hub.differences {Where} AND "table" = @table AND found_ms < (SELECT began_ms FROM hub.verifications {Where} AND "table" = @table)
                """,
                cancellationToken, [.. Parameters(), ("table", table)]);
            await sql.RunAsync(
                $"""
                UPDATE hub.verifications SET ended_ms = @now, verified_ms = began_ms, missing = @missing, extra = @extra, mismatched = @mismatched,
                  quarantined = @quarantined, found = '0,0,0,0' {Where} AND "table" = @table
                """,
                cancellationToken,
                [.. Parameters(), ("table", table), ("now", now.ToUnixTimeMilliseconds()), ("missing", found.Missing), ("extra", found.Extra),
                    ("mismatched", found.Mismatched), ("quarantined", found.Quarantined)]);
            return 0;
        },
        cancellationToken);

    /// <summary>Some differences were looked at again: those that are left stay, the others go.</summary>
    public Task SettleAsync(
        ComparedColumns table, IReadOnlyList<StoredDifference> looked, IReadOnlyList<Difference> left, bool clear, DateTimeOffset now, CancellationToken cancellationToken) => DoAsync(
        async sql =>
        {
            foreach (var difference in looked)
            {
                await sql.RunAsync(
                    $"DELETE FROM hub.differences {Where} AND \"table\" = @table AND key = @key", cancellationToken, [.. Parameters(), ("table", table.Name), ("key", difference.Key)]);
                await CountAsync(sql, table.Name, difference.Kind, -1, cancellationToken);
            }

            await PutAsync(sql, table, left, clear, now, cancellationToken);
            foreach (var difference in left)
            {
                await CountAsync(sql, table.Name, difference.Kind, 1, cancellationToken);
            }

            return 0;
        },
        cancellationToken);

    /// <summary>Kept differences by table and key.</summary>
    /// <param name="after">The key after which they begin.</param>
    public Task<ImmutableArray<StoredDifference>> ListAsync(string table, string after, int count, CancellationToken cancellationToken) => store.AskAsync<ImmutableArray<StoredDifference>>(
        async sql => [.. await sql.QueryAsync(
            $"SELECT \"table\", key, kind, source_key, columns, found_ms FROM hub.differences {Where} AND \"table\" = @table AND key > @after ORDER BY key LIMIT @count",
            reader => new StoredDifference(
                reader.GetString(0), reader.GetString(1), Enum.Parse<DifferenceKind>(reader.GetString(2)), reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.GetString(4), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(5))),
            cancellationToken, [.. Parameters(), ("table", table), ("after", after), ("count", (long)count)])],
        [], cancellationToken);

    /// <summary>Columns that differ with both values, as they are kept; of a row that one side has not, all columns.</summary>
    /// <param name="clear">Personal data too.</param>
    public static string ColumnsOf(ComparedColumns table, Difference difference, bool clear)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            for (var i = 0; i < table.Names.Length; i++)
            {
                var (expected, actual) = (difference.Expected?[i], difference.Actual?[i]);
                if (difference.Expected is null || difference.Actual is null || !table.AreSame(i, expected, actual))
                {
                    var masked = !clear && table.Personal.Contains(table.Names[i]);
                    json.WriteStartObject();
                    json.WriteString("column", table.Names[i]);
                    json.WriteString("expected", Shown(expected, masked));
                    json.WriteString("actual", Shown(actual, masked));
                    json.WriteEndObject();
                }
            }

            if (difference.Problem is { } problem)
            {
                json.WriteStartObject();
                json.WriteString("column", "");
                json.WriteString("expected", Shown(clear || table.Personal.IsEmpty ? problem : "The source's row can't be mapped.", masked: false));
                json.WriteNull("actual");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static string? Shown(object? value, bool masked) => value is null ? null
        : masked ? Mask
        : KeyText.Print(value) is { Length: > MostCharacters } text ? text[..MostCharacters] + "…" : KeyText.Print(value);

    private async ValueTask PutAsync(
        HubSql sql, ComparedColumns table, IReadOnlyList<Difference> differences, bool clear, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (differences.Count == 0)
        {
            return;
        }

        var kept = (long)(await sql.ScalarAsync($"SELECT count(*) FROM hub.differences {Where} AND \"table\" = @table", cancellationToken, [.. Parameters(), ("table", table.Name)]))!;
        foreach (var difference in differences.Take((int)Math.Max(0, MostKept - kept)))
        {
            await sql.RunAsync(
                """
                INSERT INTO hub.differences(dataset, target, "table", key, kind, source_key, columns, found_ms)
                  VALUES(@dataset, @target, @table, @key, @kind, @source, @columns, @now)
                ON CONFLICT(dataset, target, "table", key) DO UPDATE SET kind = excluded.kind, source_key = excluded.source_key, columns = excluded.columns,
                  found_ms = excluded.found_ms
                """,
                cancellationToken,
                [.. Parameters(), ("table", table.Name), ("key", KeyText.Write(difference.Key)), ("kind", difference.Kind.ToString()),
                    ("source", difference.SourceKey?.ToJson()), ("columns", ColumnsOf(table, difference, clear)), ("now", now.ToUnixTimeMilliseconds())]);
        }
    }

    private async ValueTask CountAsync(HubSql sql, string table, DifferenceKind kind, long by, CancellationToken cancellationToken)
    {
        var column = kind switch
        {
            DifferenceKind.Missing => "missing",
            DifferenceKind.Extra => "extra",
            _ => "mismatched",
        };
        await sql.RunAsync(
            $"UPDATE hub.verifications SET {column} = CASE WHEN {column} + @by < 0 THEN 0 ELSE {column} + @by END {Where} AND \"table\" = @table", cancellationToken,
            [.. Parameters(), ("table", table), ("by", by)]);
    }

    private async Task DoAsync(Func<HubSql, ValueTask<int>> act, CancellationToken cancellationToken) => await store.AskAsync(
        async sql =>
        {
            await sql.RunAsync(sql.IsPostgres ? "BEGIN" : "BEGIN IMMEDIATE", cancellationToken);
            await act(sql);
            await sql.RunAsync("COMMIT", cancellationToken);
            return true;
        },
        false, cancellationToken);

    private (string, object?)[] Parameters() => [("dataset", dataset), ("target", target)];

    private static TableVerification Read(DbDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), Time(reader, 2)!.Value, Time(reader, 3), Time(reader, 4),
        reader.IsDBNull(5) ? null : ChangeRow.Parse(Encoding.UTF8.GetBytes(reader.GetString(5))), reader.GetInt64(6),
        new DifferenceCounts(reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10)), DifferenceCounts.Parse(reader.GetString(11)));

    private static DateTimeOffset? Time(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));
}

/// <summary>How the verification of a table stands.</summary>
/// <param name="Mapping">That of the mapping which it is of.</param>
/// <param name="BeganAt">Of the run that is going on or ended last.</param>
/// <param name="EndedAt">Null while it goes on.</param>
/// <param name="VerifiedAt">When the newest run began that came to its end.</param>
/// <param name="LastKey">The source's key up to which the run has come.</param>
/// <param name="Rows">Source rows that the run has compared.</param>
/// <param name="Standing">What the newest ended run found and nobody repaired.</param>
/// <param name="Found">What the run that goes on has found.</param>
internal sealed record TableVerification(
    string Table, string Mapping, DateTimeOffset BeganAt, DateTimeOffset? EndedAt, DateTimeOffset? VerifiedAt, ChangeRow? LastKey, long Rows,
    DifferenceCounts Standing, DifferenceCounts Found)
{
    /// <summary>What is known to differ now.</summary>
    public DifferenceCounts Known => EndedAt is null ? Standing.Most(Found) : Standing;
}

/// <summary>A difference as it is kept.</summary>
/// <param name="Key">As <see cref="KeyText"/> writes it.</param>
/// <param name="SourceKey">The source's key as JSON.</param>
/// <param name="Columns">A JSON list of <c>{column, expected, actual}</c>.</param>
internal sealed record StoredDifference(string Table, string Key, DifferenceKind Kind, string? SourceKey, string Columns, DateTimeOffset FoundAt);
