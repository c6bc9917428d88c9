using System.Text.Json;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Storefront.Checkout;

/// <summary>The attempts, in <c>new-checkout.db</c>: what a kill must not make the storefront forget.</summary>
internal sealed class AttemptStore(SqliteFile file)
{
    /// <summary>Keeps a new attempt; one of the same id that is there already stays as it is.</summary>
    /// <returns>The one that is kept.</returns>
    public Attempt Begin(Attempt attempt)
    {
        using var connection = file.Open();
        connection.Execute(
            $"""
            INSERT INTO attempt VALUES
                ({attempt.Id}, {attempt.Key}, {attempt.Account}, {attempt.State.ToString()}, {attempt.Order}, {JsonSerializer.Serialize(attempt)})
            ON CONFLICT DO NOTHING
            """);
        return Find(attempt.Id)!;
    }

    public Attempt Save(Attempt attempt)
    {
        using var connection = file.Open();
        connection.Execute(
            $"""
            UPDATE attempt SET state = {attempt.State.ToString()}, number = {attempt.Order}, attempt = {JsonSerializer.Serialize(attempt)}
            WHERE id = {attempt.Id}
            """);
        return attempt;
    }

    /// <summary>
    /// The id to place an order under for a client that sends <paramref name="id"/>: that one, or, where legacy is known to
    /// have no order of it, a following one. A client may try again what was refused, and never what was not.
    /// </summary>
    public string Following(string id)
    {
        var following = id;
        for (var tries = 1; Find(following) is { State: AttemptState.Refused }; tries++)
        {
            following = $"{id}.{tries}";
        }

        return following;
    }

    public Attempt? Find(string id) => Read($"SELECT attempt FROM attempt WHERE id = {id}") is [var attempt] ? attempt : null;

    public Attempt? FindOrder(string number) =>
        Read($"SELECT attempt FROM attempt WHERE number = {number}") is [var attempt, ..] ? attempt : null;

    /// <summary>Those that are neither placed nor refused.</summary>
    public List<Attempt> Open() => Read($"SELECT attempt FROM attempt WHERE state IN ('Begun', 'Handed')");

    /// <summary>The attempt of a customer that is still under way.</summary>
    public Attempt? OpenOf(string key) =>
        Read($"SELECT attempt FROM attempt WHERE key = {key} AND state IN ('Begun', 'Handed')") is [var attempt, ..] ? attempt : null;

    /// <summary>What an account placed here, the newest first.</summary>
    public List<Attempt> PlacedBy(long account) =>
        Read($"SELECT attempt FROM attempt WHERE account = {account} AND state = 'Placed' ORDER BY rowid DESC");

    private List<Attempt> Read(FormattableString sql)
    {
        using var connection = file.Open();
        return connection.Query(sql, Whole);
    }

    private static Attempt Whole(SqliteDataReader row) => JsonSerializer.Deserialize<Attempt>(row.GetString(0))!;
}
